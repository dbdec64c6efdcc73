"""One task, edited and completed in each of its three places: it reaches the other two, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Task
from agentbox_sync.core.kinds.bodies import MARK
from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.graph.codecs.bodies import words_of
from agentbox_sync.models import Change, Link
from tests.builders.crm import a_contact

from .world import CALENDAR, IN_A_WEEK, LATER, TASKS, Faces, at

Deed = Callable[[Faces, Task], Any]


def due_in_todo(world: Faces, task: Task) -> str:
    return str(world.todo(task)["dueDateTime"]["dateTime"][:10])


def starts(world: Faces, task: Task) -> str:
    return str(world.entry(task)["start"]["dateTime"][:16])


def text_of(entry: dict[str, Any]) -> str:
    return words_of(entry["body"]["content"])


def test_a_task_is_shown_in_both_places(world: Faces) -> None:
    task = world.task(notes="About the keys", contact=a_contact("Olivia Rutherford"))
    world.settle()
    entry, todo = world.entry(task), world.todo(task)
    assert (entry["subject"], entry["isAllDay"]) == ("Call Olivia", True)
    assert (entry["categories"], entry["showAs"], entry["isReminderOn"]) == (
        *(["Task"], "free"),
        False,
    )
    assert starts(world, task) == f"{IN_A_WEEK}T00:00"
    text = text_of(entry)
    assert text.startswith(f"About the keys\n{MARK}\nOlivia Rutherford\nhttp")
    assert text.endswith(f"/admin/agentbox_crm/task/{task.pk}/change/")
    assert (todo["title"], todo["status"]) == ("Call Olivia", "notStarted")
    assert (world.events(), world.todos()) == (["Call Olivia"], ["Call Olivia"])


def test_a_task_without_a_date_is_in_to_do_alone_until_it_has_one(world: Faces) -> None:
    task = world.task(due_on=None)
    world.settle()
    assert (world.events(), world.todos()) == ([], ["Call Olivia"])
    world.change(task, due_on=IN_A_WEEK)
    world.settle()
    assert (world.events(), world.todos()) == (["Call Olivia"], ["Call Olivia"])


# ----------------------------------------------------------------------------------- completing

COMPLETING: dict[str, tuple[Deed, Deed]] = {
    "in the CRM": (Faces.complete, Faces.reopen),
    "in To Do": (Faces.complete_todo, Faces.reopen_todo),
    "in the calendar": (Faces.check_off, Faces.uncheck),
}


@pytest.mark.parametrize("place", COMPLETING)
def test_what_is_done_in_one_place_is_done_in_all_and_so_is_what_is_undone(
    world: Faces, place: str
) -> None:
    complete, reopen = COMPLETING[place]
    task = world.task()
    world.settle()

    complete(world, task)
    world.settle()

    assert world.is_done(task)
    assert world.now(task).completed_at is not None
    assert world.todo(task)["status"] == "completed"
    assert world.entry(task)["categories"] == ["Task", DONE]

    reopen(world, task)
    world.settle()

    assert not world.is_done(task)
    assert world.now(task).completed_at is None
    assert world.todo(task)["status"] == "notStarted"
    assert world.entry(task)["categories"] == ["Task"]
    assert (len(world.events()), len(world.todos()), Task.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("place", COMPLETING)
def test_what_is_done_goes_from_a_calendar_that_deletes_it_and_comes_back(
    connected: Faces, place: str
) -> None:
    connected.choose_calendar(completed="delete")
    connected.choose_tasks()
    task = connected.task()
    connected.settle()

    COMPLETING[place][0](connected, task)
    connected.settle()

    assert connected.is_done(task)
    assert (connected.events(), connected.todos()) == ([], ["Call Olivia"])
    assert connected.todo(task)["status"] == "completed"

    connected.reopen(task)
    connected.settle()
    assert (connected.events(), connected.todos()) == (["Call Olivia"], ["Call Olivia"])


def test_the_next_task_of_a_series_is_in_both_places_once(world: Faces) -> None:
    task = world.task(recurrence="FREQ=WEEKLY")
    world.settle()
    world.check_off(task)
    # The next one waits until To Do has gone on with its own series, or shown that it has none.
    for _ in range(4):
        world.report()
    world.settle()
    following = Task.objects.exclude(pk=task.pk).get()
    assert following.due_on == IN_A_WEEK + dt.timedelta(days=7)
    assert world.says_done(task)
    assert not world.says_done(following)
    assert world.events() == ["Call Olivia"] * 2
    assert world.todo(following)["status"] == "notStarted"


def test_what_was_done_before_it_was_ever_there_is_never_shown(world: Faces) -> None:
    world.task(status=Task.Status.COMPLETED)
    world.settle()
    assert (world.events(), world.todos()) == ([], [])


# -------------------------------------------------------------------------------------- editing


def test_an_edit_in_the_crm_reaches_both(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.change(task, title="Call her", notes="New", due_on=LATER, remind_at=at(LATER, 15))
    world.settle()
    entry, todo = world.entry(task), world.todo(task)
    assert (entry["subject"], todo["title"]) == ("Call her", "Call her")
    assert (entry["isAllDay"], starts(world, task)) == (False, f"{LATER}T15:00")
    assert (due_in_todo(world, task), todo["isReminderOn"]) == (LATER.isoformat(), True)
    assert text_of(entry).startswith("New\n")


def test_an_edit_in_to_do_reaches_both(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.edit_todo(
        task,
        title="Call her",
        due=LATER.isoformat(),
        body={"content": "New", "contentType": "text"},
    )
    world.settle()
    row, entry = world.now(task), world.entry(task)
    assert (row.title, row.due_on, row.notes) == ("Call her", LATER, "New")
    assert (entry["subject"], starts(world, task)) == ("Call her", f"{LATER}T00:00")
    assert text_of(entry).startswith("New\n")


def test_an_edit_in_the_calendar_reaches_both(world: Faces) -> None:
    task = world.task(notes="Old", contact=a_contact("Olivia Rutherford"))
    world.settle()
    body = world.entry(task)["body"]
    body["content"] = body["content"].replace("Old", "New")
    world.edit_entry(task, subject="Call her", body=body)
    world.drag(task, at(LATER, 15))
    world.settle()
    row, todo = world.now(task), world.todo(task)
    assert (row.title, row.notes) == ("Call her", "New")
    assert (row.due_on, row.remind_at) == (LATER, at(LATER, 15))
    assert (todo["title"], due_in_todo(world, task)) == ("Call her", LATER.isoformat())
    assert (todo["isReminderOn"], todo["reminderDateTime"]["dateTime"][:16]) == (
        True,
        at(LATER, 15).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M"),
    )
    assert starts(world, task) == f"{LATER}T15:00"


def test_a_time_that_is_taken_away_is_no_reminder_any_more(world: Faces) -> None:
    task = world.task(remind_at=at(IN_A_WEEK, 10))
    world.settle()
    assert starts(world, task) == f"{IN_A_WEEK}T10:00"
    world.drag(task, LATER)
    world.settle()
    assert (world.now(task).due_on, world.now(task).remind_at) == (LATER, None)
    assert not world.todo(task)["isReminderOn"]
    assert due_in_todo(world, task) == LATER.isoformat()


def test_how_long_an_entry_lasts_and_who_is_busy_stays_as_the_person_has_it(world: Faces) -> None:
    task = world.task(remind_at=at(IN_A_WEEK, 10))
    world.settle()
    world.drag(task, at(IN_A_WEEK, 10), minutes=120)
    world.edit_entry(task, showAs="busy", isReminderOn=True, reminderMinutesBeforeStart=15)
    before = world.now(task)
    world.settle()
    entry = world.entry(task)
    assert entry["end"]["dateTime"][:16] == f"{IN_A_WEEK}T12:00"
    assert (entry["showAs"], entry["isReminderOn"]) == ("busy", True)
    assert Task.objects.values().get() == {
        name: getattr(before, name) for name in Task.objects.values().get()
    }


def test_a_plain_done_on_an_appointment_is_the_agent_s_own(world: Faces) -> None:
    world.microsoft.person(
        add_event={
            "subject": "Coffee",
            "categories": ["Done"],
            "start": {"dateTime": f"{IN_A_WEEK}T10:00:00", "timeZone": "UTC"},
            "end": {"dateTime": f"{IN_A_WEEK}T11:00:00", "timeZone": "UTC"},
        }
    )
    world.choose_calendar(adoption="import")
    for _ in range(2):  # it is taken in, and then has the category of its kind
        world.run_well(forced=True)
    world.settle()
    (row,) = world.microsoft.look(f"mailbox/{world.address}")["events"]
    assert row["categories"] == ["Done", "Appointment"]


# ------------------------------------------------------------------------------ at the same time


def test_different_fields_edited_in_all_three_places_all_stay(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.change(task, title="Call her")
    world.edit_todo(task, body={"content": "New", "contentType": "text"})
    world.drag(task, LATER)
    world.settle()
    row = world.now(task)
    assert (row.title, row.notes, row.due_on) == ("Call her", "New", LATER)
    assert (world.entry(task)["subject"], world.todo(task)["title"]) == ("Call her", "Call her")
    assert text_of(world.entry(task)).startswith("New\n")
    assert due_in_todo(world, task) == LATER.isoformat()


@pytest.mark.parametrize("rule", ["crm_wins", "exchange_wins"])
def test_the_same_field_edited_on_both_faces_is_the_same_everywhere_in_the_end(
    connected: Faces, rule: str
) -> None:
    connected.choose_calendar(conflict=rule)
    connected.choose_tasks(conflict=rule)
    task = connected.task()
    connected.settle()
    connected.edit_entry(task, subject="In the calendar")
    connected.edit_todo(task, title="In To Do")
    connected.settle()
    title = connected.now(task).title
    assert title in ("In the calendar", "In To Do")
    assert (connected.entry(task)["subject"], connected.todo(task)["title"]) == (title, title)
    lost = {"In the calendar", "In To Do"} - {title}
    told = [str(row.before) + str(row.after) for row in Change.objects.all()]
    assert any(text in row for text in lost for row in told), "the losing value stands in the log"


def test_done_in_one_place_and_edited_in_another_is_both(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.check_off(task)
    world.edit_todo(task, title="Call her")
    world.settle()
    assert (world.is_done(task), world.now(task).title) == (True, "Call her")
    assert (world.todo(task)["status"], world.todo(task)["title"]) == ("completed", "Call her")
    assert (world.entry(task)["subject"], world.says_done(task)) == ("Call her", True)


def test_a_stamp_is_of_one_face_alone(world: Faces) -> None:
    task = world.task()
    world.settle()
    faces = Link.objects.filter(connection=world.connection, local_pk=str(task.pk))
    assert {link.kind for link in faces} == {CALENDAR, TASKS}
    assert len({link.stamp for link in faces}) == len({link.remote_id for link in faces}) == 2
