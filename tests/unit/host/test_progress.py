"""How far a task is, when somebody is reminded of it, and how it comes again."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Task
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.host.mapping import (
    Choice,
    Computed,
    Day,
    DayRule,
    Moment,
    Parts,
    Progress,
    RecordMapping,
    Text,
)

DUE = Day("due_on")
STATUS = Progress(
    "status", {"open": "notStarted", "completed": "completed"}, completed_at="completed_at"
)
NOON = "2030-07-06T12:00:00+00:00"


# ----------------------------------------------------------------------------------------- progress


def test_a_value_that_nobody_listed_is_an_open_task():
    assert STATUS.read(Task(status="in_progress")) == {"status": "notStarted"}


def test_the_first_of_several_values_is_written_and_the_others_stay():
    progress = Progress("status", {"open": "notStarted", "new": "notStarted", "done": "completed"})
    row = SimpleNamespace(status="new")
    progress.write(row, {"status": "notStarted"})
    assert row.status == "new"
    progress.write(row, {"status": "completed"})
    progress.write(row, {"status": "notStarted"})
    assert row.status == "open"


@pytest.mark.parametrize(
    "unlisted, before, after",
    [
        (None, "open", "open"),
        (None, "in_progress", "in_progress"),
        (None, "completed", "open"),
        ("in_progress", "open", "in_progress"),
        ("in_progress", "completed", "in_progress"),
    ],
)
def test_a_word_that_the_crm_lacks_is_what_the_host_says_or_an_open_task(unlisted, before, after):
    words = {"open": "notStarted", "in_progress": "inProgress", "completed": "completed"}
    progress = Progress("status", words, completed_at="completed_at", unlisted=unlisted)
    row = Task(status=before, completed_at=dt.datetime(2030, 7, 5, tzinfo=dt.UTC))

    progress.write(row, {"status": "waitingOnOthers"})

    assert (row.status, row.completed_at) == (after, None)


@pytest.mark.parametrize("value", [None, {}, {"status": "NOTSTARTED"}])
def test_nothing_and_another_spelling_are_an_open_task(value):
    row = Task(status="completed")
    STATUS.write(row, value)
    assert row.status == "open"


# ------------------------------------------------------------------------------------------ moments


def test_a_day_is_told_as_its_noon_and_takes_the_day_of_a_moment(settings):
    settings.TIME_ZONE = "Australia/Sydney"
    row = Contact(birthday=dt.date(2030, 7, 6))
    assert Moment("birthday").read(row) == "2030-07-06T12:00:00+10:00"
    Moment("birthday").write(row, "2030-07-06T20:00:00+00:00")
    assert row.birthday == dt.date(2030, 7, 7)


def test_a_crm_without_zones_keeps_what_its_clocks_show(settings):
    settings.TIME_ZONE, settings.USE_TZ = "Australia/Sydney", False
    row = Task()
    Moment("remind_at").write(row, NOON)
    assert row.remind_at == dt.datetime(2030, 7, 6, 22)  # noqa: DTZ001  as such a CRM has it
    assert Moment("remind_at").read(row) == "2030-07-06T22:00:00+10:00"


def test_each_of_the_two_hours_of_a_night_in_autumn_is_kept(settings):
    settings.TIME_ZONE = "Australia/Sydney"
    for hour in (15, 16):
        row, moment = Task(), dt.datetime(2030, 4, 6, hour, 30, tzinfo=dt.UTC)
        Moment("remind_at").write(row, moment.isoformat())
        assert row.remind_at == moment


def test_a_moment_without_an_offset_is_utc_and_none_is_none():
    row = Task()
    Moment("remind_at").write(row, "2030-07-06T12:00:00")
    assert row.remind_at == dt.datetime(2030, 7, 6, 12, tzinfo=dt.UTC)
    Moment("remind_at").write(row, None)
    assert row.remind_at is None
    assert Moment("remind_at").read(row) is None


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValidationError):
        Moment("remind_at").write(Task(), "tomorrow")


# ----------------------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    "atom, declared, is_right",
    [
        ("title", "title", True),
        ("title", Moment("remind_at"), True),  # a text as good as any
        ("title", STATUS, False),
        ("due", DUE, True),
        ("due", "due_on", False),
        ("due", Moment("due_on"), False),
        ("due", Computed(str), True),
        ("reminder", Moment("remind_at"), True),
        ("reminder", Day("remind_at"), False),
        ("reminder", "remind_at", False),
        ("importance", Choice("priority", {}), True),
        ("progress", STATUS, True),
        ("progress", "status", False),
        ("progress", Choice("status", {}), False),
        ("recurrence", DayRule("recurrence", DUE), True),
        ("recurrence", "recurrence", False),
        ("reference", Computed(dict), True),
        ("reference", Parts(name="title"), True),
        ("reference", "title", False),
    ],
)
def test_a_declaration_that_makes_something_else_is_found(atom, declared, is_right):
    found = RecordMapping(KIND, {atom: declared}).misshapen()
    assert [name for name, _ in found] == ([] if is_right else [atom])


def test_a_path_that_leads_nowhere_is_found():
    declared = {
        "title": Text("title"),
        "reminder": Moment("alarm"),
        "progress": Progress("state", {}, completed_at="done_at"),
        "recurrence": DayRule("rrule", Day("due")),
    }
    broken = RecordMapping(KIND, declared).broken_paths(Task)
    assert {path for _, path in broken} == {"alarm", "state", "done_at", "rrule", "due"}


def test_what_stands_behind_a_relation_cannot_be_written():
    declared = {"progress": Progress("series__status", {}), "due": DUE}
    assert RecordMapping(KIND, declared).fixed(Appointment) == {"progress", "due"}
