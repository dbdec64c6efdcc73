"""What of an event others are concerned by, when it takes place, and how its dates are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from agentbox_sync.core.kinds import Canonical, Record
from agentbox_sync.core.recurrence.problems import SeriesError
from agentbox_sync.core.recurrence.rule import in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.to_graph import last_of
from agentbox_sync.core.ties import FOREIGN, GUESTS, ONLINE
from agentbox_sync.core.windows import Window

SCHEDULE = frozenset({"when", "recurrence", "exceptions"})
SHARED = frozenset({"subject", "location", "body", "sensitivity"}) | SCHEDULE
"""What of a meeting its guests see as well: all but what is personal to the mailbox's owner."""

_PRIVATE = frozenset({"private", "confidential"})
# A clock is at most so far from UTC, and a date so long.
_MARGIN = timedelta(days=1)


def closed(ties: frozenset[str]) -> frozenset[str]:
    """Return the atoms that are not written where others are concerned by an event.

    Exchange tells the guests of everything but what is personal. The text of an online meeting
    holds the way into it, which is not ours to write over.
    """
    if not ties.isdisjoint({GUESTS, FOREIGN}):
        return SHARED
    return frozenset({"body"}) if ONLINE in ties else frozenset()


def untold(shown: Canonical) -> frozenset[str]:
    """Return the schedule of a series: a changed one calls every single date off before."""
    return SCHEDULE if shown.get("recurrence") else frozenset()


def is_private(record: Record) -> bool:
    """Tell whether an event is for its owner's eyes alone."""
    return str(record.get("sensitivity") or "").casefold() in _PRIVATE


def takes_place(event: Canonical, window: Window) -> bool:
    """Tell whether an event, or any date of a series, takes place in a window.

    An endless series does from its start on; of what says no time nobody can tell that it does
    not. Dates that were moved count with the rule: whoever moved one is seen by its own time.
    """
    when = event.get("when")
    start, end = (_moment((when or {}).get(name)) for name in ("start", "end"))
    if start is None:
        return True
    end = max(end or start, start)
    if event.get("recurrence"):
        last = _last(event["recurrence"], end - start)
        moved = [_span(row.get("when")) for row in event.get("exceptions") or ()]
        spans = [span for span in moved if span is not None]
        if any(begin < window.end and over > window.start for begin, over in spans):
            return True
        return start < window.end and (last is None or last > window.start)
    return start < window.end and (end > window.start or start == end >= window.start)


def _span(when: Any) -> tuple[datetime, datetime] | None:
    start, end = (_moment((when or {}).get(name)) for name in ("start", "end"))
    return (start, max(end or start, start)) if start else None


def _moment(text: Any) -> datetime | None:
    """Return an instant; a date begins at its midnight in UTC, which is right to a day."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _last(recurrence: Mapping[str, Any], length: timedelta) -> datetime | None:
    """Return when a series is over, to a day; ``None`` where it has no end or nobody can tell."""
    last = _last_date(str(recurrence.get("rule")), str(recurrence.get("start")))
    return datetime.combine(last, time.max, tzinfo=UTC) + length + _MARGIN if last else None


@lru_cache(maxsize=4096)  # it is asked of every series in every run
def _last_date(rule: str, start: str) -> date | None:
    try:
        # Canonical rules end by the clock of the series.
        plain = in_zone(read_rule(rule), None)
        return last_of(plain, datetime.fromisoformat(start).replace(tzinfo=None))
    except (SeriesError, ValueError, TypeError, OverflowError):
        return None
