"""Stories of what comes into being, or is done, in a list that nobody follows."""

from __future__ import annotations

from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status
from tests.sim.tasks.checks import broken
from tests.sim.tasks.mailbox import MAIN, OPEN, OTHER, Habits, Task
from tests.sim.tasks.stories import (
    DONE,
    a_desk,
    a_series,
    goes_on_once,
    rests,
    settles,
    synced,
    tasks,
)
from tests.sim.tasks.world import UNREAD, TaskDesk, name_of


def _kept_elsewhere(desk: TaskDesk) -> tuple[str, Task]:
    """Enter a series, and let a person put what is in To Do into a list of their own."""
    pk = a_series(desk)
    synced(desk)  # what bears witness
    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()
    assert desk.task_of(pk) is there
    return pk, there


def _done_on_both_sides(desk: TaskDesk) -> tuple[str, Task, str]:
    """Let one of a series be done elsewhere and in the CRM; return both, and the next row."""
    pk, there = _kept_elsewhere(desk)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.world.crm.complete(pk)
    return pk, there, max(desk.world.crm.rows, key=int)


def _upcoming(desk: TaskDesk) -> Task:
    (found,) = (x for x in tasks(desk) if x.values["recurrence"] and not is_completed(x.values))
    return found


def test_what_is_put_elsewhere_before_it_has_our_stamp_is_followed_though_it_has_changed() -> None:
    desk = a_desk(adoption=Adoption.IMPORT, deletion=Deletion.RESTORE)
    synced(desk)  # what bears witness
    task = desk.put()
    desk.sync()
    (pk,) = (pk for pk, row in desk.world.crm.rows.items() if row.values["due"] == task.meant)
    assert not task.stamp

    desk.mailbox.edit(task, {"progress": DONE, "notes": "typed there"})
    there = desk.mailbox.move(task, OTHER)
    settles(desk)

    assert desk.task_of(pk) is there
    assert len(tasks(desk)) == 2
    said = desk.world.crm.rows[pk].values
    assert (said["progress"], said["notes"]) == (DONE, "typed there")
    assert rests(desk)


def test_of_two_that_have_changed_and_may_be_it_none_is_taken_for_what_was_put_elsewhere() -> None:
    desk = a_desk(adoption=Adoption.IMPORT, deletion=Deletion.RESTORE)
    synced(desk)  # what bears witness
    task = desk.put()
    desk.sync()
    (pk,) = (pk for pk, row in desk.world.crm.rows.items() if row.values["due"] == task.meant)

    desk.mailbox.edit(task, {"notes": "typed there"})
    there = desk.mailbox.move(task, OTHER)
    other = desk.mailbox.copy(there, OTHER, carries=False)
    desk.mailbox.edit(other, {"notes": "typed there as well"})
    settles(desk)

    assert desk.task_of(pk) not in (there, other)
    assert desk.world.crm.rows[pk].values["notes"] not in ("typed there", "typed there as well")


def test_a_series_that_is_done_elsewhere_and_put_back_goes_on_once() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    _, there = _kept_elsewhere(desk)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.sync()

    desk.mailbox.move(there, MAIN)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_a_series_elsewhere_that_is_done_on_both_sides_and_goes_with_that_goes_on_once() -> None:
    desk = a_desk(habits=Habits(keeps_links=False), completed=Removal.DELETE)
    pk, there = _kept_elsewhere(desk)

    desk.world.crm.complete(pk)
    desk.mailbox.edit(there, {"progress": DONE})
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_a_series_elsewhere_that_is_done_twice_before_we_look_goes_on_once() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk, _ = _kept_elsewhere(desk)
    desk.world.crm.complete(pk)
    desk.sync()

    desk.mailbox.edit(_upcoming(desk), {"progress": DONE})
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_a_series_elsewhere_goes_on_once_though_the_pair_before_has_ended() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk, there, second = _done_on_both_sides(desk)

    for row in (pk, second):  # so that nobody meets the second one before the first one has ended
        desk.world.crm.change(row, away=True)
    settles(desk)
    assert there.remote_id not in desk.mailbox.tasks
    desk.world.crm.change(second, away=False)
    settles(desk)

    assert goes_on_once(desk)
    assert desk.task_of(second).place == OTHER
    assert rests(desk)


def test_a_series_elsewhere_that_was_met_goes_on_once_though_the_pair_before_has_ended() -> None:
    desk = a_desk(habits=Habits(keeps_links=True), status=Status.ONE_WAY)
    pk, there, second = _done_on_both_sides(desk)
    settles(desk)
    assert desk.task_of(second).stamp == there.stamp  # nothing of theirs is written over

    desk.world.crm.change(pk, away=True)
    settles(desk)
    desk.world.crm.complete(second)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_a_series_elsewhere_goes_on_once_though_its_pair_ends_while_nobody_bears_witness() -> None:
    rules = {"completed": Removal.DELETE, "adoption": Adoption.IMPORT}
    desk = a_desk(habits=Habits(keeps_links=False), **rules)
    _, there = _kept_elsewhere(desk)
    (witness,) = (x for x in tasks(desk) if x is not there)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.sync()
    upcoming = _upcoming(desk)

    desk.mailbox.remove(witness)
    desk.sync()
    assert there.remote_id not in desk.mailbox.tasks  # gone with its row, which is done
    desk.put()  # what bears witness again
    settles(desk)

    assert goes_on_once(desk)
    assert _upcoming(desk) is upcoming
    assert rests(desk)


def test_a_series_elsewhere_that_is_renamed_goes_on_once() -> None:
    desk = a_desk(habits=Habits(keeps_links=True), status=Status.ONE_WAY)
    _, _, second = _done_on_both_sides(desk)
    settles(desk)

    desk.world.crm.save(second, {"title": "another name"})
    settles(desk)
    desk.world.crm.complete(second)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def _done_and_removed(desk: TaskDesk) -> str:
    """Enter a series, and let a person do what is in To Do in another list, and remove it there."""
    pk = a_series(desk)
    synced(desk)  # what bears witness
    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.mailbox.remove(there)
    settles(desk)
    return pk


def test_one_that_was_done_elsewhere_and_removed_goes_on_once_where_the_crm_follows() -> None:
    desk = a_desk(habits=Habits(keeps_links=False), deletion=Deletion.APPLY)
    pk = _done_and_removed(desk)
    assert is_completed(desk.world.crm.rows[pk].values)

    assert goes_on_once(desk)
    assert rests(desk)


def test_one_that_was_done_elsewhere_and_removed_before_we_looked_goes_on_once() -> None:
    desk = a_desk(habits=Habits(keeps_links=False), deletion=Deletion.KEEP)
    pk = _done_and_removed(desk)
    assert not is_completed(desk.world.crm.rows[pk].values)

    desk.world.crm.complete(pk)
    settles(desk)

    assert goes_on_once(desk)
    assert rests(desk)


def test_a_meeting_in_another_list_goes_on_when_it_was_cut_off() -> None:
    desk = a_desk(habits=Habits(keeps_links=False))
    pk, _ = _kept_elsewhere(desk)
    desk.world.crm.complete(pk)
    desk.sync()
    upcoming = _upcoming(desk)

    desk.sync(fate="500 committed")
    assert upcoming.stamp
    settles(desk)

    assert goes_on_once(desk)
    assert _upcoming(desk) is upcoming
    assert rests(desk)


def test_the_next_one_that_is_done_as_well_is_not_taken_for_what_was_put_elsewhere() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = a_series(desk)
    synced(desk)  # what bears witness
    task = desk.task_of(pk)

    desk.mailbox.edit(task, {"progress": DONE})
    desk.mailbox.edit(_upcoming(desk), {"progress": DONE})
    typed = {"reminder": "2026-04-27T09:00:00+00:00", "notes": "typed", "importance": "high"}
    desk.mailbox.edit(task, typed)  # it is less like itself than the next one is
    there = desk.mailbox.move(task, OTHER)
    there.born += 60.0  # its age may count from when it was put there
    settles(desk)

    assert desk.task_of(pk) is there
    assert desk.world.crm.rows[pk].values["notes"] == "typed"
    assert goes_on_once(desk)


def _kept_by_a_person(desk: TaskDesk) -> Task:
    """Return a task without a day that was put elsewhere unstamped, and whose row was deleted."""
    synced(desk)  # what bears witness
    task = desk.put(due=None)
    desk.sync()
    pk = next(pk for pk, row in desk.world.crm.rows.items() if row.values["due"] is None)
    there = desk.mailbox.move(task, OTHER)
    desk.world.ghost.gone_rows.add(name_of(task.values["title"]))
    desk.world.crm.delete(pk)
    desk.sync()
    assert not there.stamp
    return there


def test_what_was_edited_elsewhere_after_its_row_was_deleted_is_not_back_when_it_is_put_back() -> (
    None
):
    desk = a_desk(adoption=Adoption.IMPORT)
    there = _kept_by_a_person(desk)
    rows = dict(desk.world.crm.rows)
    desk.mailbox.edit(there, {"notes": "typed there"})
    desk.sync()

    desk.mailbox.move(there, MAIN)
    settles(desk)

    assert desk.world.crm.rows == rows
    assert not desk.world.ghost.unread
    assert rests(desk)


def test_what_was_read_of_another_list_outlives_a_new_listing() -> None:
    desk = a_desk(adoption=Adoption.IMPORT)
    there = _kept_by_a_person(desk)
    rows = dict(desk.world.crm.rows)
    desk.mailbox.edit(there, {"notes": "typed there"})
    desk.sync()

    desk.mailbox.move(there, MAIN)
    desk.sync(relist=True)
    settles(desk)

    assert desk.world.crm.rows == rows
    assert rests(desk)


def test_what_was_edited_as_it_was_put_back_and_had_no_stamp_nor_day_is_taken_in_as_a_new_one() -> (
    None
):
    desk = a_desk(adoption=Adoption.IMPORT)
    there = _kept_by_a_person(desk)
    rows = dict(desk.world.crm.rows)
    desk.mailbox.edit(there, {"notes": "typed there"})

    desk.mailbox.move(there, MAIN)
    settles(desk)

    assert len(desk.world.crm.rows) == len(rows) + 1
    assert not [line for line in broken(desk.world) if line.startswith("I5")]
    assert desk.world.ghost.legal[UNREAD] == 1


def test_the_next_one_is_not_taken_for_what_was_put_elsewhere_done_and_undone() -> None:
    desk = a_desk(habits=Habits(keeps_links=True), completed=Removal.DELETE)
    pk = synced(desk, rule="FREQ=WEEKLY", due=desk.world.monday(14))
    synced(desk)  # what bears witness
    desk.world.crm.complete(pk)

    task = desk.task_of(pk)
    desk.edit_due(task, desk.world.monday(4), "utc_midnight")
    there = desk.mailbox.move(task, OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    upcoming = _upcoming(desk)
    desk.mailbox.edit(there, {"progress": OPEN})
    settles(desk)

    assert upcoming.remote_id in desk.mailbox.tasks
    assert there.remote_id not in desk.mailbox.tasks
    assert rests(desk)


def test_what_was_put_elsewhere_and_renamed_as_it_was_done_is_followed() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = a_series(desk)
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.mailbox.edit(there, {"title": "another name"})
    settles(desk)

    assert desk.task_of(pk) is there
    assert is_completed(desk.world.crm.rows[pk].values)
    assert rests(desk)


def test_what_was_put_elsewhere_is_followed_though_its_next_one_was_brought_forward() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = synced(desk, rule="FREQ=WEEKLY", due=desk.world.monday(14))
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.edit_due(_upcoming(desk), desk.world.monday(4), "utc_midnight")
    settles(desk)

    assert desk.task_of(pk) is there
    assert is_completed(desk.world.crm.rows[pk].values)
    assert rests(desk)


def test_one_that_was_brought_forward_and_done_elsewhere_is_not_the_next_one_done_as_well() -> None:
    desk = a_desk(habits=Habits(keeps_links=True))
    pk = synced(desk, rule="FREQ=WEEKLY", due=desk.world.monday(14))
    synced(desk)  # what bears witness

    task = desk.task_of(pk)
    desk.edit_due(task, desk.world.monday(4), "utc_midnight")
    there = desk.mailbox.move(task, OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    desk.mailbox.edit(_upcoming(desk), {"progress": DONE})
    desk.mailbox.edit(there, {"notes": "typed"})  # less like itself than the next one is
    there.born += 60.0  # its age may count from when it was put there
    settles(desk)

    assert desk.task_of(pk) is there
    assert desk.world.crm.rows[pk].values["notes"] == "typed"
    assert rests(desk)


def test_of_two_that_are_done_elsewhere_the_younger_one_is_not_removed_for_the_first() -> None:
    desk = a_desk(habits=Habits(keeps_links=True), completed=Removal.DELETE)
    pk = a_series(desk)
    synced(desk)  # what bears witness

    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.mailbox.edit(there, {"progress": DONE})
    second = _upcoming(desk)
    desk.mailbox.edit(second, {"progress": DONE})
    desk.mailbox.edit(there, {"title": "another name", "notes": "typed"})
    settles(desk)

    assert second.remote_id in desk.mailbox.tasks
    assert not desk.broken
