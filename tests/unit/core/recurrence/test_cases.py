"""The written cases, and what holds for the occurrences of every series there may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentbox_sync.core.recurrence.expansion import Deviation, Series, occurrences
from agentbox_sync.core.recurrence.problems import EndsBeforeStart
from agentbox_sync.core.recurrence.rule import Frequency
from agentbox_sync.core.recurrence.rule_text import read_rule
from tests.builders.series import a_moment, a_series, a_window, told
from tests.unit.core.recurrence.cases import CASES, SYDNEY, Case
from tests.unit.core.recurrence.strategies import LAW, lengths, rule_texts, walls, windows, zones

ZONE = ZoneInfo(SYDNEY)
YEAR = a_window("2026-01-01", "2027-01-01", ZONE)


def the_series(case: Case) -> Series:
    zone = ZoneInfo(case.zone)
    deviations = tuple(
        Deviation(
            original=a_moment(original, zone),
            start=a_moment(start, zone) if start else None,
            end=a_moment(end, zone) if end else None,
            cancelled=not start,
        )
        for original, start, end in case.moved
    )
    written = a_series(case.rule, case.start, case.end, case.zone, without=case.without)
    return replace(written, deviations=deviations)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why[:60])
def test_a_series_takes_place_when_a_person_says(case: Case) -> None:
    found = occurrences(the_series(case), *a_window(*case.window, ZoneInfo(case.zone)))

    seen_in = ZoneInfo(case.seen_in or case.zone)
    assert [told(occurrence, seen_in) for occurrence in found] == case.expected


def test_there_are_forty_cases() -> None:
    assert len(CASES) >= 40
    assert {case.zone for case in CASES} >= {"Asia/Kathmandu", "Pacific/Apia", "America/New_York"}


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    start, zone = draw(walls()), ZoneInfo(draw(zones))
    all_day = draw(st.booleans())
    rule = read_rule(draw(rule_texts()))
    if rule.frequency <= Frequency.DAILY:  # a count of hours would be walked through all the years
        rule = replace(rule, count=draw(st.sampled_from([None, 20])))
    length = draw(lengths)
    if all_day:
        start, length = start.replace(hour=0, minute=0), timedelta(days=max(1, length.days))
        rule = replace(
            rule, by_hour=(), by_minute=(), frequency=min(rule.frequency, Frequency.DAILY)
        )
    return Series(rule, start, length, zone, all_day)


@LAW
@given(any_series(), windows(60), st.floats(0, 1))
def test_a_window_in_two_parts_shows_what_it_shows_as_one(
    series: Series, window: tuple[datetime, datetime], where: float
) -> None:
    after, before = window
    middle = after + (before - after) * where
    whole = occurrences(series, after, before)
    first, second = occurrences(series, after, middle), occurrences(series, middle, before)

    # What lasts over the border is in both; what takes no time and lies on it, in the second.
    assert first + [item for item in second if item not in first] == whole


@LAW
@given(any_series(), windows(60), st.data())
def test_what_is_taken_out_is_gone_and_all_else_stays(
    series: Series, window: tuple[datetime, datetime], data: st.DataObject
) -> None:
    found = occurrences(series, *window)
    originals = [item.original for item in found]
    out = data.draw(st.lists(st.sampled_from(originals), unique=True)) if originals else []
    left = [item for item in found if item.original not in out]

    # Two dates are one instant where a zone left out a whole day: Apia, 30 December 2011.
    assume(len(set(originals)) == len(originals))
    assert occurrences(replace(series, excluded=tuple(out)), *window) == left
    cancelled = tuple(Deviation(original, cancelled=True) for original in out)
    assert occurrences(replace(series, deviations=cancelled), *window) == left
    renamed = tuple(Deviation(original, record={"subject": "other"}) for original in out)
    again = occurrences(replace(series, deviations=renamed), *window)
    assert [(item.original, item.start, item.end) for item in again] == [
        (item.original, item.start, item.end) for item in found
    ]
    assert [item.original for item in again if item.deviation] == [
        original for original in originals if original in out
    ]


@LAW
@given(any_series(), windows(60))
def test_nothing_ends_before_it_starts_or_lies_outside_the_window(
    series: Series, window: tuple[datetime, datetime]
) -> None:
    found = occurrences(series, *window)
    for item in found:
        assert item.start <= item.end
        if isinstance(item.start, datetime) and isinstance(item.end, datetime):
            assert item.start < window[1]
            assert item.end >= window[0]
    assert not series.all_day or all(isinstance(item.end, date) for item in found)


def test_what_was_made_of_an_excluded_date_is_there() -> None:
    moved = Deviation(a_moment("2026-01-17 10:00", ZONE), start=a_moment("2026-01-18 10:00", ZONE))
    series = a_series(
        "FREQ=WEEKLY;COUNT=2",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        without=("2026-01-17 10:00",),
        deviations=(moved,),
    )
    found = occurrences(series, *YEAR)
    assert [told(item, ZONE) for item in found] == [
        "2026-01-10 10:00-10:30",
        "2026-01-18 10:00-10:30",
    ]
    assert found[1].deviation is moved
    assert found[1].original == datetime(2026, 1, 16, 23, tzinfo=UTC)


def test_what_is_only_renamed_takes_place_when_the_rule_says() -> None:
    """The rule names another hour than that of its start."""
    renamed = Deviation(a_moment("2026-01-12 11:30", ZONE), record={"subject": "Other"})
    series = a_series("FREQ=DAILY;BYHOUR=11;COUNT=2", "2026-01-11 09:30", "2026-01-11 10:00")
    found = occurrences(replace(series, deviations=(renamed,)), *YEAR)
    assert [(told(item, ZONE), item.deviation) for item in found] == [
        ("2026-01-11 11:30-12:00", None),
        ("2026-01-12 11:30-12:00", renamed),
    ]


def test_what_began_long_before_the_window_is_shown_while_it_lasts() -> None:
    series = a_series("FREQ=MONTHLY", "2026-01-01 09:00", "2026-01-10 17:00")
    assert len(occurrences(series, *a_window("2026-03-09", "2026-03-10", ZONE))) == 1
    assert occurrences(series, *a_window("2026-03-11", "2026-03-12", ZONE)) == []


def test_what_takes_no_time_lies_in_the_window_that_it_begins() -> None:
    series = a_series("FREQ=DAILY", "2026-01-01 00:00", "2026-01-01 00:00")
    found = occurrences(series, *a_window("2026-03-09", "2026-03-10", ZONE))
    assert [told(item, ZONE) for item in found] == ["2026-03-09 00:00-00:00"]


def test_a_whole_day_may_become_a_time_and_a_time_a_whole_day() -> None:
    start = a_moment("2026-01-10 15:00", ZONE)
    series = a_series("FREQ=WEEKLY;COUNT=1", "2026-01-10", "2026-01-11")
    timed = replace(series, deviations=(Deviation(date(2026, 1, 10), start),))
    assert [told(item, ZONE) for item in occurrences(timed, *YEAR)] == ["2026-01-10 15:00-16:00"]

    series = a_series("FREQ=WEEKLY;COUNT=1", "2026-01-10 15:00", "2026-01-10 15:30")
    whole = replace(series, deviations=(Deviation(start, date(2026, 1, 11)),))
    assert [told(item, ZONE) for item in occurrences(whole, *YEAR)] == ["2026-01-11"]


def test_what_ends_before_it_starts_says_what_to_do() -> None:
    series = a_series("FREQ=WEEKLY", "2026-01-10 15:00", "2026-01-10 14:00")
    with pytest.raises(EndsBeforeStart) as caught:
        occurrences(series, *YEAR)
    assert caught.value.next_step == "Correct the start or the end of this appointment."

    series = a_series("FREQ=WEEKLY", "2026-01-10 15:00", "2026-01-10 16:00")
    start, end = a_moment("2026-01-17 15:00", ZONE), a_moment("2026-01-17 14:00", ZONE)
    with pytest.raises(EndsBeforeStart):
        occurrences(replace(series, deviations=(Deviation(start, start, end),)), *YEAR)


def test_ten_thousand_occurrences_are_quick() -> None:
    series = a_series("FREQ=DAILY", "1990-01-01 09:00", "1990-01-01 09:30")
    begin = process_time()
    found = occurrences(series, *a_window("1998-01-01", "2026-01-01", ZONE))
    taken = process_time() - begin

    assert len(found) == 10_227
    assert taken < 3  # 0.15 s where nobody else works
