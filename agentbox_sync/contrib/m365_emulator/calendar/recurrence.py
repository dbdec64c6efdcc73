"""Which dates a pattern and a range of Graph's name.

Written from Microsoft's description of the two types and from what Outlook does with short months:
a day that a month does not have is the last one that it has.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
LAST_YEAR = 9990
FOREVER = date(LAST_YEAR, 12, 31)
Pattern = Mapping[str, Any]
# Of a pattern and the date where it starts: the dates of its n-th period, and which period of its
# own a date lies in or before.
Periods = tuple[Callable[[int], list[date]], Callable[[date], int]]


def dates(
    recurrence: Mapping[str, Any], first: date = date.min, last: date = FOREVER
) -> Iterator[date]:
    """The dates of a series in order, those between two dates (both included)."""
    span = recurrence["range"]
    start = date.fromisoformat(span["startDate"])
    members, period_of = PERIODS[recurrence["pattern"]["type"]](recurrence["pattern"], start)
    counted = span["type"] == "numbered"
    left = span["numberOfOccurrences"] if counted else None
    if span["type"] == "endDate":
        last = min(last, date.fromisoformat(span["endDate"]))
    # Only a series that is counted must be walked from its start.
    number = 0 if counted or first <= start else max(0, period_of(first))
    while True:
        found = members(number)
        if not found or found[0] > last:
            return
        for day in found:
            if day > last or left == 0:
                return
            if day < start:
                continue
            if left is not None:
                left -= 1
            if day >= first:
                yield day
        number += 1


def _daily(pattern: Pattern, start: date) -> Periods:
    step = pattern["interval"]
    final = (FOREVER - start).days // step
    return (
        lambda n: [start + timedelta(days=n * step)] if n <= final else [],
        lambda day: (day - start).days // step,
    )


def _weekly(pattern: Pattern, start: date) -> Periods:
    first = DAYS.index(pattern["firstDayOfWeek"])
    begin = start - timedelta(days=(start.weekday() - first) % 7)
    step = 7 * pattern["interval"]
    offsets = sorted((DAYS.index(day) - first) % 7 for day in pattern["daysOfWeek"])
    final = (FOREVER - begin).days // step - 1

    def members(number: int) -> list[date]:
        week = begin + timedelta(days=number * step) if number <= final else None
        return [week + timedelta(days=offset) for offset in offsets] if week else []

    return members, lambda day: (day - begin).days // step


def _monthly(pattern: Pattern, start: date, *, relative: bool) -> Periods:
    step, zero = pattern["interval"], start.year * 12 + start.month - 1

    def members(number: int) -> list[date]:
        year, month = divmod(zero + number * step, 12)
        return _in_month(pattern, year, month + 1, relative) if year <= LAST_YEAR else []

    return members, lambda day: (day.year * 12 + day.month - 1 - zero) // step


def _yearly(pattern: Pattern, start: date, *, relative: bool) -> Periods:
    step, month = pattern["interval"], pattern["month"]

    def members(number: int) -> list[date]:
        year = start.year + number * step
        return _in_month(pattern, year, month, relative) if year <= LAST_YEAR else []

    return members, lambda day: (day.year - start.year) // step


def _in_month(pattern: Pattern, year: int, month: int, relative: bool) -> list[date]:
    """The one date of a month: a numbered day, clamped, or the n-th of some weekdays."""
    length = monthrange(year, month)[1]
    if not relative:
        return [date(year, month, min(pattern["dayOfMonth"], length))]
    wanted = {DAYS.index(day) for day in pattern["daysOfWeek"]}
    found = [day for n in range(1, length + 1) if (day := date(year, month, n)).weekday() in wanted]
    index = INDEXES.index(pattern["index"])
    return [found[-1] if pattern["index"] == "last" else found[index]]


PERIODS: dict[str, Callable[[Pattern, date], Periods]] = {
    "daily": _daily,
    "weekly": _weekly,
    "absoluteMonthly": lambda pattern, start: _monthly(pattern, start, relative=False),
    "relativeMonthly": lambda pattern, start: _monthly(pattern, start, relative=True),
    "absoluteYearly": lambda pattern, start: _yearly(pattern, start, relative=False),
    "relativeYearly": lambda pattern, start: _yearly(pattern, start, relative=True),
}
