"""What people chose for every kind that this CRM has, read with the connection: one query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentbox_sync.host.registry import get_sources, offered
from agentbox_sync.models import SETTINGS, Connection, KindSettings


def related(path: str = "") -> list[str]:
    """Return what a query for connections selects along; ``path`` goes on from each settings."""
    return [f"{SETTINGS[kind]._meta.model_name}{path}" for kind in offered()]


def settings_of(connection: Connection) -> list[KindSettings]:
    """Return the settings that are saved of a connection, in the order of the card.

    It asks nothing where the connection came with :func:`related`.
    """
    found = (getattr(connection, str(SETTINGS[kind]._meta.model_name), None) for kind in offered())
    return [row for row in found if row is not None]


def running(connection_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the kinds that a run would look at, by connection; a go for other settings is none."""
    rows = Connection.objects.filter(pk__in=list(connection_ids)).select_related(*related())
    return {
        row.pk: [one.KIND for one in settings_of(row) if one.is_on and one.is_approved]
        for row in rows.defer("tokens")
    }


def beginning(kind: str) -> dict[str, Any]:
    """Return what the settings of a kind begin with, beside the defaults of their columns."""
    source = get_sources().get(kind)
    labels = source.first_labels() if source is not None else {}
    return {"categories": labels} if labels else {}


def fresh(connection: Connection, kind: str) -> KindSettings:
    """Return settings that nobody has chosen yet, unsaved."""
    return SETTINGS[kind](connection=connection, **beginning(kind))
