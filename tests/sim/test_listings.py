"""Listings that leave out what is there, and go on doing so when they are made anew."""

from __future__ import annotations

from agentbox_sync.core.changes import LinkState
from agentbox_sync.engine import Depth
from tests.sim.mailbox import MAIN, Item, Mailbox
from tests.sim.ordering import rows
from tests.sim.stage import Stage
from tests.sim.test_directed import left_out


def hide(stage: Stage, *hidden: Item) -> None:
    """No listing shows these items; whoever asks for one of them by its id gets it."""

    def listed(container: str = MAIN) -> list[Item]:
        return [item for item in Mailbox.listed(stage.mailbox, container) if item not in hidden]

    stage.mailbox.listed = listed  # type: ignore[method-assign]


def left_out_twice() -> tuple[Stage, str]:
    """A whole listing left out Jane and somebody new; the one made anew will show nothing."""
    stage, pk = left_out()
    hide(stage, *stage.mailbox.listed())
    return stage, pk


def test_a_listing_that_is_wrong_again_is_made_once_more_by_the_next_full_run() -> None:
    stage, pk = left_out_twice()
    stage.sync()
    assert rows(stage) == ["Jane", "Other"]
    hide(stage)

    stage.sync()

    assert rows(stage) == ["Jane", "New", "Other"]
    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert stage.sync().graph.requests == 1


def test_that_a_listing_was_wrong_again_is_not_forgotten_by_a_crash() -> None:
    deaths = 0
    for step in range(1, 60):
        stage, pk = left_out_twice()
        stage.world.crash_at = stage.world.steps + step
        deaths += stage.sync().error.startswith("crash")
        stage.world.crash_at = 0
        hide(stage)

        stage.sync()

        assert rows(stage) == ["Jane", "New", "Other"], step
        assert stage.link_of(pk).state is LinkState.ACTIVE, step
    assert 8 < deaths < 59  # every step of the run was one of them


def test_an_item_that_no_listing_shows_stays_paired_and_costs_full_runs_alone() -> None:
    stage, pk = left_out()
    hide(stage, stage.item_of(pk))
    for _ in range(2):
        stage.sync()
        stage.sync(depth=Depth.INCREMENTAL)

        idle = stage.sync(depth=Depth.INCREMENTAL)

        assert idle.graph.requests == 1
        assert rows(stage) == ["Jane", "New", "Other"]
        assert stage.link_of(pk).state is LinkState.ACTIVE
