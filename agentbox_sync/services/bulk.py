"""One decision about many: exactly those that the person was told the number of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Max

from agentbox_sync.core.orders import possible
from agentbox_sync.core.rules import Order, Status
from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.services import undo
from agentbox_sync.services.decide import decide
from agentbox_sync.services.shelves import CONFLICTS, SHELVES, conflicts_of, links_of


@dataclass(frozen=True, slots=True)
class Lot:
    """What one decision would be about: ids by kind.

    ``upto`` is the last id that the person was told of: what came later is not part of it.
    """

    ids: dict[str, tuple[int, ...]]
    upto: int = 0

    def __len__(self) -> int:
        return sum(len(ids) for ids in self.ids.values())


def lot(
    connection: Connection,
    place: str,
    order: str,
    *,
    among: Sequence[int] | None = None,
    upto: int = 0,
) -> Lot:
    """Return those of a list that ``order`` can be decided about.

    ``among`` narrows it to the rows that were ticked; without it the whole list counts, as far
    as ``upto`` (0: as far as it goes now).
    """
    if place == CONFLICTS:
        rows = conflicts_of(connection)
        if among is not None:
            rows = rows.filter(pk__in=among)
        last = upto or rows.aggregate(last=Max("pk"))["last"] or 0
        return Lot(_by_kind(rows.filter(pk__lte=last).values_list("kind", "pk")), last)
    links = links_of(connection, SHELVES[place])
    if among is not None:
        links = links.filter(pk__in=among)
    last = upto or links.aggregate(last=Max("pk"))["last"] or 0
    two_way = {
        kind: model.objects.filter(connection=connection, status=Status.TWO_WAY).exists()
        for kind, model in SETTINGS.items()
    }
    fitting = links.filter(pk__lte=last).only(
        "kind", "state", "reason", "error", "remote_id", "local_pk"
    )
    return Lot(
        _by_kind(
            (link.kind, link.pk)
            for link in fitting.iterator()
            if order in possible(link, two_way=two_way[link.kind])
        ),
        last,
    )


def decide_lot(
    user: AbstractBaseUser, connection: Connection, place: str, order: str, chosen: Lot
) -> int:
    """Decide about everything in a lot; return how many were taken."""
    if place == CONFLICTS:
        return undo.keep(user, connection, [pk for ids in chosen.ids.values() for pk in ids])
    return sum(
        decide(user, connection, kind, ids, Order(order)) for kind, ids in chosen.ids.items()
    )


def _by_kind(rows: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for kind, pk in rows:
        found.setdefault(kind, []).append(pk)
    return {kind: tuple(ids) for kind, ids in found.items()}
