"""A mailbox whose calendar travels both ways, and the browsers of those who look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.contracts.emulated import Microsoft, emulator, microsoft
from tests.integration.card.conftest import jane, janes_browser, master

from .world import Agenda

__all__ = ["emulator", "jane", "janes_browser", "master", "microsoft"]


@pytest.fixture
def agenda(db: None, microsoft: Microsoft, settings: Settings) -> Iterator[Agenda]:
    """Connected; the calendar travels both ways, a person said go, and nobody gets mail."""
    microsoft.prepare(time_zone="AUS Eastern Standard Time")
    world = Agenda(microsoft, settings)
    world.connect()
    world.choose()
    yield world
    assert microsoft.look("stats")["retry_after_broken"] == 0
    # What a person sends from Outlook is theirs; ours has an application's name.
    assert [mail for mail in world.mails if mail["app"]] == []
