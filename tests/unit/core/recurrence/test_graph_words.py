"""RRULE, our value and Graph's patternedRecurrence say the same dates, or name what they cannot."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.problems import Obstacle, RuleUnreadable, SeriesEmpty
from agentbox_sync.core.recurrence.rule import Rule, in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule, read_schedule, written
from agentbox_sync.core.recurrence.starts import starts
from agentbox_sync.core.recurrence.to_graph import Expression, expressed
from tests.unit.core.recurrence.strategies import LAW, patterned, rule_texts, walls, zones

SYDNEY = ZoneInfo("Australia/Sydney")
NINE = datetime.fromisoformat("2026-01-05T09:00")  # a Monday
AHEAD = timedelta(days=3000)
ends = st.one_of(
    st.just(""),
    st.integers(1, 40).map(lambda count: f";COUNT={count}"),
    st.dates(date(2026, 1, 1), date(2045, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}T120000Z"),
)


def dates(rule: Rule, start: datetime, zone: ZoneInfo | None = SYDNEY) -> list[datetime]:
    return list(starts(in_zone(rule, zone), start, start, start + AHEAD))


def in_graph(text: str, start: datetime = NINE, zone: ZoneInfo | None = SYDNEY) -> Any:
    found = expressed(read_rule(text), start, zone)
    assert isinstance(found, Expression), found
    return found


@LAW
@given(rule_texts(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")), ends, walls(), zones)
@example("FREQ=MONTHLY;BYMONTHDAY=31", "", NINE, "UTC")
@example("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "", NINE, "UTC")
@example("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=2", ";COUNT=4", NINE, "UTC")
@example("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1", "", NINE, "UTC")
@example("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31", "", NINE, "UTC")
def test_a_rule_comes_back_from_graph_with_the_same_dates(
    text: str, end: str, start: datetime, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    rule = read_rule(text + end)
    try:
        found = expressed(rule, start, zone)
    except SeriesEmpty:
        assert dates(rule, start, zone) == []
        return
    assume(isinstance(found, Expression))
    assert isinstance(found, Expression)

    back, first = read_patterned({"pattern": found.pattern, "range": found.range})

    assert first == found.first
    again = datetime.combine(first, start.time())
    shown = list(starts(in_zone(back, zone), again, again, start + AHEAD))
    assert shown == dates(rule, start, zone)
    if found.last and found.last <= (start + AHEAD).date() - timedelta(days=1):
        assert shown[-1].date() == found.last


@LAW
@given(patterned(), st.sampled_from([None, "Australia/Sydney", "America/New_York"]))
def test_a_series_of_graph_comes_back_with_the_same_dates(
    recurrence: dict[str, Any], zone_name: str | None
) -> None:
    zone = ZoneInfo(zone_name) if zone_name else None
    rule, first = read_patterned(recurrence)
    start = datetime.combine(first, NINE.time() if zone else datetime.min.time())

    read_again = read_rule(written(rule, zone))

    assert dates(read_again, start, zone) == dates(rule, start, zone)
    try:
        found = expressed(read_again, start, zone)
    except SeriesEmpty:
        assert dates(rule, start, zone) == []
        return
    assert isinstance(found, Expression), found
    back, again = read_patterned({"pattern": found.pattern, "range": found.range})
    begin = datetime.combine(again, start.time())
    assert list(starts(in_zone(back, zone), begin, begin, start + AHEAD)) == dates(
        rule, start, zone
    )


@LAW
@given(patterned())
def test_what_graph_is_given_is_what_it_would_be_given_again(recurrence: dict[str, Any]) -> None:
    rule, first = read_patterned(recurrence)
    start = datetime.combine(first, NINE.time())
    try:
        once = expressed(rule, start, SYDNEY)
    except SeriesEmpty:
        return
    assert isinstance(once, Expression)

    back, again = read_patterned({"pattern": once.pattern, "range": once.range})

    assert expressed(back, datetime.combine(again, start.time()), SYDNEY) == once


WORDS = {
    "FREQ=DAILY;INTERVAL=3": {"type": "daily", "interval": 3},
    "FREQ=DAILY;BYDAY=MO,FR": {
        "type": "weekly",
        "interval": 1,
        "daysOfWeek": ["monday", "friday"],
        "firstDayOfWeek": "monday",
    },
    "FREQ=WEEKLY": {
        "type": "weekly",
        "interval": 1,
        "daysOfWeek": ["monday"],
        "firstDayOfWeek": "monday",
    },
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=SU": {
        "type": "weekly",
        "interval": 2,
        "daysOfWeek": ["saturday", "sunday"],
        "firstDayOfWeek": "sunday",
    },
    "FREQ=MONTHLY": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 5},
    "FREQ=MONTHLY;BYMONTHDAY=-1": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1": {
        "type": "absoluteMonthly",
        "interval": 1,
        "dayOfMonth": 30,
    },
    "FREQ=MONTHLY;BYDAY=2TU": {
        "type": "relativeMonthly",
        "interval": 1,
        "daysOfWeek": ["tuesday"],
        "index": "second",
    },
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": {
        "type": "relativeMonthly",
        "interval": 1,
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "index": "last",
    },
    "FREQ=MONTHLY;BYMONTH=7;BYMONTHDAY=1": {
        "type": "absoluteYearly",
        "interval": 1,
        "dayOfMonth": 1,
        "month": 7,
    },
    "FREQ=YEARLY": {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 5, "month": 1},
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU": {
        "type": "relativeYearly",
        "interval": 2,
        "daysOfWeek": ["sunday"],
        "index": "last",
        "month": 3,
    },
}


@pytest.mark.parametrize("text", WORDS)
def test_a_rule_has_these_words_in_graph(text: str) -> None:
    assert in_graph(text).pattern == WORDS[text]


CANNOT = {
    "FREQ=HOURLY": Obstacle.FINER_THAN_DAILY,
    "FREQ=DAILY;BYHOUR=9,15": Obstacle.SEVERAL_TIMES,
    "FREQ=DAILY;BYHOUR=10": Obstacle.SEVERAL_TIMES,
    "FREQ=YEARLY;BYYEARDAY=100": Obstacle.DAY_OF_YEAR,
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO": Obstacle.WEEK_NUMBER,
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1": Obstacle.SET_POSITION,
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=5": Obstacle.SET_POSITION,
    "FREQ=MONTHLY;BYMONTHDAY=10,20;BYSETPOS=-1": Obstacle.SET_POSITION,
    "FREQ=MONTHLY;BYMONTHDAY=31": Obstacle.SHORT_MONTHS,
    "FREQ=MONTHLY;BYMONTHDAY=29": Obstacle.SHORT_MONTHS,
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": Obstacle.SHORT_MONTHS,
    "FREQ=MONTHLY;BYMONTHDAY=-2": Obstacle.FROM_THE_END,
    "FREQ=MONTHLY;BYMONTHDAY=1,15": Obstacle.SEVERAL_DAYS,
    "FREQ=YEARLY;BYMONTH=3;BYDAY=MO": Obstacle.SEVERAL_DAYS,
    "FREQ=MONTHLY;BYDAY=1MO,3MO": Obstacle.SEVERAL_ORDINALS,
    "FREQ=MONTHLY;BYDAY=5MO": Obstacle.NTH_WEEKDAY,
    "FREQ=YEARLY;BYDAY=20MO": Obstacle.NTH_WEEKDAY,
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR": Obstacle.DAYS_AND_WEEKDAYS,
    "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1": Obstacle.SOME_MONTHS,
    "FREQ=WEEKLY;BYMONTH=3": Obstacle.SOME_MONTHS,
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO": Obstacle.LIMITED,
    "FREQ=DAILY;INTERVAL=1000": Obstacle.INTERVAL,
}


@pytest.mark.parametrize("text", CANNOT)
def test_what_graph_cannot_say_is_named(text: str) -> None:
    assert expressed(read_rule(text), NINE, SYDNEY) is CANNOT[text]


def test_a_29th_of_february_is_met_by_the_years_that_have_one() -> None:
    """Begun in a leap year it looks as if every February had one, until the next year comes."""
    leap = datetime.fromisoformat("2028-02-29T09:00")
    endless = read_rule("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=29")
    assert expressed(endless, leap, SYDNEY) is Obstacle.SHORT_MONTHS
    assert in_graph("FREQ=YEARLY;INTERVAL=4;COUNT=3", leap).pattern["dayOfMonth"] == 29


def test_dates_beside_the_rule_are_an_obstacle() -> None:
    schedule = read_schedule("RRULE:FREQ=WEEKLY\nRDATE:20260114")
    assert expressed(schedule.rule, NINE, SYDNEY, schedule.extra) is Obstacle.EXTRA_DATES


def test_every_obstacle_of_a_rule_has_its_case() -> None:
    assert {*CANNOT.values()} == {*Obstacle} - {Obstacle.EXTRA_DATES}


ENDS = {
    # 10:00Z is 21:00 in Sydney in summer: the nine o'clock of that day belongs to it.
    "UNTIL=20260119T100000Z": "2026-01-19",
    # 13:30Z of the 18th is half past midnight of the 19th: its nine o'clock is later.
    "UNTIL=20260118T133000Z": "2026-01-12",
    "UNTIL=20260119T090000": "2026-01-19",
    "UNTIL=20260119T085959": "2026-01-12",
    "UNTIL=20260119": "2026-01-19",
    "UNTIL=20260125": "2026-01-19",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_a_rule_is_its_last_date_in_the_zone_of_the_series(end: str) -> None:
    assert in_graph(f"FREQ=WEEKLY;{end}").range == {
        "type": "endDate",
        "startDate": "2026-01-05",
        "endDate": ENDS[end],
    }


def test_whole_days_end_on_the_date_that_is_written() -> None:
    found = in_graph("FREQ=WEEKLY;UNTIL=20260119T235959Z", NINE.replace(hour=0), None)
    assert found.range["endDate"] == "2026-01-19"


def test_a_series_begins_on_its_first_date() -> None:
    found = in_graph("FREQ=WEEKLY;BYDAY=SA;COUNT=3")
    assert found.range == {"type": "numbered", "startDate": "2026-01-10", "numberOfOccurrences": 3}
    assert found.last == date(2026, 1, 24)


def test_more_dates_than_outlook_counts_end_on_a_date() -> None:
    assert in_graph("FREQ=DAILY;COUNT=1000").range["endDate"] == "2028-09-30"


def test_an_end_beyond_outlooks_calendar_is_none() -> None:
    assert in_graph("FREQ=DAILY;UNTIL=99991231T000000Z").range["type"] == "noEnd"


@pytest.mark.parametrize(
    "text", ["FREQ=WEEKLY;UNTIL=20251231", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260109"]
)
def test_a_series_that_ends_before_it_starts_says_what_to_do(text: str) -> None:
    with pytest.raises(SeriesEmpty) as caught:
        expressed(read_rule(text), NINE, SYDNEY)
    assert "end of the series" in caught.value.next_step


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"pattern": None, "range": None},
        {"pattern": {"type": "hourly"}, "range": {"type": "noEnd", "startDate": "2026-01-05"}},
        {"pattern": {"type": "weekly", "daysOfWeek": []}, "range": {}},
        {"pattern": {"type": "weekly", "daysOfWeek": ["noday"]}, "range": {}},
        {"pattern": {"type": "daily", "interval": 0}, "range": {}},
        {"pattern": {"type": "daily"}, "range": {"type": "noEnd", "startDate": "0001-01-01"}},
        {"pattern": {"type": "daily"}, "range": {"type": "never", "startDate": "2026-01-05"}},
        {"pattern": {"type": "absoluteYearly", "dayOfMonth": 1, "month": 13}, "range": {}},
    ],
)
def test_what_is_no_series_of_graph_is_told(broken: dict[str, Any]) -> None:
    with pytest.raises(RuleUnreadable):
        read_patterned(broken)
