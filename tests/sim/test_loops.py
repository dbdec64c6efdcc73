"""Both sides rewrite what they are given, some time after it was written: it must come to rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentbox_sync.core.actions import Outcome
from agentbox_sync.core.loops import ROUNDS
from agentbox_sync.core.rules import Conflict
from tests.sim.stage import Stage

HOUR = timedelta(hours=1).total_seconds()


class Rewriting:
    """A CRM that capitals a company and a mailbox that lowers it, both after the fact."""

    def __init__(self, **policy: object) -> None:
        self.stage = Stage(**policy)
        self.stage.row("Other")
        self.pk = self.stage.row("Jane", company="Acme")
        self.stage.sync()
        self.written = 0

    def round(self, **facts: object) -> None:
        """One run, and what both sides do afterwards."""
        stage = self.stage
        worker = stage.sync(**facts)
        assert not worker.error
        self.written += worker.graph.writes + worker.local.writes
        stage.world.clock.sleep(HOUR)
        said = stage.said(self.pk, "company")
        if said != said.upper():
            stage.world.crm.save(self.pk, {"company": said.upper()})
        item = stage.item_of(self.pk)
        shown = stage.shown(item, "company")
        if shown != shown.lower():
            stage.mailbox.edit(item.remote_id, {"company": shown.lower()})

    def rounds(self, count: int) -> int:
        """Return how many writes went out in so many rounds."""
        before = self.written
        for _ in range(count):
            self.round()
        return self.written - before

    @property
    def both(self) -> tuple[str, str]:
        """What both sides say now."""
        item = self.stage.item_of(self.pk)
        return self.stage.said(self.pk, "company"), self.stage.shown(item, "company")


@pytest.fixture(params=list(Conflict))
def world(request: pytest.FixtureRequest) -> Rewriting:
    return Rewriting(conflict=request.param)


def test_two_sides_that_rewrite_each_other_are_frozen_and_told_of(world: Rewriting) -> None:
    assert world.rounds(12) <= 2 * ROUNDS + 2
    assert world.rounds(12) == 0

    link = world.stage.link_of(world.pk)
    assert link.frozen == ("company",)
    assert world.both == ("ACME", "acme")
    told = [line for line in world.stage.log() if line.detail.startswith("both sides")]
    assert [(line.atoms, line.outcome) for line in told] == [(("company",), Outcome.SET_ASIDE)]


def test_the_other_fields_of_a_frozen_item_go_on(world: Rewriting) -> None:
    world.rounds(12)

    world.stage.world.crm.save(world.pk, {"notes": "Still here"})
    world.round()

    item = world.stage.item_of(world.pk)
    assert world.stage.shown(item, "notes") == "Still here"
    assert world.stage.link_of(world.pk).frozen == ("company",)


@pytest.mark.parametrize("side", ["CRM", "Exchange"])
def test_a_new_value_travels_and_the_old_loop_does_not_begin_again(
    world: Rewriting, side: str
) -> None:
    world.rounds(12)
    item = world.stage.item_of(world.pk)

    if side == "CRM":
        world.stage.world.crm.save(world.pk, {"company": "9 LIVES"})
        world.stage.sync()
        assert world.stage.shown(item, "company") == "9 LIVES"
    else:
        world.stage.mailbox.edit(item.remote_id, {"company": "9 lives"})
        world.stage.sync()
        assert world.stage.said(world.pk, "company") == "9 lives"

    world.rounds(12)
    assert world.rounds(6) == 0


def test_a_person_who_tries_again_gets_one_more_try(world: Rewriting) -> None:
    world.rounds(12)
    before = world.written

    world.round(retry=True)

    assert world.written == before + 1
    world.rounds(12)
    assert world.rounds(6) == 0
    assert world.stage.link_of(world.pk).frozen == ("company",)


def test_one_side_that_rewrites_later_is_followed_and_comes_to_rest_by_itself() -> None:
    world = Rewriting()
    item = world.stage.item_of(world.pk)
    world.stage.mailbox.edit(item.remote_id, {"company": "9 Lives"})

    for _ in range(4):
        world.stage.sync()
        said = world.stage.said(world.pk, "company")
        if said != said.upper():
            world.stage.world.crm.save(world.pk, {"company": said.upper()})

    assert world.both == ("9 LIVES", "9 LIVES")
    assert world.stage.link_of(world.pk).frozen == ()
