"""What a first line is made from, read off rows that somebody has fetched; no query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agentbox_sync.models import KindSettings, Preview, Run
from agentbox_sync.services import heartbeat, preview
from agentbox_sync.services.history import person_name
from agentbox_sync.services.wording.conditions import Look
from agentbox_sync.services.wording.foreseen import lead


def facts_of(
    connection: Any,
    settings: Sequence[KindSettings],
    runs: Sequence[Run],
    *,
    waiting_removals: int,
    set_aside: int,
) -> dict[str, Any]:
    """Return what a headline needs to know of a live connection.

    ``connection`` carries ``last_beat``, the worker's last sign of life, and was fetched with who
    paused it; ``runs`` are the newest first, an open one and the last finished one among them.
    """
    on = [row for row in settings if row.is_on]
    owes_work = bool(on) or connection.is_leaving
    done = next((run for run in runs if run.state == Run.State.FINISHED), None)
    # An idle tick writes no run: a success after the newest run makes its error history.
    since = connection.succeeded_at
    counts = done is not None and (
        since is None or done.finished_at is None or done.finished_at > since
    )
    is_left = bool(set_aside or waiting_removals)
    return {
        "account": connection.user_name or connection.display_name,
        "by_organisation": connection.organisation_id is not None,
        "state": connection.state,
        "reason": connection.reason,
        "paused_at": connection.paused_at,
        "paused_by": person_name(connection.paused_by),
        "paused_state": connection.paused_state,
        "leaving": sum(connection.leaving_amounts.values()) if connection.is_leaving else None,
        "is_stuck": connection.is_leaving and is_left and _has_ended(connection, runs),
        "is_on": bool(on),
        "kinds": tuple(row.KIND for row in on),
        "is_approved": all(row.is_approved for row in on),
        "succeeded_at": connection.succeeded_at,
        "not_before": connection.not_before,
        "failures": connection.failures,
        "open_run": next((run.state for run in runs if run.state != Run.State.FINISHED), ""),
        "last_error": (done.error if done is not None and counts else "") or connection.reason
        if connection.failures
        else "",
        "is_unfinished": bool(done is not None and counts and done.unfinished),
        "worker_alive": not owes_work or heartbeat.is_recent(connection.last_beat),
        "last_beat": connection.last_beat,
        "waiting_removals": waiting_removals,
        "set_aside": set_aside,
    }


def _has_ended(connection: Any, runs: Sequence[Run]) -> bool:
    """Tell whether a removal came to an end: where something is left, a person has to decide."""
    newest = runs[0] if runs else None
    ended = newest is not None and newest.state == Run.State.FINISHED and not newest.unfinished
    return ended and connection.failures == 0


def look_of(
    settings: Sequence[KindSettings], previews: Sequence[Preview], name: str, now: datetime
) -> dict[str, Any]:
    """Return how far the look at the kinds is that nobody has said go to."""
    wanted = [row for row in settings if row.is_on and not row.is_approved]
    found = [(row.KIND, preview.shown(previews, row, now)) for row in wanted]
    if not found:
        return {}
    for kind, row in found:
        if row is not None and row.state == Preview.State.FAILED:
            return {"look": Look.FAILED, "look_error": row.error, "undecided": kind}
    for kind, row in found:
        if row is None:
            return {"undecided": kind}
    for kind, row in found:
        if row is not None and row.state in preview.OPEN:
            return {"look": Look.OPEN, "undecided": kind}
    kind, ready = found[0]
    said = lead(kind, ready.counts, name) if ready is not None else ""
    return {"look": Look.READY, "undecided": kind, "outlook": said}
