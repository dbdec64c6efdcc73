"""One staff member whose mailbox is connected, and everything between the CRM and Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.contracts.emulated import Microsoft, emulator, microsoft

from .watched import watched
from .world import World

__all__ = ["emulator", "microsoft", "watched"]


@pytest.fixture
def disconnected(db: None, microsoft: Microsoft, settings: Settings) -> Iterator[World]:
    """A staff member with a mailbox, before the first sign-in."""
    world = World(microsoft, settings)
    yield world
    # Whatever a test did: nobody came back before Retry-After was over.
    assert microsoft.look("stats")["retry_after_broken"] == 0


@pytest.fixture
def world(disconnected: World) -> World:
    """Connected; contacts travel one way, and a person said go."""
    disconnected.connect()
    disconnected.choose()
    return disconnected
