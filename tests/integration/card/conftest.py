from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.services import microsoft as ours
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card.signing_in import seed


@pytest.fixture
def jane(db: None) -> Staff:
    return a_staff_member("Jane Ashcroft", email="jane@harbourvale.example")


@pytest.fixture
def midday(settings: Any) -> None:
    """The CRM stands where it is midday: what is due in an hour or two is due today."""
    ahead = 12 - datetime.now(UTC).hour
    settings.TIME_ZONE = f"Etc/GMT{-ahead:+d}"  # signs are the other way round there


@pytest.fixture
def master(db: None) -> Client:
    """A Master User's browser."""
    client = Client()
    client.force_login(a_login(None, MASTER_USERS))
    return client


@pytest.fixture
def janes_browser(jane: Staff) -> Client:
    """Jane's own: she may enter the admin, and nothing else is allowed her yet."""
    client = Client()
    client.force_login(a_login(jane, AGENTS))
    return client


@pytest.fixture(scope="module")
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def control(emulator: EmulatorServer, settings: Any) -> Any:
    """Our app reaches the emulator as in the demo; one company with Jane and Tom."""
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = emulator.url
    session = ours.session()

    def control(path: str, body: dict[str, Any]) -> None:
        assert session.post(f"{emulator.url}/_emulator/{path}", json=body, timeout=30).ok

    control("reset", {})
    control("seed", seed())
    return control
