"""What the walks through a running demo share: the demo, who signs in, and Microsoft's moods."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from agentbox_sync.contrib.reference_crm.demo.emulator import answers
from agentbox_sync.contrib.reference_crm.demo.people import MARGARET, STAFF, Person
from tests.builders.demo import RunningDemo, eventually, running_demo

from .console import Console
from .crm_pages import Card, MyOffice, SignIn
from .microsoft_pages import MicrosoftSignIn


@pytest.fixture(scope="session")
def graph_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graph") / "exchanges.jsonl"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, graph_log: Path) -> Iterator[RunningDemo]:
    """One demo for every walk of this process; each test works on staff members of its own."""
    folder = tmp_path_factory.mktemp("walks") / "demo"
    with running_demo(folder, M365_EMULATOR_LOG=str(graph_log)) as running:
        yield running


@pytest.fixture
def console(page: Page) -> Iterator[Console]:
    """The console of the test's pages; whatever is in it at the end fails the test."""
    heard = Console.of(page.context)
    yield heard
    assert not heard.complaints, heard.complaints


def colleague(last_name: str) -> Person:
    """Return who is called so in the demo."""
    return next(person for person in STAFF if person.last_name == last_name)


def sign_in(page: Page, demo: RunningDemo, name: str = MARGARET.login) -> MyOffice:
    return SignIn(page, demo.facts["web"]).as_(name, demo.facts["password"])


def find(office: MyOffice, person: Person) -> Card:
    """Type a name in the left panel, open the staff card, and there the tab Connections."""
    office.type(person.last_name)
    office.result(person.last_name).click()
    return Card(office.page).open_tab()


def card_of(page: Page, demo: RunningDemo, person: Person) -> Card:
    """Sign in as the Master User and open the Connections tab of a colleague."""
    return find(sign_in(page, demo), person)


def accept(page: Page, demo: RunningDemo, account: Person) -> None:
    """Go on to Microsoft, sign in there, and press Accept."""
    Card(page).follow_to_microsoft()
    MicrosoftSignIn(page).as_(account.email, demo.facts["password"])
    MicrosoftSignIn(page).accept()


def slow_down(demo: RunningDemo, *, item_ms: float) -> None:
    """Let Microsoft take its time for each item, so that there is progress to be seen."""
    control(demo, "latency", {"item_ms": item_ms})


def control(demo: RunningDemo, what: str, body: dict[str, Any]) -> None:
    """Do at the emulator's control page what no person in the walk does."""
    with requests.Session() as session:
        session.trust_env = False
        address = f"{demo.facts['emulator']}/_emulator/{what}"
        assert session.post(address, json=body, timeout=30).ok


@contextmanager
def microsoft_away(demo: RunningDemo) -> Iterator[None]:
    """Nobody answers at Microsoft's address; afterwards the supervisor starts it again."""
    demo.process.send_signal(signal.SIGSTOP)  # or the supervisor would be quicker than a person
    killed = demo.kill("emulator")
    try:
        yield
    finally:
        demo.process.send_signal(signal.SIGCONT)
    assert eventually(lambda: demo.group("emulator") != killed)
    assert eventually(lambda: answers(f"{demo.facts['emulator']}/_emulator/stats"))
