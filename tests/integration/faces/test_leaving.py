"""What becomes of the other face when one of them is removed, and of both when a task leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Task
from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.models import Link
from agentbox_sync.services.disconnect import disconnect
from tests.builders.crm import a_staff_member
from tests.integration.twoway.farewells import leave_for_good

from .world import CALENDAR, LATER, TASKS, Faces, at

BOTH = (["Call Olivia"], ["Call Olivia"])


def places(world: Faces) -> tuple[list[str], list[str]]:
    """What stands in the calendar and in To Do, without the one that never goes."""
    return tuple(
        [one for one in rows if one != "Stays"] for rows in (world.events(), world.todos())
    )


def a_task_among_others(world: Faces) -> Task:
    """A mailbox from which everything has gone is not believed at once."""
    world.task("Stays")
    task = world.task()
    world.settle()
    return task


# ------------------------------------------------------------------- one face removed in Exchange


@pytest.mark.parametrize("kind", [CALENDAR, TASKS])
def test_a_face_that_is_removed_stays_away_and_the_other_goes_on(world: Faces, kind: str) -> None:
    task = a_task_among_others(world)
    (world.remove_entry if kind == CALENDAR else world.remove_todo)(task)
    world.settle()
    other = ([], ["Call Olivia"]) if kind == CALENDAR else (["Call Olivia"], [])
    assert (places(world), world.is_done(task)) == (other, False)

    world.change(task, title="Call her")
    world.settle()

    calendar, todo = places(world)
    assert [*calendar, *todo] == ["Call her"]


@pytest.mark.parametrize("kind", [CALENDAR, TASKS])
def test_a_face_that_is_removed_is_put_back_where_that_was_chosen(
    connected: Faces, kind: str
) -> None:
    connected.choose_calendar(deletion="restore")
    connected.choose_tasks(deletion="restore")
    task = a_task_among_others(connected)
    (connected.remove_entry if kind == CALENDAR else connected.remove_todo)(task)
    connected.settle()
    assert (places(connected), connected.is_done(task)) == (BOTH, False)


@pytest.mark.parametrize("kind", [CALENDAR, TASKS])
def test_a_removal_that_is_followed_completes_the_task_and_the_other_face_says_so(
    connected: Faces, kind: str
) -> None:
    connected.choose_calendar(deletion="apply")
    connected.choose_tasks(deletion="apply")
    task = a_task_among_others(connected)

    (connected.remove_entry if kind == CALENDAR else connected.remove_todo)(task)
    connected.settle()

    assert connected.is_done(task)
    if kind == CALENDAR:
        assert connected.todo(task)["status"] == "completed"
    else:
        assert connected.entry(task)["categories"] == ["Task", DONE]
    assert not connected.is_in(kind, task)

    connected.reopen(task)
    connected.settle()
    assert (places(connected), connected.is_done(task)) == (BOTH, False)


# --------------------------------------------------------------------------- the task leaves


def _delete(world: Faces, task: Task) -> None:
    Task.objects.get(pk=task.pk).delete()


def _give_away(world: Faces, task: Task) -> None:
    world.change(task, staff=a_staff_member("José Silva"))


def _undate(world: Faces, task: Task) -> None:
    world.change(task, due_on=None)


@pytest.mark.parametrize(
    "leave, retained, deleted",
    [
        (_delete, BOTH, ([], [])),
        # Who may not see it any more does not keep it, whatever was chosen.
        (_give_away, ([], []), ([], [])),
        (_undate, BOTH, ([], ["Call Olivia"])),
    ],
)
@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_what_leaves_the_crm_leaves_both_places_as_was_chosen(
    connected: Faces,
    leave: Callable[[Faces, Task], Any],
    retained: tuple[list[str], list[str]],
    deleted: tuple[list[str], list[str]],
    removal: str,
) -> None:
    connected.choose_calendar(removal=removal)
    connected.choose_tasks(removal=removal)
    task = connected.task()
    connected.settle()
    leave(connected, task)
    connected.settle()
    assert places(connected) == (retained if removal == "retain" else deleted)


@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_the_tick_taken_off_and_set_again_leaves_to_do_alone_and_doubles_nothing(
    connected: Faces, removal: str
) -> None:
    connected.choose_calendar(removal=removal)
    connected.choose_tasks()
    task = connected.task()
    connected.settle()

    connected.choose_calendar(removal=removal, tasks=False)
    connected.run_well(forced=True)
    connected.settle()
    left = BOTH if removal == "retain" else ([], ["Call Olivia"])
    assert (places(connected), connected.is_done(task)) == (left, False)

    connected.choose_calendar(removal=removal)
    connected.run_well(forced=True)
    connected.settle()
    assert places(connected) == BOTH


# ------------------------------------------------------------------------------ one way and two


def test_a_calendar_that_only_shows_leaves_what_is_edited_there_standing(connected: Faces) -> None:
    connected.choose_calendar(status="one_way")
    connected.choose_tasks()
    task = connected.task()
    connected.settle()
    connected.drag(task, at(LATER, 9))
    connected.check_off(task)
    connected.edit_todo(task, title="Call her")
    connected.settle()
    row, entry = connected.now(task), connected.entry(task)
    assert (row.title, row.due_on, row.remind_at) == ("Call her", task.due_on, None)
    assert (entry["subject"], entry["start"]["dateTime"][:10]) == ("Call her", LATER.isoformat())
    assert not connected.is_done(task)
    assert entry["categories"] == ["Task", DONE]

    connected.complete_todo(task)
    connected.settle()
    assert (connected.is_done(task), connected.says_done(task)) == (True, True)


def test_to_do_that_only_shows_follows_what_is_edited_in_the_calendar(connected: Faces) -> None:
    connected.choose_calendar()
    connected.choose_tasks(status="one_way")
    task = connected.task()
    connected.settle()
    connected.complete_todo(task)
    connected.edit_entry(task, subject="Call her")
    connected.settle()
    assert (connected.now(task).title, connected.todo(task)["title"]) == ("Call her", "Call her")
    assert (connected.is_done(task), connected.says_done(task)) == (False, False)
    connected.check_off(task)
    connected.settle()
    assert (connected.is_done(task), connected.todo(task)["status"]) == (True, "completed")


def test_a_calendar_shows_tasks_where_to_do_is_off(connected: Faces) -> None:
    connected.choose_calendar()
    task = connected.task()
    connected.settle()
    connected.check_off(task)
    connected.settle()
    assert (connected.is_done(task), connected.todos()) == (True, [])


# ----------------------------------------------------------------------- leaving and coming back


def test_whoever_comes_back_finds_both_faces_and_no_third(world: Faces) -> None:
    task = world.task()
    world.settle()
    disconnect(world.user, world.connection)
    world.change(task, title="Call her")

    world.connect()
    world.choose_calendar()
    world.choose_tasks()
    world.settle()

    assert places(world) == (["Call her"], ["Call her"])
    world.check_off(task)
    world.settle()
    assert (world.is_done(task), world.todo(task)["status"]) == (True, "completed")
    alive = Link.objects.filter(connection=world.connection, state="active")
    assert sorted(alive.values_list("kind", flat=True)) == [CALENDAR, TASKS]


def test_what_we_put_there_goes_from_both_places_when_a_person_takes_leave(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.drag(task, LATER)
    leave_for_good(world)
    assert places(world) == ([], [])
    assert (world.now(task).due_on, world.is_done(task)) == (LATER, False)
