"""Stories of tasks that are put elsewhere after a write of ours, or gone, answered or not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Conflict, Deletion, Removal
from agentbox_sync.engine import Depth
from tests.sim.tasks.checks import broken
from tests.sim.tasks.mailbox import MAIN, OPEN, OTHER, Habits, Task
from tests.sim.tasks.stories import (
    DONE,
    WEEKLY,
    a_desk,
    a_series,
    next_ones,
    rests,
    settles,
    synced,
    tasks,
)
from tests.sim.tasks.world import TaskDesk, name_of

BOTH = (True, False)


def _kept_elsewhere(*, keeps_links: bool = True) -> tuple[TaskDesk, str, Task]:
    """Return a desk, the row of a series, and its task, which a person keeps in another list."""
    habits = Habits(keeps_links=keeps_links)
    desk = a_desk(habits=habits, deletion=Deletion.RESTORE, removal=Removal.RETAIN)
    synced(desk)  # what bears witness
    pk = a_series(desk)
    there = desk.mailbox.move(desk.task_of(pk), OTHER)
    desk.sync()
    assert desk.task_of(pk) is there
    desk.world.ghost.apart.add(name_of(there.values["title"]))
    return desk, pk, there


def _put_off(desk: TaskDesk, pk: str, *, lost: int = 1, fate: str = "") -> str:
    """Let a person put a row off far, and a run write it; so many answers to that are lost."""
    day = desk.world.monday(26)
    desk.world.crm.save(pk, {"due": day})
    desk.sync(lost=lost, fate=fate)
    return day


def _upcoming(desk: TaskDesk) -> Task:
    (found,) = (x for x in tasks(desk) if x.values["recurrence"] and not is_completed(x.values))
    return found


def _put_off_when_it_was_done(
    *, lost: int, keeps_links: bool, goes_on_twice: bool, typed: str
) -> None:
    desk, pk, there = _kept_elsewhere(keeps_links=keeps_links)
    desk.mailbox.edit(there, {"progress": DONE})
    upcoming = _upcoming(desk)
    day = _put_off(desk, pk, lost=lost)
    assert there.meant == day

    if goes_on_twice:
        desk.mailbox.edit(upcoming, {"progress": DONE})
    if typed:
        desk.mailbox.edit(there, {"notes": typed})
    back = desk.mailbox.move(there, MAIN)
    settles(desk)

    assert desk.task_of(pk) is back
    said = desk.world.crm.rows[pk].values
    assert (said["due"], said["progress"]) == (day, DONE)
    assert (back.meant, back.values["notes"]) == (day, said["notes"])
    assert said["notes"] == typed or not typed
    assert str(upcoming.meant) < day  # nobody has taken it for the other one
    assert not [*broken(desk.world)]
    assert rests(desk)


def test_one_that_was_put_off_when_it_was_done_is_no_next_one() -> None:
    """The day that we have written makes it look like one, whether or not it was answered."""
    for lost, keeps, twice, typed in product((0, 1), BOTH, BOTH, ("", "typed there")):
        _put_off_when_it_was_done(lost=lost, keeps_links=keeps, goes_on_twice=twice, typed=typed)


def test_one_that_was_put_off_when_it_was_done_is_not_another_one_that_is_older_and_done() -> None:
    """Its age may count from when it was put there."""
    desk, pk, there = _kept_elsewhere()
    desk.mailbox.edit(there, {"progress": DONE})
    upcoming = _upcoming(desk)
    day = _put_off(desk, pk, lost=0)
    desk.mailbox.edit(upcoming, {"progress": DONE})

    back = desk.mailbox.move(there, MAIN)
    back.born = upcoming.born + 60.0
    settles(desk)

    assert desk.task_of(pk) is back
    assert back.meant == desk.world.crm.rows[pk].values["due"] == day
    assert str(upcoming.meant) < day
    assert rests(desk)


def test_one_that_was_put_off_when_it_was_done_is_known_again_without_its_stamp() -> None:
    desk, pk, there = _kept_elsewhere()
    desk.mailbox.edit(there, {"progress": DONE})
    day = _put_off(desk, pk)

    back = desk.mailbox.move(there, MAIN, carries=False)
    desk.mailbox.remove(_upcoming(desk))  # so that nothing else is left that carries it
    settles(desk)

    assert desk.task_of(pk) is back
    assert back.meant == desk.world.crm.rows[pk].values["due"] == day
    assert rests(desk)


def test_one_that_an_unanswered_write_has_put_off_is_followed_as_soon_as_a_feed_shows_it() -> None:
    desk, pk, there = _kept_elsewhere()
    desk.mailbox.edit(there, {"progress": DONE})
    _put_off(desk, pk)

    back = desk.mailbox.move(there, MAIN)
    desk.sync(depth=Depth.INCREMENTAL)

    assert desk.task_of(pk) is back
    settles(desk)
    assert desk.task_of(pk) is back
    assert rests(desk)


def test_one_that_was_put_off_by_an_unanswered_write_is_no_next_one_where_it_lay() -> None:
    """A person took it away and put it back: it is due later there than anybody has read."""
    desk, pk, there = _kept_elsewhere()
    day = _put_off(desk, pk)
    assert there.meant == day

    back = desk.mailbox.move(desk.mailbox.move(there, MAIN), OTHER)
    settles(desk)

    assert desk.task_of(pk) is back
    assert back.meant == desk.world.crm.rows[pk].values["due"] == day
    assert len(tasks(desk)) == 2
    assert rests(desk)


def _without_its_stamp(change: Callable[[TaskDesk, Task], None]) -> None:
    desk, pk, there = _kept_elsewhere()
    day = _put_off(desk, pk)

    change(desk, there)
    back = desk.mailbox.move(there, MAIN, carries=False)
    settles(desk)

    assert desk.task_of(pk) is back
    assert back.meant == desk.world.crm.rows[pk].values["due"] == day
    assert back.values["notes"] == desk.world.crm.rows[pk].values["notes"]
    assert len(tasks(desk)) == 2
    assert rests(desk)


def test_what_an_unanswered_write_has_put_off_is_known_again_without_its_stamp() -> None:
    _without_its_stamp(lambda desk, there: None)


def test_so_it_is_by_its_name_and_its_new_day_where_a_person_has_typed_into_it() -> None:
    _without_its_stamp(lambda desk, task: desk.mailbox.edit(task, {"notes": "typed there"}))


def test_what_an_unanswered_write_has_renamed_is_known_again_without_its_stamp() -> None:
    desk = a_desk(deletion=Deletion.RESTORE, removal=Removal.RETAIN)
    synced(desk)  # what bears witness
    pk = synced(desk)
    desk.world.crm.save(pk, {"title": "other words"})
    desk.sync(fate="500 committed")

    there = desk.mailbox.move(desk.task_of(pk), OTHER, carries=False)
    settles(desk)

    assert desk.task_of(pk) is there
    assert there.values["title"] == desk.world.crm.rows[pk].values["title"] == "other words"
    assert len(tasks(desk)) == 2
    assert rests(desk)


def test_the_next_one_is_not_taken_for_the_first_where_a_write_that_never_came_had_its_day() -> (
    None
):
    """The control: the first one is there, and says what it said before."""
    desk, pk, there = _kept_elsewhere()
    days = [desk.world.crm.rows[pk].values["due"]]
    desk.mailbox.edit(there, {"progress": DONE})
    upcoming = _upcoming(desk)
    days.append(str(upcoming.meant))
    desk.world.crm.save(pk, {"due": days[1]})
    desk.sync(fate="never committed, no answer")
    assert there.meant == days[0]
    assert desk.link_of(pk).pending

    back = desk.mailbox.move(there, MAIN)
    settles(desk)

    assert desk.task_of(pk) is back
    assert upcoming.remote_id in desk.mailbox.tasks
    assert upcoming.meant == days[1]
    assert not desk.broken


@pytest.mark.parametrize("fate", ["never committed, no answer", "500 committed"])
@pytest.mark.parametrize("carries", BOTH)
@pytest.mark.parametrize("is_done", BOTH)
def test_the_next_one_is_followed_though_it_was_put_elsewhere_before_it_had_our_stamp(
    fate: str, carries: bool, is_done: bool
) -> None:
    """To Do has given it that of the one before, and the write of ours may not have landed."""
    desk = a_desk(deletion=Deletion.RESTORE, conflict=Conflict.EXCHANGE_WINS)
    synced(desk)  # what bears witness
    first = a_series(desk)
    desk.mailbox.edit(desk.task_of(first), {"progress": DONE})
    upcoming = _upcoming(desk)
    desk.sync()
    desk.sync(fate=fate)
    second = max(desk.world.crm.rows, key=int)
    assert desk.task_of(second) is upcoming

    there = desk.mailbox.move(upcoming, OTHER, carries=carries)
    desk.world.ghost.apart.add(name_of(there.values["title"]))
    if is_done:
        desk.mailbox.edit(there, {"progress": DONE})
    settles(desk)

    assert desk.task_of(second) is there
    assert len(next_ones(desk)[1]) == 1
    assert len(tasks(desk)) == 3 + is_done
    assert rests(desk)


def test_a_create_is_given_up_though_what_could_bear_witness_is_gone_and_waits_for_it() -> None:
    desk = a_desk(deletion=Deletion.RESTORE)
    first = a_series(desk)
    said = desk.world.crm.rows[first].values
    desk.enter(rule=WEEKLY, title=said["title"], due=desk.world.monday(9))
    desk.sync(fate="never committed, no answer")
    desk.mailbox.remove(desk.task_of(first))

    desk.calm()
    desk.sync()  # a person is asked whether everything has gone, and says so
    desk.sync(relist=True)
    settles(desk)

    here, there = next_ones(desk)
    assert len(there) == 2
    assert sorted(there) == sorted(here)
    assert rests(desk)


def test_the_next_one_that_is_done_is_not_what_was_done_and_undone_and_is_gone() -> None:
    """Both sides have lost the rule of that one by then."""
    desk = a_desk(deletion=Deletion.KEEP)
    synced(desk)  # what bears witness
    pk = a_series(desk)
    first, day = desk.task_of(pk), desk.world.crm.rows[pk].values["due"]
    desk.mailbox.edit(first, {"progress": DONE})
    upcoming = _upcoming(desk)
    desk.mailbox.edit(first, {"progress": OPEN})
    desk.sync()

    desk.mailbox.edit(upcoming, {"progress": DONE})
    desk.mailbox.remove(first)
    settles(desk)

    said = desk.world.crm.rows[pk].values
    assert said["due"] == day
    assert not is_completed(said)
    desk.world.crm.delete(pk)
    settles(desk)
    assert upcoming in tasks(desk)
    assert rests(desk)
