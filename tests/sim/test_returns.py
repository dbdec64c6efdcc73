"""Rows that are back in the selection by the time a plan without them is carried out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import LinkState, LocalKey
from tests.sim.crm import MODEL, PRIMARY
from tests.sim.ordering import names
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import KIND


def met_half_way() -> tuple[Stage, str]:
    """What a meeting was to write was announced, and never sent; the row is away since."""
    for step in range(1, 60):
        stage = Stage()
        stage.row("Other")
        stage.sync()
        stage.item("Jane", company="Theirs")
        pk = stage.row("Jane", company="Ours")
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        links = [x for x in stage.world.stores[NAME].links.values() if x.key.pk == pk]
        if links and links[0].remote_id and not links[0].base_local:
            stage.world.crm.revoke(pk, NAME)
            return stage, pk
    raise AssertionError("no step lies between the announcement and the answer")


def landed_late() -> tuple[Stage, str]:
    """A create that was given up has landed after all; its row is away since."""
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane")
    memory, record = memory_of(stage), stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory.remember(KIND.name, [Memo(link, settled=True)])
    memory._lease.release()
    stage.world.crm.revoke(pk, NAME)
    stage.mailbox.create(dict(record), stamp=link.stamp, ours=True)
    return stage, pk


@pytest.mark.parametrize("begin", [met_half_way, landed_late])
def test_whoever_is_back_at_any_step_of_a_run_is_not_created_beside_their_own_item(
    begin: Callable[[], tuple[Stage, str]],
) -> None:
    for step in range(1, 60):
        stage, pk = begin()
        # An old stop of the guard is closed between the plan and what it orders.
        stage.world.stores[NAME].holds = [("another plan", 1)]
        back, boundary = stage.world.steps + step, stage.world.point

        def point(
            what: str,
            stage: Stage = stage,
            pk: str = pk,
            back: int = back,
            go: Callable[[str], None] = boundary,
        ) -> None:
            go(what)
            if stage.world.steps == back:
                stage.world.crm.grant(pk, NAME, PRIMARY)

        stage.world.point = point  # type: ignore[method-assign]
        stage.sync()
        is_over = stage.world.steps < back
        stage.world.point = boundary  # type: ignore[method-assign]
        if is_over:
            assert step > 5
            return
        for _ in range(3):
            stage.sync()

        assert names(stage) == ["Jane", "Other"], step
        assert stage.link_of(pk).state is LinkState.ACTIVE, step
    raise AssertionError("a run has no end")
