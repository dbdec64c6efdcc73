"""Stories of tasks with two faces: in their list, and as entries of a calendar."""

from __future__ import annotations

import random

import pytest

from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Conflict, Deletion, Policy, Removal, Status
from tests.sim.tasks.days import ZONES
from tests.sim.tasks.faces import FaceDesk
from tests.sim.tasks.mailbox import OPEN, Habits
from tests.sim.tasks.stories import DONE as IS_DONE
from tests.sim.tasks.stories import WEEKLY
from tests.sim.tasks.world import TaskDesk, World

TWO_WAY = Policy(status=Status.TWO_WAY, removal=Removal.DELETE)


def both(zone: str = "UTC", rules: Policy = TWO_WAY) -> tuple[TaskDesk, FaceDesk]:
    world = World("two faces", (TWO_WAY,), Habits(), zone, faces=True)
    (desk,), (face,) = world.lists, world.calendars
    desk.policy = TWO_WAY
    face.policy = rules
    return desk, face


def settles(desk: TaskDesk, face: FaceDesk) -> None:
    for _ in range(3):
        desk.sync()
        face.sync()
        desk.clock.sleep(120.0)


def rest(desk: TaskDesk, face: FaceDesk) -> bool:
    """Tell whether nothing echoes: two more runs of both write nothing."""
    return [one.sync().writes for one in (desk, face, desk, face)] == [0, 0, 0, 0]


@pytest.mark.parametrize("zone", ZONES)
def test_an_entry_stands_on_the_day_that_its_task_is_due(zone: str) -> None:
    desk, face = both(zone)
    pk = desk.enter()
    settles(desk, face)

    due = desk.world.crm.rows[pk].values["due"]
    when = face.event_of(pk).record["when"]
    assert (when["start"], when["all_day"]) == (due, True)
    assert rest(desk, face)


@pytest.mark.parametrize("zone", ZONES)
def test_an_entry_that_is_dragged_makes_its_task_due_on_that_day(zone: str) -> None:
    desk, face = both(zone)
    pk = desk.enter()
    settles(desk, face)
    day = desk.world.monday(31)

    face.drag(face.event_of(pk), day, random.Random(2))
    settles(desk, face)

    assert desk.world.crm.rows[pk].values["due"] == day
    assert desk.mailbox.record(desk.task_of(pk))["due"] == day
    assert rest(desk, face)


def test_what_is_done_in_its_list_says_so_in_the_calendar_and_undone_again() -> None:
    desk, face = both()
    pk = desk.enter()
    settles(desk, face)

    desk.mailbox.edit(desk.task_of(pk), {"progress": IS_DONE})
    settles(desk, face)
    assert DONE in face.event_of(pk).record["categories"]

    desk.mailbox.edit(desk.task_of(pk), {"progress": OPEN})
    settles(desk, face)
    assert DONE not in face.event_of(pk).record["categories"]
    assert rest(desk, face)


def test_what_is_ticked_off_in_the_calendar_is_done_in_its_list() -> None:
    desk, face = both()
    pk = desk.enter()
    settles(desk, face)

    face.tick(face.event_of(pk))
    settles(desk, face)

    assert is_completed(desk.world.crm.rows[pk].values)
    assert is_completed(desk.task_of(pk).values)
    assert rest(desk, face)


def test_a_series_that_is_ticked_off_in_the_calendar_goes_on_once_everywhere() -> None:
    desk, face = both()
    pk = desk.enter(rule=WEEKLY)
    settles(desk, face)

    face.tick(face.event_of(pk))
    settles(desk, face)

    open_ = [t for t in desk.mailbox.tasks.values() if not is_completed(t.values)]
    there = [e for e in face.mailbox.events.values() if DONE not in e.record["categories"]]
    assert (len(open_), len(there)) == (1, 1)
    assert open_[0].meant == there[0].record["when"]["start"]
    assert rest(desk, face)


@pytest.mark.parametrize("deletion", [Deletion.KEEP, Deletion.APPLY])
def test_an_entry_that_is_removed_is_followed_as_chosen(deletion: Deletion) -> None:
    rules = Policy(status=Status.TWO_WAY, removal=Removal.DELETE, deletion=deletion)
    desk, face = both(rules=rules)
    pk, _ = desk.enter(), desk.enter()  # the second one bears witness
    settles(desk, face)

    face.mailbox.remove(face.event_of(pk))
    settles(desk, face)

    follows = deletion is Deletion.APPLY
    assert is_completed(desk.world.crm.rows[pk].values) is follows
    assert is_completed(desk.task_of(pk).values) is follows
    assert len(face.mailbox.events) == 1
    assert rest(desk, face)


def test_what_is_typed_in_any_of_three_places_is_in_the_two_others() -> None:
    desk, face = both()
    pk = desk.enter()
    settles(desk, face)
    event = face.event_of(pk)

    face.mailbox.edit(event, {"subject": "typed in the calendar"})
    settles(desk, face)
    assert desk.task_of(pk).values["title"] == "typed in the calendar"

    desk.mailbox.edit(desk.task_of(pk), {"title": "typed in the list"})
    settles(desk, face)
    assert face.event_of(pk).record["subject"] == "typed in the list"

    desk.world.crm.save(pk, {"title": "typed in the CRM"})
    settles(desk, face)
    assert face.event_of(pk).record["subject"] == "typed in the CRM"
    assert rest(desk, face)


LEAVES = Policy(status=Status.TWO_WAY, removal=Removal.RETAIN, conflict=Conflict.EXCHANGE_WINS)


@pytest.mark.parametrize("word", ["", "typed there"], ids=["as it was", "typed into"])
def test_an_entry_that_was_left_there_leads_to_the_row_that_it_is_met_with(word: str) -> None:
    desk, face = both(rules=LEAVES)
    pk = desk.enter()
    settles(desk, face)
    event, said = face.event_of(pk), desk.world.crm.rows[pk].values
    desk.world.crm.delete(pk)
    settles(desk, face)
    notes = word or said["notes"]
    body = event.record["body"].replace(said["notes"], notes)
    face.mailbox.edit(event, {"body": body})

    other = desk.enter(title=said["title"], due=said["due"], notes=said["notes"])
    settles(desk, face)

    assert face.event_of(other) is event
    assert desk.world.crm.rows[other].values["notes"] == notes
    assert event.record["body"] == body.replace(f"task/{pk}", f"task/{other}")
    assert rest(desk, face)


def test_a_block_that_a_person_took_out_of_an_entry_of_theirs_stays_out() -> None:
    desk, face = both(rules=LEAVES)
    pk = desk.enter()
    settles(desk, face)

    face.mailbox.edit(face.event_of(pk), {"body": "typed in the calendar"})
    settles(desk, face)

    assert desk.world.crm.rows[pk].values["notes"] == "typed in the calendar"
    assert face.event_of(pk).record["body"] == "typed in the calendar"
    assert rest(desk, face)
