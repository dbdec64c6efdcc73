"""Graph's patternedRecurrence as a rule: what Outlook means, in the words of RFC 5545."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from agentbox_sync.core.recurrence.problems import RuleUnreadable
from agentbox_sync.core.recurrence.rule import Day, Frequency, Rule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
LEAP_YEAR = 2000
_EARLIEST = 1601  # where the calendar of Exchange begins; what stands for "no date" lies before it
_FREQUENCIES = {
    "daily": Frequency.DAILY,
    "weekly": Frequency.WEEKLY,
    "absoluteMonthly": Frequency.MONTHLY,
    "relativeMonthly": Frequency.MONTHLY,
    "absoluteYearly": Frequency.YEARLY,
    "relativeYearly": Frequency.YEARLY,
}


def read_patterned(recurrence: Mapping[str, Any]) -> tuple[Rule, date]:
    """Return the rule and the date where it starts. Raises :class:`.RuleUnreadable`.

    Properties that the type does not need may hold anything: Graph fills them.
    """
    try:
        pattern, bounds = recurrence["pattern"], recurrence["range"]
        kind = pattern["type"]
        fields: dict[str, Any] = {"interval": _within(pattern.get("interval", 1), 1, 9999)}
        if kind == "weekly":
            fields["by_day"] = tuple(Day(day) for day in _weekdays(pattern))
            fields["week_start"] = DAYS.index(pattern.get("firstDayOfWeek") or "sunday")
        elif kind.endswith("Yearly"):
            fields["by_month"] = (_within(pattern["month"], 1, 12),)
        if kind.startswith("absolute"):
            fields |= _clamped(_within(pattern["dayOfMonth"], 1, 31), fields.get("by_month"))
        elif kind.startswith("relative"):
            fields |= _counted(_weekdays(pattern), INDEXES[pattern.get("index") or "first"])
        start = _date(bounds["startDate"])
        if bounds["type"] == "endDate":
            fields["until"] = _date(bounds["endDate"])
        elif bounds["type"] == "numbered":
            fields["count"] = _within(bounds["numberOfOccurrences"], 1, 999_999)
        elif bounds["type"] != "noEnd":
            raise RuleUnreadable(f"a range of the type {bounds['type']!r:.40}")
        return Rule(_FREQUENCIES[kind], **fields), start
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RuleUnreadable(f"no pattern and range of a series: {error!r:.80}") from error


def _clamped(day: int, months: tuple[int, ...] | None) -> dict[str, Any]:
    """Return what names a day of every month, or of its last one where a month is shorter."""
    if months:
        longest = monthrange(LEAP_YEAR, months[0])[1]
        day = min(day, longest)
        if months != (2,) or day <= 28:  # February alone has two lengths
            return {"by_month_day": (day,)}
        return {"by_month_day": (-1,)}
    if day <= 28:
        return {"by_month_day": (day,)}
    if day == 31:
        return {"by_month_day": (-1,)}
    return {"by_month_day": tuple(range(28, day + 1)), "by_position": (-1,)}


def _counted(weekdays: list[int], index: int) -> dict[str, Any]:
    """Return what names the n-th of some weekdays; of all seven it is a day of the month."""
    if len(weekdays) == len(DAYS):
        return {"by_month_day": (index,)}
    if len(weekdays) == 1:
        return {"by_day": (Day(weekdays[0], index),)}
    return {"by_day": tuple(map(Day, weekdays)), "by_position": (index,)}


def _weekdays(pattern: Mapping[str, Any]) -> list[int]:
    found = sorted({DAYS.index(day) for day in pattern["daysOfWeek"]})
    if not found:
        raise RuleUnreadable("a pattern of weekdays without a weekday")
    return found


def _within(number: Any, least: int, most: int) -> int:
    if not isinstance(number, int) or not least <= number <= most:
        raise RuleUnreadable(f"{number!r:.20} where {least} to {most} is needed")
    return number


def _date(text: str) -> date:
    found = date.fromisoformat(text)
    if found.year < _EARLIEST:
        raise RuleUnreadable(f"a series with the date {text!r:.20}")
    return found
