"""The lists of what waits for a person: which links stand in each, and how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agentbox_sync.core.changes import AMBIGUOUS, BORN_IN_EXCHANGE, LinkState, Rest
from agentbox_sync.core.rules import Order, Status
from agentbox_sync.models import SETTINGS, Change, Connection, Link, Review

MOST_COUNTED = 1000
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of links. ``orders`` in the order in which they are offered, the best first."""

    name: str
    title: Any
    lead: Any
    rows: Q
    orders: tuple[Order, ...]


_RESTS = Q(state=LinkState.RETAINED.value, error="")
_WAITS = Q(state=LinkState.QUARANTINED.value)
# Not by equality: SQLite would begin with the offers of everybody, once for each connection.
_WITHOUT_A_ROW = ~Q(local_pk__gt="")
SHELVES: dict[str, Shelf] = {
    shelf.name: shelf
    for shelf in (
        Shelf(
            "contested",
            gettext_lazy("Removed in Exchange, but edited in the CRM"),
            gettext_lazy(
                "They were removed in Exchange while somebody edited them in the CRM, so nobody "
                "could know what was meant."
            ),
            _RESTS & Q(reason=Rest.CONTESTED.value),
            (Order.RESTORE, Order.RELEASE, Order.DISMISS),
        ),
        Shelf(
            "ambiguous",
            gettext_lazy("Not sure which one is the same"),
            gettext_lazy(
                "More than one item in Exchange may be the same as the one in the CRM. Nothing "
                "is guessed: look at them and choose."
            ),
            _WAITS & Q(error=AMBIGUOUS),
            (Order.LINK, Order.CREATE, Order.DISMISS),
        ),
        Shelf(
            "born",
            gettext_lazy("New in Exchange"),
            gettext_lazy(
                "They were added in Outlook or on the phone. The CRM keeps nothing of what they "
                "say until you take them in."
            ),
            _WAITS & Q(reason=BORN_IN_EXCHANGE) & _WITHOUT_A_ROW,
            (Order.ACCEPT, Order.LINK, Order.DISMISS),
        ),
        Shelf(
            "removed",
            gettext_lazy("Removed in Exchange"),
            gettext_lazy(
                "They were deleted in Outlook or on the phone. The CRM kept them and leaves them "
                "away there."
            ),
            _RESTS & Q(reason=Rest.REMOVED_IN_EXCHANGE.value),
            (Order.RESTORE, Order.DISMISS),
        ),
        Shelf(
            "moved",
            gettext_lazy("Moved to another place in Exchange"),
            gettext_lazy(
                "They were moved out of the folder, calendar or list that is synced. Move them "
                "back in Outlook to go on, or let them go."
            ),
            _RESTS & Q(reason=Rest.MOVED_AWAY.value),
            (Order.DISMISS,),
        ),
        Shelf(
            "dismissed",
            gettext_lazy("Let go earlier"),
            gettext_lazy("You said that these should stay as they are. You may think again."),
            _RESTS & Q(reason=Rest.DISMISSED.value),
            (Order.RESTORE, Order.ACCEPT, Order.LINK, Order.CREATE),
        ),
    )
}
CONFLICTS = "conflicts"
# Nothing of these has to be decided: the settings have answered, and a person may look at it.
QUIET = frozenset({"removed", "moved", CONFLICTS, "dismissed"})


class _Bounded(Subquery):
    """Counts the rows of a query that was cut off, so that no list costs more than its limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any]) -> None:
        cut = rows.order_by().values("pk")[: MOST_COUNTED + 1]
        super().__init__(cut, output_field=IntegerField())


def counts() -> dict[str, Any]:
    """Return annotations of a query for connections: how much waits, by list.

    Counted up to :data:`MOST_COUNTED` and one more.
    """
    # By kind as well, for the index that begins so.
    links = Link.objects.filter(connection=OuterRef("pk"), kind__in=list(SETTINGS))
    found = {f"waiting_{name}": _Bounded(links.filter(s.rows)) for name, s in SHELVES.items()}
    undecided = Change.objects.filter(connection=OuterRef("pk"), undecided=True)
    found[f"waiting_{CONFLICTS}"] = _Bounded(undecided.filter(at__gte=timezone.now() - RECENT))
    stops = Review.objects.filter(connection=OuterRef("pk"), closed_at=None, approved_at=None)
    found["waiting_stops"] = _Bounded(stops)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How much waits in each list, and which kinds travel both ways: one query."""

    amounts: Mapping[str, int]
    statuses: Mapping[str, str]


def asked_in(amounts: Mapping[str, int]) -> list[str]:
    """Return the lists in which something has to be decided."""
    return [name for name in SHELVES if amounts[name] and name not in QUIET]


def standing_of(connection: Connection) -> Standing:
    """Return the counts and settings that every page of this connection shows."""
    statuses = {
        f"status_{kind}": Subquery(
            model.objects.filter(connection=OuterRef("pk")).values("status")[:1]
        )
        for kind, model in SETTINGS.items()
    }
    row = Connection.objects.filter(pk=connection.pk).values(**counts(), **statuses).get()
    return Standing(
        {name: row[f"waiting_{name}"] for name in (*SHELVES, CONFLICTS, "stops")},
        {kind: row[f"status_{kind}"] or Status.DISABLED.value for kind in SETTINGS},
    )


def links_of(connection: Connection, shelf: Shelf) -> QuerySet[Link]:
    """Return the links of a list, in the stable order of its pages."""
    return connection.links.filter(shelf.rows, kind__in=list(SETTINGS)).order_by("pk")


def conflicts_of(connection: Connection) -> QuerySet[Change]:
    """Return the conflicts that nobody has looked at, newest first."""
    recent = Q(at__gte=timezone.now() - RECENT)
    return Change.objects.filter(recent, connection=connection, undecided=True).order_by("-pk")
