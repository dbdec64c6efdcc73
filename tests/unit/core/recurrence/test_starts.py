"""Which times a rule names: as python-dateutil has it, which reads RFC 5545 on its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from unittest import mock

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agentbox_sync.core.recurrence.problems import TooManyOccurrences
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.starts import FAR, MOST_STARTS, starts
from tests.unit.core.recurrence.strategies import LAW, rule_texts, walls

JANUARY = datetime.fromisoformat("2026-01-05T09:00")


def named(text: str, start: datetime, after: datetime, before: datetime) -> list[datetime]:
    return list(starts(read_rule(text), start, after, before))


def by_dateutil(text: str, start: datetime, after: datetime, before: datetime) -> list[datetime]:
    # It looks for a day that never comes up to the last year there is: here that of the window.
    with mock.patch("datetime.MAXYEAR", before.year):
        try:
            rule = rrulestr(text, dtstart=start)
        except ValueError:  # hours that are never met
            return []
        found = list(takewhile(lambda moment: moment < before, rule))
    return [moment for moment in found if moment >= after]


@LAW
@given(rule_texts(), walls(), st.integers(0, 500), st.integers(0, 500))
@example("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO;WKST=SU", JANUARY, 0, 4000)
@example("FREQ=YEARLY;BYDAY=-20MO,3TU", JANUARY, 0, 1000)
@example("FREQ=YEARLY;BYYEARDAY=-366,366", JANUARY, 0, 4000)
@example("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU", JANUARY, 300, 60)
def test_a_rule_names_what_dateutil_names(
    text: str, start: datetime, later: int, length: int
) -> None:
    after = start + timedelta(days=later)
    before = after + timedelta(days=length)
    # Of the week in which a series begins it chooses among what is left, not among the whole week.
    assume(not (text.startswith("FREQ=WEEKLY") and "BYSETPOS" in text))

    assert named(text, start, after, before) == by_dateutil(text, start, after, before)


@LAW
@given(rule_texts(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")), walls(), st.integers(1, 30))
def test_a_count_counts_what_the_rule_names(text: str, start: datetime, count: int) -> None:
    before = start + timedelta(days=900)
    counted = named(f"{text};COUNT={count}", start, start, before)

    assert counted == named(text, start, start, before)[:count]
    late = counted[len(counted) // 2] if counted else before
    assert [moment for moment in counted if moment >= late] == named(
        f"{text};COUNT={count}", start, late, before
    )


def test_a_choice_among_a_week_is_one_among_the_whole_week() -> None:
    """Begun on a Thursday, the first of its days was the Monday before: the next one is meant."""
    thursday, rule = JANUARY + timedelta(days=3), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYSETPOS=1"
    assert named(rule, thursday, thursday, JANUARY + timedelta(days=9)) == [
        JANUARY + timedelta(days=7)
    ]


def test_a_series_without_end_is_entered_far_ahead_at_once() -> None:
    far = datetime.fromisoformat("9000-01-01T09:00")
    found = starts(read_rule("FREQ=DAILY"), JANUARY, far, FAR)

    assert next(found) == far


def test_a_day_that_never_comes_is_not_waited_for() -> None:
    before = datetime.fromisoformat("2126-01-01T00:00")
    assert named("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", JANUARY, JANUARY, before) == []
    assert (
        named("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", JANUARY, JANUARY, before.replace(2034)) == []
    )


@pytest.mark.parametrize("text", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=MINUTELY;BYMONTH=2"])
def test_what_no_calendar_could_show_is_an_error_and_not_an_hour_of_work(text: str) -> None:
    with pytest.raises(TooManyOccurrences):
        named(text, JANUARY, JANUARY, JANUARY + timedelta(days=400))


def test_a_few_minutes_of_a_rule_of_seconds_are_no_error() -> None:
    after = JANUARY + timedelta(days=9000)
    found = named("FREQ=SECONDLY;INTERVAL=20", JANUARY, after, after + timedelta(minutes=1))

    assert [moment.second for moment in found] == [0, 20, 40]


def test_a_day_full_of_times_is_an_error_beyond_what_a_calendar_could_show() -> None:
    times = ",".join(map(str, range(24))), ",".join(map(str, range(60)))
    text = f"FREQ=DAILY;BYHOUR={times[0]};BYMINUTE={times[1]}"
    found = starts(read_rule(text), JANUARY, JANUARY, JANUARY + timedelta(days=400))

    assert len(list(islice(found, MOST_STARTS))) == MOST_STARTS
    with pytest.raises(TooManyOccurrences):
        next(found)


def test_an_end_belongs_to_the_rule() -> None:
    rule = "FREQ=DAILY;UNTIL=20260107T090000"
    assert named(rule, JANUARY, JANUARY, FAR)[-1].date() == date(2026, 1, 7)
