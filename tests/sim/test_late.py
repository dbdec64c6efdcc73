"""Creates that land after they were given up, and what people have decided meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agentbox_sync.core.actions import Action, Memo, Outcome
from agentbox_sync.core.changes import Link, LinkState, LocalKey
from agentbox_sync.core.rules import Order, Removal, Target
from agentbox_sync.engine import Depth
from tests.sim.crm import MODEL, PRIMARY
from tests.sim.invariants import no_duplicates
from tests.sim.mailbox import MAIN, Item
from tests.sim.ordering import at_rest, ending, names, order
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import KIND


def given_up(given: str = "Jane", **policy: Any) -> tuple[Stage, str, Link]:
    """A create of which nothing was found."""
    stage = Stage(**policy)
    stage.row("Other")
    stage.sync()
    pk = stage.row(given)
    memory, record = memory_of(stage), stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory.remember(KIND.name, [Memo(link, settled=True)])
    memory._lease.release()
    return stage, pk, link


def landed(stage: Stage, link: Link) -> Item:
    """What was given up is there after all."""
    record = stage.world.crm.rows[link.key.pk].record
    return stage.mailbox.create(dict(record), stamp=link.stamp, ours=True)


def landed_late(**policy: Any) -> tuple[Stage, str, Item]:
    """Jane was given up, and is there after all."""
    stage, pk, link = given_up(**policy)
    return stage, pk, landed(stage, link)


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


def typed_into_where_it_was_left(*, is_back_first: bool) -> tuple[Stage, str, Item]:
    """A create lands when its row has left, a person edits it, and our own folder is chosen."""
    stage, pk, link = given_up("t1", target=Target.MAIN, removal=Removal.RETAIN)
    stage.world.ghost.person_of[1] = 1  # as the checks know people
    stage.world.crm.revoke(pk, NAME)
    stage.sync(depth=Depth.INCREMENTAL)
    assert [x.state for x in stage.world.stores[NAME].links.values()][-1] is LinkState.DEAD
    item = landed(stage, link)
    stage.mailbox.edit(item.remote_id, {"notes": "Typed in Outlook"})
    stage.world.change_target(NAME)
    for is_back in (is_back_first, True):
        if is_back:
            stage.world.crm.grant(pk, NAME, PRIMARY)
        for _ in range(8):
            stage.sync()
            stage.world.clock.sleep(200.0)
    return stage, pk, item


@pytest.mark.parametrize("is_back_first", [True, False])
def test_what_landed_after_its_pair_had_ended_and_was_edited_is_a_persons_where_it_was_left(
    is_back_first: bool,
) -> None:
    stage, pk, item = typed_into_where_it_was_left(is_back_first=is_back_first)

    new = stage.item_of(pk)
    assert (item.container, new.container) == (MAIN, *stage.mailbox.owns())
    assert stage.shown(item, "notes") == "Typed in Outlook"
    assert stage.said(pk, "notes") == stage.shown(new, "notes") == ""
    assert item in stage.mailbox.alive()
    assert len(stage.mailbox.alive()) == 3
    assert list(no_duplicates(stage.world)) == []
    at_rest(stage)


def test_any_other_item_of_ours_in_a_folder_that_was_left_is_a_double() -> None:
    """The control: one that nobody has edited, and one that a pair of ours was about."""
    stage, _, item = typed_into_where_it_was_left(is_back_first=True)
    double = ["I4: person 1 has 2 items of ours and 0 of others in a"]

    item.touched = False
    assert list(no_duplicates(stage.world)) == double

    item.touched = True
    links = stage.world.stores[NAME].links
    links[0] = replace(next(iter(links.values())), remote_id=item.remote_id)
    assert list(no_duplicates(stage.world)) == double
