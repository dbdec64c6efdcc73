"""What a run stands on: the right to write and to speak, and the time."""

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


class Turn(Protocol):
    """The right to speak to one mailbox now, and how many requests it has left.

    Graph counts per app and mailbox, whatever process they come from: so do we.
    """

    def take(self, count: int) -> None:
        """Take ``count`` requests, right before they are sent.

        Raises LeaseLost when somebody else speaks to the mailbox now, and Throttled, with the
        wait, when there are no more, or while a pause that Microsoft asked for is not over.
        """

    def pause(self, seconds: float) -> None:
        """Remember that Microsoft asked for a pause, for whoever speaks to the mailbox next."""


class Clock(Protocol):
    """The only source of time for everything that waits or dates."""

    def now(self) -> datetime:
        """Return the present moment."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
