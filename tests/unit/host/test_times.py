"""How declared columns turn into the times of an event, and which declarations can be meant."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from agentbox_sync.contrib.reference_crm.adapter import RULE, WHEN, Appointments
from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.host.mapping import (
    Choice,
    Composed,
    Computed,
    Day,
    Exceptions,
    Minutes,
    Period,
    RecordMapping,
    Rule,
)


def at(*numbers):
    return dt.datetime(*numbers, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "end, told",
    [
        (at(2030, 3, 3, 23), "2030-03-04T10:00:00"),
        (None, "2030-03-04T10:00:00"),  # an hour
        (at(2030, 3, 3, 13), "2030-03-05T00:00:00"),  # "until midnight" of the same date
        (at(2030, 3, 3, 21), "2030-03-04T08:00:00"),  # nobody can say what was meant
    ],
)
def test_an_end_is_mended_where_a_person_would_agree(end, told):
    row = SimpleNamespace(starts=at(2030, 3, 3, 22), ends=end, zone="Australia/Sydney")
    assert Period("starts", "ends", zone="zone").read(row)["end"] == told


@pytest.mark.parametrize(
    "first, last, end",
    [
        (dt.date(2030, 3, 4), dt.date(2030, 3, 5), "2030-03-06"),
        (dt.date(2030, 3, 4), None, "2030-03-05"),
    ],
)
def test_a_column_of_days_names_the_last_one(first, last, end):
    when = Period("first", "last").read(SimpleNamespace(first=first, last=last))
    assert (when["start"], when["end"], when["all_day"]) == ("2030-03-04", end, True)


def test_an_evening_may_last_until_midnight_of_one_day_column():
    period = Period(("day", "from"), ("day", "until"))
    row = SimpleNamespace(day=dt.date(2030, 3, 4), until=dt.time(0))
    setattr(row, "from", dt.time(22))
    assert period.read(row)["end"] == "2030-03-05T00:00:00"


def test_only_what_stands_above_the_mark_comes_back():
    notes = Composed("notes", lambda row: "Olivia: 0412")
    row = Appointment(notes="Keys")
    shown = notes.read(row)
    assert shown.startswith("Keys\n\n----")
    notes.write(row, shown.replace("Keys", "New keys").replace("0412", "0000"))
    assert row.notes == "New keys"
    notes.write(row, "Without a mark")
    assert notes.read(row).startswith("Without a mark\n\n----")


def test_a_word_that_is_not_listed_becomes_the_safe_one():
    choice = Appointments.fields["sensitivity"]
    row = Appointment(private=False)
    choice.write(row, "confidential")
    assert row.private
    choice.write(row, "normal")
    assert not row.private


@pytest.mark.parametrize(
    "atom, declared, is_right",
    [
        ("when", WHEN, True),
        ("when", "starts_at", False),
        ("when", Day("starts_at"), False),
        ("when", Computed(dict), True),
        ("recurrence", RULE, True),
        ("recurrence", "recurrence", False),
        ("exceptions", Exceptions(RULE, excluded="excluded_starts"), True),
        ("exceptions", ("excluded_starts",), False),
        ("reminder", Minutes("reminder_minutes"), True),
        ("reminder", "reminder_minutes", False),
        ("sensitivity", Choice("private", {}), True),
        ("subject", Minutes("reminder_minutes"), False),
        ("subject", WHEN, False),
        ("subject", "title", True),
    ],
)
def test_a_declaration_that_makes_something_else_is_found(atom, declared, is_right):
    found = RecordMapping(KIND, {atom: declared}).misshapen()
    assert [name for name, _ in found] == ([] if is_right else [atom])


def test_a_path_that_leads_nowhere_is_found():
    declared = {
        "when": Period("starts_at", "until"),
        "recurrence": Rule("rrule", WHEN),
        "exceptions": Exceptions(RULE, relation="exceptions", original="origin", excluded="off"),
    }
    assert RecordMapping(KIND, declared).broken_paths(Appointment) == [
        ("when", "until"),
        ("recurrence", "rrule"),
        ("exceptions", "exceptions__origin"),
        ("exceptions", "off"),
    ]


def test_the_reference_crm_declares_its_appointments_right():
    mapping = RecordMapping(KIND, Appointments.fields)
    assert (mapping.broken_paths(Appointment), mapping.misshapen()) == ([], [])
    assert mapping.fixed(Appointment) == {"show_as"}
