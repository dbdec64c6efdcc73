"""Makes series as a person would write them down: a rule, a start on the clock, a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.clocks import instant_of
from agentbox_sync.core.recurrence.expansion import Deviation, Occurrence, Series
from agentbox_sync.core.recurrence.rule_text import Moment, read_schedule


def a_series(
    text: str,
    start: str,
    end: str,
    zone: str = "Australia/Sydney",
    *,
    without: tuple[str, ...] = (),
    deviations: tuple[Deviation, ...] = (),
) -> Series:
    """A series from clock times like ``2026-01-05 09:00``, or dates for whole days."""
    schedule = read_schedule(text)
    begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
    info = ZoneInfo(zone)
    return Series(
        rule=schedule.rule,
        start=begins,
        length=ends - begins,
        zone=info,
        all_day=len(start) == 10,
        excluded=(*schedule.excluded, *(a_moment(text, info) for text in without)),
        extra=schedule.extra,
        deviations=deviations,
    )


def a_moment(text: str, zone: ZoneInfo) -> Moment:
    """A date, or the instant at which the clocks of a zone show a time."""
    if len(text) == 10:
        return date.fromisoformat(text)
    return instant_of(datetime.fromisoformat(text), zone)


def a_window(begin: str, end: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the midnight of a date to that of another, in a zone."""
    first, last = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (begin, end))
    return first.astimezone(UTC), last.astimezone(UTC)


def told(occurrence: Occurrence, zone: ZoneInfo) -> str:
    """An occurrence as a person reads it off the clocks of a zone: ``2026-01-05 09:00-10:00``.

    The end carries its date where that is another one; whole days are dates, the last included.
    """
    start, end = occurrence.start, occurrence.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        last = end - timedelta(days=1)
        return str(start) if last == start else f"{start}/{last}"
    first, last = start.astimezone(zone), end.astimezone(zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M}-{until}"
