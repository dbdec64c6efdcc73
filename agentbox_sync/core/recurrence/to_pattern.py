"""Which rules Graph can hold as a pattern, and what stands in the way of the others.

The same dates count, not the same words: ``FREQ=DAILY;BYDAY=MO,TU`` is weekly to Graph, and
``FREQ=MONTHLY;BYMONTHDAY=31`` of three dates that meet long months only is absoluteMonthly.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import datetime
from math import gcd
from typing import Any

from agentbox_sync.core.recurrence.from_graph import DAYS, INDEXES, LEAP_YEAR
from agentbox_sync.core.recurrence.problems import Obstacle
from agentbox_sync.core.recurrence.rule import Day, Frequency, Rule, filled
from agentbox_sync.core.recurrence.starts import FAR

MOST = 999
"""Dates of a numbered series, and periods between two dates: what Outlook takes."""
Pattern = dict[str, Any]
_INDEX_NAMES = {number: name for name, number in INDEXES.items()}


def pattern_of(rule: Rule, start: datetime) -> Pattern | Obstacle:
    """Return recurrencePattern with what its type needs, or the first obstacle.

    ``start`` is the wall-clock start of the series (naive): it says what the rule leaves open.
    """
    if rule.frequency > Frequency.DAILY:
        return Obstacle.FINER_THAN_DAILY
    for said, own in (
        (rule.by_hour, start.hour),
        (rule.by_minute, start.minute),
        (rule.by_second, start.second),
    ):
        if said not in ((), (own,)):
            return Obstacle.SEVERAL_TIMES
    if rule.by_year_day:
        return Obstacle.DAY_OF_YEAR
    if rule.by_week:
        return Obstacle.WEEK_NUMBER
    if rule.interval > MOST:
        return Obstacle.INTERVAL
    rule = _reduced(filled(rule, start))
    if rule.frequency is Frequency.DAILY:
        return _daily(rule)
    return _weekly(rule) if rule.frequency is Frequency.WEEKLY else _in_months(rule, start)


def _reduced(rule: Rule) -> Rule:
    """Return the rule in the frequency that says it best: a daily one on Mondays is weekly."""
    if len(rule.by_month) == 12:
        rule = replace(rule, by_month=())
    plain = rule.by_day and (
        rule.frequency > Frequency.MONTHLY or not any(day.nth for day in rule.by_day)
    )
    if rule.interval > 1:
        return rule
    if rule.frequency is Frequency.MONTHLY and len(rule.by_month) == 1:
        return replace(rule, frequency=Frequency.YEARLY)
    if rule.by_position:
        return rule
    if plain and not (rule.by_month or rule.by_month_day):
        return replace(rule, frequency=Frequency.WEEKLY)
    yearly_days = rule.frequency is Frequency.YEARLY and not rule.by_month and rule.by_month_day
    if yearly_days or (rule.frequency is Frequency.DAILY and rule.by_month_day):
        rule = replace(rule, frequency=Frequency.MONTHLY)
        return _reduced(rule) if rule.by_month else rule
    return rule


def _daily(rule: Rule) -> Pattern | Obstacle:
    if rule.by_position:
        return Obstacle.SET_POSITION
    if rule.by_month or rule.by_month_day or rule.by_day:
        return Obstacle.LIMITED
    return {"type": "daily", "interval": rule.interval}


def _weekly(rule: Rule) -> Pattern | Obstacle:
    if rule.by_position:
        return Obstacle.SET_POSITION
    if rule.by_month:
        return Obstacle.SOME_MONTHS
    if rule.by_month_day:
        return Obstacle.DAYS_AND_WEEKDAYS
    return {
        "type": "weekly",
        "interval": rule.interval,
        "daysOfWeek": _names(rule.by_day),
        "firstDayOfWeek": DAYS[rule.week_start],
    }


def _in_months(rule: Rule, start: datetime) -> Pattern | Obstacle:
    yearly = rule.frequency is Frequency.YEARLY
    if rule.by_month_day and rule.by_day:
        return Obstacle.DAYS_AND_WEEKDAYS
    if yearly and not rule.by_month:
        nth = any(day.nth for day in rule.by_day)
        return Obstacle.NTH_WEEKDAY if nth else Obstacle.SEVERAL_DAYS
    if len(rule.by_month) != yearly:
        return Obstacle.SOME_MONTHS
    found = _day(rule, start) if rule.by_month_day else _index(rule)
    if isinstance(found, Obstacle):
        return found
    kind = "Yearly" if yearly else "Monthly"
    pattern: Pattern = {"interval": rule.interval}
    if isinstance(found, int):
        if yearly:  # no 31st of February goes out, whatever Outlook would make of it
            found = min(found, monthrange(LEAP_YEAR, rule.by_month[0])[1])
        pattern |= {"type": f"absolute{kind}", "dayOfMonth": found}
    else:
        pattern |= {"type": f"relative{kind}", "daysOfWeek": _names(rule.by_day), "index": found}
    return pattern | {"month": rule.by_month[0]} if yearly else pattern


def _day(rule: Rule, start: datetime) -> int | Obstacle:
    """Return the day of the month in Outlook's sense: 31 is the last day of every month."""
    days, positions = rule.by_month_day, rule.by_position
    if positions and not _chooses_the_only_one(rule, len(days)):
        ends = 1 <= days[0] <= 28 and days == tuple(range(days[0], days[-1] + 1))
        return days[-1] if positions == (-1,) and ends else Obstacle.SET_POSITION
    if len(days) > 1:
        return Obstacle.SEVERAL_DAYS
    day = days[0]
    if day == -1:
        return 31
    if day < 0:
        return Obstacle.FROM_THE_END
    return day if day <= 28 or _never_short(rule, start, day) else Obstacle.SHORT_MONTHS


def _index(rule: Rule) -> str | int | Obstacle:
    """Return the name of "the second", "the last"; of all seven weekdays, a day of the month."""
    nth = [day.nth for day in rule.by_day if day.nth]
    if len(nth) > 1 or (nth and len(rule.by_day) > 1):
        return Obstacle.SEVERAL_ORDINALS
    if not rule.by_day:
        return Obstacle.LIMITED
    if nth:
        if not _chooses_the_only_one(rule, 1):
            return Obstacle.SET_POSITION
        return _INDEX_NAMES.get(nth[0], Obstacle.NTH_WEEKDAY)
    if not rule.by_position:
        return Obstacle.SEVERAL_DAYS
    if len(rule.by_position) > 1 or rule.by_position[0] not in _INDEX_NAMES:
        return Obstacle.SET_POSITION
    wanted = rule.by_position[0]
    if len(rule.by_day) == len(DAYS):
        return 31 if wanted == -1 else wanted
    return _INDEX_NAMES[wanted]


def _chooses_the_only_one(rule: Rule, dates: int) -> bool:
    """Tell whether BYSETPOS is not there or means nothing, because there is one date alone."""
    return dates == 1 and {1, -1} >= {*rule.by_position}


def _names(days: tuple[Day, ...]) -> list[str]:
    return [DAYS[weekday] for weekday in sorted({day.weekday for day in days})]


def _never_short(rule: Rule, start: datetime, day: int) -> bool:
    """Tell whether every month that the rule visits has that day."""
    yearly = rule.frequency is Frequency.YEARLY
    step = rule.interval * (12 if yearly else 1)
    month = start.year * 12 + (rule.by_month[0] if yearly else start.month) - 1
    if rule.count is not None:
        visited = rule.count + 1
    elif rule.until is not None:
        visited = (rule.until.year * 12 + rule.until.month - month) // step + 1
    else:
        visited = 12 // gcd(step, 12)
    endless = rule.count is None and rule.until is None
    for at in range(month, month + visited * step, step):
        length = monthrange(at // 12, at % 12 + 1)[1] if at // 12 < FAR.year else 31
        if (28 if endless and at % 12 == 1 else length) < day:
            return False
    return True
