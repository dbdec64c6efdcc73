"""Makes connections and what belongs to them, as the engine leaves them behind."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.changes import LinkState, Origin
from agentbox_sync.core.rules import Status
from agentbox_sync.models import (
    Connection,
    ContactSettings,
    Heartbeat,
    Link,
    Review,
    Run,
)
from agentbox_sync.services import heartbeat

_numbers = itertools.count(1)


def ago(**length: float) -> datetime:
    return timezone.now() - timedelta(**length)


def later(**length: float) -> datetime:
    return timezone.now() + timedelta(**length)


def a_connection(staff: Staff | None, **fields: Any) -> Connection:
    number = next(_numbers)
    return Connection.objects.create(
        staff=staff,
        **{
            "tenant_id": "99999999-8888-4777-8666-555555555555",
            "object_id": f"00000000-0000-4000-8000-{number:012}",
            "user_name": f"mailbox{number}@harbourvale.example",
            "display_name": "Jane Ashcroft",
            "connected_at": ago(days=3),
            "tokens": "a token that nobody may see",
            **fields,
        },
    )


def settings_of(connection: Connection, status: str = Status.ONE_WAY, **fields: Any) -> Any:
    """The contact settings, switched on; approved unless `approved=False`."""
    approved = fields.pop("approved", True)
    settings = ContactSettings(connection=connection, status=str(status), **fields)
    if approved:
        settings.approved = settings.fingerprint
        settings.approved_at = ago(days=2)
    settings.save()
    return settings


def a_syncing_connection(staff: Staff, **fields: Any) -> Connection:
    """Connected, switched on, approved, and right five minutes ago; a worker is alive."""
    connection = a_connection(staff, **{"succeeded_at": ago(minutes=5), **fields})
    settings_of(connection)
    a_heartbeat()
    return connection


def a_heartbeat(at: datetime | None = None) -> None:
    Heartbeat.objects.update_or_create(
        name=heartbeat.NAME, defaults={"beaten_at": at or timezone.now()}
    )


def a_run(connection: Connection, state: str = Run.State.FINISHED, **fields: Any) -> Run:
    started = fields.pop("started_at", ago(minutes=6))
    is_open = state != Run.State.FINISHED
    return Run.objects.create(
        connection=connection,
        state=state,
        **{
            "cause": Run.Cause.PERSON,
            "kinds": ["contacts"],
            "asked_at": started,
            "started_at": None if state == Run.State.QUEUED else started,
            "finished_at": None if is_open else started + timedelta(seconds=42),
            **fields,
        },
    )


def a_link(connection: Connection, contact: Contact | None = None, **fields: Any) -> Link:
    number = next(_numbers)
    return Link.objects.create(
        connection=connection,
        kind="contacts",
        local_model="agentbox_crm.contact",
        local_pk=str(contact.pk) if contact else str(10_000_000 + number),
        **{
            "state": LinkState.ACTIVE.value,
            "origin": Origin.CRM.value,
            "remote_id": f"AAMk{number}",
            "stamp": f"stamp-{number}",
            **fields,
        },
    )


def set_aside(connection: Connection, contact: Contact | None, error: str) -> Link:
    return a_link(connection, contact, state=LinkState.QUARANTINED.value, remote_id="", error=error)


def a_stop(connection: Connection, contacts: list[Contact], **fields: Any) -> Review:
    """A guard stop over these contacts, all of which left the selection."""
    rows = [
        {
            "model": "agentbox_crm.contact",
            "pk": str(contact.pk),
            "action": "delete",
            "cause": "left, removed",
        }
        for contact in contacts
    ]
    return Review.objects.create(
        connection=connection,
        kind="contacts",
        **{"plan_hash": "f" * 32, "rows": rows, "limit": 10, "opened_at": ago(hours=1), **fields},
    )
