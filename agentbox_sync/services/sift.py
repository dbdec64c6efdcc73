"""Which of many rows are shown, in which order, on which page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from agentbox_sync.core.search import fold, tokens
from agentbox_sync.services.survey import Row
from agentbox_sync.services.wording.standings import RANK, Standing

PAGE = 50
LONGEST_SEARCH = 100
_LAST = datetime.max.replace(tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)

# What can be sorted by; the first look is at what is wrong. Numbers begin with the largest.
SORTS: dict[str, Callable[[Row], Any]] = {
    "problem": lambda row: RANK[row.standing],
    "name": lambda row: fold(row.name),
    "success": lambda row: row.succeeded_at or _FIRST,
    "next": lambda row: row.next_at or _LAST,
    "waiting": lambda row: -row.amounts.waiting,
    "aside": lambda row: -row.amounts.set_aside,
    "stops": lambda row: -row.amounts.stops,
}
PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see. Empty values ask for nothing; ``sort`` is a key of SORTS.

    ``state`` is a :class:`Standing`; without one everybody who is connected is meant.
    """

    q: str = ""
    state: str = ""
    office: str = ""
    kind: str = ""
    sort: str = PROBLEM
    backwards: bool = False
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wish:
        """Return the wish of an address; what it cannot mean is left out."""
        sort = given.get("sort", "")
        name = sort.removeprefix("-")
        page = given.get("page", "")
        state = given.get("state", "")
        return cls(
            q=" ".join(given.get("q", "")[:LONGEST_SEARCH].split()),
            state=state if state in list(Standing) else "",
            office=given.get("office", "")[:LONGEST_SEARCH],
            kind=given.get("kind", "")[:LONGEST_SEARCH],
            sort=name if name in SORTS else PROBLEM,
            backwards=sort.startswith("-") and name in SORTS,
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """Return what an address has to say for this wish, and for one that differs from it."""
        wanted = replace(self, **{"page": 1, **changes}) if changes else self
        said = {name: str(value) for name, value in asdict(wanted).items() if value}
        said.pop("backwards", None)
        said["sort"] = wanted.sorted_by
        if said["sort"] == PROBLEM:
            del said["sort"]
        if wanted.page <= 1:
            said.pop("page", None)
        return said

    @property
    def sorted_by(self) -> str:
        """Return the order as an address says it."""
        return f"-{self.sort}" if self.backwards else self.sort

    @property
    def is_narrow(self) -> bool:
        """Tell whether anything is asked for that may hide somebody."""
        return bool(self.q or self.state or self.office or self.kind)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was asked for.

    ``counts`` are all standings with what the rest of the wish leaves of each; ``ids`` are the
    connections of all pages.
    """

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, int]
    ids: tuple[int, ...]

    @property
    def connected(self) -> int:
        """Return how many are connected."""
        return sum(n for name, n in self.counts.items() if name != Standing.NOT_CONNECTED)

    @property
    def first(self) -> int:
        """Return the number of the first row shown, from 1."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return self.first + len(self.rows) - 1


def sift(rows: Iterable[Row], wish: Wish) -> Found:
    """Return the page that a wish asks for; the last one where there are not so many."""
    fitting = [row for row in rows if _fits(row, wish)]
    counts = Counter(row.standing.value for row in fitting)
    shown = ordered([row for row in fitting if _is_in(row, wish.state)], wish)
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(1, wish.page), pages)
    return Found(
        rows=tuple(shown[(page - 1) * PAGE : page * PAGE]),
        total=len(shown),
        page=page,
        pages=pages,
        counts={standing.value: counts[standing.value] for standing in Standing},
        ids=tuple(row.connection.pk for row in shown if row.connection is not None),
    )


def ordered(rows: Iterable[Row], wish: Wish) -> list[Row]:
    """Return the rows in the order of a wish; what is equal stands by name."""
    return sorted(by_name(rows), key=SORTS[wish.sort], reverse=wish.backwards)


def by_name(rows: Iterable[Row]) -> list[Row]:
    """Return rows by name."""
    return sorted(rows, key=lambda row: (fold(row.name), str(row.staff.pk)))


def _is_in(row: Row, state: str) -> bool:
    if state:
        return row.standing == state
    return row.standing is not Standing.NOT_CONNECTED


def _fits(row: Row, wish: Wish) -> bool:
    if wish.office and row.office != wish.office:
        return False
    if wish.kind and wish.kind not in row.on:
        return False
    said = fold(f"{row.name} {row.address}")
    return all(token in said for token in tokens(wish.q))
