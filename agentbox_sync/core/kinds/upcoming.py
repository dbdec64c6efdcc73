"""When an item takes place next: the order in which people read a list of what is to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.kinds.schedule import DATE_LENGTH
from agentbox_sync.core.recurrence.clocks import instant_of, midnight, wall_of
from agentbox_sync.core.recurrence.problems import SeriesError
from agentbox_sync.core.recurrence.rule import in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.starts import starts
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.core.windows import Turn

# No pattern pauses longer, but for one of leap years.
_AHEAD = timedelta(days=4 * 366)


def turn_of_event(event: Canonical, now: datetime) -> Turn | None:
    """Return the turn of an event; of a series that of its next date that was not cancelled.

    A date that was moved counts as its rule has it.
    """
    when = event.get("when") or {}
    start, end = (_instant(when.get(name)) for name in ("start", "end"))
    if start is None:
        return None
    length = max(end or start, start) - start
    if event.get("recurrence") and start + length < now:
        coming = _next_date(event["recurrence"], event.get("exceptions") or (), now - length)
        return Turn(coming) if coming else Turn(start, is_over=True)
    return Turn(start, is_over=start + length < now)


def turn_of_task(task: Canonical, now: datetime) -> Turn | None:
    """Return the turn of a task: the day on which it is due, until it is done.

    What is overdue is what comes next: whoever reads a list of tasks looks for it at the top.
    """
    del now
    due, progress = _instant(task.get("due")), task.get("progress") or {}
    return Turn(due, is_over=progress.get("status") == "completed") if due else None


def comes_next(before: Canonical, shown: Canonical) -> bool:
    """Tell whether a task is due on the date that the rule of another one has after its own."""
    due, recurrence = _instant(before.get("due")), before.get("recurrence")
    if due is None or not recurrence:
        return False
    coming = _next_date(recurrence, (), due + timedelta(days=1))
    return coming is not None and coming == _instant(shown.get("due"))


def _next_date(recurrence: Mapping[str, Any], exceptions: Any, after: datetime) -> datetime | None:
    """Return the first date of a series that begins at ``after`` or later, as an instant."""
    cancelled = {row["original"] for row in exceptions if row.get("cancelled")}
    text = str(recurrence.get("start"))
    zone = zone_of(str(recurrence.get("zone") or "UTC")).info
    try:
        rule = in_zone(read_rule(str(recurrence.get("rule"))), None)
        begin = datetime.fromisoformat(text).replace(tzinfo=None)
        wall = wall_of(after, zone)
        first = midnight(wall) if len(text) == DATE_LENGTH else wall
        for found in starts(rule, begin, max(first, begin), first + _AHEAD):
            if found.date().isoformat() not in cancelled:
                return instant_of(found, zone)
    except (SeriesError, ValueError, OverflowError):
        pass  # what nobody can expand stands by its first date
    return None


def _instant(text: Any) -> datetime | None:
    """Return an instant; a date begins at its midnight in UTC, which is right to a day."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
