from __future__ import annotations

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from tests.builders.crm import a_login, a_staff_member


@pytest.fixture
def jane(db: None) -> Staff:
    return a_staff_member("Jane Ashcroft", email="jane@harbourvale.example")


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
