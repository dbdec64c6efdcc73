"""How every connection is, for scripts."""

from __future__ import annotations

from typing import Any

from agentbox_sync.models import Connection, KindSettings
from agentbox_sync.services import chosen


def read_status() -> list[dict[str, Any]]:
    """Return one entry a connection, disconnected ones included; ids, states and moments only."""
    return [
        {
            "connection": connection.pk,
            "staff": str(connection.staff_id) if connection.staff_id is not None else "",
            "state": connection.state,
            "reason": connection.reason,
            "paused_at": _moment(connection.paused_at),
            "leaving_at": _moment(connection.leaving_at),
            "not_before": _moment(connection.not_before),
            "polled_at": _moment(connection.polled_at),
            "succeeded_at": _moment(connection.succeeded_at),
            "kinds": {row.KIND: _state(row) for row in chosen.settings_of(connection)},
        }
        for connection in Connection.objects.select_related(*chosen.related()).order_by("pk")
    ]


def _state(row: KindSettings) -> str:
    return row.status if not row.is_on or row.is_approved else f"{row.status}, no go yet"


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None
