"""What a run stands on: the right to write, and the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Lease(Protocol):
    """The right of one worker to write for one connection, with a fencing token."""

    fence: int

    def remaining(self) -> float:
        """Return the seconds left, on the lease keeper's own clock."""

    def renew(self) -> None:
        """Extend the lease; raises LeaseLost when another worker has it."""

    def release(self) -> None:
        """Give the lease back; harmless when it is lost already."""


class Clock(Protocol):
    """The only source of time for everything that waits or dates."""

    def now(self) -> datetime:
        """Return the present moment."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
