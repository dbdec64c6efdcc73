"""The databases: what web and worker need to write side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DEFAULT_DB_ALIAS, connections, router

from agentbox_sync.models import Connection

IMMEDIATE = (
    'DATABASES["default"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", '
    '"init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"}'
)


def _alias() -> str:
    return router.db_for_write(Connection) or DEFAULT_DB_ALIAS


@register("agentbox_sync")
def check_transactions(**_: Any) -> list[CheckMessage]:
    """Web and worker do not lock each other out."""
    alias = _alias()
    settings = connections.settings.get(alias, {})
    found: list[CheckMessage] = []
    mode = str(settings.get("OPTIONS", {}).get("transaction_mode") or "")
    if settings.get("ENGINE", "").endswith("sqlite3") and mode.upper() != "IMMEDIATE":
        found.append(
            Caution(
                'Web and worker together would meet "database is locked" in SQLite.',
                hint=IMMEDIATE,
                id="agentbox_sync.W080",
            )
        )
    if settings.get("ATOMIC_REQUESTS"):
        found.append(
            Caution(
                "ATOMIC_REQUESTS holds a transaction open while a page of ours asks Microsoft.",
                hint=f'DATABASES["{alias}"]["ATOMIC_REQUESTS"] = False',
                id="agentbox_sync.W081",
            )
        )
    return found


@register("agentbox_sync", Tags.database)
def check_constraints(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The database keeps the promises that our constraints make."""
    alias = _alias()
    if alias not in (databases or ()) or connections[alias].features.supports_partial_indexes:
        return []
    return [
        Error(
            f"{connections[alias].display_name} has no unique indexes with a condition, so one "
            "mailbox could be connected to two people.",
            hint="Use PostgreSQL, or SQLite on one machine.",
            id="agentbox_sync.E082",
        )
    ]
