"""Makes connections and what belongs to them, as the engine leaves them behind."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Staff, Task
from agentbox_sync.core.changes import LinkState, Origin
from agentbox_sync.core.rules import Status
from agentbox_sync.forms import FORMS
from agentbox_sync.models import (
    Connection,
    ContactSettings,
    Heartbeat,
    Link,
    Organisation,
    Preview,
    Review,
    Run,
)
from agentbox_sync.services import heartbeat
from agentbox_sync.services.outcomes import numbers

_numbers = itertools.count(1)
_KINDS: dict[type[Model], str] = {Contact: "contacts", Appointment: "calendar", Task: "tasks"}


def kind_of(row: Model) -> str:
    return _KINDS[type(row)]


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


def an_organisation(**fields: Any) -> Organisation:
    """A tenant that is connected as a whole; the same one however often it is asked for."""
    values = {"name": "harbourvale.example", "connected_at": ago(days=3), "renewed_at": ago(days=3)}
    tenant_id = "99999999-8888-4777-8666-555555555555"
    found, _ = Organisation.objects.get_or_create(tenant_id=tenant_id, defaults=values | fields)
    return found


def settings_of(connection: Connection, status: str = Status.ONE_WAY, **fields: Any) -> Any:
    """The contact settings, switched on; approved unless `approved=False`."""
    approved = fields.pop("approved", True)
    settings = ContactSettings(connection=connection, status=str(status), **fields)
    if approved:
        settings.approved = settings.fingerprint
        settings.approved_at = ago(days=2)
    settings.save()
    return settings


def answers(settings: ContactSettings, **changes: Any) -> dict[str, Any]:
    """What the form sends for settings, as a browser does; a change to None leaves one out."""
    chosen = {
        "status": settings.status,
        "removal": settings.removal,
        "target": settings.target,
        "strict": "on" if settings.strict else None,
        "conflict": settings.conflict,
        "deletion": settings.deletion,
        "adoption": settings.adoption,
        "classes": settings.classes,
        "primary_owner_only": str(settings.primary_owner_only),
        **{f"category-{key}": name for key, name in settings.categories.items()},
        "version": settings.version,
        **changes,
    }
    return {f"contacts-{name}": value for name, value in chosen.items() if value is not None}


def shown_answers(settings: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of any kind; a change to None leaves one out."""
    form, sent = FORMS[settings.KIND](settings), dict[str, Any]()
    for name, field in form.fields.items():
        said = changes.get(name, form[name].value())
        if isinstance(field, forms.BooleanField):
            said = "on" if said else None
        if said is not None:
            sent[f"{settings.KIND}-{name}"] = said
    return sent


def a_syncing_connection(staff: Staff, **fields: Any) -> Connection:
    """Connected, switched on, approved, and right five minutes ago; a worker is alive."""
    connection = a_connection(staff, **{"succeeded_at": ago(minutes=5), **fields})
    settings_of(connection)
    a_heartbeat()
    return connection


def a_paused_connection(staff: Staff, **fields: Any) -> Connection:
    """The same, paused by nobody who is known unless somebody is named."""
    pause = {"state": Connection.State.PAUSED, "paused_at": timezone.now()}
    return a_syncing_connection(
        staff, **{**pause, "paused_state": Connection.State.CONNECTED, **fields}
    )


def a_heartbeat(at: datetime | None = None) -> None:
    Heartbeat.objects.update_or_create(
        name=heartbeat.NAME, defaults={"beaten_at": at or timezone.now()}
    )


def a_preview(settings: Any, state: str = Preview.State.READY, **fields: Any) -> Preview:
    """What a worker found for these settings, or is about to find."""
    made = None if state in ("asked", "making", "failed") else ago(minutes=2)
    return Preview.objects.create(
        connection=settings.connection,
        kind=settings.KIND,
        state=state,
        **{
            "fingerprint": settings.fingerprint,
            "asked_at": ago(minutes=3),
            "made_at": made,
            **fields,
        },
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
            **numbers(fields.get("counts", {})),
            **fields,
        },
    )


def a_link(connection: Connection, row: Model | None = None, **fields: Any) -> Link:
    """The pair of a row of any kind; without one, of a contact that is gone."""
    number = next(_numbers)
    model = row._meta.label_lower if row else "agentbox_crm.contact"
    return Link.objects.create(
        connection=connection,
        **{
            "kind": kind_of(row) if row else "contacts",
            "local_model": model,
            "local_pk": str(row.pk) if row else str(10_000_000 + number),
            "state": LinkState.ACTIVE.value,
            "origin": Origin.CRM.value,
            "remote_id": f"AAMk{number}",
            "stamp": f"stamp-{number}",
            **fields,
        },
    )


def set_aside(connection: Connection, row: Model | None, error: str) -> Link:
    return a_link(connection, row, state=LinkState.QUARANTINED.value, remote_id="", error=error)


def a_stop(connection: Connection, items: Sequence[Model], **fields: Any) -> Review:
    """A guard stop over these rows of one kind, all of which left the selection."""
    rows = [
        {
            "model": item._meta.label_lower,
            "pk": str(item.pk),
            "action": "delete",
            "cause": "left, removed",
        }
        for item in items
    ]
    return Review.objects.create(
        connection=connection,
        kind=kind_of(items[0]),
        **{"plan_hash": "f" * 32, "rows": rows, "limit": 10, "opened_at": ago(hours=1), **fields},
    )
