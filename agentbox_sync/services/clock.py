"""The port Clock on the system's own clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

from agentbox_sync.ports import Clock


class SystemClock:
    """The present, and real waiting."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return timezone.now()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


_present: ContextVar[Clock | None] = ContextVar("agentbox_sync.clock", default=None)


def present() -> Clock:
    """Return the clock by which runs wait and requests are counted."""
    return _present.get() or SystemClock()


@contextmanager
def under(clock: Clock) -> Iterator[None]:
    """Let runs of this thread wait by another clock: a measurement need not sit pauses out."""
    token = _present.set(clock)
    try:
        yield
    finally:
        _present.reset(token)
