"""Time that passes only when somebody waits or asks something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK = 5.0  # seconds that one request takes
SETTLE = timedelta(seconds=60)  # after which an unanswered create has landed or never will


class VirtualClock:
    """The true time of a world."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._events = 0

    def now(self) -> datetime:
        """Return the present moment."""
        return START + timedelta(seconds=self.seconds)

    def event(self) -> tuple[datetime, int]:
        """Return when something happens; of two at one moment the later one is greater."""
        self._events += 1
        return self.now(), self._events

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


class SkewedClock:
    """The clock on one worker's wall: right about durations, wrong about the moment."""

    def __init__(self, true: VirtualClock, skew: float) -> None:
        self._true = true
        self._skew = timedelta(seconds=skew)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return self._true.now() + self._skew

    def sleep(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self._true.sleep(seconds)
