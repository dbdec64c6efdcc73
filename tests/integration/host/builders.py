"""Connections for tests of the host side, on any staff model."""

from __future__ import annotations

import itertools
from typing import Any

from django.db import models
from django.utils import timezone

from agentbox_sync.core.changes import LinkState, LocalKey, Origin
from agentbox_sync.core.rules import Status
from agentbox_sync.models import SETTINGS, Connection, Link, LocalChange

_numbers = itertools.count(1)


def a_connection(staff: models.Model, status: str = Status.ONE_WAY, **fields: Any) -> Connection:
    """A live connection with contacts switched on; nobody has been looked at since."""
    number = next(_numbers)
    connection = Connection.objects.create(
        staff=staff,
        **{
            "tenant_id": "99999999-8888-4777-8666-555555555555",
            "object_id": f"00000000-0000-4000-8000-{number:012}",
            "connected_at": timezone.now(),
            "tokens": "a token that nobody may see",
            **fields,
        },
    )
    for model in SETTINGS.values():
        model.objects.create(connection=connection, status=str(status))
    return connection


def a_link(connection: Connection, item: models.Model, state: LinkState = LinkState.ACTIVE) -> Link:
    number = next(_numbers)
    return Link.objects.create(
        connection=connection,
        kind="contacts",
        local_model=item._meta.label_lower,
        local_pk=str(item.pk),
        remote_id=f"remote-{number}",
        stamp=f"stamp-{number}",
        state=state.value,
        origin=Origin.CRM.value,
    )


def key_of(item: models.Model) -> LocalKey:
    return LocalKey(item._meta.label_lower, str(item.pk))


def forget_hints() -> None:
    """What building the test has noticed is not what the test is about."""
    LocalChange.objects.all().delete()
    Connection.objects.update(wake=False, wants_full=False)


def hinted(connection: Connection) -> set[str]:
    """The keys of the items that this connection was told to look at."""
    return set(LocalChange.objects.filter(connection=connection).values_list("local_pk", flat=True))
