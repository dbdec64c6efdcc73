"""A rule as Graph holds a series: pattern, range and first date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.clocks import DAY
from agentbox_sync.core.recurrence.problems import Obstacle, SeriesEmpty
from agentbox_sync.core.recurrence.rule import Frequency, Rule, in_zone
from agentbox_sync.core.recurrence.rule_text import Moment
from agentbox_sync.core.recurrence.starts import FAR, starts
from agentbox_sync.core.recurrence.to_pattern import MOST, Pattern, pattern_of

# Exchange's own last date is in August 4500 (MS-OXOCAL); it says with it that there is no end.
_NO_END = 4500
_LONGEST = {
    Frequency.YEARLY: 366 * DAY,
    Frequency.MONTHLY: 31 * DAY,
    Frequency.WEEKLY: 7 * DAY,
    Frequency.DAILY: DAY,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A rule in Graph's words; ``first`` is the first date, which an event must start on.

    ``pattern`` and ``range`` are JSON as Graph takes them, with the properties only that the type
    needs. ``last`` is the last date, ``None`` where there is none.
    """

    pattern: Pattern
    range: Pattern
    first: date
    last: date | None


def expressed(
    rule: Rule, start: datetime, zone: ZoneInfo | None, extra: tuple[Moment, ...] = ()
) -> Expression | Obstacle:
    """Return the rule as Graph holds it, or what stands in the way.

    ``start`` is the wall-clock start of the series (naive), ``zone`` where its clocks are,
    ``None`` for whole days, ``extra`` what takes place beside the rule. Raises
    :class:`.SeriesEmpty` where the rule names no date.
    """
    pattern = Obstacle.EXTRA_DATES if extra else pattern_of(rule, start)
    if isinstance(pattern, Obstacle):
        return pattern
    rule = in_zone(rule, zone)
    first = next(starts(rule, start, start, FAR), None)
    if first is None:
        raise SeriesEmpty("the rule ends before it names a date")
    last = last_of(rule, start)
    bounds: Pattern = {"type": "noEnd", "startDate": first.date().isoformat()}
    if rule.count is not None and rule.count <= MOST:
        bounds |= {"type": "numbered", "numberOfOccurrences": rule.count}
    elif last is not None:
        bounds |= {"type": "endDate", "endDate": last.isoformat()}
    return Expression(pattern, bounds, first.date(), last)


def last_of(rule: Rule, start: datetime) -> date | None:
    """Return the last date of a rule that Graph can hold; ``None`` where it goes on for ever.

    Its end must be in wall-clock time. Raises :class:`.TooManyOccurrences`.
    """
    after = start
    if rule.until is not None and rule.until.year >= _NO_END:
        return None
    if isinstance(rule.until, datetime):
        # Every period has a date, so the last one is not further from the end than two of them;
        # a daily rule may be a yearly one in truth, but then it is one of every year.
        reach = 2 * max(rule.interval * _LONGEST[rule.frequency], 366 * DAY)
        after = start if rule.until - start < reach else rule.until - reach
    elif rule.count is None:
        return None
    last = max(starts(rule, start, after, FAR)).date()
    return last if last.year < _NO_END else None
