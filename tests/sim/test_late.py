"""Creates that land after they were given up, and what people have decided meanwhile."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.actions import Action, Memo, Outcome
from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.core.rules import Order, Removal
from agentbox_sync.engine import Depth
from tests.sim.crm import MODEL
from tests.sim.mailbox import Item
from tests.sim.ordering import at_rest, ending, names, order
from tests.sim.stage import Stage, memory_of
from tests.sim.values import KIND


def landed_late(**policy: Any) -> tuple[Stage, str, Item]:
    """Jane was given up, and is there after all."""
    stage = Stage(**policy)
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane")
    memory, record = memory_of(stage), stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory.remember(KIND.name, [Memo(link, settled=True)])
    memory._lease.release()
    return stage, pk, stage.mailbox.create(dict(record), stamp=link.stamp, ours=True)


def test_an_order_about_a_row_whose_create_has_landed_late_waits_for_the_next_run() -> None:
    stage, pk, item = landed_late()
    number = order(stage, stage.link_of(pk), Order.CREATE)

    stage.sync()
    assert ending(stage, number) == ""
    stage.sync(depth=Depth.INCREMENTAL)

    assert ending(stage, number) != ""
    assert names(stage) == ["Jane", "Other"]
    assert stage.item_of(pk) is item
    at_rest(stage)


def test_a_double_that_may_not_be_removed_is_told_once_and_leaves_its_pair_alone() -> None:
    stage, pk, item = landed_late()
    stage.sync()
    assert stage.item_of(pk) is item
    double = stage.mailbox.create(dict(item.record), stamp=item.stamp, ours=True)
    double.protected = True

    for _ in range(3):
        stage.sync()

    told = [line for line in stage.log() if line.outcome is Outcome.SET_ASIDE]
    assert [line.action for line in told] == [Action.DEDUPE]
    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert double in stage.mailbox.alive()
    at_rest(stage)


def test_what_landed_late_and_outlived_its_row_is_met_when_that_is_entered_anew() -> None:
    stage, pk, item = landed_late(removal=Removal.RETAIN)
    stage.sync()
    assert stage.item_of(pk) is item
    stage.world.crm.delete(pk)
    stage.sync()
    stage.mailbox.edit(item.remote_id, {"notes": "Typed in Outlook"})
    again = stage.row("Jane", company="Entered anew")

    stage.sync()

    assert names(stage) == ["Jane", "Other"]
    assert stage.item_of(again) is item
    assert stage.shown(item, "company") == stage.said(again, "company") == "Entered anew"
    assert stage.said(again, "notes") == "Typed in Outlook"
    at_rest(stage)


def test_what_landed_late_and_outlived_its_row_is_met_with_whom_a_person_says() -> None:
    stage, pk, item = landed_late(removal=Removal.RETAIN)
    stage.sync()
    stage.world.crm.delete(pk)
    stage.sync()
    stage.item("Joan", company="First", mobile_phone="")
    stage.item("Joan", company="Second", mobile_phone="")
    other = stage.row("Joan")
    stage.sync()
    link = stage.link_of(other)
    assert link.error == "ambiguous"
    number = order(stage, link, Order.LINK, key=link.key, remote_id=item.remote_id)

    stage.sync()

    assert ending(stage, number) == "done"
    assert stage.item_of(other) is item
    at_rest(stage)
