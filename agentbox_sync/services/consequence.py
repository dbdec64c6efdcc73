"""What the end of a run means for its connection: state, reason, and when it may run again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.errors import (
    FixConfiguration,
    SignInAgain,
    SuspendConnection,
    SyncError,
    Throttled,
    TryLater,
)
from agentbox_sync.core.report import Report
from agentbox_sync.engine import Depth
from agentbox_sync.models import Connection
from agentbox_sync.oauth.errors import OrganisationRefused
from agentbox_sync.services import states

LONGEST_PAUSE = timedelta(minutes=15)
FIRST_PAUSE = timedelta(seconds=30)
NAMED = "pause_named"
ORGANISATION_REFUSED = OrganisationRefused.stable_code


def must_wait(connection: Connection, *, forced: bool) -> bool:
    """Tell whether a connection may not run yet.

    Whoever forces a run may cut our own back-off short, never a pause that Microsoft has named:
    requests made meanwhile count against the mailbox (facts, section 7).
    """
    until = connection.not_before
    if until is None or until <= timezone.now():
        return False
    return not forced or bool(connection.reason_parameters.get(NAMED))


def consequence(
    connection: Connection, failure: SyncError | None, report: Report, depth: Depth
) -> dict[str, Any]:
    """Return what the end of a run means for the connection, as column values."""
    if failure is None:
        return _ended(report, depth)
    if isinstance(failure, SignInAgain) and connection.organisation_id is None:
        return _stopped(Connection.State.NEEDS_SIGN_IN, failure)
    if isinstance(failure, SuspendConnection):
        return _stopped(Connection.State.SUSPENDED, failure)
    if isinstance(failure, TryLater):
        return _paused(connection, failure)
    # A setting is wrong, or nothing in the table speaks of this one. Never harmless: nothing
    # goes on by itself for a while, and an engineer finds it in the log. Nobody can sign in for
    # an organisation: its mailboxes are tried again, until its administrator has done something.
    known = isinstance(failure, FixConfiguration) and failure.code != ORGANISATION_REFUSED
    return {
        "not_before": timezone.now() + LONGEST_PAUSE,
        "failures": connection.failures + 1,
        "reason": "configuration" if known else failure.code[:64],
        "reason_parameters": {},
    }


def _ended(report: Report, depth: Depth) -> dict[str, Any]:
    now = timezone.now()
    end: dict[str, Any] = {
        "polled_at": now,
        "failures": 0,
        "not_before": None,
        "wake": report.unfinished,
        "reason": "",
        "reason_parameters": {},
    }
    if report.unfinished:
        # Outcomes that are open become known after the settle delay, and not before it.
        return end | {"not_before": now + conf.seconds("SETTLE_DELAY")}
    end["succeeded_at"] = now
    if depth is Depth.FULL:
        end["scanned_at"] = now
    return end


def _paused(connection: Connection, failure: TryLater) -> dict[str, Any]:
    named = failure.retry_after
    own = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(connection.failures, 6))
    pause = timedelta(seconds=named) if named is not None else own
    return {
        "not_before": timezone.now() + pause,
        "failures": connection.failures + 1,
        "reason": failure.code[:64],
        "reason_parameters": {NAMED: named is not None and isinstance(failure, Throttled)},
        "wake": True,
    }


def _stopped(state: str, failure: SyncError) -> dict[str, Any]:
    stopped = {"reason": failure.code[:64], "reason_parameters": {}, "wake": False}
    return states.learnt(state) | stopped
