"""One recurrence rule as a value: what an RRULE of RFC 5545 can say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.clocks import last_moment


class Frequency(IntEnum):
    """How long the periods are in which a rule names dates."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""In the order of ``date.weekday``; RFC 5545's names."""


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A weekday, 0 = Monday; ``nth`` counts it in its month or year, 0 means each of them."""

    weekday: int
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.nth or ''}{WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without its start; every ``by_*`` is sorted, empty where the rule does not say.

    ``until`` is the last date that belongs to it (a date), the last wall-clock time (a naive
    datetime) or the last instant (an aware one). ``week_start`` is 0 for Monday.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    by_month: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[Day, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def says_days(self) -> bool:
        """Whether it names days itself, and does not leave that to the date of its start."""
        return bool(self.by_week or self.by_year_day or self.by_month_day or self.by_day)

    @property
    def is_by_date(self) -> bool:
        """Whether it takes place at most once a day, so that a date says which one is meant."""
        times = (self.by_hour, self.by_minute, self.by_second)
        return self.frequency <= Frequency.DAILY and all(len(part) <= 1 for part in times)


def in_zone(rule: Rule, zone: ZoneInfo | None) -> Rule:
    """Return the rule with its end as a wall-clock time; ``zone`` is ``None`` for whole days."""
    return rule if rule.until is None else replace(rule, until=last_moment(rule.until, zone))


def filled(rule: Rule, start: datetime) -> Rule:
    """Return the rule with the days and the times said that it leaves to its start."""
    days: dict[str, tuple[int, ...] | tuple[Day, ...]] = {}
    if not rule.says_days:
        if rule.frequency <= Frequency.MONTHLY:
            days["by_month_day"] = (start.day,)
        if rule.frequency is Frequency.YEARLY and not rule.by_month:
            days["by_month"] = (start.month,)
        if rule.frequency is Frequency.WEEKLY:
            days["by_day"] = (Day(start.weekday()),)
    for finer, name, own in (
        (Frequency.HOURLY, "by_hour", start.hour),
        (Frequency.MINUTELY, "by_minute", start.minute),
        (Frequency.SECONDLY, "by_second", start.second),
    ):
        if rule.frequency < finer and not getattr(rule, name):
            days[name] = (own,)
    return replace(rule, **days)  # type: ignore[arg-type]
