from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Staff
from tests.integration.card.conftest import control, emulator, jane, janes_browser, master
from tests.integration.card.office import Desk, a_desk

__all__ = ["control", "emulator", "jane", "janes_browser", "master"]


@pytest.fixture(autouse=True)
def microsoft_is_away(settings: Any) -> None:
    """Who only looks at a page does not need it; ``control`` brings it back."""
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = "http://127.0.0.1:9"


@pytest.fixture
def kind() -> str:
    """Of which kind everything on the card is; a test may ask for others."""
    return "contacts"


@pytest.fixture
def desk(jane: Staff, kind: str) -> Desk:
    """Jane's card with everything that has an address."""
    return a_desk(jane, kind=kind)
