"""python-o365 makes and reads events and series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from O365 import Account
from O365.calendar import EventShowAs

from .clients import Control
from .o365 import o365_account

SYDNEY = ZoneInfo("Australia/Sydney")
FIRST = dt.datetime(2026, 12, 1, tzinfo=SYDNEY)
LAST = dt.datetime(2027, 1, 1, tzinfo=SYDNEY)


@pytest.fixture
def account(control: Control) -> Iterator[Account]:
    with o365_account(control.url, scopes=("basic", "calendar_all")) as account:
        yield account


@pytest.fixture
def calendar(account: Account) -> Any:
    return account.schedule().get_default_calendar()


def inspection(calendar: Any) -> Any:
    made = calendar.new_event("Inspection")
    made.body = "Bring the keys"
    made.start = dt.datetime(2026, 12, 5, 10, tzinfo=SYDNEY)
    made.end = dt.datetime(2026, 12, 5, 10, 30, tzinfo=SYDNEY)
    made.location = "1 Sea Rd"
    made.remind_before_minutes = 45
    made.show_as = EventShowAs.Oof
    return made


def shown(calendar: Any) -> list[Any]:
    return list(calendar.get_events(start_recurring=FIRST, end_recurring=LAST, limit=50))


def test_an_event_is_saved_read_changed_and_deleted(calendar: Any, control: Control) -> None:
    made = inspection(calendar)
    assert made.save()
    (kept,) = control.mailbox()["events"]
    assert (kept["subject"], kept["showAs"]) == ("Inspection", "oof")
    assert kept["reminderMinutesBeforeStart"] == 45
    assert kept["start"]["dateTime"][:16] == "2026-12-05T10:00"
    read = calendar.get_event(made.object_id)
    assert read.start == dt.datetime(2026, 12, 5, 10, tzinfo=SYDNEY)
    assert read.location["displayName"] == "1 Sea Rd"
    read.subject = "Auction"
    assert read.save()
    assert [e.subject for e in shown(calendar)] == ["Auction"]
    assert read.delete()
    assert shown(calendar) == []
    assert control.get("mail")["total"] == 0


RULES: dict[str, tuple[Any, list[int]]] = {
    "every second day": (lambda r: r.set_daily(2, start=dt.date(2026, 12, 5)), [5, 7, 9]),
    "Saturdays and Sundays": (
        lambda r: r.set_weekly(
            1,
            days_of_week=["saturday", "sunday"],
            first_day_of_week="monday",
            start=dt.date(2026, 12, 5),
        ),
        [5, 6, 12],
    ),
    "the 31st": (
        lambda r: r.set_monthly(1, day_of_month=31, start=dt.date(2026, 12, 5)),
        [31],
    ),
    "the last Friday": (
        lambda r: r.set_monthly(
            1, days_of_week=["friday"], index="last", start=dt.date(2026, 12, 5)
        ),
        [25],
    ),
    "Christmas": (
        lambda r: r.set_yearly(1, 12, day_of_month=25, start=dt.date(2026, 12, 5)),
        [25],
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_series_is_saved_and_its_dates_are_read(
    calendar: Any, control: Control, name: str
) -> None:
    set_rule, days = RULES[name]
    made = inspection(calendar)
    set_rule(made.recurrence)
    assert made.save()
    (kept,) = control.mailbox()["events"]
    assert kept["type"] == "seriesMaster"
    rows = shown(calendar)[: len(days)]
    assert [row.start.day for row in rows] == days
    assert {(row.start.hour, row.subject) for row in rows} == {(10, "Inspection")}
    dates = list(
        calendar.get_event(made.object_id).get_occurrences(start=FIRST, end=LAST, limit=50)
    )
    assert [row.start.day for row in dates][: len(days)] == days


def test_a_whole_day_is_saved_and_read(calendar: Any) -> None:
    made = calendar.new_event("Fair")
    made.start = dt.date(2026, 12, 12)
    made.end = dt.date(2026, 12, 13)
    made.is_all_day = True
    assert made.save()
    (read,) = shown(calendar)
    assert (read.is_all_day, read.start.date()) == (True, dt.date(2026, 12, 12))


def test_calendars_are_made_renamed_and_removed(account: Account) -> None:
    schedule = account.schedule()
    made = schedule.new_calendar("Agentbox")
    assert {c.name for c in schedule.list_calendars()} == {"Calendar", "Agentbox"}
    made.name = "CRM"
    assert made.update()
    assert schedule.get_calendar(calendar_name="CRM").calendar_id == made.calendar_id
    assert made.delete()
    assert [c.name for c in schedule.list_calendars()] == ["Calendar"]


def test_guests_are_invited_and_told_of_the_end(calendar: Any, control: Control) -> None:
    made = inspection(calendar)
    made.attendees.add("mia@buyers.example")
    assert made.save()
    read = calendar.get_event(made.object_id)
    assert [a.address for a in read.attendees] == ["mia@buyers.example"]
    assert read.cancel_event("rain")
    found = control.get("mail")["mail"]
    assert [(mail["kind"], mail["comment"]) for mail in found] == [
        ("invitation", ""),
        ("cancellation", "rain"),
    ]
