"""Stages on which a person has something to decide, and their word about it."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.changes import Link, LinkState
from agentbox_sync.core.rules import Adoption, Deletion, Order
from agentbox_sync.engine import Depth
from tests.sim.mailbox import Item
from tests.sim.stage import NAME, Stage
from tests.sim.staging import Placed


def order(stage: Stage, link: Link, what: Order, **facts: Any) -> int:
    """A person decides about a link; returns the number of the order."""
    store = stage.world.stores[NAME]
    number = store.number()
    store.orders[number] = Placed(what, link.id, **facts)
    return number


def ending(stage: Stage, number: int) -> str:
    return stage.world.stores[NAME].orders[number].ending


def offer_of(stage: Stage, item: Item) -> Link:
    links = stage.world.stores[NAME].links.values()
    return next(x for x in links if x.remote_id == item.remote_id and x.state is not LinkState.DEAD)


def names(stage: Stage) -> list[str]:
    return sorted(item.record["name"]["given"] for item in stage.mailbox.listed())


def rows(stage: Stage) -> list[str]:
    return sorted(row.record["name"]["given"] for row in stage.world.crm.rows.values())


def causes(stage: Stage) -> list[tuple[str, str]]:
    return [(str(line.action), line.cause) for line in stage.log()]


def quick(stage: Stage, **facts: Any) -> None:
    """An incremental run, as an order wakes it."""
    stage.sync(depth=Depth.INCREMENTAL, **facts)


def at_rest(stage: Stage) -> None:
    """Nothing more is done, whatever the depth."""
    quick(stage)
    before = stage.log(), names(stage), rows(stage), stage.world.stores[NAME].orders
    worker = stage.sync()
    assert (worker.graph.writes, worker.local.writes) == (0, 0)
    assert (stage.log(), names(stage), rows(stage), stage.world.stores[NAME].orders) == before


def offered(adoption: Adoption = Adoption.REVIEW, **policy: Any) -> tuple[Stage, Item, Link]:
    stage = Stage(adoption=Adoption.REVIEW, **policy)
    stage.row("Other")
    stage.sync()
    item = stage.item("Nina", company="Theirs")
    stage.sync()
    stage.world.policies[NAME] = Stage(adoption=adoption, **policy).world.policies[NAME]
    return stage, item, offer_of(stage, item)


def ambiguous() -> tuple[Stage, str, list[Item]]:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    items = [stage.item("Jane", company=one) for one in ("First", "Second")]
    pk = stage.row("Jane", company="")
    stage.sync()
    assert stage.link_of(pk).error == "ambiguous"
    return stage, pk, items


def removed(deletion: Deletion = Deletion.KEEP, *, edited: bool = False) -> tuple[Stage, str]:
    stage = Stage(deletion=deletion)
    pk = stage.row("Jane", company="Was")
    stage.row("Other")
    stage.sync()
    item = stage.item_of(pk)
    if edited:
        stage.world.crm.save(pk, {"company": "Just typed"})
    stage.mailbox.remove(item.remote_id)
    stage.sync()
    return stage, pk
