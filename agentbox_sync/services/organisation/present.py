"""Everything that the page of the organisations shows; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from agentbox_sync.models import Connection, Organisation
from agentbox_sync.services.history import person_name


@dataclass(frozen=True, slots=True)
class Shown:
    """One organisation that is connected. ``refused`` are mailboxes that Exchange keeps shut."""

    organisation: Organisation
    connected_by: str
    total: int
    refused: int
    waiting: int

    @property
    def all_refused(self) -> bool:
        """Tell whether it is not about single mailboxes."""
        return self.total > 1 and self.refused == self.total


def organisations() -> list[Shown]:
    """Return the organisations that are connected; two statements."""
    rows = Organisation.objects.filter(disconnected_at=None).select_related("connected_by")
    live = Connection.objects.exclude(organisation=None).exclude(
        state=Connection.State.DISCONNECTED
    )
    counts = list(live.values_list("organisation_id", "state", "failures").annotate(n=Count("pk")))
    shown = []
    for row in rows.order_by("connected_at", "pk"):
        mine = [(state, failures, n) for pk, state, failures, n in counts if pk == row.pk]
        shut = (Connection.State.SUSPENDED, Connection.State.NEEDS_SIGN_IN)
        shown.append(
            Shown(
                organisation=row,
                connected_by=person_name(row.connected_by),
                total=sum(n for _, _, n in mine),
                refused=sum(n for state, _, n in mine if state in shut),
                waiting=sum(n for state, failures, n in mine if failures and state not in shut),
            )
        )
    return shown


def load(pk: int) -> Organisation | None:
    """Return an organisation that is connected."""
    return Organisation.objects.filter(pk=pk, disconnected_at=None).first()


def newest() -> int | None:
    """Return the key of the organisation that was connected last."""
    rows = Organisation.objects.filter(disconnected_at=None).order_by("-connected_at", "-pk")
    return rows.values_list("pk", flat=True).first()
