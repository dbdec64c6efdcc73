"""Who is alike, asked of a mailbox that does not show everything at once."""

from __future__ import annotations

from agentbox_sync.core.changes import LinkState, Observation
from agentbox_sync.core.rules import Removal
from agentbox_sync.ports import Page
from tests.sim.crm import GROUPS
from tests.sim.mailbox import MAIN
from tests.sim.ordering import names
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import KIND


def test_what_a_listing_that_was_begun_anew_does_not_show_yet_is_searched_for() -> None:
    stage = Stage()
    other = stage.row("Other")
    stage.sync()
    memory = memory_of(stage)
    chain = memory.restart_chain(memory.chain(KIND.name))
    seen = stage.item_of(other)
    shown = Observation(seen.remote_id, seen.etag, seen.record, container=MAIN)
    until = stage.mailbox.seq
    item = stage.item("Jane")
    memory.stage(chain, Page((shown,), delta_link=f"d{until}"))
    memory._lease.release()
    pk = stage.row("Jane")
    stage.mailbox.log = [entry for entry in stage.mailbox.log if entry[1] != item.remote_id]

    stage.sync()

    assert names(stage) == ["Jane", "Other"]
    assert stage.item_of(pk) is item


def test_a_row_that_left_the_selection_and_was_deleted_then_leaves_its_item_free() -> None:
    stage = Stage(removal=Removal.RETAIN)
    stage.world.groups[NAME] = frozenset(GROUPS[:1])
    stage.row("Other")
    pk = stage.row("Jane")
    stage.sync()
    item = stage.item_of(pk)
    stage.world.crm.regroup(pk, GROUPS[1])
    stage.sync()
    assert stage.link_of(pk).state is LinkState.RETAINED
    stage.world.crm.delete(pk)
    stage.sync()
    again = stage.row("Jane")

    stage.sync()

    assert names(stage) == ["Jane", "Other"]
    assert stage.item_of(again) is item
