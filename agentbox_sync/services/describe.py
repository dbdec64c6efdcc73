"""A run in the JSON form that scripts rely on."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.report import Report
from agentbox_sync.models import Connection


def describe(connection: Connection, report: Report) -> dict[str, Any]:
    """Return one run as design section 11 promises it."""
    return {
        "staff": str(connection.staff_id),
        "connection": connection.pk,
        **report.as_json(),
    }
