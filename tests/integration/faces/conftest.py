"""A mailbox whose calendar shows the tasks that To Do has as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from agentbox_sync.core.recurrence.zones import windows_name
from tests.builders.task_crm import ADAPTER, heard
from tests.contracts.emulated import ZONE, Microsoft, emulator, microsoft

from .world import Faces

__all__ = ["emulator", "microsoft"]


@pytest.fixture
def connected(db: None, microsoft: Microsoft, settings: Settings) -> Iterator[Faces]:
    """Connected, and nothing is chosen yet."""
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": ADAPTER}
    microsoft.prepare(time_zone=windows_name(ZONE))
    world = Faces(microsoft, settings)
    world.connect()
    with heard():
        yield world
    assert microsoft.look("stats")["retry_after_broken"] == 0


@pytest.fixture
def world(connected: Faces) -> Faces:
    """Calendar and tasks travel both ways, and the calendar shows tasks."""
    connected.choose_calendar()
    connected.choose_tasks()
    return connected
