"""What is put back after another folder was chosen, where its twin may have been all the time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentbox_sync.core.changes import LinkState, Origin
from agentbox_sync.core.rules import Deletion, Order, Removal, Target
from tests.sim.crm import GROUPS
from tests.sim.mailbox import MAIN
from tests.sim.ordering import at_rest, causes, ending, names, order, quick
from tests.sim.stage import NAME, Stage


def twin_in(stage: Stage, pk: str, company: str = "Theirs") -> str:
    """Somebody's own contact in the main folder; returns its id."""
    record = {**stage.world.crm.rows[pk].record, "company": company, "notes": ""}
    return stage.mailbox.create(record, container=MAIN).remote_id


def removed_elsewhere(twins: int = 1) -> tuple[Stage, str, list[str], int]:
    """Removed in our folder, then the main one was chosen; a person wants it back."""
    stage = Stage(target=Target.OWN, deletion=Deletion.KEEP)
    pk = stage.row("Jane", company="Was", notes="Ours")
    stage.row("Other")
    stage.sync()
    ids = [twin_in(stage, pk) for _ in range(twins)]
    stage.mailbox.remove(stage.item_of(pk).remote_id)
    stage.sync()
    stage.world.change_target(NAME)
    for _ in range(2):
        stage.sync()
    assert stage.world.home(NAME) == MAIN
    number = order(stage, stage.link_of(pk), Order.RESTORE)
    return stage, pk, ids, number


def came_back_elsewhere() -> tuple[Stage, str, list[str], int]:
    """It left the selection, its folder was left, it was removed there, and its row is back."""
    stage = Stage(target=Target.OWN, removal=Removal.RETAIN)
    pk = stage.row("Jane", company="Was", notes="Ours")
    stage.row("Other")
    stage.sync()
    stage.world.crm.regroup(pk, "nobody's")
    stage.sync()
    ids = [twin_in(stage, pk)]
    stage.world.change_target(NAME)
    for _ in range(2):
        stage.sync()
    stage.mailbox.remove(stage.link_of(pk).remote_id)
    stage.world.crm.regroup(pk, GROUPS[0])
    return stage, pk, ids, 0


def removed_while_it_moved() -> tuple[Stage, str, list[str], int]:
    """Removed in a folder that nobody follows any more, and such removals are put back."""
    stage = Stage(target=Target.OWN, deletion=Deletion.RESTORE)
    pk = stage.row("Jane", company="Was", notes="Ours")
    stage.row("Other")
    stage.sync()
    ids = [twin_in(stage, pk)]
    stage.world.crm.regroup(pk, "nobody's")
    stage.world.policies[NAME] = Stage(
        target=Target.MAIN, deletion=Deletion.RESTORE, removal=Removal.RETAIN
    ).world.policies[NAME]
    stage.sync()
    stage.mailbox.remove(stage.link_of(pk).remote_id)
    stage.world.crm.regroup(pk, GROUPS[0])
    return stage, pk, ids, 0


def come_to_rest(stage: Stage) -> None:
    for _ in range(5):
        stage.sync()
        stage.world.clock.sleep(200.0)


Begun = Callable[[], tuple[Stage, str, list[str], int]]
BEGUN = [removed_elsewhere, came_back_elsewhere, removed_while_it_moved]


@pytest.mark.parametrize("begun", BEGUN)
def test_what_has_its_twin_in_the_chosen_folder_is_linked_with_it(begun: Begun) -> None:
    stage, pk, (twin,), number = begun()
    old = stage.link_of(pk)

    come_to_rest(stage)

    link = stage.link_of(pk)
    assert names(stage) == ["Jane", "Other"]
    assert (link.remote_id, link.state, link.origin) == (twin, LinkState.ACTIVE, Origin.EXCHANGE)
    assert link.stamp != old.stamp
    assert "link" in [action for action, _ in causes(stage)]
    assert stage.shown(stage.item_of(pk), "notes") == "Ours"
    assert not number or ending(stage, number) == "done"
    at_rest(stage)


@pytest.mark.parametrize("begun", BEGUN)
def test_a_crash_at_any_step_of_it_doubles_and_loses_nobody(begun: Begun) -> None:
    step = 0
    while True:
        stage, pk, (twin,), number = begun()
        step += 1
        stage.world.crash_at = stage.world.steps + step
        crashed = [stage.sync().error.startswith("crash") for _ in range(3)]
        if not any(crashed):
            break
        come_to_rest(stage)

        assert names(stage) == ["Jane", "Other"], step
        assert stage.link_of(pk).remote_id == twin, step
        assert stage.shown(stage.item_of(pk), "notes") == "Ours", step
        assert "Theirs" in {
            stage.shown(stage.item_of(pk), "company"),
            stage.said(pk, "company"),
            *(line.before.get("company") for line in stage.log()),
        }, step
        assert not number or ending(stage, number), step
        at_rest(stage)
    assert step > 5


def test_of_several_a_person_says_which_one_it_is() -> None:
    stage, pk, ids, number = removed_elsewhere(twins=2)

    quick(stage)

    link = stage.link_of(pk)
    assert ending(stage, number) == "moot"
    assert (link.error, link.remote_id, dict(link.base_local)) == ("ambiguous", "", {})
    assert names(stage) == ["Jane", "Jane", "Other"]
    at_rest(stage)

    second = order(stage, link, Order.LINK, remote_id=ids[1])
    quick(stage)

    assert ending(stage, second) == "done"
    assert stage.link_of(pk).remote_id == ids[1]
    assert names(stage) == ["Jane", "Jane", "Other"]
    at_rest(stage)


def test_a_twin_that_goes_before_they_are_linked_leaves_it_to_be_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage, pk, (twin,), number = removed_elsewhere()
    gather = "agentbox_sync.engine.apply.gather"
    real = pytest.importorskip("agentbox_sync.engine.apply").gather

    def at_the_last_moment(*facts: object) -> object:
        if twin in stage.mailbox.items:
            stage.mailbox.remove(twin)
        return real(*facts)

    monkeypatch.setattr(gather, at_the_last_moment)
    come_to_rest(stage)

    assert ending(stage, number) == "done"
    assert names(stage) == ["Jane", "Other"]
    assert stage.link_of(pk).origin is Origin.CRM
    at_rest(stage)


def test_what_nobody_is_like_is_created_as_before() -> None:
    stage, pk, _, number = removed_elsewhere(twins=0)

    quick(stage)

    assert ending(stage, number) == "done"
    assert names(stage) == ["Jane", "Other"]
    assert ("create", "restored for a person") in causes(stage)
    assert stage.item_of(pk).container == MAIN
    at_rest(stage)
