"""Who is shown what a dry run finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.report import Report
from agentbox_sync.engine import Box, Part
from agentbox_sync.models import KindSettings


class Looker(Protocol):
    """Who is shown what a dry run finds. Each method is called under the lease."""

    def begin(self, settings: Sequence[KindSettings]) -> None:
        """Hear which settings are looked at."""

    def progress(self, report: Report) -> None:
        """Hear how far the reading is."""

    def found(self, box: Box, parts: Sequence[Part], plans: Sequence[Plan]) -> None:
        """Be shown the plans; shorter than ``parts`` when there was no time for all of them."""

    def failed(self, error: SyncError, report: Report) -> None:
        """Hear what stopped it."""
