"""When an item takes place next: what a list of what is to come is sorted by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.core.windows import Turn

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SYDNEY = "Australia/Sydney"


def event(start: str, end: str, **more: Any) -> Turn | None:
    record = {"when": {"start": start, "end": end, "zone": SYDNEY, **more.pop("when", {})}, **more}
    assert CALENDAR.turn_of
    return CALENDAR.turn_of(CALENDAR.canonical(record, Locality(zone=SYDNEY)), NOW)


def weekly(rule: str = "FREQ=WEEKLY;BYDAY=SA", **more: Any) -> Turn | None:
    recurrence = {"rule": rule, "start": "2024-01-06T10:00:00", "zone": SYDNEY}
    return event("2024-01-06T10:00:00", "2024-01-06T10:30:00", recurrence=recurrence, **more)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_an_event_to_come_has_its_turn_when_it_begins() -> None:
    assert event("2026-11-28T10:00:00", "2026-11-28T11:00:00") == Turn(at("2026-11-27T23:00Z"))


def test_an_event_is_over_when_it_has_ended() -> None:
    assert event("2026-11-27T22:00:00", "2026-11-27T23:30:00") == Turn(at("2026-11-27T11:00Z"))
    assert event("2026-11-27T21:00:00", "2026-11-27T22:00:00") == Turn(
        at("2026-11-27T10:00Z"), is_over=True
    )


def test_a_whole_day_is_not_over_before_it_has_ended() -> None:
    day = {"when": {"all_day": True}}
    assert event("2026-11-27", "2026-11-28", **day) == Turn(at("2026-11-27T00:00Z"))


def test_an_old_series_has_its_turn_on_its_next_date_by_its_own_clocks() -> None:
    assert weekly() == Turn(at("2026-11-27T23:00Z"))  # Saturday at ten in Sydney


def test_a_cancelled_date_of_a_series_is_not_its_next_one() -> None:
    cancelled = [{"original": "2026-11-28", "cancelled": True}]
    assert weekly(exceptions=cancelled) == Turn(at("2026-12-04T23:00Z"))


def test_a_series_that_has_ended_is_over() -> None:
    ended = weekly("FREQ=WEEKLY;BYDAY=SA;UNTIL=20240301T000000Z")
    assert ended == Turn(at("2024-01-05T23:00Z"), is_over=True)


def test_a_series_that_nobody_can_read_stands_by_its_first_date() -> None:
    assert weekly("FREQ=NOW AND THEN") == Turn(at("2024-01-05T23:00Z"), is_over=True)


def test_a_series_of_leap_days_finds_its_next_one() -> None:
    recurrence = {"rule": "FREQ=YEARLY", "start": "2024-02-29", "zone": None}
    turn = event("2024-02-29", "2024-03-01", recurrence=recurrence, when={"all_day": True})
    assert turn == Turn(at("2028-02-29T00:00Z"))


@pytest.mark.parametrize("when", [None, {}, {"start": "soon", "end": "later"}])
def test_what_says_no_time_has_no_turn(when: Any) -> None:
    assert CALENDAR.turn_of
    assert CALENDAR.turn_of({"when": when}, NOW) is None


def task(due: str | None, status: str = "notStarted") -> Turn | None:
    assert TASKS.turn_of
    return TASKS.turn_of({"due": due, "progress": {"status": status}}, NOW)


def test_a_task_is_over_when_it_is_done_and_not_when_it_is_overdue() -> None:
    assert task("2026-11-28") == Turn(at("2026-11-28T00:00Z"))
    assert task("2026-11-26") == Turn(at("2026-11-26T00:00Z"))
    assert task("2026-11-28", "completed") == Turn(at("2026-11-28T00:00Z"), is_over=True)
    assert task(None) is None


def test_contacts_do_not_take_place_in_time() -> None:
    assert CONTACTS.turn_of is None


def test_what_comes_next_goes_first_and_what_is_over_last_the_latest_first() -> None:
    soon, later = Turn(at("2026-11-28T00:00Z")), Turn(at("2026-12-28T00:00Z"))
    lately, long_ago = (
        Turn(at(day), is_over=True) for day in ("2026-11-20T00:00Z", "1969-01-01T00:00Z")
    )
    order = sorted([long_ago, later, lately, soon], key=lambda turn: turn.place)
    assert order == [soon, later, lately, long_ago]


@pytest.mark.parametrize(
    "due, later, comes_next",
    [
        ("2026-11-30", "2026-12-07", True),
        ("2026-11-30", "2026-12-14", False),
        ("2026-11-30", "2026-11-30", False),
        ("2026-12-01", "2026-12-07", True),  # it was put off
        (None, "2026-12-07", False),
    ],
)
def test_the_next_one_is_due_on_the_next_date_of_the_rule(
    due: str | None, later: str, comes_next: bool
) -> None:
    rule = {"rule": "FREQ=WEEKLY", "start": "2026-11-23"}
    one = TASKS.canonical({"due": due, "recurrence": rule}, Locality())

    assert TASKS.comes_next(one, {"due": later}) is comes_next


def test_nothing_comes_next_of_what_does_not_come_again() -> None:
    assert not TASKS.comes_next({"due": "2026-11-30", "recurrence": None}, {"due": "2026-12-07"})
