"""Stories of task lists, told on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Policy, Removal, Status, Target
from agentbox_sync.engine import Depth
from tests.sim.tasks.days import CLIENTS, ZONES
from tests.sim.tasks.mailbox import OPEN, OTHER, Habits
from tests.sim.tasks.stories import DONE, a_desk, rests, synced, tasks
from tests.sim.tasks.world import WINDOW, TaskDesk, World

# ------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("keeps_midnight", [False, True])
def test_a_due_date_is_the_day_that_a_person_meant(
    zone: str, client: str, keeps_midnight: bool
) -> None:
    desk = a_desk(zone, Habits(keeps_midnight=keeps_midnight))
    pk = synced(desk)
    meant = desk.world.monday(31)

    desk.edit_due(desk.task_of(pk), meant, client)
    desk.sync()

    assert desk.world.crm.rows[pk].values["due"] == meant
    assert rests(desk)


def test_a_due_date_of_a_phone_that_travels_is_the_day_that_was_meant() -> None:
    desk = a_desk("Australia/Sydney")
    pk = synced(desk)
    meant = desk.world.monday(31)

    desk.edit_due(desk.task_of(pk), meant, "local_midnight", "Pacific/Auckland")
    desk.sync()

    assert desk.world.crm.rows[pk].values["due"] == meant


def test_a_midnight_in_utc_is_its_own_day_far_ahead_of_it() -> None:
    desk = a_desk("Pacific/Kiritimati")
    pk = synced(desk)
    meant = desk.world.monday(31)

    desk.edit_due(desk.task_of(pk), meant, "utc_midnight")
    desk.sync()

    assert desk.world.crm.rows[pk].values["due"] == meant


# -------------------------------------------------------------------- where If-Match is unknown


def typed_between_look_and_write(
    desk: TaskDesk, pk: str, values: dict[str, Any], depth: Depth = Depth.FULL
) -> None:
    """A person edits the task when we have looked at it, and have not written yet."""
    task, calls = desk.task_of(pk), iter(range(99))

    def edits() -> None:
        if next(calls) == 2:  # behind the start of the feed's request and of the write's
            desk.mailbox.edit(task, values)

    desk.between = edits
    desk.sync(depth=depth)
    desk.between = lambda: None


def test_what_is_typed_between_our_look_and_our_write_is_counted() -> None:
    desk = a_desk()
    pk = synced(desk)
    desk.world.crm.save(pk, {"notes": "ours"})

    typed_between_look_and_write(desk, pk, {"notes": "theirs"})

    assert desk.task_of(pk).values["notes"] == "ours"
    assert desk.world.ghost.legal[WINDOW] == 1


def test_what_is_typed_into_another_field_there_comes_in() -> None:
    desk = a_desk()
    pk = synced(desk)
    desk.world.crm.save(pk, {"notes": "ours"})

    typed_between_look_and_write(desk, pk, {"title": "theirs"})
    desk.sync()

    assert desk.task_of(pk).values["title"] == "theirs"
    assert desk.world.crm.rows[pk].values["title"] == "theirs"
    assert desk.world.crm.rows[pk].values["notes"] == "ours"


def typed_there_in_another_list(desk: TaskDesk) -> str:
    """A person types into a task in another list, of which no feed tells, as we write its title."""
    pk = synced(desk)
    synced(desk)  # what bears witness
    desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()
    desk.world.crm.save(pk, {"title": "our title"})

    typed_between_look_and_write(desk, pk, {"notes": "theirs"}, Depth.INCREMENTAL)

    there = desk.task_of(pk).values
    assert (there["title"], there["notes"]) == ("our title", "theirs")
    return pk


def test_what_is_typed_into_another_field_in_another_list_is_not_replaced_unread() -> None:
    desk = a_desk(conflict=Conflict.CRM_WINS)
    pk = typed_there_in_another_list(desk)

    desk.world.crm.save(pk, {"notes": "ours"})
    desk.sync(depth=Depth.INCREMENTAL)

    assert desk.task_of(pk).values["notes"] == "ours"
    assert "theirs" in repr([entry.line.before for entry in desk.store.log])
    assert rests(desk)


def test_what_is_typed_into_another_field_in_another_list_is_not_removed_unread() -> None:
    desk = a_desk()
    pk = typed_there_in_another_list(desk)

    desk.world.crm.delete(pk)
    desk.sync(depth=Depth.INCREMENTAL)

    assert len(tasks(desk)) == 1
    assert "theirs" in repr([entry.line.before for entry in desk.store.log])
    assert rests(desk)


def test_what_is_typed_into_another_field_in_another_list_comes_in_with_the_next_full_look() -> (
    None
):
    desk = a_desk()
    pk = typed_there_in_another_list(desk)

    desk.sync()

    assert desk.world.crm.rows[pk].values["notes"] == "theirs"
    assert rests(desk)


# --------------------------------------------------------------------------------------- completion


def test_done_and_undone_travel_both_ways() -> None:
    desk = a_desk()
    pk = synced(desk)
    desk.world.crm.complete(pk)
    desk.sync()
    assert is_completed(desk.task_of(pk).values)

    desk.mailbox.edit(desk.task_of(pk), {"progress": OPEN})
    desk.sync()

    assert not is_completed(desk.world.crm.rows[pk].values)
    assert rests(desk)


def test_what_was_done_before_it_was_linked_is_never_created() -> None:
    desk = a_desk()
    done = synced(desk, progress=DONE)

    assert (tasks(desk), rests(desk)) == ([], True)
    desk.world.crm.save(done, {"progress": OPEN})
    desk.sync()
    assert len(tasks(desk)) == 1


def test_what_was_done_before_its_create_arrived_is_left_alone() -> None:
    desk = a_desk()
    pk = desk.enter()
    desk.rate = 1.0  # nothing arrives
    desk.sync()
    desk.rate = 0.0
    desk.world.crm.complete(pk)
    desk.clock.sleep(600.0)
    desk.sync()

    assert tasks(desk) == []
    assert desk.sync().requests == 1


@pytest.mark.parametrize("completed", list(Removal))
def test_a_task_that_is_done_stays_or_goes_as_chosen(completed: Removal) -> None:
    desk = a_desk(completed=completed, removal=Removal.RETAIN)
    pk = synced(desk)

    desk.world.crm.complete(pk)
    desk.sync()

    assert len(tasks(desk)) == (completed is Removal.RETAIN)


def test_a_task_that_was_removed_is_completed_where_that_was_chosen() -> None:
    desk = a_desk(deletion=Deletion.APPLY)
    pk = synced(desk)
    synced(desk)  # what bears witness

    desk.mailbox.remove(desk.task_of(pk))
    desk.sync()
    desk.sync()

    assert is_completed(desk.world.crm.rows[pk].values)
    assert len(tasks(desk)) == 1


def test_a_done_task_that_was_removed_is_not_created_again() -> None:
    desk = a_desk(deletion=Deletion.RESTORE)
    pk = synced(desk)
    synced(desk)  # what bears witness
    desk.world.crm.complete(pk)
    desk.sync()

    desk.mailbox.remove(desk.task_of(pk))
    desk.sync()

    assert len(tasks(desk)) == 1
    assert rests(desk)


# ----------------------------------------------------------------------------- whose task it is


def test_a_task_that_is_taken_in_leads_back_to_its_record() -> None:
    desk = a_desk(adoption=Adoption.IMPORT)
    desk.sync()
    task = desk.put()

    desk.sync()
    desk.sync()

    ((pk, _),) = desk.world.crm.rows.items()
    assert task.linked is not None
    assert task.linked["url"] == f"https://crm.example/task/{pk}"
    assert task.stamp == desk.link_of(pk).stamp
    assert rests(desk)


def test_a_link_that_a_person_cut_is_put_back() -> None:
    desk = a_desk()
    pk = synced(desk)
    task = desk.task_of(pk)
    stamp, task.linked = task.stamp, None
    desk.mailbox.bump(task)

    desk.sync()

    assert task.stamp == stamp


def test_a_meeting_whose_item_has_gone_is_left_alone_when_its_task_is_done() -> None:
    desk = a_desk()
    synced(desk)  # what bears witness
    task = desk.put()
    pk = desk.world.crm.insert({**task.values, "due": task.meant, "notes": "ours"}, "a")
    desk.sync(fate="never committed, no answer")
    assert desk.link_of(pk).state is LinkState.CREATING

    desk.mailbox.remove(task)
    desk.world.crm.complete(pk)
    for _ in range(3):
        desk.sync()

    assert [desk.sync().requests for _ in range(2)] == [1, 1]
    desk.world.crm.save(pk, {"notes": "ours again"})
    for _ in range(3):
        desk.sync()
    assert [desk.sync().requests for _ in range(2)] == [1, 1]


def test_a_meeting_that_has_written_our_stamp_goes_on_when_it_was_not_answered() -> None:
    desk = a_desk()
    pk = desk.enter()
    desk.sync(lost=1)
    (task,) = tasks(desk)
    task.linked, task.ours = None, False  # a person cuts it before we have found it
    desk.mailbox.bump(task)
    desk.clock.sleep(600.0)
    desk.sync(lost=1)  # it is met, and told whose it is
    assert task.stamp

    desk.sync()

    assert desk.link_of(pk).state is LinkState.ACTIVE
    assert desk.sync().requests == 1


def test_a_task_that_is_handed_over_is_in_the_other_list() -> None:
    rules = Policy(status=Status.TWO_WAY)
    here, there = World("two", (rules, rules), Habits(), "UTC", faces=False).lists
    pk = synced(here)
    there.sync()

    here.world.crm.change(pk, staff="b")
    here.sync()
    there.sync()

    assert (tasks(here), len(tasks(there))) == ([], 1)


def test_a_list_of_our_own_holds_what_is_ours_and_not_what_was_there() -> None:
    desk = a_desk(target=Target.OWN, adoption=Adoption.IMPORT)
    theirs = desk.put()
    pk = synced(desk)

    assert desk.mailbox.lists[desk.task_of(pk).place]
    assert theirs.remote_id in desk.mailbox.tasks
    assert list(desk.world.crm.rows) == [pk]


def test_a_conflict_is_decided_as_chosen() -> None:
    desk = a_desk(conflict=Conflict.EXCHANGE_WINS)
    pk = synced(desk)
    desk.world.crm.save(pk, {"notes": "ours"})
    desk.mailbox.edit(desk.task_of(pk), {"notes": "theirs"})

    desk.sync()

    assert desk.world.crm.rows[pk].values["notes"] == "theirs"


def test_a_task_that_was_removed_stays_away() -> None:
    desk = a_desk()
    pk = synced(desk)
    synced(desk)  # what bears witness

    desk.mailbox.remove(desk.task_of(pk))
    desk.sync()

    assert desk.link_of(pk).state is LinkState.RETAINED
    assert desk.link_of(pk).reason == Rest.REMOVED_IN_EXCHANGE
    assert rests(desk)
