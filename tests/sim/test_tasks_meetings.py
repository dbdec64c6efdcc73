"""Stories of a series of which one is about to be met, told on the real engine."""

from __future__ import annotations

import pytest

from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Removal
from agentbox_sync.engine import Depth
from tests.sim.tasks.stories import WEEKLY, a_desk, a_series, next_ones, rests, settles, tasks
from tests.sim.tasks.world import TaskDesk


def _unmet_and_done() -> tuple[TaskDesk, str]:
    """Let the next one be done in the CRM before it meets the one that To Do made long ago."""
    desk = a_desk(adoption=Adoption.IGNORE)
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    desk.sync()
    (second,) = (x for x in desk.world.crm.rows if x != pk)
    desk.world.crm.change(second, away=True)
    desk.clock.sleep(200.0)
    desk.sync()
    desk.enter()
    desk.sync(fate="never committed, no answer")  # nothing is met until that is known
    desk.world.crm.change(second, away=False)
    desk.world.crm.complete(second)
    assert [task.ours for task in tasks(desk)] == [True, False]
    return desk, second


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("relist", [False, True])
def test_the_next_one_waits_for_a_meeting_that_is_put_off(depth: Depth, relist: bool) -> None:
    desk, second = _unmet_and_done()

    desk.sync(depth=depth, relist=relist)
    assert [task.ours for task in tasks(desk)] == [True, False]
    settles(desk)

    here, there = next_ones(desk)
    assert (len(here), there) == (1, here)
    assert is_completed(desk.task_of(second).values)
    assert rests(desk)


def test_the_next_one_waits_for_one_whose_twin_a_deleted_row_has_yet() -> None:
    desk = a_desk(removal=Removal.RETAIN)
    pk = a_series(desk)
    settles(desk)
    said = desk.world.crm.rows[pk].values
    desk.world.crm.delete(pk)
    again = desk.world.crm.insert(said, "a", WEEKLY)
    desk.world.crm.complete(again)

    desk.sync()
    assert len(tasks(desk)) == 1
    settles(desk)

    here, there = next_ones(desk)
    assert (len(here), there) == (1, here)
    assert is_completed(desk.task_of(again).values)
    assert rests(desk)
