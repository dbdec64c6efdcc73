"""When events take place, in canonical form: two instants or two dates, and the dates of a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.text import line, paragraph
from agentbox_sync.core.recurrence.clocks import instant_of, wall_of
from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.problems import Obstacle, SeriesError
from agentbox_sync.core.recurrence.rule import Rule, in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule, written
from agentbox_sync.core.recurrence.to_graph import expressed
from agentbox_sync.core.recurrence.zones import Zone, zone_of

Moment = datetime | date | str | None
DATE_LENGTH = len("2026-01-05")


def when(value: Any, locality: Locality) -> dict[str, str | None] | None:
    """Two instants to the second, whatever the zone they are told in; all-day, two dates."""
    if not value or not line(value.get("start")):
        return None
    start, end = (_moment(value.get(name), value, locality) for name in ("start", "end"))
    if _is_day(start):
        # A whole day that ends on its own midnight is that day: some programs write no other end.
        end = end if _is_day(end) and str(end) > str(start) else _day_after(start)
    return {"start": _told(start), "end": _told(start if end is None else end)}


def _moment(text: Any, times: Any, locality: Locality) -> Moment:
    """Return an instant (UTC), a date, or as a text what is neither."""
    folded = line(text)
    try:
        moment = datetime.fromisoformat(folded or "").replace(microsecond=0)
        if times.get("all_day") or len(folded or "") == DATE_LENGTH:
            return moment.date()
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return instant_of(moment, _zone(times, locality).info)
    except (ValueError, OverflowError):
        return folded


def _is_day(moment: Moment) -> bool:
    return isinstance(moment, date) and not isinstance(moment, datetime)


def _day_after(day: Moment) -> Moment:
    return day + timedelta(days=1) if isinstance(day, date) and day < date.max else day


def _told(moment: Moment) -> str | None:
    if isinstance(moment, datetime):
        return f"{moment.replace(tzinfo=None).isoformat()}Z"
    return moment.isoformat() if isinstance(moment, date) else moment


def _zone(value: Any, locality: Locality) -> Zone:
    return zone_of(line(value.get("zone")) or locality.zone)


def recurrence(value: Any, locality: Locality) -> dict[str, str | None] | None:
    """The dates that the rule names, on the clocks of their zone; the words it says them in not.

    Ten times and until the tenth date are the same; so are the names that a zone has.
    """
    text = paragraph((value or {}).get("rule"))
    if text is None:
        return None
    zone, start = _zone(value, locality), line(value.get("start"))
    try:
        begin = datetime.fromisoformat(start or "").replace(microsecond=0)
        begin = begin if begin.tzinfo is None else wall_of(begin, zone.info)
        clock = None if len(start or "") == DATE_LENGTH else zone.info
        rule, begin = _plain(read_rule(text), begin, clock)
    except (ValueError, OverflowError, SeriesError):
        return {"rule": text, "start": start, "zone": zone.family}
    if clock is None:
        return {"rule": written(rule), "start": begin.date().isoformat(), "zone": None}
    return {"rule": written(rule), "start": begin.isoformat(), "zone": zone.family}


def _plain(rule: Rule, begin: datetime, zone: ZoneInfo | None) -> tuple[Rule, datetime]:
    """Return one rule for all that name the same dates, and its first date."""
    found = expressed(rule, begin, zone)
    if isinstance(found, Obstacle):
        return in_zone(rule, zone), begin
    plain, first = read_patterned({"pattern": found.pattern, "range": found.range})
    plain = replace(plain, count=None, until=found.last)
    if plain.interval == 1 or len(plain.by_day) == 1:
        plain = replace(plain, week_start=0)  # it begins on one of its days: weeks count the same
    return plain, datetime.combine(first, begin.time())
