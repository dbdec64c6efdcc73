from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import Client, Control, seed

KEPT: set[str] = set()


@pytest.fixture(scope="session")
def server() -> Iterator[EmulatorServer]:
    """One emulator for all tests of a process; each test starts it over by a reset."""
    with EmulatorServer() as running:
        KEPT.add(f"m365-emulator-{running.port}")
        yield running


@pytest.fixture
def control(server: EmulatorServer) -> Iterator[Control]:
    """A freshly seeded emulator and the way to script it."""
    with requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        control.post("reset", {})
        control.post("latency", {})
        control.post("seed", seed())
        yield control


@pytest.fixture
def graph(control: Control) -> Iterator[Client]:
    """Jane's mailbox through Graph, with all scopes granted."""
    with Client(control.url, control.token("jane@harbour.example")) as client:
        yield client


@pytest.fixture(autouse=True)
def no_server_is_left_behind() -> Iterator[None]:
    before = servers()
    yield
    assert servers() - before <= KEPT


def servers() -> set[str]:
    """The emulators that run in this process; other tests may keep one for their session."""
    names = {thread.name for thread in threading.enumerate()}
    return {name for name in names if name.startswith("m365-emulator-")}
