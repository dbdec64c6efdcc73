"""Tasks of the reference CRM in its calendar: what they look like there, and what an edit does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.adapter import Tasks
from agentbox_sync.contrib.reference_crm.models import Staff, Task
from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged
from agentbox_sync.core.kinds.bodies import MARK
from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.core.windows import Window
from agentbox_sync.host.fields import Computed
from tests.builders.crm import a_contact, a_staff_member, a_task, an_appointment
from tests.integration.host.builders import key_of
from tests.integration.host.faces import SYDNEY, entries_of, joined_of, seen, write

pytestmark = pytest.mark.django_db

JULY = Window(dt.datetime(2030, 7, 1, tzinfo=dt.UTC), dt.datetime(2030, 8, 1, tzinfo=dt.UTC))
SATURDAY = dt.date(2030, 7, 6)
AT_TEN = dt.datetime(2030, 7, 6, tzinfo=dt.UTC)  # in Sydney


@pytest.fixture
def jane() -> Staff:
    return a_staff_member()


def all_day(day: str, behind: str) -> dict[str, Any]:
    return {"start": day, "end": behind, "zone": SYDNEY, "all_day": True}


def timed(day: str, start: str, end: str) -> dict[str, Any]:
    return {
        "start": f"{day}T{start}:00",
        "end": f"{day}T{end}:00",
        "zone": SYDNEY,
        "all_day": False,
    }


def now(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


# -------------------------------------------------------------------------------------- reading


def test_an_open_task_is_an_entry_on_the_day_it_is_due(jane: Staff, settings) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "BASE_URL": "https://crm.example.com"}
    contact = a_contact("Olivia Rutherford", mobile="0412 345 678")
    task = a_task(jane, "Call Olivia", notes="About the keys", due_on=SATURDAY, contact=contact)

    record = seen(joined_of(jane), task).record

    assert record["subject"] == "Call Olivia"
    assert record["when"] == all_day("2030-07-06", "2030-07-07")
    assert (record["categories"], record["show_as"]) == (["Task"], "free")
    assert record["body"].split("\n") == [
        *("About the keys", "", MARK, "Olivia Rutherford: 0412 345 678"),
        f"https://crm.example.com/admin/agentbox_crm/task/{task.pk}/change/",
    ]


def test_a_task_that_reminds_that_day_has_a_time(jane: Staff) -> None:
    task = a_task(jane, due_on=SATURDAY, remind_at=AT_TEN)
    assert seen(joined_of(jane), task).record["when"] == timed("2030-07-06", "10:00", "10:30")


def test_appointments_and_tasks_are_scanned_once_each_and_those_without_a_date_are_not(
    jane: Staff,
) -> None:
    meeting = an_appointment(jane, starts_at=AT_TEN, ends_at=AT_TEN)
    dated, reminded = a_task(jane, due_on=SATURDAY), a_task(jane, remind_at=AT_TEN)
    undated, late = a_task(jane), a_task(jane, due_on=dt.date(2030, 9, 1))
    a_task(a_staff_member("José"), due_on=SATURDAY)
    store = joined_of(jane)

    assert [item.key for item in store.scan(JULY)] == [
        key_of(row) for row in (meeting, dated, reminded)
    ]
    assert seen(store, late, JULY).is_outside
    assert store.read([key_of(undated)]) == {
        key_of(undated): Absence(key_of(undated), Cause.LEFT_FILTER)
    }


def test_tasks_whose_dates_no_column_tells_are_looked_at_one_by_one(jane: Staff) -> None:
    class Told(Tasks):
        fields = {**Tasks.fields, "due": Computed(lambda row: f"{row.due_on:%Y-%m-%d}")}

    here, _ = a_task(jane, due_on=SATURDAY), a_task(jane, due_on=dt.date(2030, 9, 1))
    assert [item.key for item in joined_of(jane, Told).scan(JULY)] == [key_of(here)]
    assert "when" in seen(joined_of(jane, Told), here).fixed


def _take_off(task: Task) -> None:
    now(task).delete()


def _give_away(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(staff=a_staff_member("José"))


def _undate(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(due_on=None)


@pytest.mark.parametrize(
    "leave, cause",
    [
        (_take_off, Cause.DELETED),
        (_give_away, Cause.LOST_ACCESS),
        (_undate, Cause.LEFT_FILTER),
    ],
)
@pytest.mark.parametrize("is_on", [True, False])
def test_what_is_no_entry_any_more_says_why(
    jane: Staff, leave: Any, cause: Cause, is_on: bool
) -> None:
    task = a_task(jane, due_on=SATURDAY)
    store = joined_of(jane, is_on=is_on)
    leave(task)
    assert store.read([key_of(task)]) == {key_of(task): Absence(key_of(task), cause)}
    assert list(store.scan()) == []


def test_without_the_tick_every_task_has_left_the_selection(jane: Staff) -> None:
    task, meeting = a_task(jane, due_on=SATURDAY), an_appointment(jane)
    store = joined_of(jane, is_on=False)
    found = store.read([key_of(task), key_of(meeting)])
    assert found[key_of(task)] == Absence(key_of(task), Cause.LEFT_FILTER)
    assert isinstance(found[key_of(meeting)], LocalItem)
    assert [item.key for item in store.scan()] == [key_of(meeting)]
    assert store.search("call", 5) == []


def test_what_is_done_stays_in_step_and_is_never_new(jane: Staff) -> None:
    task = a_task(jane, due_on=SATURDAY, status=Task.Status.COMPLETED)
    item = seen(joined_of(jane), task)
    assert item.is_dormant
    assert item.record["categories"] == ["Task", DONE]
    assert list(joined_of(jane).scan()) == []


def test_what_is_done_goes_where_the_calendar_deletes_it(jane: Staff) -> None:
    task = a_task(jane, due_on=SATURDAY, status=Task.Status.COMPLETED)
    store = joined_of(jane, completed="delete")
    assert store.read([key_of(task)]) == {key_of(task): Absence(key_of(task), Cause.COMPLETED)}


def test_a_key_of_another_table_is_nobody_s(jane: Staff) -> None:
    task = a_task(jane, due_on=SATURDAY)
    stranger = LocalKey("agentbox_crm.listing", str(task.pk))
    assert joined_of(jane).read([stranger]) == {stranger: Absence(stranger, Cause.DELETED)}


def test_people_find_both_and_no_more_than_they_asked_for(jane: Staff) -> None:
    meeting = an_appointment(jane, title="Call about keys")
    task = a_task(jane, "Call Olivia", due_on=SATURDAY)
    a_task(jane, "Call without a date")
    store = joined_of(jane)
    assert [item.key for item in store.search("call", 5)] == [key_of(meeting), key_of(task)]
    assert [item.key for item in store.search("call", 1)] == [key_of(meeting)]


# -------------------------------------------------------------------------------------- writing


def test_each_edit_reaches_what_it_means_of_the_task_and_nothing_else(jane: Staff) -> None:
    task, other = (
        a_task(jane, notes="Old", due_on=SATURDAY, recurrence="FREQ=WEEKLY") for _ in range(2)
    )
    store, untouched = joined_of(jane), Task.objects.filter(pk=other.pk).values().get()

    write(store, task, subject="Call back today")
    write(store, task, body=f"New\n\n{MARK}\nwhatever")
    item = write(store, task, when=timed("2030-07-09", "15:00", "17:00"))

    row = now(task)
    assert (row.title, row.notes) == ("Call back today", "New")
    assert (row.due_on.isoformat(), row.remind_at.isoformat()) == (
        *("2030-07-09", "2030-07-09T05:00:00+00:00"),
    )
    assert item.record["when"] == timed("2030-07-09", "15:00", "15:30")
    assert item == seen(store, task)
    assert (row.recurrence, row.status) == ("FREQ=WEEKLY", Task.Status.OPEN)
    assert Task.objects.filter(pk=other.pk).values().get() == untouched


def test_the_category_completes_a_task_and_opens_it_again(jane: Staff) -> None:
    task, store = a_task(jane, due_on=SATURDAY), joined_of(jane)

    item = write(store, task, categories=["Task", DONE, "Red"])

    assert now(task).status == Task.Status.COMPLETED
    assert now(task).completed_at is not None
    assert (item.is_dormant, item.record["categories"]) == (True, ["Task", DONE])

    item = write(store, task, categories=["Task"])

    assert (now(task).status, now(task).completed_at) == (Task.Status.OPEN, None)
    assert item == seen(store, task)


def test_what_a_task_has_no_place_for_is_not_written_at_all(
    jane: Staff, django_assert_num_queries
) -> None:
    task, store = a_task(jane, due_on=SATURDAY), joined_of(jane)
    item = seen(store, task)
    atoms = {
        "when": all_day("2030-07-06", "2030-07-09"),
        "show_as": "busy",
        "reminder": 15,
        "categories": [],
    }
    with django_assert_num_queries(1):  # it looks whether somebody was there meanwhile
        assert store.update(item, atoms, tuple(atoms)) == item


@pytest.mark.parametrize("past", [{"title": "Other"}, {"due_on": None}, {"status": "completed"}])
def test_what_somebody_changed_meanwhile_is_not_written_over(
    jane: Staff, past: dict[str, Any]
) -> None:
    task, store = a_task(jane, due_on=SATURDAY), joined_of(jane)
    item = seen(store, task)
    Task.objects.filter(pk=task.pk).update(**past)
    before = Task.objects.values().get()

    assert isinstance(store.update(item, {"subject": "Ours"}, ("subject",)), ItemChanged)
    assert isinstance(store.update(item, {"show_as": "busy"}, ("show_as",)), ItemChanged)
    assert isinstance(store.release(item), ItemChanged)
    assert Task.objects.values().get() == before


def test_a_removal_completes_the_task(jane: Staff) -> None:
    task, store = a_task(jane, due_on=SATURDAY), joined_of(jane)
    assert store.release(seen(store, task)) is None
    assert now(task).status == Task.Status.COMPLETED


def test_a_task_that_a_removal_completed_is_opened_again(jane: Staff) -> None:
    task, store = a_task(jane, due_on=SATURDAY), joined_of(jane)
    assert not store.is_lost(key_of(task))
    store.release(seen(store, task))
    assert store.is_lost(key_of(task))
    assert store.grant(key_of(task)) is None
    assert (now(task).status, now(task).completed_at) == (Task.Status.OPEN, None)
    assert not store.is_lost(key_of(task))


def test_a_task_that_is_not_lost_is_not_given(jane: Staff) -> None:
    task = a_task(jane, due_on=SATURDAY)
    assert isinstance(joined_of(jane).grant(key_of(task)), ItemChanged)
    assert entries_of(jane).model == "agentbox_crm.task"
