"""Stories of tasks that come again, told on the real engine."""

from __future__ import annotations

from datetime import date

import pytest

from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Conflict, Removal, Status
from tests.sim.tasks.mailbox import OPEN, WEEK, Habits
from tests.sim.tasks.stories import (
    DONE,
    WEEKLY,
    a_desk,
    a_series,
    goes_on_once,
    next_ones,
    rests,
    settles,
    synced,
    tasks,
)
from tests.sim.tasks.world import TaskDesk

ALL_HABITS = [
    Habits(goes_on_for_us=goes_on, keeps_links=keeps)
    for goes_on in (True, False)
    for keeps in (True, False)
]


@pytest.mark.parametrize("habits", ALL_HABITS)
@pytest.mark.parametrize("adoption", list(Adoption))
def test_a_series_that_is_done_in_the_crm_goes_on_once(habits: Habits, adoption: Adoption) -> None:
    desk = a_desk(habits=habits, adoption=adoption)
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


@pytest.mark.parametrize("habits", ALL_HABITS)
@pytest.mark.parametrize("adoption", list(Adoption))
def test_a_series_that_is_done_in_to_do_goes_on_once(habits: Habits, adoption: Adoption) -> None:
    desk = a_desk(habits=habits, adoption=adoption)
    pk = a_series(desk)

    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.world.crm.rows[pk].values)
    assert rests(desk)


def test_the_next_one_waits_until_to_do_has_made_its_own() -> None:
    desk = a_desk()
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    desk.sync()

    assert [task.ours for task in tasks(desk)] == [True, False]


def test_the_rule_that_to_do_takes_from_what_is_done_is_nobodys_edit() -> None:
    desk = a_desk()
    pk = a_series(desk)

    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    settles(desk)

    assert desk.task_of(pk).values["recurrence"] is None
    assert desk.world.crm.rows[pk].rule == WEEKLY


def test_a_series_that_is_done_on_both_sides_at_once_goes_on_once() -> None:
    desk = a_desk()
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    settles(desk)

    assert goes_on_once(desk)


def test_a_series_that_is_renamed_and_done_at_once_goes_on_once() -> None:
    desk = a_desk()
    pk = a_series(desk)

    desk.world.crm.save(pk, {"title": "another name"})
    desk.world.crm.complete(pk)
    settles(desk)

    assert goes_on_once(desk)


def test_a_series_that_is_done_before_its_create_has_arrived_goes_on_once() -> None:
    desk = a_desk()
    pk = desk.enter(rule=WEEKLY)
    desk.sync(fate="committed late")
    ((_, deed),) = desk.mailbox.late
    desk.mailbox.late = [(desk.clock.seconds + 40.0, deed)]

    desk.world.crm.complete(pk)
    settles(desk)

    assert goes_on_once(desk)
    assert [task.ours for task in tasks(desk)] == [True, False]


def test_the_next_one_does_not_wait_for_one_that_was_removed() -> None:
    desk = a_desk()
    pk = a_series(desk)
    synced(desk)  # what bears witness
    desk.world.crm.complete(pk)
    desk.sync(fate="never committed, no answer")

    desk.mailbox.remove(desk.task_of(pk))
    settles(desk)

    assert goes_on_once(desk)


def test_the_next_one_does_not_wait_for_a_completion_that_was_taken_back() -> None:
    desk = a_desk()
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    desk.sync(fate="never committed, no answer")

    desk.world.crm.save(pk, {"progress": OPEN})
    settles(desk)

    here, there = next_ones(desk)
    assert (len(here), sorted(there)) == (2, sorted(here))
    assert rests(desk)


def test_a_series_that_is_met_when_it_is_done_goes_on_once() -> None:
    desk = a_desk(adoption=Adoption.IMPORT)
    desk.sync()
    task = desk.put(recurrence={"rule": WEEKLY})
    desk.world.crm.insert({**task.values, "due": task.meant, "progress": None}, "a", WEEKLY)
    desk.mailbox.edit(task, {"progress": DONE})

    settles(desk)

    assert goes_on_once(desk)


def test_a_series_that_is_done_out_of_the_filter_goes_on_once_when_it_is_back() -> None:
    desk = a_desk(removal=Removal.RETAIN)
    pk = a_series(desk)
    desk.world.crm.change(pk, away=True)
    desk.sync()
    desk.world.crm.complete(pk)
    settles(desk)

    desk.world.crm.change(pk, away=False)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(pk).values)
    assert rests(desk)


def _kept_from_removal(fate: str = "") -> tuple[TaskDesk, str]:
    """Take a series that is done out of the filter; a person keeps typing into what is to go."""
    desk = a_desk(habits=Habits(heeds=True))
    pk = a_series(desk)
    synced(desk)  # what bears witness
    task = desk.task_of(pk)
    desk.world.crm.complete(pk)
    desk.world.crm.change(pk, away=True)

    def at_every_step() -> None:
        desk.mailbox.edit(task, {"importance": "high"})
        desk.mailbox.late = [(desk.clock.seconds + 40.0, deed) for _, deed in desk.mailbox.late]

    desk.between = at_every_step
    desk.sync(fate=fate)
    desk.between = lambda: None
    assert task in tasks(desk)
    return desk, pk


def test_a_series_that_is_back_before_what_was_done_is_removed_goes_on_once() -> None:
    desk, pk = _kept_from_removal()

    desk.world.crm.change(pk, away=False)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(pk).values)
    assert rests(desk)


def test_a_series_that_is_back_goes_on_once_though_its_next_one_was_not_answered() -> None:
    desk, pk = _kept_from_removal("committed late")
    assert len(desk.mailbox.late) == 1

    desk.world.crm.change(pk, away=False)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_one_in_step_goes_on_by_itself_though_another_one_is_called_the_same() -> None:
    desk = a_desk()
    pk = a_series(desk)
    said = desk.world.crm.rows[pk].values
    later = date.fromisoformat(said["due"]) + 2 * WEEK
    desk.world.crm.insert({**said, "due": later.isoformat()}, "a", WEEKLY)
    desk.sync()

    desk.world.crm.complete(pk)
    settles(desk)

    here, there = next_ones(desk)
    assert (len(here), sorted(there)) == (2, sorted(here))
    assert [task.ours for task in tasks(desk)] == [True, True, False]
    assert rests(desk)


def test_the_next_one_that_is_done_before_it_was_met_is_done_in_to_do_as_well() -> None:
    desk = a_desk(adoption=Adoption.IMPORT, habits=Habits(keeps_links=False))
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    (second,) = (x for x in desk.world.crm.rows if x != pk)
    desk.world.crm.complete(second)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(second).values)
    assert len(desk.world.crm.rows) == len(tasks(desk)) == 3
    assert rests(desk)


def test_one_that_is_done_waits_for_to_do_though_nothing_else_does() -> None:
    desk = a_desk()
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    (second,) = (x for x in desk.world.crm.rows if x != pk)
    desk.world.crm.complete(second)
    (third,) = (x for x in desk.world.crm.rows if x not in (pk, second))
    desk.world.crm.delete(third)
    settles(desk)

    assert is_completed(desk.task_of(second).values)


def test_where_to_do_does_not_go_on_for_us_what_is_done_is_not_created() -> None:
    desk = a_desk(habits=Habits(goes_on_for_us=False))
    pk = a_series(desk)

    desk.world.crm.complete(pk)
    (second,) = (x for x in desk.world.crm.rows if x != pk)
    desk.world.crm.complete(second)
    settles(desk)

    assert goes_on_once(desk)
    assert len(tasks(desk)) == 2
    assert rests(desk)


def test_the_twin_of_one_that_has_left_for_being_done_is_not_taken_in() -> None:
    bare = Habits(keeps_links=False)
    desk = a_desk(adoption=Adoption.IMPORT, completed=Removal.DELETE, habits=bare)
    pk = a_series(desk)
    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    desk.sync()
    (second,) = (x for x in desk.world.crm.rows if x != pk)

    desk.world.crm.complete(second)
    settles(desk)

    here, _ = next_ones(desk)
    assert len(here) == 1
    assert len(desk.world.crm.rows) == 3
    assert rests(desk)


def test_one_that_is_done_when_it_is_met_stays_done_where_exchange_wins() -> None:
    desk = a_desk(conflict=Conflict.EXCHANGE_WINS)
    desk.sync()
    task = desk.put(progress={"status": "inProgress"})
    said = {**task.values, "due": task.meant, "progress": DONE}
    pk = desk.world.crm.insert(said, "a")

    settles(desk)

    assert is_completed(desk.world.crm.rows[pk].values)
    assert is_completed(desk.task_of(pk).values)
    assert desk.task_of(pk) is task


def test_one_that_is_done_on_both_sides_before_it_is_met_is_one() -> None:
    desk = a_desk(adoption=Adoption.IMPORT, habits=Habits(keeps_links=False))
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    (second,) = (x for x in desk.world.crm.rows if x != pk)
    desk.sync()
    desk.world.crm.complete(second)
    (task,) = (x for x in tasks(desk) if not is_completed(x.values))
    desk.mailbox.edit(task, {"progress": DONE})
    settles(desk)

    desk.mailbox.edit(task, {"progress": OPEN})
    settles(desk)

    assert not is_completed(desk.world.crm.rows[second].values)
    assert len(desk.world.crm.rows) == len(tasks(desk)) == 3


@pytest.mark.parametrize("fate", ["", "500 committed"])
@pytest.mark.parametrize("looks", [False, True])
def test_what_is_undone_in_to_do_and_put_back_does_not_go_on_a_second_time(
    fate: str, looks: bool
) -> None:
    desk = a_desk(status=Status.ONE_WAY, strict=True)
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    desk.sync(fate=fate)
    if looks:
        settles(desk)
    assert is_completed(desk.task_of(pk).values)

    desk.mailbox.edit(desk.task_of(pk), {"progress": OPEN})
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(pk).values)
    assert len(tasks(desk)) == 2
    assert rests(desk)


@pytest.mark.parametrize("looks", [False, True])
def test_what_is_undone_in_to_do_keeps_its_rule_in_the_crm(looks: bool) -> None:
    desk = a_desk()
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    desk.sync()
    if looks:
        settles(desk)

    desk.mailbox.edit(desk.task_of(pk), {"progress": OPEN})
    settles(desk)

    row = desk.world.crm.rows[pk]
    assert (is_completed(row.values), row.rule) == (False, WEEKLY)
    assert rests(desk)


def test_what_is_undone_on_both_sides_keeps_its_rule_though_nobody_had_answered() -> None:
    desk = a_desk()
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    desk.sync(fate="500 committed")

    desk.mailbox.edit(desk.task_of(pk), {"progress": OPEN})
    desk.world.crm.save(pk, {"progress": OPEN})
    settles(desk)

    row = desk.world.crm.rows[pk]
    assert (is_completed(row.values), row.rule) == (False, WEEKLY)
    assert not is_completed(desk.task_of(pk).values)
    assert rests(desk)


def test_what_gets_its_rule_back_and_is_put_back_does_not_go_on_a_second_time() -> None:
    desk = a_desk(status=Status.ONE_WAY, strict=True)
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    settles(desk)

    start = desk.task_of(pk).meant
    again = {"progress": OPEN, "recurrence": {"rule": WEEKLY, "start": start}}
    desk.mailbox.edit(desk.task_of(pk), again)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(pk).values)
    assert rests(desk)
