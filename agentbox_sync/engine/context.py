"""What the steps of a run share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from agentbox_sync.core.actions import Row
from agentbox_sync.core.changes import Absence, LocalItem, LocalKey
from agentbox_sync.core.errors import DeadlineReached
from agentbox_sync.core.kinds import Canonical, Kind, Locality, Record
from agentbox_sync.core.report import KindReport, Report
from agentbox_sync.core.rules import Policy
from agentbox_sync.core.safety import Limit, is_foreseen
from agentbox_sync.core.windows import Window
from agentbox_sync.ports import Clock, Lease, LinkMemory, LocalStore, RemoteStore

CHUNK = 500  # rows of ours that are held in memory at once

T = TypeVar("T")


class Depth(StrEnum):
    """How far a run looks on the CRM side."""

    INCREMENTAL = "incremental"
    """What was noticed, and what the feed shows: cost in proportion to what changed."""
    FULL = "full"
    """Every item in scope against its link: the truth."""


@dataclass(slots=True)
class Part:
    """One kind in one run.

    ``approved`` names the guard stops that a Master User has let go; asked only by a plan that
    removes something. ``confirmed`` is how many removals from Exchange a person has seen and
    confirmed before the run: up to so many go by themselves, however many that is. ``foreseen``
    are the removals that a preview showed to whoever said go (``None``: no go is being carried
    out); asked only by a plan that removes something, like ``approved``. ``is_carried_out`` is set
    by the run when it has been through the whole plan. ``stays``: no item is moved, whatever the
    settings choose. ``collection`` is the remote id of the one that is followed, once it is known,
    and ``leaves`` says that it is not the chosen one any more. ``seems_empty``: a person is asked
    whether everything has really gone from Exchange. ``window`` is what the settings and the clock
    want of a windowed kind today; what counts in a run is ``within``, the window of its chain.
    ``creates`` are the rows that the plan at hand creates in Exchange.
    """

    kind: Kind
    policy: Policy
    local: LocalStore
    locality: Locality
    depth: Depth = Depth.FULL
    limit: Limit = field(default_factory=Limit)
    approved: Callable[[], frozenset[str]] = frozenset
    confirmed: int = 0
    foreseen: Callable[[], frozenset[str] | None] = lambda: None
    is_carried_out: bool = False
    stays: bool = False
    collection: str = ""
    leaves: bool = False
    seems_empty: bool = False
    window: Window | None = None
    within: Window | None = None
    creates: tuple[LocalKey, ...] = ()

    def scan(self) -> Iterator[LocalItem]:
        """Yield every item in scope that takes place in the window of the chain."""
        return self.local.scan(self.within)

    def read(self, keys: Sequence[LocalKey]) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh, as :meth:`.LocalStore.read` does."""
        return self.local.read(keys, self.within)

    def is_outside(self, base: Canonical, shown: Record | None = None) -> bool:
        """Tell whether an item takes place outside the window, by its base and what was shown."""
        if self.within is None:
            return False
        now = self.kind.canonical(shown, self.locality) if shown else {}
        return not self.kind.takes_place({**base, **now}, self.within)

    def is_foreseen(self, row: Row) -> bool:
        """Tell whether a row removes nothing that a person who said go was not shown."""
        return not row.removes_anything or is_foreseen(row, self.foreseen())


@dataclass(slots=True)
class Box:
    """The mailbox of one run, and everything the steps need to work on it.

    ``http_timeout`` bounds one request: no request is begun that could outlive the lease.
    ``retry_refused`` tries again what was set aside or frozen: a person asked for it. A whole
    listing that is older than ``relist_after`` is made anew by the next full run: it heals what
    no change feed can tell that it lost. ``kinds`` are those of the run, by name.
    """

    remote: RemoteStore
    memory: LinkMemory
    lease: Lease
    clock: Clock
    until: datetime
    settle_delay: timedelta = timedelta(seconds=60)
    http_timeout: timedelta = timedelta(seconds=30)
    retry_refused: bool = False
    relist_after: timedelta | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    on_progress: Callable[[Report], None] = lambda _: None

    def check(self) -> None:
        """Stop the run in time, and keep the lease long enough for one more request.

        Raises DeadlineReached or LeaseLost.
        """
        if self.clock.now() >= self.until:
            raise DeadlineReached("the run has used up its time")
        if self.lease.remaining() < 2 * self.http_timeout.total_seconds():
            self.lease.renew()

    def counts(self, part: Part) -> KindReport:
        """Return the counts of a part's kind."""
        return self.report.kind(part.kind.name)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
