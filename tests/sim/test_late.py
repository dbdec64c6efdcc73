"""Creates that land after they were given up, and what people have decided meanwhile."""

from __future__ import annotations

from agentbox_sync.core.actions import Action, Memo, Outcome
from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.core.rules import Order
from agentbox_sync.engine import Depth
from tests.sim.crm import MODEL
from tests.sim.mailbox import Item
from tests.sim.ordering import at_rest, ending, names, order
from tests.sim.stage import Stage, memory_of
from tests.sim.values import KIND


def landed_late() -> tuple[Stage, str, Item]:
    """Jane was given up, and is there after all."""
    stage = Stage()
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
