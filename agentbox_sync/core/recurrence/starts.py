"""The wall-clock times that a rule names, in order, between two of them.

A rule is walked period by period (a year, a month, a week, a day ...): the days of a period that
pass every filter, times the times of day, of which BYSETPOS takes some. A rule that is not counted
is entered near the beginning of what is asked for, so it may have begun a century ago.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from agentbox_sync.core.recurrence.clocks import DAY, midnight
from agentbox_sync.core.recurrence.problems import TooManyOccurrences
from agentbox_sync.core.recurrence.rule import Day, Frequency, Rule, filled

MOST_STEPS = 100_000
"""Hours, minutes or seconds that one walk looks at: eleven years of hours, ten weeks of minutes."""
MOST_STARTS = 20_000
FAR = midnight(date(9990, 1, 1))
"""Where the calendar of Python ends, as good as; nothing is looked for behind it."""
_STEPS = {
    Frequency.WEEKLY: timedelta(weeks=1),
    Frequency.DAILY: DAY,
    Frequency.HOURLY: timedelta(hours=1),
    Frequency.MINUTELY: timedelta(minutes=1),
    Frequency.SECONDLY: timedelta(seconds=1),
}


def starts(rule: Rule, start: datetime, after: datetime, before: datetime) -> Iterator[datetime]:
    """Yield what ``rule`` names from ``after`` on and before ``before``; all are naive.

    ``start`` is where the series begins; it is one of its dates only if the rule names it. An end
    of it must be a wall-clock time, see :func:`.rule.in_zone`. Raises
    :class:`TooManyOccurrences`.
    """
    before = min(before, FAR)
    if isinstance(rule.until, datetime) and rule.until < before:
        before = rule.until + timedelta(microseconds=1)
    named = islice(_named(filled(rule, start), start, after, before), rule.count)
    for given, moment in enumerate(moment for moment in named if moment >= after):
        if moment >= before:
            return
        if given == MOST_STARTS:
            raise TooManyOccurrences(f"more than {MOST_STARTS} occurrences in the window")
        yield moment


def _named(rule: Rule, start: datetime, after: datetime, before: datetime) -> Iterator[datetime]:
    """Yield from the period of ``after``, or the first one where it is counted, to the end."""
    number = 0 if rule.count is not None else max(0, _period_of(rule, start, after) - 1)
    finer = rule.frequency > Frequency.DAILY
    for step, days in enumerate(_periods(rule, start, number, before)):
        if finer and step == MOST_STEPS:
            raise TooManyOccurrences(f"more than {MOST_STEPS} steps of a rule finer than daily")
        passing = [day for day in days if _passes(rule, day)]
        moments = _timed(rule, passing) if passing else []
        yield from (moment for moment in moments if moment >= start)


def _period_of(rule: Rule, start: datetime, moment: datetime) -> int:
    """Return which period of the rule a moment lies in."""
    if rule.frequency is Frequency.YEARLY:
        return (moment.year - start.year) // rule.interval
    if rule.frequency is Frequency.MONTHLY:
        return _months_between(start, moment) // rule.interval
    return (moment - start) // (_STEPS[rule.frequency] * rule.interval)


def _months_between(start: datetime, moment: datetime) -> int:
    return (moment.year - start.year) * 12 + moment.month - start.month


def _periods(
    rule: Rule, start: datetime, number: int, before: datetime
) -> Iterator[list[datetime]]:
    """Yield the days of each period, at midnight; of a finer rule one moment each."""
    if rule.frequency in (Frequency.YEARLY, Frequency.MONTHLY):
        yearly = rule.frequency is Frequency.YEARLY
        step = rule.interval * (12 if yearly else 1)
        month = start.year * 12 + (0 if yearly else start.month - 1) + number * step
        while month < before.year * 12 + before.month:
            members = range(month, month + 12) if yearly else (month,)
            yield [
                midnight(date(at // 12, at % 12 + 1, day))
                for at in members
                if not rule.by_month or at % 12 + 1 in rule.by_month
                for day in range(1, monthrange(at // 12, at % 12 + 1)[1] + 1)
            ]
            month += step
        return
    pause = _STEPS[rule.frequency] * rule.interval
    begin = _begin(rule, start)
    length = 7 if rule.frequency is Frequency.WEEKLY else 1
    for step in range(number, (before - begin) // pause + 1):
        yield [begin + step * pause + offset * DAY for offset in range(length)]


def _begin(rule: Rule, start: datetime) -> datetime:
    """Return where the first period of a rule begins that counts in weeks or less."""
    second = start.replace(microsecond=0)
    if rule.frequency is Frequency.SECONDLY:
        return second
    if rule.frequency is Frequency.MINUTELY:
        return second.replace(second=0)
    if rule.frequency is Frequency.HOURLY:
        return second.replace(second=0, minute=0)
    day = midnight(start)
    if rule.frequency is Frequency.DAILY:
        return day
    return day - (day.weekday() - rule.week_start) % 7 * DAY


def _passes(rule: Rule, day: date) -> bool:
    """Tell whether a day is one that the rule admits."""
    length = monthrange(day.year, day.month)[1]
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and not {day.day, day.day - length - 1} & {*rule.by_month_day}:
        return False
    if rule.by_day and not any(_is(rule, wanted, day) for wanted in rule.by_day):
        return False
    if rule.by_year_day:
        of_year, days = day.timetuple().tm_yday, _days_of(day.year)
        if not {of_year, of_year - days - 1} & {*rule.by_year_day}:
            return False
    return not rule.by_week or bool({*_week_numbers(day, rule.week_start)} & {*rule.by_week})


def _is(rule: Rule, wanted: Day, day: date) -> bool:
    if day.weekday() != wanted.weekday:
        return False
    if not wanted.nth or rule.frequency > Frequency.MONTHLY:
        return True
    if rule.frequency is Frequency.YEARLY and not rule.by_month:
        at, length = day.timetuple().tm_yday, _days_of(day.year)
    else:
        at, length = day.day, monthrange(day.year, day.month)[1]
    return wanted.nth in ((at - 1) // 7 + 1, -((length - at) // 7) - 1)


def _days_of(year: int) -> int:
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def _week_numbers(day: date, week_start: int) -> tuple[int, int]:
    """Return the number of the week of a day in its year, and the same from the year's end."""
    # ISO 8601 with another first day: a week belongs to the year that has four days of it.
    middle = day + (3 - (day.weekday() - week_start) % 7) * timedelta(days=1)
    number = (middle.timetuple().tm_yday - 1) // 7 + 1
    left = (_days_of(middle.year) - middle.timetuple().tm_yday) // 7
    return number, -left - 1


def _timed(rule: Rule, days: list[datetime]) -> list[datetime]:
    """Return the days at their times of day, or what BYSETPOS chooses among them; sorted."""
    moments = [
        moment.replace(hour=hour, minute=minute, second=second)
        for moment in days
        for hour in _parts(rule, Frequency.HOURLY, rule.by_hour, moment.hour)
        for minute in _parts(rule, Frequency.MINUTELY, rule.by_minute, moment.minute)
        for second in _parts(rule, Frequency.SECONDLY, rule.by_second, moment.second)
    ]
    if not rule.by_position:
        return moments
    count = len(moments)
    chosen = {at - 1 if at > 0 else count + at for at in rule.by_position}
    return [moments[index] for index in sorted(chosen) if 0 <= index < count]


def _parts(rule: Rule, unit: Frequency, said: tuple[int, ...], own: int) -> tuple[int, ...]:
    """Return the hours (minutes, seconds) of a moment: what is said, or its own if that passes."""
    if rule.frequency < unit:
        return said
    return (own,) if not said or own in said else ()
