"""What people order about items that were removed in Exchange."""

from __future__ import annotations

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.rules import Deletion, Order
from agentbox_sync.core.safety import Limit
from tests.sim.crm import VIEW_ONLY
from tests.sim.mailbox import OTHER
from tests.sim.ordering import (
    at_rest,
    causes,
    ending,
    names,
    order,
    quick,
    removed,
    rows,
)
from tests.sim.stage import NAME, Stage

# ---------------------------------------------------------------------------- removed in Exchange


@pytest.mark.parametrize("edited", [False, True], ids=["removed", "contested"])
def test_a_restored_item_is_there_again(edited: bool) -> None:
    stage, pk = removed(Deletion.APPLY if edited else Deletion.KEEP, edited=edited)
    old = stage.link_of(pk)
    number = order(stage, old, Order.RESTORE)

    quick(stage)

    assert ending(stage, number) == "done"
    assert names(stage) == ["Jane", "Other"]
    assert stage.shown(stage.item_of(pk), "company") == ("Just typed" if edited else "Was")
    assert stage.link_of(pk).stamp != old.stamp
    assert ("create", "restored for a person") in causes(stage)
    at_rest(stage)


def test_everybody_is_restored_to_an_emptied_mailbox() -> None:
    stage = Stage(deletion=Deletion.KEEP)
    pks = [stage.row(name) for name in ("Jane", "John")]
    stage.sync()
    for pk in pks:
        stage.mailbox.remove(stage.item_of(pk).remote_id)
    stage.sync()
    stage.sync(approve=True)
    for pk in pks:
        order(stage, stage.link_of(pk), Order.RESTORE)

    quick(stage)

    assert names(stage) == ["Jane", "John"]
    at_rest(stage)


def test_what_came_back_by_itself_is_taken_up_and_not_created_beside_it() -> None:
    stage, pk = removed()
    link = stage.link_of(pk)
    back = stage.mailbox.create(dict(stage.world.crm.rows[pk].record))
    back.record["company"] = "Theirs"
    stage.mailbox.items[link.remote_id] = back
    back.remote_id = link.remote_id

    number = order(stage, link, Order.RESTORE)
    quick(stage)

    assert ending(stage, number) == "done"
    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert stage.said(pk, "company") == "Theirs"


def test_what_lies_in_another_folder_is_not_created_beside_it() -> None:
    stage = Stage()
    pk = stage.row("Jane")
    stage.row("Other")
    stage.sync()
    stage.mailbox.move(stage.item_of(pk).remote_id, OTHER)
    stage.sync()
    order(stage, stage.link_of(pk), Order.DISMISS)
    quick(stage)
    number = order(stage, stage.link_of(pk), Order.RESTORE)

    quick(stage)

    assert ending(stage, number) == "moot"
    assert names(stage) == ["Other"]
    at_rest(stage)


def test_what_is_let_go_stays_away_and_is_restored_when_a_person_thinks_again() -> None:
    stage, pk = removed(Deletion.KEEP)
    order(stage, stage.link_of(pk), Order.DISMISS)
    quick(stage)
    assert stage.link_of(pk).reason == Rest.DISMISSED
    stage.world.crm.save(pk, {"company": "Edited"})
    at_rest(stage)
    assert names(stage) == ["Other"]

    order(stage, stage.link_of(pk), Order.RESTORE)
    quick(stage)

    assert names(stage) == ["Jane", "Other"]
    at_rest(stage)


def test_a_contested_row_is_released_with_its_edit() -> None:
    stage, pk = removed(Deletion.APPLY, edited=True)
    number = order(stage, stage.link_of(pk), Order.RELEASE)

    quick(stage)

    assert ending(stage, number) == "done"
    assert (pk, NAME) not in stage.world.crm.access
    assert rows(stage) == ["Jane", "Other"]
    line = stage.log()[-1]
    assert (line.action, line.cause) == (Action.RELEASE, "released by a person")
    assert line.before["company"] == "Just typed"
    at_rest(stage)


def test_a_view_only_row_is_never_released() -> None:
    stage, pk = removed(Deletion.APPLY, edited=True)
    stage.world.levels[NAME] |= {VIEW_ONLY}
    stage.world.crm.grant(pk, NAME, VIEW_ONLY)
    number = order(stage, stage.link_of(pk), Order.RELEASE)

    quick(stage)

    assert ending(stage, number) == "moot"
    assert (pk, NAME) in stage.world.crm.access


def test_the_guard_counts_what_people_release() -> None:
    stage = Stage(deletion=Deletion.APPLY)
    stage.world.limits[NAME] = Limit(floor=1, share=0.1)
    pks = [stage.row(f"Person{number}") for number in range(3)]
    stage.row("Other")
    stage.sync()
    for pk in pks:
        stage.world.crm.save(pk, {"company": "Just typed"})
        stage.mailbox.remove(stage.item_of(pk).remote_id)
    stage.sync()
    numbers = [order(stage, stage.link_of(pk), Order.RELEASE) for pk in pks]

    quick(stage)

    assert [ending(stage, number) for number in numbers] == [""] * 3
    assert len(stage.world.crm.access) == 4
    assert stage.world.stores[NAME].holds

    quick(stage, approve=True)

    assert [ending(stage, number) for number in numbers] == ["done"] * 3
    assert len(stage.world.crm.access) == 1
