"""What an attacker has: browsers of their own, sign-ins at Microsoft, and ways to look for gain."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import AuditEntry, Connection, Invitation, StaffSettings
from agentbox_sync.services.connect import SESSION_KEY
from tests.builders.crm import a_login
from tests.integration.card.signing_in import PASSWORD, leave
from tests.integration.oauth.visitor import Visitor


def a_self_managed(staff: Staff, **fields: Any) -> User:
    """The login of a staff member who may connect their own card, and nobody else's."""
    StaffSettings.objects.create(staff=staff, self_managed=True)
    return a_login(staff, AGENTS, **fields)


def browser_of(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def signed_in(client: Client, staff: Staff, account: str) -> dict[str, str]:
    """Begin at a card, sign in at Microsoft, and stop before the way back: its query."""
    visitor, url = leave(client, staff)
    return answer_at(visitor, url, account)


def answer_at(visitor: Visitor, url: str, account: str) -> dict[str, str]:
    visitor.sign_in(url, account, PASSWORD)
    if visitor.answer is None:
        visitor.submit("accept")
    visitor.session.close()
    return visitor.came_back()


def stored() -> list[object]:
    """All that a sign-in could leave in the database, tokens included."""
    models = (Connection, Invitation, StaffSettings, AuditEntry)
    return [row for model in models for row in model.objects.order_by("pk").values()]


def flows_of(client: Client) -> set[str]:
    """The states of the sign-ins that a browser has under way."""
    return set(client.session.get(SESSION_KEY, {}))
