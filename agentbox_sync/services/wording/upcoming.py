"""When the next run is expected, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agentbox_sync.models import Connection, Run
from agentbox_sync.services.wording.conditions import PAUSES, Condition, Facts
from agentbox_sync.services.wording.moments import when


def next_run(
    found: Condition, facts: Facts, polled_at: datetime | None, interval: timedelta
) -> str:
    """Return when both sides are looked at next; "" where no account is connected.

    ``polled_at`` is when that was done last, ``interval`` the time between two looks.
    """
    if found in (Condition.NOT_OFFERED, Condition.NOT_CONNECTED):
        return ""
    for holds, words in _ORDER:
        if holds(facts):
            return words(facts)
    due = next_at(facts, polled_at, interval) or facts.now
    return _("Within a minute") if due <= facts.now else capfirst(when(due, facts.now))


def next_at(facts: Facts, polled_at: datetime | None, interval: timedelta) -> datetime | None:
    """Return when both sides are looked at next; ``None`` where somebody has to act first."""
    if facts.state != Connection.State.CONNECTED:
        return None
    if facts.leaving is None and not (facts.is_on and (facts.is_approved or facts.open_run)):
        return None
    due = facts.now if polled_at is None or facts.open_run else polled_at + interval
    return max(filter(None, (facts.now, due, facts.not_before)))


def looked_at(connection: Connection) -> datetime | None:
    """Return when the schedule looked last; ``None`` where it is called to look at once."""
    return None if connection.wake else connection.polled_at


def _allowed(facts: Facts) -> str:
    until = facts.not_before or facts.now
    reason = (facts.last_error or facts.reason).lower()
    if reason in PAUSES or facts.open_run:
        return _("After Microsoft allows it, %(when)s") % {"when": when(until, facts.now)}
    return capfirst(when(until, facts.now))


_STOPPED = (Connection.State.NEEDS_SIGN_IN, Connection.State.SUSPENDED)
_ORDER: tuple[tuple[Callable[[Facts], bool], Callable[[Facts], str]], ...] = (
    (lambda f: f.state == Connection.State.PAUSED, lambda _f: _("None while it is paused")),
    (lambda f: f.state in _STOPPED, lambda _f: _("None before somebody signs in again")),
    (
        lambda f: not f.is_on and f.leaving is None,
        lambda _f: _("None while every Sync Status is Disabled"),
    ),
    (lambda f: f.open_run == Run.State.RUNNING, lambda _f: _("Running now")),
    (
        lambda f: f.is_undecided and f.leaving is None,
        lambda _f: _("None before somebody says go"),
    ),
    (lambda f: not f.worker_alive, lambda _f: _("As soon as a worker runs again")),
    (lambda f: f.is_waiting, _allowed),
    (lambda f: f.open_run == Run.State.QUEUED, lambda _f: _("About to begin")),
)
