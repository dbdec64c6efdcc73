"""Stories of what comes into being, or is done, in a list that nobody follows."""

from __future__ import annotations

from agentbox_sync.core.rules import Adoption, Deletion
from tests.sim.tasks.mailbox import OTHER
from tests.sim.tasks.stories import DONE, a_desk, rests, settles, synced, tasks


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
