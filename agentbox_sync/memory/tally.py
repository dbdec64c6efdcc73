"""How many pairs of a connection stand how: counted anew, or as far as a run has touched them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from agentbox_sync.core.changes import (
    RESUMABLE,
    LinkState,
    Origin,
    Rest,
)
from agentbox_sync.models import Collection, Link
from agentbox_sync.models.link import SET_ASIDE

_ACTIVE = Q(state=LinkState.ACTIVE)
PARTIAL = _ACTIVE & ~Q(left_out=[])
FROZEN = _ACTIVE & ~Q(frozen=[])
_DIFFERS = _ACTIVE & ~Q(drift=[])
# Where others are concerned the CRM does not write: nobody can tell from the pair who edited it.
WITHHELD = _DIFFERS & ~Q(ties=[])
DRIFTED = _DIFFERS & Q(ties=[])
AWAY = Q(state=LinkState.RETAINED, error="", reason__in=[Rest.REMOVED_IN_EXCHANGE, Rest.MOVED_AWAY])
_ELSEWHERE = Q(state=LinkState.RETAINED, reason=Rest.OTHER_COLLECTION)

_TAKEN = Q(state__in=[LinkState.ACTIVE, LinkState.QUARANTINED]) & ~Q(remote_id="")
_RESTING = Q(state=LinkState.RETAINED, reason__in=RESUMABLE) & ~Q(remote_id="")
# A create whose outcome is unknown may have arrived.
_UNDER_WAY = Q(state=LinkState.CREATING)
OURS = Q(origin=Origin.CRM) & (_TAKEN | _RESTING | _UNDER_WAY)
THEIRS = Q(origin=Origin.EXCHANGE, state=LinkState.ACTIVE)

_REMOVED_FOLDERS = Collection.objects.exclude(removed_at=None).values("remote_id")

CONDITIONS = {
    "active": _ACTIVE,
    "set_aside": SET_ASIDE,
    "partial": PARTIAL,
    "frozen": FROZEN,
    "drifted": DRIFTED,
    "withheld": WITHHELD,
    "away": AWAY,
    "elsewhere": _ELSEWHERE,
    # Away because somebody deleted our own folder in Exchange.
    "without_folder": AWAY & Q(collection__in=_REMOVED_FOLDERS),
    "ours": OURS,
    "theirs": THEIRS,
}

# By kind: condition -> number.
Tallies = dict[str, dict[str, int]]

CHUNK = 500


def count(connection_id: int) -> Tallies:
    """Count the pairs of a connection by kind; one query over all of them."""
    return _count(Link.objects.filter(connection=connection_id))


def _count(links: QuerySet[Link]) -> Tallies:
    counts = {name: Count("pk", filter=condition) for name, condition in CONDITIONS.items()}
    rows = links.order_by().values("kind").annotate(**counts).values_list("kind", *counts)
    return {kind: dict(zip(counts, numbers, strict=True)) for kind, *numbers in rows}


class Tally:
    """The pairs that one run has touched, and how they had stood before.

    A run that changes ten pairs of fifty thousand must not count fifty thousand. ``is_sure`` until
    something has changed how others count as well.
    """

    def __init__(self) -> None:
        self.is_sure = True
        self._touched: set[int] = set()
        self._before: list[Tallies] = []

    def touch(self, ids: Iterable[int | None]) -> None:
        """Count pairs as they stand; called before each is changed for the first time."""
        fresh = {number for number in ids if number} - self._touched
        if fresh:
            self._before.append(_count(Link.objects.filter(pk__in=fresh)))
            self._touched |= fresh

    def add(self, ids: Iterable[int]) -> None:
        """Hear of pairs that were not there before."""
        self._touched |= set(ids)

    def update(self, stored: Tallies) -> Tallies:
        """Return what ``stored`` becomes by what was touched."""
        touched = sorted(self._touched)
        after = [
            _count(Link.objects.filter(pk__in=touched[start : start + CHUNK]))
            for start in range(0, len(touched), CHUNK)
        ]
        found = {kind: dict(numbers) for kind, numbers in stored.items()}
        for sign, all_of in ((1, after), (-1, self._before)):
            for kind, numbers in ((k, n) for one in all_of for k, n in one.items()):
                here = found.setdefault(kind, dict.fromkeys(CONDITIONS, 0))
                for name, number in numbers.items():
                    here[name] += sign * number
        return found
