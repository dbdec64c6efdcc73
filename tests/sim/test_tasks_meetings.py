"""Stories of a series of which one is about to be met, told on the real engine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ServerFault, SyncError
from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Adoption, Order, Removal, Status
from agentbox_sync.engine import Depth
from tests.sim.staging import Placed
from tests.sim.tasks.graph import TaskGraph
from tests.sim.tasks.stories import (
    WEEKLY,
    a_desk,
    a_series,
    goes_on_once,
    next_ones,
    rests,
    settles,
    tasks,
)
from tests.sim.tasks.world import TaskDesk


def _going_on(desk: TaskDesk) -> tuple[str, str]:
    """Do one of a series in the CRM, and let To Do make its next one; return the rows of both."""
    first = a_series(desk)
    desk.world.crm.complete(first)
    desk.sync()
    (second,) = (pk for pk in desk.world.crm.rows if pk != first)
    return first, second


def _unmet_and_done() -> tuple[TaskDesk, str]:
    """Let the next one be done in the CRM before it meets the one that To Do made long ago."""
    desk = a_desk(adoption=Adoption.IGNORE)
    _, second = _going_on(desk)
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

    assert goes_on_once(desk)
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

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(again).values)
    assert rests(desk)


def _met_when_done(rule: str | None = WEEKLY) -> tuple[TaskDesk, str]:
    """Let one that is done be met when its next one has long been there."""
    desk = a_desk()
    first = desk.enter(rule=WEEKLY)
    desk.world.crm.change(first, away=True)
    desk.world.crm.complete(first)
    settles(desk)
    said = desk.world.crm.rows[first].values
    twin = desk.put(
        title=said["title"], due=said["due"], recurrence={"rule": rule} if rule else None
    )
    settles(desk)
    assert [task.ours for task in tasks(desk)] == [True, False]
    assert not twin.stamp
    desk.world.crm.change(first, away=False)
    return desk, first


@pytest.mark.parametrize("rule", [WEEKLY, None])
@pytest.mark.parametrize("fate", ["", "500 committed", "never committed, no answer"])
def test_one_that_is_done_when_it_is_met_does_not_go_on_where_its_next_one_is_there(
    fate: str, rule: str | None
) -> None:
    desk, first = _met_when_done(rule)

    desk.sync(fate=fate)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(first).values)
    assert len(tasks(desk)) == 2
    assert rests(desk)


@pytest.mark.parametrize("in_step", [False, True])
def test_one_does_not_go_on_where_its_next_one_is_about_to_be_met(in_step: bool) -> None:
    desk = a_desk()
    desk.sync()
    first = a_series(desk) if in_step else desk.enter(rule=WEEKLY)
    desk.world.crm.complete(first)
    for row in list(desk.world.crm.rows.values())[in_step:]:
        said = row.values
        desk.put(title=said["title"], due=said["due"], recurrence={"rule": WEEKLY})
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(first).values)
    assert len(tasks(desk)) == 2
    assert rests(desk)


def test_the_next_one_waits_for_a_meeting_under_the_name_that_the_item_has() -> None:
    desk = a_desk(status=Status.ONE_WAY)
    _, second = _going_on(desk)
    desk.world.crm.complete(second)
    desk.sync(fate="never committed, no answer")  # it was about to meet the one that To Do made
    desk.world.crm.save(second, {"title": "other words"})
    desk.clock.sleep(1200.0)  # nobody waits for its first run any more
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(second).values)
    assert len(tasks(desk)) == 3
    assert rests(desk)


def _found_by_a_search(depth: Depth) -> tuple[TaskDesk, str]:
    """Let a meeting be cut off of whose item nothing is staged, and its row be renamed."""
    desk = a_desk(status=Status.ONE_WAY, adoption=Adoption.IGNORE)
    _, second = _going_on(desk)
    desk.world.crm.change(second, away=True)
    desk.clock.sleep(200.0)
    desk.sync()  # nobody takes in what To Do has made, and nothing is kept of it
    desk.world.crm.change(second, away=False)
    desk.world.crm.complete(second)
    desk.sync(depth=depth, fate="never committed, no answer")
    desk.world.crm.save(second, {"title": "other words"})
    assert [is_completed(task.values) for task in tasks(desk)] == [True, False]
    return desk, second


@pytest.mark.parametrize("depth", list(Depth))
def test_the_next_one_waits_for_a_meeting_whose_item_was_found_by_a_search(depth: Depth) -> None:
    desk, second = _found_by_a_search(depth)

    desk.sync(depth=depth)
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(second).values)
    assert len(tasks(desk)) == 3
    assert rests(desk)


@pytest.mark.parametrize("depth", list(Depth))
def test_the_next_one_waits_where_the_name_of_what_is_met_could_not_be_read(
    depth: Depth, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, second = _found_by_a_search(depth)
    fetch, asked = TaskGraph.fetch, list[int]()

    def answers_later(
        graph: TaskGraph, kind: str, remote_ids: Sequence[str]
    ) -> list[Observation | SyncError]:
        asked.append(len(remote_ids))
        if len(asked) > 1:
            return fetch(graph, kind, remote_ids)
        return [ServerFault("try again", code="503") for _ in remote_ids]

    monkeypatch.setattr(TaskGraph, "fetch", answers_later)
    desk.sync(depth=depth)
    settles(desk)

    assert asked[0] == 1
    assert goes_on_once(desk)
    assert is_completed(desk.task_of(second).values)
    assert len(tasks(desk)) == 3
    assert rests(desk)


def test_a_completion_that_was_not_answered_and_is_undone_there_goes_on_once() -> None:
    desk = a_desk()
    first, second = _going_on(desk)
    desk.world.crm.complete(second)
    desk.sync(fate="500 committed")
    desk.mailbox.edit(tasks(desk)[1], {"progress": {"status": "notStarted"}})
    desk.world.crm.delete(next(pk for pk in desk.world.crm.rows if pk not in (first, second)))
    settles(desk)

    _, there = next_ones(desk)
    assert len(there) == 1
    assert is_completed(desk.task_of(second).values)
    assert len(tasks(desk)) == 3
    assert rests(desk)


def test_one_that_is_done_is_not_given_its_rule_again_when_its_day_is_changed() -> None:
    desk = a_desk()
    pk = a_series(desk)
    desk.world.crm.complete(pk)
    settles(desk)
    assert not desk.task_of(pk).values["recurrence"]

    monday = desk.world.monday(-1)
    desk.world.crm.save(pk, {"due": monday})
    settles(desk)

    done = desk.task_of(pk)
    assert (done.meant, done.values["recurrence"]) == (monday, None)
    assert is_completed(done.values)
    assert goes_on_once(desk)
    assert rests(desk)


def test_the_next_one_waits_for_a_meeting_that_a_person_has_ordered() -> None:
    desk = a_desk(adoption=Adoption.IGNORE)
    desk.sync()
    first = desk.enter(rule=WEEKLY)
    said = desk.world.crm.rows[first].values
    alike, _ = (
        desk.put(title=said["title"], due=said["due"], recurrence={"rule": WEEKLY})
        for _ in range(2)
    )
    desk.sync()
    asked = next(x for x in desk.store.links.values() if x.key.pk == first)
    assert asked.error == "ambiguous"

    desk.world.crm.complete(first)
    desk.store.orders[desk.store.number()] = Placed(Order.LINK, asked.id, remote_id=alike.remote_id)
    settles(desk)

    assert desk.task_of(first) is alike
    assert is_completed(alike.values)
    assert len(tasks(desk)) == 3  # with the other one, which is the person's
    assert rests(desk)


@pytest.mark.parametrize("removal", list(Removal))
@pytest.mark.parametrize("others", [0, 25])
def test_a_series_goes_on_once_though_what_was_done_is_back_as_its_next_one_is_created(
    removal: Removal, others: int
) -> None:
    """It was to go, or to rest, so the next one did not wait for it."""
    desk = a_desk(removal=removal)
    first = a_series(desk)
    for _ in range(others):  # in more groups than one
        desk.enter()
    desk.world.crm.complete(first)
    desk.world.crm.change(first, away=True)
    requests = count(1)
    desk.between = lambda: desk.world.crm.change(first, away=False) if next(requests) == 2 else None
    desk.sync()
    assert not desk.world.crm.rows[first].away
    desk.between = lambda: None
    settles(desk)

    assert goes_on_once(desk)
    assert is_completed(desk.task_of(first).values)
    assert len(tasks(desk)) == 2 + others
    assert rests(desk)
