"""RRULE as text: what is read, what is written, and what is told when it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core.recurrence.problems import RuleUnreadable
from agentbox_sync.core.recurrence.rule import Day, Frequency, Rule, in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule, read_schedule, written
from tests.unit.core.recurrence.strategies import LAW, rule_texts, zones

SYDNEY = ZoneInfo("Australia/Sydney")


def test_every_part_of_a_rule_is_read() -> None:
    assert read_rule("freq=monthly; interval=2;byday=-1FR,+2TU;wkst=su;count=9") == Rule(
        Frequency.MONTHLY,
        interval=2,
        count=9,
        by_day=(Day(1, 2), Day(4, -1)),
        week_start=6,
    )


@LAW
@given(
    rule_texts(), st.sampled_from(["", ";COUNT=7", ";UNTIL=20300101", ";UNTIL=20300101T090000Z"])
)
def test_what_is_written_is_read_again(text: str, end: str) -> None:
    rule = read_rule(text + end)
    assert read_rule(written(rule)) == rule


@LAW
@given(rule_texts(), st.dates(date(2020, 1, 1), date(2040, 1, 1)), zones)
def test_a_last_date_is_the_same_one_in_every_notation(text: str, day: date, name: str) -> None:
    zone = ZoneInfo(name)
    rule = replace(read_rule(text), until=day)
    ends = in_zone(read_rule(written(rule, zone)), zone).until
    assert isinstance(ends, datetime)
    assert (ends.date(), ends.hour) == (day, 23)


def test_a_last_date_is_written_as_its_end_in_the_zone_of_the_series() -> None:
    rule = Rule(Frequency.DAILY, until=date(2026, 4, 5))  # the day on which summer time ends
    assert written(rule, SYDNEY) == "FREQ=DAILY;UNTIL=20260405T135959Z"
    assert written(rule) == "FREQ=DAILY;UNTIL=20260405"


def test_a_last_date_that_a_zone_left_out_stays_a_date() -> None:
    rule = Rule(Frequency.DAILY, until=date(2011, 12, 30))
    assert written(rule, ZoneInfo("Pacific/Apia")) == "FREQ=DAILY;UNTIL=20111230"


def test_dates_left_out_and_dates_beside_the_rule_are_read_with_their_zone() -> None:
    schedule = read_schedule(
        "DTSTART;TZID=Europe/Berlin:20260105T090000\r\n"
        "RRULE:FREQ=WEEKLY;\r\n BYDAY=MO\r\n"
        "EXDATE;TZID=W. Europe Standard Time:20260112T090000,20260119T090000\r\n"
        "EXDATE;VALUE=DATE:20260126\r\n"
        "RDATE:20260114T080000Z\r\n"
    )
    assert schedule.rule == Rule(Frequency.WEEKLY, by_day=(Day(0),))
    assert schedule.excluded == (
        datetime(2026, 1, 12, 8, tzinfo=UTC),
        datetime(2026, 1, 19, 8, tzinfo=UTC),
        date(2026, 1, 26),
    )
    assert schedule.extra == (datetime(2026, 1, 14, 8, tzinfo=UTC),)


UNREADABLE = [
    "",
    "every saturday",
    "FREQ=FORTNIGHTLY",
    "FREQ=",
    "BYDAY=SA",
    "FREQ=WEEKLY;BYDAY=SAT",
    "FREQ=WEEKLY;BYDAY=54SA",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=0",
    "FREQ=WEEKLY;INTERVAL=-1",
    "FREQ=WEEKLY;INTERVAL=٣",
    "FREQ=WEEKLY;INTERVAL=1000000000",
    "FREQ=WEEKLY;COUNT=0",
    "FREQ=WEEKLY;COUNT=3;UNTIL=20260101",
    "FREQ=WEEKLY;UNTIL=tomorrow",
    "FREQ=WEEKLY;UNTIL=20260230",
    "FREQ=WEEKLY;UNTIL=20260101T250000Z",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=YEARLY;BYMONTH=-1",
    "FREQ=WEEKLY;WKST=XX",
    "FREQ=WEEKLY;BYWEATHER=FINE",
    "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
    "EXDATE:20260101",
    "VALARM:FREQ=DAILY",
    "FREQ=DAILY" + ";X-A=B" * 2000,
]


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: text[:30])
def test_what_is_no_rule_says_what_to_write(text: str) -> None:
    with pytest.raises(RuleUnreadable) as caught:
        read_schedule(text)
    assert "FREQ=WEEKLY;BYDAY=SA" in caught.value.next_step


@LAW
@given(st.one_of(st.text(max_size=60), st.text("FREQ=WEKLY;BDA,0123456789TZ:-\n", max_size=60)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_schedule(text)
    except RuleUnreadable:
        pass
