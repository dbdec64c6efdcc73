"""Wall-clock times and instants: the one place that decides what a clock change does to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the clocks of a zone show ``wall`` (naive).

    A time that is left out in spring is counted from before the gap, so half past two becomes
    half past three; of the two in autumn it is the first. RFC 5545, section 3.3.5, says so. What
    Exchange does is unconfirmed; the alternative for autumn (.NET's) is ``fold=1``.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks of a zone show at an instant (aware), naive."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def told(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant (aware) as the clocks of a zone show it, naive wherever that is enough.

    With its offset where they show the same time twice, and it is the second one.
    """
    wall = wall_of(instant, zone)
    is_first = instant_of(wall, zone) == instant
    return (wall if is_first else instant.astimezone(zone)).isoformat()


def midnight(day: date) -> datetime:
    """Return the beginning of a date, naive."""
    return datetime.combine(day, time())


def last_moment(until: date | datetime, zone: ZoneInfo | None) -> datetime:
    """Return the end of a rule as a wall-clock time that still belongs to it, naive.

    Without a zone the days are whole ones, and only the date counts, as it is written: what
    programs write beside it is an end of the day in one zone or another.
    """
    if not isinstance(until, datetime) or zone is None:
        return datetime.combine(until, time.max)
    return until if until.tzinfo is None else wall_of(until, zone)


def span(wall: datetime, length: timedelta, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of what lasts ``length`` by the clocks of a zone.

    Both ends keep their time on the clock, over a clock change too. Where that would end it
    before it starts (its start fell into a gap and its end did not), it keeps its length.
    """
    start, end = instant_of(wall, zone), instant_of(wall + length, zone)
    return start, end if end >= start else start + length
