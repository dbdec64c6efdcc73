"""The CRM's rows of one kind, as one connection's settings select them."""

from __future__ import annotations

from agentbox_sync.host.registry import get_mapping, get_sources
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import SETTINGS, Connection, KindSettings
from agentbox_sync.services.chosen import fresh


def store_of(connection: Connection, kind: str, settings: KindSettings | None = None) -> HostStore:
    """Return the rows that a person looks at or writes to for a connection.

    What is written through it is heard by every connection, this one included. ``settings`` are
    the present ones, where they are at hand.
    """
    chosen = settings if settings is not None else settings_of(connection, kind)
    return HostStore(
        get_sources()[kind],
        get_mapping(kind),
        connection.staff,
        chosen.selection(),
    )


def settings_of(connection: Connection, kind: str) -> KindSettings:
    """Return the settings of a kind, unsaved ones while nobody has configured it."""
    model = SETTINGS[kind]
    found = model.objects.filter(connection=connection).first()
    return found or fresh(connection, kind)
