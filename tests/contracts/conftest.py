"""The emulated Microsoft that the contracts and the Graph client are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from tests.contracts.emulated import EmulatedSide, Microsoft


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def microsoft(emulator: EmulatorServer) -> Microsoft:
    return Microsoft(emulator)


@pytest.fixture
def emulated(microsoft: Microsoft) -> Iterator[EmulatedSide]:
    side = EmulatedSide(microsoft)
    yield side
    side.close()
    # Whatever the test did: nobody came back before Retry-After was over.
    assert microsoft.look("stats")["retry_after_broken"] == 0
