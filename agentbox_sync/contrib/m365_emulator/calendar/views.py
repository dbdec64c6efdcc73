from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .moments import at_wall, instant, length, local_of, moment_of, wall
from .records import EXCEPTION, MASTER, OCCURRENCE, SINGLE, Event, Values, occurrence_id, uid_of
from .recurrence import dates

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Instance:
    """One thing that a calendar lists: a single event, a series as such, or one date of it."""

    event: Event
    kind: str
    values: Values
    extended: Mapping[str, str]
    start: datetime
    end: datetime
    day: str = ""  # the date that the pattern gave

    @property
    def open(self) -> Mapping[str, Mapping[str, Any]]:
        """Open extensions belong to the whole."""
        return self.event.open

    @property
    def uid(self) -> str:
        return uid_of(self.event, self.day)

    def id(self, immutable: bool) -> str:
        whole = self.event.key if immutable else self.event.rest_id
        return occurrence_id(whole, self.day) if self.day else whole

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether any of it lies in a window; what takes no time lies where it starts."""
        return self.start < end and (self.end > start or self.start == self.end >= start)


def whole(event: Event) -> Instance:
    """An event as such: what lists of events show."""
    kind = MASTER if event.is_series else SINGLE
    start, end = instant(event.values["start"]), instant(event.values["end"])
    return Instance(event, kind, event.values, event.extended, start, end)


def zone_of(event: Event) -> str:
    """The name of the zone whose clocks a series follows."""
    named = event.values["recurrence"]["range"]["recurrenceTimeZone"]
    return str(named or event.values["start"]["timeZone"])


def in_window(event: Event, start: datetime, end: datetime) -> list[Instance]:
    """What of an event a calendar shows between two instants, in order."""
    if not event.is_series:
        single = whole(event)
        return [single] if single.overlaps(start, end) else []
    margin = length(event.values["start"], event.values["end"]) + 2 * DAY
    first = (max(start, datetime.min.replace(tzinfo=start.tzinfo) + 400 * DAY) - margin).date()
    last = (min(end, datetime.max.replace(tzinfo=end.tzinfo) - 400 * DAY) + 2 * DAY).date()
    found = [
        regular(event, day)
        for day in dates(event.values["recurrence"], first, last)
        if day.isoformat() not in event.changes and day.isoformat() not in event.cancelled
    ]
    found += exceptions(event)
    return sorted((i for i in found if i.overlaps(start, end)), key=lambda i: (i.start, i.day))


def exceptions(event: Event) -> list[Instance]:
    return [
        changed(event, day)
        for day in sorted(event.changes)
        if day not in event.cancelled and event.is_series
    ]


def on_day(event: Event, day: str) -> Instance | None:
    """One date of a series, or None where there is none or it was cancelled."""
    if not event.is_series or day in event.cancelled:
        return None
    if day in event.changes:
        return changed(event, day)
    wanted = date.fromisoformat(day)
    found = next(dates(event.values["recurrence"], wanted, wanted), None)
    return regular(event, found) if found else None


def regular(event: Event, day: date) -> Instance:
    """A date as the pattern gives it: the same hours on the clocks of the zone of the series."""
    name = zone_of(event)
    values = event.values
    begin = local_of(values["start"])
    if name != values["start"]["timeZone"]:
        begin = wall(instant(values["start"]), name)
    local = datetime.combine(day, begin.time())
    until = local + length(values["start"], values["end"])
    own = {
        **values,
        "recurrence": None,
        "start": moment_of(local, name),
        "end": moment_of(until, name),
    }
    start, end = at_wall(local, name), at_wall(until, name)
    if end < start:  # the clocks leave out its start, but not its end
        end = start + (until - local)
        own["end"] = moment_of(wall(end, name), name)
    return Instance(event, OCCURRENCE, own, event.extended, start, end, day.isoformat())


def changed(event: Event, day: str) -> Instance:
    """A date that differs: what was not changed in it is still that of the series."""
    base, own = regular(event, date.fromisoformat(day)), event.changes[day]
    values = {**base.values, **own.values}
    start, end = instant(values["start"]), instant(values["end"])
    extended = {**base.extended, **own.extended}
    return Instance(event, EXCEPTION, values, extended, start, end, day)


def original_start(item: Instance) -> datetime:
    """When a date of a series would start by its pattern."""
    return regular(item.event, date.fromisoformat(item.day)).start


def neighbours(event: Event, day: str) -> Iterator[Instance]:
    """The dates before and after one, as far as there are any."""
    at, rule = date.fromisoformat(day), event.values["recurrence"]
    before = [d for d in dates(rule, last=at - DAY) if d.isoformat() not in event.cancelled]
    after = (d for d in dates(rule, first=at + DAY) if d.isoformat() not in event.cancelled)
    for found in (before[-1] if before else None, next(after, None)):
        if found is not None:
            item: Any = on_day(event, found.isoformat())
            yield item
