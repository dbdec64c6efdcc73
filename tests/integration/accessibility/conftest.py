from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from tests.builders.crm import a_login, a_staff_member
from tests.integration.accessibility.visitor import Visitor
from tests.integration.card.conftest import control, emulator

__all__ = ["control", "emulator"]


@pytest.fixture
def jane(transactional_db: None) -> Staff:
    return a_staff_member("Jane Ashcroft", email="jane@harbourvale.example")


@pytest.fixture
def visitor(page: Page, live_server: Any, transactional_db: None) -> Visitor:
    """A browser in which nobody is signed in yet."""
    return Visitor(page, live_server.url)


@pytest.fixture
def master(visitor: Visitor) -> Visitor:
    """A Master User's browser."""
    visitor.enter(a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen"))
    return visitor
