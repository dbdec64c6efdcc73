"""Series as Graph writes them: pattern and range, and the dates that differ (resources/event.md).

Of a series Graph shows the master, whose times are those of its first date. Dates that were
cancelled and dates that differ are told on a read of the master by its id, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import EventException, Recurrence, Times
from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.recurrence.clocks import span, wall_of
from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.problems import Obstacle, RuleUnreadable, SeriesError
from agentbox_sync.core.recurrence.rule_text import read_rule, written
from agentbox_sync.core.recurrence.to_graph import expressed
from agentbox_sync.core.recurrence.zones import Zone, zone_of
from agentbox_sync.graph.codecs.bodies import read_body
from agentbox_sync.graph.codecs.times import (
    exchange_name,
    instant_in,
    moment,
    moments_of,
    name_of,
    own_zone,
    read_times,
    told,
    walls_of,
)

Row = Mapping[str, Any]
EXCEPTION_NAMES = frozenset({"cancelledOccurrences", "exceptionOccurrences"})


def read_recurrence(row: Row) -> Recurrence | None:
    """Return how an event comes again, ``None`` for a single one.

    A pattern that nobody can read (another calendar's months) is a rule that nobody can read
    either: the CRM sets such a series aside, and does not take it for a single event.
    """
    if not row["recurrence"]:
        return None
    zone = series_zone(row)
    when = read_times(row)
    try:
        rule, first = read_patterned(row["recurrence"])
        text = written(rule, None if row["isAllDay"] else zone.info)
    except RuleUnreadable:
        start = when["start"] if when else ""
        text = json.dumps(row["recurrence"].get("pattern"), sort_keys=True)
        return Recurrence(rule=text, start=start, zone=name_of(zone))
    if row["isAllDay"]:
        return Recurrence(rule=text, start=first.isoformat(), zone=name_of(zone))
    begin = wall_of(instant_in(row["start"]), zone.info)
    start_on = datetime.combine(first, begin.time())
    return Recurrence(rule=text, start=start_on.isoformat(), zone=name_of(zone))


def series_zone(row: Row) -> Zone:
    """Return the zone on whose clocks a series comes again."""
    bounds = (row.get("recurrence") or {}).get("range") or {}
    named = zone_of(bounds.get("recurrenceTimeZone") or "")
    own = own_zone(row)
    # Its own name says more: an IANA name comes back from a range as the Windows one.
    return own if own.known and (not named.known or own.is_same(named)) else named


def read_exceptions(row: Row) -> list[EventException] | None:
    """Return the dates of a series that differ, by what differs; ``None`` if they are not shown."""
    if not row.get("recurrence"):
        return []
    found = [
        EventException(original=str(name).rpartition(".")[2], cancelled=True)
        for name in row["cancelledOccurrences"] or ()
    ]
    for shown in row["exceptionOccurrences"] or ():
        original = original_of(shown, row)
        if original is None:
            return None  # a date that nobody can name is no reason to forget the others
        own = _own(shown, row, original)
        if own:
            found.append(EventException(original=original, **own))  # type: ignore[typeddict-item]
    return sorted(found, key=lambda item: item["original"])


def original_of(shown: Row, master: Row) -> str | None:
    """Return the date that the rule gives an occurrence, in the zone of its series."""
    try:
        at = datetime.fromisoformat(str(shown.get("originalStart") or ""))
    except ValueError:
        return None
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if master["isAllDay"] and at.time() == time():
        return at.date().isoformat()  # a midnight is answered as a midnight, as in day_of
    return wall_of(at, series_zone(master).info).date().isoformat()


def nominal(when: Times, original: str, zone: Zone) -> Times:
    """Return when a date of a series takes place by its rule; ``when`` is that of its first."""
    start, end = moments_of(when)
    day = date.fromisoformat(original)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return told(day, day + (end - start), zone)
    begin, until = (wall_of(moment, zone.info) for moment in (start, end))
    at = datetime.combine(day, begin.time())
    return told(*span(at, until - begin, zone.info), zone)


def written_series(record: Record) -> dict[str, Any]:
    """Return times and recurrence of a series: Graph wants the first date to be one of the rule.

    Raises SeriesError for a rule that Graph cannot hold, and what ``written_times`` raises.
    """
    asked: Row = record["recurrence"]
    times: Times = record.get("when") or Times(start=asked.get("start") or "")
    named = line(asked.get("zone")) or line(times.get("zone")) or ""
    zone = zone_of(named)
    whole = not isinstance(moments_of(times)[0], datetime)
    begin, until = walls_of(times, zone)
    found = expressed(read_rule(str(asked.get("rule") or "")), begin, None if whole else zone.info)
    if isinstance(found, Obstacle):
        raise SeriesError(f"Exchange has no words for this series ({found}).", code=str(found))
    first = datetime.combine(found.first, begin.time())
    name = exchange_name(zone)
    return {
        "start": moment(first, name),
        "end": moment(first + (until - begin), name),
        "isAllDay": whole,
        "recurrence": {"pattern": found.pattern, "range": found.range},
    }


def _own(shown: Row, master: Row, original: str) -> dict[str, Any]:
    """Return what an occurrence has that its series has not."""
    own: dict[str, Any] = {}
    when, regular = read_times(shown), read_times(master)
    zone = series_zone(master)
    if when and regular and moments_of(when) != moments_of(nominal(regular, original, zone)):
        own["when"] = told(*moments_of(when), zone)
    for atom, read in _TEXTS.items():
        if (text := read(shown)) != read(master):
            own[atom] = text
    return own


def read_place(row: Row) -> str:
    """Return the words of a location."""
    return str((row.get("location") or {}).get("displayName") or "")


_TEXTS: Mapping[str, Callable[[Row], str]] = {
    "subject": lambda row: str(row.get("subject") or ""),
    "location": read_place,
    "body": lambda row: read_body(row.get("body")),
}
