from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .front import opened
from .microsoft import Microsoft, seed


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def microsoft(emulator: EmulatorServer) -> Iterator[Microsoft]:
    """A Microsoft 365 as on the first day: two organisations, nobody has consented."""
    with opened(emulator.url) as front:
        world = Microsoft(emulator, front)
        world.control("reset", {"seed": 1})
        world.control("seed", seed())
        yield world
        world.close()
