"""A clock on which waiting costs nothing; Microsoft's own goes with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tests.contracts.emulated import Microsoft


class Ahead:
    """A :class:`agentbox_sync.ports.Clock` that is put forward by whoever waits."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.slept: list[float] = []
        self._microsoft = microsoft

    def now(self) -> datetime:
        return timezone.now() + timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._microsoft.control("clock", {"advance": seconds})

    def catch_up(self) -> None:
        """Be set by Microsoft's own clock, which may have jumped ahead.

        By the sum of its jumps it would give whatever lands late the date of a copy, which is made
        long after anything was sent.
        """
        ahead = self._microsoft.look("clock")["offset"] - sum(self.slept)
        self.slept.append(max(0.0, ahead))
