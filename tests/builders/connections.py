"""Makes connections as a sign-in leaves them behind, and what a person chose for them."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from agentbox_sync.core.rules import Status
from agentbox_sync.models import CalendarSettings, Connection, ContactSettings, KindSettings
from tests.builders.crm import a_staff_member

_numbers = itertools.count(1)


def a_mailbox_connection(staff: Any = None, **columns: Any) -> Connection:
    """A live connection to a mailbox that no other connection has."""
    number = next(_numbers)
    return Connection.objects.create(
        staff=staff or a_staff_member(),
        **{
            "tenant_id": "99999999-8888-4777-8666-555555555555",
            "object_id": f"10000000-0000-4000-8000-{number:012}",
            "connected_at": timezone.now(),
            "tokens": "sealed",
            **columns,
        },
    )


def contact_settings(connection: Connection, *, approved: bool = True, **values: Any) -> Any:
    """One-way contacts with these settings, and the go of a person."""
    return chosen(ContactSettings, connection, approved=approved, **values)


def calendar_settings(connection: Connection, *, approved: bool = True, **values: Any) -> Any:
    """A one-way calendar with these settings, and the go of a person."""
    return chosen(CalendarSettings, connection, approved=approved, **values)


def chosen(
    model: type[KindSettings], connection: Connection, *, approved: bool = True, **values: Any
) -> Any:
    """One-way settings of any kind, with these values and the go of a person."""
    settings, _ = model.objects.get_or_create(connection=connection)
    for name, value in {"status": str(Status.ONE_WAY), **values}.items():
        setattr(settings, name, value)
    settings.approved = settings.fingerprint if approved else ""
    settings.save()
    return settings
