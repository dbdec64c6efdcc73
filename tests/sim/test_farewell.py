"""Taking leave of a mailbox: what we put there goes, whatever else happens, and comes back once."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.core.safety import Limit
from tests.sim.stage import NAME, Stage


def a_full_mailbox() -> Stage:
    """Three of ours, one that the person had before, and one that is nobody's business."""
    stage = Stage(status=Status.TWO_WAY, removal=Removal.RETAIN)
    stage.item("Met")
    stage.item("Stranger")
    for given in ("Ann", "Ben", "Cas", "Met"):
        stage.row(given)
    stage.sync()
    return stage


def names(stage: Stage) -> list[str]:
    return sorted(item.record["name"]["given"] for item in stage.mailbox.listed())


def test_what_we_put_there_goes_and_what_was_born_there_stays() -> None:
    stage = a_full_mailbox()

    stage.sync(leave=True)

    assert names(stage) == ["Met", "Stranger"]
    assert len(stage.world.crm.rows) == 4


def test_what_rested_goes_as_well() -> None:
    stage = a_full_mailbox()
    gone = next(pk for pk, row in stage.world.crm.rows.items() if _given(row) == "Ann")
    stage.world.crm.delete(gone)
    stage.sync()
    assert "Ann" in names(stage)

    stage.sync(leave=True)

    assert names(stage) == ["Met", "Stranger"]


def test_coming_back_creates_each_once_and_goes_on_with_the_others() -> None:
    stage = a_full_mailbox()
    met = next(pk for pk, row in stage.world.crm.rows.items() if _given(row) == "Met")
    stage.sync(leave=True)
    stage.mailbox.edit(stage.item_of(met).remote_id, {"notes": "written meanwhile"})
    stage.world.crm.save(met, {"company": "Changed meanwhile"})

    stage.sync()
    stage.sync()

    assert names(stage) == ["Ann", "Ben", "Cas", "Met", "Stranger"]
    assert stage.said(met, "notes") == "written meanwhile"
    assert stage.shown(stage.item_of(met), "company") == "Changed meanwhile"


@pytest.mark.parametrize("step", range(1, 25))
def test_a_crash_at_any_moment_leaves_nothing_behind_and_nothing_doubled(step: int) -> None:
    stage = a_full_mailbox()
    world = stage.world
    world.active, world.crash_at, world.steps = False, step, 0

    first = stage.sync(leave=True)
    world.crash_at = 0
    stage.sync(leave=True)
    stage.sync(leave=True)

    assert first.error.startswith("crash")
    assert names(stage) == ["Met", "Stranger"]
    links = world.stores[NAME].links.values()
    assert sum(link.state is LinkState.RETAINED for link in links) == 1
    world.clock.sleep(120.0)
    stage.sync()
    stage.sync()
    assert names(stage) == ["Ann", "Ben", "Cas", "Met", "Stranger"]


def test_no_more_goes_than_was_confirmed() -> None:
    stage = a_full_mailbox()
    stage.world.limits[NAME] = Limit(floor=0, share=0.0)
    stage.row("Dan")
    stage.sync()
    links = stage.world.stores[NAME].links
    ours = len(links) - 1
    for kept in (ours - 1, ours):
        stage.sync(leave=True, confirmed=kept)
        assert ("Ann" in names(stage)) is (kept < ours)


def _given(row: object) -> str:
    return str(row.record["name"]["given"])  # type: ignore[attr-defined]
