"""Whoever may not see a contact any more: what we created goes, wherever a person has put it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.rules import Deletion, Target
from tests.sim.crm import GROUPS
from tests.sim.mailbox import MAIN, OTHER, Item
from tests.sim.stage import NAME, Stage


def moved_away(*, is_seen: bool = True) -> tuple[Stage, str, Item]:
    """A pair whose item a person has moved into another folder, beside one that stays."""
    stage = Stage()
    stage.row("Other")
    pk = stage.row("Jane")
    stage.sync()
    item = stage.item_of(pk)
    stage.world.people._part(stage.mailbox, item, "moved")
    stage.mailbox.move(item.remote_id, OTHER)
    if is_seen:
        stage.sync()
        assert stage.link_of(pk).reason == "moved_away"
    return stage, pk, item


def is_linked(stage: Stage, pk: str) -> bool:
    links = stage.world.stores[NAME].links.values()
    return any(x.key.pk == pk and x.state is not LinkState.DEAD for x in links)


def names(stage: Stage) -> list[str]:
    return [item.record["name"]["given"] for item in stage.mailbox.alive()]


def is_at_rest(stage: Stage) -> bool:
    """Tell whether two further runs ask for the news and do nothing else."""
    workers = [stage.sync() for _ in range(2)]
    return all(worker.graph.requests == 1 and not worker.error for worker in workers)


def nothing(stage: Stage, item: Item) -> None:
    """It stays in the other folder."""


def back(stage: Stage, item: Item) -> None:
    """A person moves it back, and we see it there."""
    stage.mailbox.put_back(item, MAIN)
    stage.sync()


def removed(stage: Stage, item: Item) -> None:
    """A person deletes it in the other folder, where nobody tells us."""
    stage.mailbox.remove(item.remote_id)


@pytest.mark.parametrize("first", [nothing, back, removed])
def test_what_was_moved_away_goes_when_its_access_is_lost(
    first: Callable[[Stage, Item], None],
) -> None:
    stage, pk, item = moved_away()
    first(stage, item)
    stage.world.crm.revoke(pk, NAME)

    stage.sync()
    stage.sync()

    assert names(stage) == ["Other"]
    assert not is_linked(stage, pk)
    assert is_at_rest(stage)


def test_a_crash_at_any_step_of_such_a_removal_is_made_good() -> None:
    step, unanswered = 0, 0
    while True:
        stage, pk, item = moved_away()
        stage.world.crm.revoke(pk, NAME)
        step += 1
        stage.world.crash_at = stage.world.steps + step
        if not stage.sync().error.startswith("crash"):
            break
        unanswered += item.remote_id not in stage.mailbox.items and is_linked(stage, pk)
        for _ in range(3):
            stage.world.clock.sleep(200.0)
            stage.sync()

        assert names(stage) == ["Other"], step
        assert not is_linked(stage, pk), step
        assert is_at_rest(stage), step
    assert unanswered > 0


@pytest.mark.parametrize("is_seen", [True, False])
def test_what_may_not_be_removed_is_tried_once_wherever_it_lies(is_seen: bool) -> None:
    stage, pk, item = moved_away(is_seen=is_seen)
    item.protected = True
    stage.world.crm.revoke(pk, NAME)

    stage.sync()
    stage.sync()

    link = stage.link_of(pk)
    assert (link.state, link.reason) == (LinkState.RETAINED, "dismissed")
    assert item in stage.mailbox.alive()
    assert is_at_rest(stage)


def test_what_stayed_in_another_folder_is_not_met_when_its_row_is_entered_anew() -> None:
    stage = Stage(target=Target.MAIN)
    theirs = stage.item("Jane", mobile_phone="+61400000001")
    stage.row("Other")
    first = stage.row("Jane", mobile_phone="+61400000001")
    stage.sync()
    stage.world.change_target(NAME)
    stage.sync()
    stage.world.crm.delete(first)
    stage.sync()
    again = stage.world.crm.insert(
        {**stage.world.crm.rows["1"].record, **theirs.record, "emails": ["else@example.com"]},
        GROUPS[0],
        NAME,
    )

    stage.sync()

    assert stage.link_of(again).state is LinkState.ACTIVE
    assert stage.item_of(again).container == stage.world.home(NAME)
    assert theirs.container == MAIN
    assert is_at_rest(stage)


def test_a_parted_item_is_met_when_its_row_was_deleted_and_is_entered_anew() -> None:
    stage, pk, item = moved_away()
    stage.mailbox.put_back(item, MAIN)
    stage.sync()
    stage.world.crm.delete(pk)
    stage.sync()
    again = stage.row("Jane", company="Entered anew")

    stage.sync()
    stage.sync()

    assert names(stage) == ["Other", "Jane"]
    assert stage.item_of(again) is item
    assert stage.link_of(again).state is LinkState.ACTIVE


def test_what_a_person_lets_go_in_two_folders_at_once_comes_to_rest() -> None:
    stage = Stage(target=Target.OWN, deletion=Deletion.RESTORE)
    left, here = stage.row("Ann"), stage.row("Ben")
    stage.sync()
    # A move that was cut off and taken back: one of them lies in the main folder yet. Then both
    # are removed, and that of the one there shows when it is written.
    link, store = stage.link_of(left), stage.world.stores[NAME]
    store.links[link.id] = replace(link, collection=MAIN)
    stage.mailbox.move(link.remote_id, MAIN)
    for pk in (left, here):
        stage.mailbox.remove(stage.link_of(pk).remote_id)
    stage.world.crm.save(left, {"notes": "typed"})
    stage.world.change_target(NAME)
    stage.sync(relist=True)

    for _ in range(4):
        stage.sync(approve=True)

    home = stage.world.home(NAME)
    there = [item.record["name"]["given"] for item in stage.mailbox.listed(home)]
    assert sorted(there) == ["Ann", "Ben"]
    assert is_at_rest(stage)
