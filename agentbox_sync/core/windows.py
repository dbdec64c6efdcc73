"""The stretch of time that a windowed kind is synced in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SPARE = timedelta(days=7)
"""How much further ahead a chain looks than is wanted, so that it lasts for a while."""

SLACK = timedelta(days=60)
"""How much wider than wanted a chain may be before it is begun anew."""


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` on and before ``end``; aware moments in UTC."""

    start: datetime
    end: datetime


def opened(wanted: Window | None) -> Window | None:
    """Return the window that a chain is opened with, where ``wanted`` is what is wanted today."""
    return Window(wanted.start, wanted.end + SPARE) if wanted else None


def has_rolled(now: Window | None, wanted: Window | None) -> bool:
    """Tell whether a chain no longer covers what is wanted, or much more than that."""
    if wanted is None or now is None:
        return wanted is not None
    if wanted.end > now.end or wanted.start < now.start:
        return True
    return (now.end - now.start) - (wanted.end - wanted.start) > SLACK


@dataclass(frozen=True, slots=True)
class Turn:
    """When an item takes place at a moment or next, else when it did; ``is_over``: it did."""

    start: datetime
    is_over: bool = False

    @property
    def place(self) -> tuple[bool, float]:
        """Return what sorts: what comes next goes first, what is over last, the latest of it first.

        Years before 1970 have negative seconds, which sort as well.
        """
        seconds = self.start.timestamp()
        return self.is_over, -seconds if self.is_over else seconds
