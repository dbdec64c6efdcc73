"""Mailboxes whose contacts travel both ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.contracts.emulated import Microsoft, emulator, microsoft
from tests.integration.sync.watched import watched

from .world import Colleague, TwoWay

__all__ = ["emulator", "microsoft", "watched"]


@pytest.fixture
def disconnected(db: None, microsoft: Microsoft, settings: Settings) -> Iterator[TwoWay]:
    """A staff member with a mailbox, before the first sign-in."""
    world = TwoWay(microsoft, settings)
    yield world
    # Whatever a test did: nobody came back before Retry-After was over.
    assert microsoft.look("stats")["retry_after_broken"] == 0


@pytest.fixture
def world(disconnected: TwoWay) -> TwoWay:
    """Connected; contacts travel both ways, and a person said go."""
    disconnected.connect()
    disconnected.choose()
    return disconnected


@pytest.fixture
def colleague(world: TwoWay, settings: Settings) -> Colleague:
    """A second staff member, connected in the same way."""
    other = Colleague(world.microsoft, settings)
    other.connect()
    other.choose()
    return other
