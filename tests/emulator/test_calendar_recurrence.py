"""Which dates a series has: every expectation was counted on a calendar on paper."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest

from agentbox_sync.contrib.m365_emulator.calendar.recurrence import DAYS, INDEXES, PERIODS, dates

WORKDAYS = list(DAYS[:5])


def series(kind: str, start: str, **more: Any) -> dict[str, Any]:
    span = {"type": "noEnd", "startDate": start, "endDate": "0001-01-01", "numberOfOccurrences": 0}
    span |= {name: more.pop(name) for name in ("endDate", "numberOfOccurrences") if name in more}
    if span["numberOfOccurrences"]:
        span["type"] = "numbered"
    elif span["endDate"] != "0001-01-01":
        span["type"] = "endDate"
    pattern = {"type": kind, "interval": 1, "firstDayOfWeek": "sunday", "index": "first", **more}
    return {"pattern": pattern, "range": span}


def first(count: int, recurrence: dict[str, Any]) -> list[str]:
    return [day.isoformat() for day in islice(dates(recurrence), count)]


CASES = {
    "every third day, over the end of February": (
        series("daily", "2026-02-26", interval=3),
        ["2026-02-26", "2026-03-01", "2026-03-04"],
    ),
    "Mondays and Wednesdays of every second week, begun in the middle of one": (
        series("weekly", "2026-01-07", interval=2, daysOfWeek=["monday", "wednesday"]),
        ["2026-01-07", "2026-01-19", "2026-01-21", "2026-02-02", "2026-02-04"],
    ),
    "every second week that begins on Sunday": (
        series("weekly", "2026-01-06", interval=2, daysOfWeek=["sunday", "tuesday"]),
        ["2026-01-06", "2026-01-18", "2026-01-20", "2026-02-01"],
    ),
    "the same when weeks begin on Monday": (
        series(
            "weekly",
            "2026-01-06",
            interval=2,
            daysOfWeek=["sunday", "tuesday"],
            firstDayOfWeek="monday",
        ),
        ["2026-01-06", "2026-01-11", "2026-01-20", "2026-01-25"],
    ),
    "a start that the pattern does not name": (
        series("weekly", "2026-01-06", daysOfWeek=["monday"]),
        ["2026-01-12", "2026-01-19"],
    ),
    "the 31st, clamped to what a month has": (
        series("absoluteMonthly", "2026-01-31", dayOfMonth=31),
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    ),
    "the 30th in a leap year": (
        series("absoluteMonthly", "2028-01-30", dayOfMonth=30),
        ["2028-01-30", "2028-02-29", "2028-03-30"],
    ),
    "the 31st of every second month, over a new year": (
        series("absoluteMonthly", "2026-08-31", interval=2, dayOfMonth=31),
        ["2026-08-31", "2026-10-31", "2026-12-31", "2027-02-28"],
    ),
    "the 15th, begun after it": (
        series("absoluteMonthly", "2026-01-20", dayOfMonth=15),
        ["2026-02-15", "2026-03-15"],
    ),
    "the last Friday": (
        series("relativeMonthly", "2026-01-30", daysOfWeek=["friday"], index="last"),
        ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29"],
    ),
    "the last working day": (
        series("relativeMonthly", "2026-01-30", daysOfWeek=WORKDAYS, index="last"),
        ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"],
    ),
    "the first day of a weekend": (
        series("relativeMonthly", "2026-01-03", daysOfWeek=["saturday", "sunday"]),
        ["2026-01-03", "2026-02-01", "2026-03-01", "2026-04-04"],
    ),
    "the second Tuesday": (
        series("relativeMonthly", "2026-01-13", daysOfWeek=["tuesday"], index="second"),
        ["2026-01-13", "2026-02-10", "2026-03-10"],
    ),
    "the last day of every month": (
        series("relativeMonthly", "2026-01-31", daysOfWeek=list(DAYS), index="last"),
        ["2026-01-31", "2026-02-28", "2026-03-31"],
    ),
    "the 29th of February, clamped between leap years": (
        series("absoluteYearly", "2028-02-29", dayOfMonth=29, month=2),
        ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
    ),
    "a birthday of every second year": (
        series("absoluteYearly", "2026-07-01", interval=2, dayOfMonth=1, month=7),
        ["2026-07-01", "2028-07-01"],
    ),
    "the fourth Thursday of November": (
        series("relativeYearly", "2026-11-26", daysOfWeek=["thursday"], index="fourth", month=11),
        ["2026-11-26", "2027-11-25", "2028-11-23"],
    ),
    "the last Sunday of March": (
        series("relativeYearly", "2026-03-29", daysOfWeek=["sunday"], index="last", month=3),
        ["2026-03-29", "2027-03-28", "2028-03-26"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_series_has_the_dates_that_a_person_counts(name: str) -> None:
    recurrence, expected = CASES[name]
    assert first(len(expected), recurrence) == expected


def test_a_numbered_series_counts_what_really_happens() -> None:
    recurrence = series(
        "weekly", "2026-01-07", daysOfWeek=["monday", "wednesday"], numberOfOccurrences=3
    )
    assert first(9, recurrence) == ["2026-01-07", "2026-01-12", "2026-01-14"]
    late = list(dates(recurrence, first=date(2026, 1, 13)))
    assert late == [date(2026, 1, 14)], "a window does not start the count anew"
    assert list(dates(recurrence, first=date(2026, 1, 15))) == []


def test_the_last_date_of_a_range_belongs_to_it() -> None:
    recurrence = series("daily", "2026-01-30", endDate="2026-02-01")
    assert first(9, recurrence) == ["2026-01-30", "2026-01-31", "2026-02-01"]


def test_a_series_without_end_is_read_far_ahead_at_once() -> None:
    recurrence = series("daily", "1990-01-01")
    far = dates(recurrence, first=date(9000, 1, 1))
    assert next(far) == date(9000, 1, 1)
    assert (
        list(dates(series("absoluteMonthly", "2026-01-31", dayOfMonth=31), date(9991, 1, 1))) == []
    )


def anything(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(list(PERIODS))
    start = date(2024, 1, 1) + timedelta(days=chance.randrange(900))
    return series(
        kind,
        start.isoformat(),
        interval=chance.randint(1, 5),
        daysOfWeek=chance.sample(DAYS, chance.randint(1, 7)),
        firstDayOfWeek=chance.choice(DAYS),
        index=chance.choice(INDEXES),
        month=chance.randint(1, 12),
        dayOfMonth=chance.randint(1, 31),
    )


def test_a_window_shows_the_same_dates_as_the_walk_from_the_start() -> None:
    for seed in range(400):
        chance = random.Random(seed)
        recurrence = anything(chance)
        begin = date(2024, 1, 1) + timedelta(days=chance.randrange(3000))
        end = begin + timedelta(days=chance.randrange(900))
        walked = [day for day in dates(recurrence, last=end) if day >= begin]
        assert list(dates(recurrence, begin, end)) == walked, (seed, recurrence)
        assert walked == sorted(set(walked)), (seed, recurrence)
