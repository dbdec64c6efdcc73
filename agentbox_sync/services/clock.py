"""The port Clock on the system's own clock."""

from __future__ import annotations

import time
from datetime import datetime

from django.utils import timezone


class SystemClock:
    """The present, and real waiting."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return timezone.now()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
