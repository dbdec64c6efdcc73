"""Writes whose answers are heard later: what becomes of them is decided when they are sent."""

from __future__ import annotations

from collections.abc import Callable

from agentbox_sync.core.errors import SyncError
from agentbox_sync.ports import Landing, Written


def landing(write: Callable[[], list[Written | SyncError]]) -> Landing:
    """Write at once, and keep what came of it until it is asked for."""
    try:
        answers = write()
    except SyncError as error:
        return _raising(error)
    return lambda: answers


def _raising(error: SyncError) -> Landing:
    def land() -> list[Written | SyncError]:
        raise error

    return land
