"""Stories of tasks that people put into another list, told on the real engine."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Deletion, Status
from tests.sim.tasks.checks import LATE, broken
from tests.sim.tasks.graph import REMOVED
from tests.sim.tasks.mailbox import MAIN, OPEN, OTHER, Habits, Task
from tests.sim.tasks.stories import (
    DONE,
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


def _sent_twice(desk: TaskDesk, **atoms: Any) -> str:
    """Enter a series whose create is given up, and goes out again under its stamp."""
    pk = desk.enter(rule="FREQ=WEEKLY", **atoms)
    desk.sync(fate="never committed, no answer")
    desk.clock.sleep(120.0)
    desk.sync()
    return pk


@pytest.mark.parametrize("carries", [True, False])
def test_a_task_in_another_list_stays_in_step(carries: bool) -> None:
    desk = a_desk(deletion=Deletion.APPLY)
    pk = synced(desk)
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER, carries=carries)
    desk.sync()
    desk.mailbox.edit(there, {"notes": "typed there"})
    desk.sync()
    desk.world.crm.save(pk, {"title": "typed here"})
    desk.sync()

    assert (there.values["title"], there.values["notes"]) == ("typed here", "typed there")
    assert desk.world.crm.rows[pk].values["notes"] == "typed there"
    assert desk.task_of(pk) is there
    assert rests(desk)


def test_a_task_that_is_put_elsewhere_is_not_taken_for_removed() -> None:
    desk = a_desk(deletion=Deletion.APPLY)
    pk = synced(desk)
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()

    assert not is_completed(desk.world.crm.rows[pk].values)
    assert desk.task_of(pk) is there


def test_a_task_that_is_put_elsewhere_between_two_looks_at_it_is_not_taken_for_removed() -> None:
    desk = a_desk(deletion=Deletion.RESTORE)
    pk = synced(desk)
    synced(desk)  # what bears witness
    desk.sync()
    task, requests = desk.task_of(pk), count(1)
    desk.mailbox.edit(task, {"importance": "high"})

    # The feed says that it is gone, the first look finds it, the second one would prove it gone.
    desk.between = lambda: desk.mailbox.move(task, OTHER) if next(requests) == 3 else None
    desk.sync(fate=REMOVED)
    desk.between = lambda: None
    settles(desk)

    assert desk.task_of(pk).place == OTHER
    assert len(tasks(desk)) == 2
    assert rests(desk)


def test_a_task_that_is_put_elsewhere_without_its_link_is_not_taken_for_removed() -> None:
    desk = a_desk(deletion=Deletion.APPLY)
    pk = synced(desk, due=None)  # it has no key: all that it says must tell it
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER, carries=False)
    desk.sync()

    assert not is_completed(desk.world.crm.rows[pk].values)
    assert desk.task_of(pk) is there
    assert there.stamp == desk.link_of(pk).stamp


def test_a_task_that_is_put_back_stays_in_step() -> None:
    desk = a_desk()
    pk = synced(desk)
    synced(desk)  # what bears witness
    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()

    back = desk.mailbox.move(there, MAIN)
    desk.sync()
    desk.sync()

    assert desk.task_of(pk) is back
    assert len(tasks(desk)) == 2
    assert rests(desk)


@pytest.mark.parametrize("place", [MAIN, OTHER])
def test_a_copy_leaves_the_pair_with_its_original(place: str) -> None:
    desk = a_desk()
    pk = synced(desk)
    original = desk.task_of(pk)

    copy = desk.mailbox.copy(original, place, carries=True)
    desk.clock.sleep(3600.0)
    desk.sync()
    desk.world.crm.save(pk, {"title": "typed here"})
    desk.sync()

    assert desk.task_of(pk) is original
    assert copy.values["title"] != "typed here"
    assert copy.remote_id in desk.mailbox.tasks


def test_a_task_that_is_put_off_as_it_is_put_elsewhere_is_not_taken_for_the_next_one() -> None:
    desk = a_desk(deletion=Deletion.APPLY)
    pk = a_series(desk)
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.edit_due(there, desk.world.monday(31), "utc_midnight")
    settles(desk)

    assert desk.task_of(pk) is there
    assert desk.world.crm.rows[pk].values["due"] == desk.world.monday(31)
    assert not is_completed(desk.world.crm.rows[pk].values)


@pytest.mark.parametrize("put_off", [False, True])
def test_one_of_a_series_is_found_elsewhere_though_the_one_before_was_never_met(
    put_off: bool,
) -> None:
    desk = a_desk(adoption=Adoption.IMPORT, habits=Habits(keeps_links=False))
    before = desk.put(recurrence={"rule": "FREQ=WEEKLY"})
    desk.mailbox.edit(before, {"progress": DONE})
    settles(desk)
    (pk,) = desk.world.crm.rows
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    if put_off:
        desk.edit_due(there, desk.world.monday(31), "utc_midnight")
    settles(desk)

    assert desk.task_of(pk) is there
    assert len(tasks(desk)) == 3
    assert desk.world.crm.rows[pk].values["due"] == there.meant


def test_one_that_was_brought_forward_and_done_elsewhere_is_not_the_one_before() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = synced(desk, rule="FREQ=WEEKLY", due=desk.world.monday(14))
    synced(desk)  # what bears witness
    task = desk.task_of(pk)

    desk.edit_due(task, desk.world.monday(4), "utc_midnight")
    desk.mailbox.edit(task, {"progress": DONE})
    there = desk.mailbox.move(task, OTHER)
    settles(desk)

    assert desk.task_of(pk) is there
    assert is_completed(desk.world.crm.rows[pk].values)
    assert next_ones(desk) == ([desk.world.monday(5)], [desk.world.monday(5)])


def test_the_next_one_is_not_taken_for_the_one_before_that_was_removed() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = a_series(desk)
    synced(desk)  # what bears witness
    was_due = desk.world.crm.rows[pk].values["due"]
    task = desk.task_of(pk)

    desk.mailbox.edit(task, {"progress": DONE})
    desk.mailbox.remove(task)
    desk.sync()

    assert desk.world.crm.rows[pk].values["due"] == was_due
    assert desk.link_of(pk).state is LinkState.RETAINED
    assert desk.link_of(pk).reason == Rest.REMOVED_IN_EXCHANGE


def test_the_next_one_is_no_late_arrival_of_the_one_before() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk)

    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    settles(desk)

    assert goes_on_once(desk)
    assert upcoming.remote_id in desk.mailbox.tasks


def test_the_next_one_that_is_done_as_well_is_no_late_arrival_of_the_one_before() -> None:
    desk = a_desk(status=Status.ONE_WAY, habits=Habits(keeps_links=True))
    pk = _sent_twice(desk)
    first = desk.task_of(pk)
    desk.mailbox.edit(first, {"progress": DONE})
    desk.sync()

    (second,) = [task for task in tasks(desk) if not is_completed(task.values)]
    desk.mailbox.edit(second, {"progress": DONE})
    settles(desk)

    assert second.remote_id in desk.mailbox.tasks
    assert second.stamp == first.stamp
    assert rests(desk)


def test_the_next_one_of_what_was_brought_forward_is_no_late_arrival() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk, due=desk.world.monday(14))
    desk.world.crm.save(pk, {"due": desk.world.monday(4)})
    desk.sync()

    desk.mailbox.edit(desk.task_of(pk), {"progress": DONE})
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    settles(desk)

    assert goes_on_once(desk)
    assert upcoming.remote_id in desk.mailbox.tasks


def test_the_next_one_of_what_was_renamed_before_and_after_is_no_late_arrival() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk)
    desk.world.crm.save(pk, {"title": "another name"})
    desk.sync()
    desk.world.crm.complete(pk)
    (row,) = (x for x in desk.world.crm.rows if x != pk)
    desk.world.crm.save(row, {"due": desk.world.monday(40)})
    desk.sync()
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]

    desk.mailbox.edit(desk.task_of(pk), {"title": "a third name"})
    desk.sync()
    desk.mailbox.edit(upcoming, {"notes": "typed there"})
    settles(desk)

    assert upcoming.remote_id in desk.mailbox.tasks


def test_the_next_one_of_what_was_renamed_and_done_without_an_answer_is_no_late_arrival() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk)
    desk.world.crm.save(pk, {"title": "another name"})
    desk.world.crm.complete(pk)
    desk.sync(fate="500 committed")

    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    desk.mailbox.edit(upcoming, {"notes": "typed there"})
    settles(desk)

    assert upcoming.remote_id in desk.mailbox.tasks
    assert goes_on_once(desk)
    assert rests(desk)


def test_the_next_one_of_the_day_that_was_sent_is_no_late_arrival() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk, due=desk.world.monday(14))
    task = desk.task_of(pk)

    desk.edit_due(task, desk.world.monday(13), "utc_midnight")
    desk.mailbox.edit(task, {"progress": DONE})
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    assert upcoming.meant == desk.world.monday(14)
    settles(desk)

    assert upcoming.remote_id in desk.mailbox.tasks
    assert goes_on_once(desk)
    assert rests(desk)


def test_the_next_one_of_the_day_that_was_sent_is_none_though_it_is_done_as_well() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk, due=desk.world.monday(14))
    task = desk.task_of(pk)

    desk.edit_due(task, desk.world.monday(13), "utc_midnight")
    desk.mailbox.edit(task, {"progress": DONE})
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    desk.mailbox.edit(upcoming, {"progress": DONE})
    settles(desk)

    assert upcoming.meant == desk.world.monday(14)
    assert upcoming.remote_id in desk.mailbox.tasks


def test_the_next_one_that_is_renamed_before_we_look_is_no_late_arrival() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    task = desk.task_of(_sent_twice(desk))

    desk.mailbox.edit(task, {"progress": DONE})
    (upcoming,) = [task for task in tasks(desk) if not is_completed(task.values)]
    desk.mailbox.edit(upcoming, {"title": "another name"})
    settles(desk)

    assert upcoming.remote_id in desk.mailbox.tasks


def _landed_late(desk: TaskDesk, pk: str) -> Task:
    """A request that was given up arrives after all."""
    task = desk.task_of(pk)
    said = {**task.values, "progress": OPEN, "recurrence": {"rule": "FREQ=WEEKLY"}}
    kept = {"due": task.due, "meant": task.meant, "linked": task.linked}
    return desk.mailbox.add(said, MAIN, **kept, ours=True)


def test_what_has_landed_late_as_it_was_sent_is_removed_though_its_pair_is_done() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = _sent_twice(desk)
    desk.world.crm.complete(pk)
    settles(desk)

    double = _landed_late(desk, pk)
    desk.mailbox.edit(double, {"notes": "typed there"})
    settles(desk)

    assert double.remote_id not in desk.mailbox.tasks
    assert "typed there" in repr([entry.line for entry in desk.store.log])
    assert rests(desk)


@pytest.mark.parametrize("renamed", [True, False])
def test_what_has_landed_late_and_may_be_a_next_one_is_left_to_whoever_has_edited_it(
    renamed: bool,
) -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    double = _landed_late(desk, _sent_twice(desk))
    if renamed:
        desk.mailbox.edit(double, {"title": "another name"})
    else:
        desk.edit_due(double, desk.world.monday(31), "utc_midnight")
    settles(desk)

    assert double.remote_id in desk.mailbox.tasks
    assert not [line for line in broken(desk.world) if "came of one create" in line]
    assert desk.world.ghost.legal[LATE] == 1


def test_a_double_that_is_as_it_was_sent_is_no_legal_outcome() -> None:
    """The control: an engine that removes nothing that has landed late."""
    desk = a_desk(habits=Habits(keeps_links=True))
    _landed_late(desk, _sent_twice(desk))

    assert [line for line in broken(desk.world) if "came of one create" in line]
    assert not desk.world.ghost.legal[LATE]


def test_a_series_in_another_list_that_is_done_on_both_sides_at_once_goes_on_once() -> None:
    desk = a_desk()
    pk = a_series(desk)
    synced(desk)  # what bears witness
    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()

    desk.mailbox.edit(there, {"progress": DONE})
    at = there.values["progress"]
    desk.world.crm.save(pk, {"progress": at})
    settles(desk)

    assert goes_on_once(desk)
