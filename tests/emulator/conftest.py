from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import Client, Control, seed


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorServer]:
    """One emulator for all tests of a process; each test starts it over by a reset."""
    log = tmp_path_factory.mktemp("emulator") / "traffic.jsonl"
    with EmulatorServer(log_file=log) as running:
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


@pytest.fixture
def server_log(server: EmulatorServer) -> Path:
    path = server.app.state.emulator.log.path
    assert isinstance(path, Path)
    return path


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [
        t
        for t in set(threading.enumerate()) - before
        if t.name.startswith("m365-emulator") and t.is_alive()
    ]
    assert len(left) <= 1, left  # the session's own server may have been started meanwhile
