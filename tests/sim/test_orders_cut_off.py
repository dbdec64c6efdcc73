"""Orders that are taken back while a run is on its way, and runs that are cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.rules import Deletion, Order
from tests.sim.crm import MODEL
from tests.sim.ordering import (
    ambiguous,
    at_rest,
    ending,
    names,
    offer_of,
    offered,
    order,
    quick,
    removed,
    rows,
)
from tests.sim.stage import NAME, Stage

SECOND_READ = 3  # the feed, the item for the plan, and the item again to carry it out


def test_an_order_that_is_withdrawn_while_it_is_planned_is_not_carried_out() -> None:
    stage, item, link = offered()
    number = order(stage, link, Order.ACCEPT)
    store, boundary, reads = stage.world.stores[NAME], stage.world.point, []

    def point(what: str) -> None:
        boundary(what)
        reads.append(what)
        if reads.count("after the request") == SECOND_READ:
            store.orders[number] = replace(store.orders[number], ending="withdrawn")

    stage.world.point = point  # type: ignore[method-assign]
    quick(stage)

    assert rows(stage) == ["Other"]
    assert offer_of(stage, item).reason == "born_in_exchange"


def restored() -> tuple[Stage, int]:
    stage, pk = removed()
    return stage, order(stage, stage.link_of(pk), Order.RESTORE)


def accepted() -> tuple[Stage, int]:
    stage, _, link = offered()
    return stage, order(stage, link, Order.ACCEPT)


def linked() -> tuple[Stage, int]:
    stage, _, link = offered()
    pk = stage.row("Katharina", company="", notes="ours")
    return stage, order(stage, link, Order.LINK, key=LocalKey(MODEL, pk))


def chosen() -> tuple[Stage, int]:
    stage, pk, items = ambiguous()
    return stage, order(stage, stage.link_of(pk), Order.LINK, remote_id=items[1].remote_id)


def created() -> tuple[Stage, int]:
    stage, pk, _ = ambiguous()
    return stage, order(stage, stage.link_of(pk), Order.CREATE)


def released() -> tuple[Stage, int]:
    stage, pk = removed(Deletion.APPLY, edited=True)
    return stage, order(stage, stage.link_of(pk), Order.RELEASE)


def dismissed() -> tuple[Stage, int]:
    stage, _, link = offered()
    return stage, order(stage, link, Order.DISMISS)


@pytest.mark.parametrize(
    "begin", [restored, accepted, linked, chosen, created, released, dismissed]
)
def test_a_crash_at_any_step_makes_no_difference(begin: Callable[[], tuple[Stage, int]]) -> None:
    wanted = None
    for step in range(60):  # the first one is left in peace
        stage, number = begin()
        stage.world.crash_at = stage.world.steps + step if step else 0
        quick(stage)
        has_crashed = not step or stage.world.steps >= stage.world.crash_at
        stage.world.crash_at = 0
        stage.world.clock.sleep(200.0)
        quick(stage)  # what was cut off needs no full scan to go on
        at_rest(stage)

        states = sorted((x.state, x.reason) for x in stage.world.stores[NAME].links.values())
        found = names(stage), rows(stage), sorted(stage.world.crm.access), states
        wanted = wanted or found
        assert (found, ending(stage, number)) == (wanted, "done"), step
        if not has_crashed:
            assert step > 5
            return
    raise AssertionError("a run has no end")


@pytest.mark.parametrize("begin", [linked, chosen, created, restored])
def test_an_order_whose_row_leaves_at_any_step_is_only_done_when_it_is(
    begin: Callable[[], tuple[Stage, int]],
) -> None:
    endings = set()
    for step in range(1, 60):
        stage, number = begin()
        store, boundary = stage.world.stores[NAME], stage.world.point
        placed = store.orders[number]
        row = placed.key if placed.key.pk else store.links[placed.link].key
        left = stage.world.steps + step

        def point(
            what: str, stage: Stage = stage, left: int = left, go: Callable[[str], None] = boundary
        ) -> None:
            go(what)
            if stage.world.steps == left and what != "inside a unit":
                stage.world.crm.revoke(row.pk, NAME)  # noqa: B023

        stage.world.point = point  # type: ignore[method-assign]
        quick(stage)
        if stage.world.steps < left:
            break
        stage.world.point = boundary  # type: ignore[method-assign]
        quick(stage)

        assert stage.world.ghost.broken == [], step
        endings.add(ending(stage, number))
    assert endings == {"done", "moot"}
