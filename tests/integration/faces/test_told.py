"""What people are told of a task with two faces: in the preview, in the log, and why; and undo."""

from __future__ import annotations

import pytest

from agentbox_sync import jobs
from agentbox_sync.contrib.reference_crm.models import Task
from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY
from agentbox_sync.models import Change, Preview
from agentbox_sync.services import listing, undo
from agentbox_sync.services.configure import configure
from agentbox_sync.services.deeds import deed
from agentbox_sync.services.stories import Story
from agentbox_sync.services.why import why

from .world import CALENDAR, LATER, TASKS, Faces

MODEL = "agentbox_crm.task"


def story_of(task: Task) -> Story:
    story = why(MODEL, task.pk)
    assert story is not None
    return story


def test_the_preview_of_a_calendar_says_which_entries_are_tasks(connected: Faces) -> None:
    connected.task(notes="About the keys")
    now = connected.choose_calendar()
    names = {TASK_ENTRY: "To do"}
    configure(connected.user, connected.connection, CALENDAR, {"categories": names}, now.version)
    assert jobs.foresee(connected.connection.pk)
    preview = Preview.objects.get(connection=connected.connection, kind=CALENDAR)

    (entry,) = [one for shelf in listing.shelves(preview, {}) for one in shelf.entries]

    assert entry.name.startswith("Task: Call Olivia")
    assert entry.comparison is not None
    told = {
        field.atom: "".join(piece.text for piece in field.left) for field in entry.comparison.fields
    }
    assert told["body"].startswith("About the keys")
    assert told["categories"] == "To do"


def test_the_log_calls_it_a_task_where_it_is_an_entry(world: Faces) -> None:
    world.task()
    world.settle()
    made = {row.kind: deed(row) for row in Change.objects.all()}
    assert {kind: one.label for kind, one in made.items()} == {
        CALENDAR: "Task: Call Olivia",
        TASKS: "Call Olivia",
    }
    assert made[CALENDAR].url == made[TASKS].url != ""


def test_why_tells_of_both_places(world: Faces) -> None:
    task = world.task()
    world.settle()
    story = story_of(task)
    assert [(one.place, one.answer.code) for one in story.answers] == [
        ("", "synced"),
        ("Calendar", "synced"),
    ]
    assert len(story.events) == 2


def test_why_says_that_a_task_without_a_date_is_in_no_calendar(world: Faces) -> None:
    task = world.task(due_on=None)
    world.settle()
    (beside,) = story_of(task).beside
    assert beside.answer.code == "not_selected"
    assert "It says neither when it is due nor when to remind of it." in beside.answer.reasons


def test_why_says_nothing_of_a_calendar_that_never_showed_it(connected: Faces) -> None:
    connected.choose_calendar(tasks=False)
    connected.choose_tasks()
    task = connected.task()
    connected.settle()
    assert story_of(task).beside == ()


@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_why_says_that_the_calendar_does_not_show_tasks_any_more(
    connected: Faces, removal: str
) -> None:
    connected.choose_calendar(removal=removal)
    connected.choose_tasks()
    task = connected.task()
    connected.settle()
    connected.choose_calendar(removal=removal, tasks=False)
    connected.run_well(forced=True)
    beside = story_of(task).beside
    if removal == "delete":
        assert beside == ()
        return
    assert [one.answer.code for one in beside] == ["kept"]
    assert "The calendar does not show tasks." in beside[0].answer.reasons


def test_what_was_done_in_the_calendar_is_undone_in_all_three_places(world: Faces) -> None:
    task = world.task()
    world.settle()
    world.check_off(task)
    world.settle()
    change = Change.objects.get(kind=CALENDAR, side="local")
    offer = undo.offer(world.connection, change)
    assert (offer.is_possible, offer.is_newer) == (True, False)
    assert sorted(offer.now["categories"]) == ["task", DONE.casefold()]

    undo.undo(world.user, world.connection, change, offer.seen)
    world.settle()

    assert not world.is_done(task)
    assert world.todo(task)["status"] == "notStarted"
    assert not world.says_done(task)


def test_what_was_dragged_in_the_calendar_is_undone(world: Faces) -> None:
    task = world.task()
    world.settle()
    was = task.due_on
    world.drag(task, LATER)
    world.settle()
    change = Change.objects.get(kind=CALENDAR, side="local")
    offer = undo.offer(world.connection, change)
    undo.undo(world.user, world.connection, change, offer.seen)
    world.settle()
    assert world.now(task).due_on == was
    assert world.entry(task)["start"]["dateTime"][:10] == was.isoformat()
