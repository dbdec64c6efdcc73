"""The occurrences of a series within a window: by its rule, and by what was made of single ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.clocks import DAY, instant_of, midnight, span, wall_of
from agentbox_sync.core.recurrence.problems import EndsBeforeStart
from agentbox_sync.core.recurrence.rule import Rule, in_zone
from agentbox_sync.core.recurrence.rule_text import Moment
from agentbox_sync.core.recurrence.starts import starts

# What is looked for beyond a window: zones carry dates at most a day away from those of UTC.
_MARGIN = 2 * DAY


@dataclass(frozen=True, slots=True)
class Deviation:
    """One occurrence that is not what the rule makes it: cancelled, moved, or with its own record.

    ``original`` is its start by the rule: an instant (aware) or, of whole days, a date. ``start``
    and ``end`` are aware, or dates if it takes whole days; ``None`` as the rule has them, an
    ``end`` alone as long as the others. ``record`` holds the atoms that differ.
    """

    original: Moment
    start: Moment | None = None
    end: Moment | None = None
    cancelled: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """A series: ``start`` on the clocks of its zone (naive), ``length`` by the same clocks.

    Of whole days ``start`` is a midnight and the zone says only where the window lies. What is
    ``excluded`` does not take place; what is ``extra`` does beside the rule. An appointment that
    was made of an excluded date is there all the same.
    """

    rule: Rule
    start: datetime
    length: timedelta
    zone: ZoneInfo
    all_day: bool = False
    excluded: tuple[Moment, ...] = ()
    extra: tuple[Moment, ...] = ()
    deviations: tuple[Deviation, ...] = ()

    @property
    def time_of_day(self) -> time:
        """When on a day it takes place: at the time of its start, unless the rule says another."""
        rule, start = self.rule, self.start
        return time(
            (rule.by_hour or (start.hour,))[0],
            (rule.by_minute or (start.minute,))[0],
            (rule.by_second or (start.second,))[0],
        )

    @property
    def is_by_date(self) -> bool:
        """Whether a date says which occurrence is meant."""
        return self.all_day or (self.rule.is_by_date and not self.extra)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series: instants (UTC), or dates with an exclusive end if it is all day."""

    original: Moment
    start: Moment
    end: Moment
    deviation: Deviation | None = None


def occurrences(series: Series, after: datetime, before: datetime) -> list[Occurrence]:
    """Return what of a series lies in a window of instants, wholly or in part, in order.

    What ends at ``after`` or starts at ``before`` lies outside. Raises :class:`.EndsBeforeStart`
    and :class:`.TooManyOccurrences`.
    """
    if series.length < timedelta():
        raise EndsBeforeStart("the series ends before it starts")
    moved = {_key(series, item.original): item for item in series.deviations}
    gone = {_key(series, moment) for moment in series.excluded} | moved.keys()
    whole_days = {moment for moment in series.excluded if not isinstance(moment, datetime)}
    found: dict[Moment, Occurrence] = {}
    for wall in _walls(series, after, before):
        key = _key(series, wall)
        if key not in gone and wall.date() not in whole_days:
            found.setdefault(key, _regular(series, wall))
    listed = [*found.values(), *(_deviating(series, item) for item in moved.values())]
    within = [(limits, item) for item in listed if item for limits in [_limits(series, item)]]
    return [
        item
        for (start, end), item in sorted(within, key=lambda pair: pair[0])
        if start < before and (end > after or start == end >= after)
    ]


def _walls(series: Series, after: datetime, before: datetime) -> Iterator[datetime]:
    first = wall_of(after, series.zone) - series.length - _MARGIN
    last = wall_of(before, series.zone) + _MARGIN
    rule = in_zone(series.rule, None if series.all_day else series.zone)
    yield from starts(rule, series.start, max(first, series.start), last)
    yield from (_wall(series, moment) for moment in series.extra)


def _wall(series: Series, moment: Moment) -> datetime:
    """Return a moment on the clocks of the series; a date alone at its time of day."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, series.time_of_day)
    return moment if moment.tzinfo is None else wall_of(moment, series.zone)


def _key(series: Series, moment: Moment) -> Moment:
    """Return by what an occurrence is known: its date, or its instant if a day may have several.

    Two times that a gap in the clocks makes one instant are one occurrence.
    """
    wall = _wall(series, moment)
    return wall.date() if series.is_by_date else instant_of(wall, series.zone)


def _regular(series: Series, wall: datetime) -> Occurrence:
    if series.all_day:
        return Occurrence(wall.date(), wall.date(), (wall + series.length).date())
    start, end = span(wall, series.length, series.zone)
    return Occurrence(start, start, end)


def _deviating(series: Series, item: Deviation) -> Occurrence | None:
    if item.cancelled:
        return None
    nominal = _wall(series, item.original)
    if series.is_by_date:
        nominal = datetime.combine(nominal, series.time_of_day)
    regular = _regular(series, nominal)
    start = regular.start if item.start is None else item.start
    end = item.end
    if end is None:
        end = regular.end if item.start is None else _as_long(series, start)
    whole = not isinstance(start, datetime)
    if whole is isinstance(end, datetime) or end < start:
        raise EndsBeforeStart("an occurrence of the series ends before it starts")
    return Occurrence(regular.original, start, end, item)


def _as_long(series: Series, start: Moment) -> Moment:
    if not isinstance(start, datetime):
        return start + max(series.length, DAY)
    # Of whole days that have become a time nobody said how long: an hour, as Outlook offers.
    length = timedelta(hours=1) if series.all_day else series.length
    return span(wall_of(start, series.zone), length, series.zone)[1]


def _limits(series: Series, item: Occurrence) -> tuple[datetime, datetime]:
    """Return from which instant to which something lasts; whole days in the zone of the series."""
    start, end = (
        moment if isinstance(moment, datetime) else instant_of(midnight(moment), series.zone)
        for moment in (item.start, item.end)
    )
    return start, end
