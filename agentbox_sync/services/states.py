"""In which state a connection is: what Microsoft allows, and above it the pause of a person.

Whoever learns what Microsoft allows says so here, so that it neither ends a pause nor gets lost
beneath it. Beginning and ending a pause is :mod:`agentbox_sync.services.pause`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Value, When

from agentbox_sync.models import Connection

State = Connection.State


def learnt(state: str) -> dict[str, Any]:
    """Return the columns by which one UPDATE says what Microsoft allows."""
    is_paused = When(state=State.PAUSED, then=Value(State.PAUSED.value))
    beneath = When(state=State.PAUSED, then=Value(state))
    return {
        "state": Case(is_paused, default=Value(state)),
        "paused_state": Case(beneath, default=Value("")),
    }


def learn(connection: Connection, state: str) -> None:
    """Say the same on a row that is locked and saved by the caller."""
    if connection.state == State.PAUSED:
        connection.paused_state = state
    else:
        connection.state = state


def over() -> dict[str, Any]:
    """Return the columns of a connection that is not paused."""
    return {"paused_state": "", "paused_at": None, "paused_by": None}
