"""The lease of one connection, kept by a database that every worker shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agentbox_sync.core.errors import LeaseLost
from tests.sim.clock import VirtualClock

TERM = 120.0  # seconds


@dataclass(slots=True)
class LeaseRow:
    """The stored lease: who may write, under which token, until when."""

    fence: int = 0
    until: float = -1.0


class SimulatedLease:
    """A Lease that one worker holds. Made by :func:`acquire`."""

    def __init__(self, row: LeaseRow, clock: VirtualClock) -> None:
        self.fence = row.fence
        self._row = row
        self._clock = clock
        self._believed = clock.seconds + TERM
        # A process that was stopped for a while does not notice: its own clock stood still.
        self.unaware = False

    def remaining(self) -> float:
        """Return the seconds left, as this worker sees it."""
        return TERM if self.unaware else self._believed - self._clock.seconds

    def renew(self) -> None:
        """Extend the lease."""
        self.check()
        self._row.until = self._believed = self._clock.seconds + TERM

    def release(self) -> None:
        """Give the lease back."""
        if self._row.fence == self.fence:
            self._row.until = -1.0

    def now(self) -> datetime:
        """Return the true time: the database has one clock for all workers."""
        return self._clock.now()

    def event(self) -> tuple[datetime, int]:
        """Return when something happens, by the true time."""
        return self._clock.event()

    def check(self) -> None:
        """Raise LeaseLost when another worker has taken over."""
        if self._row.fence != self.fence:
            raise LeaseLost("another worker has taken over")


def acquire(row: LeaseRow, clock: VirtualClock) -> SimulatedLease | None:
    """Take the lease if nobody holds it or its time is over."""
    if row.until > clock.seconds:
        return None
    row.fence += 1
    row.until = clock.seconds + TERM
    return SimulatedLease(row, clock)
