"""The engine on simulated calendars: every invariant holds, within the shared budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.engine import memos
from tests.sim import campaign
from tests.sim.calendar.graph import FAULTS
from tests.sim.calendar.sequence import People, play
from tests.sim.calendar.world import World
from tests.sim.campaign import Summary
from tests.sim.seeds import CALENDARS

pytestmark = pytest.mark.all_cores

FOR_SEQUENCES = 10.0  # seconds of the ninety that all of the simulation has
SEQUENCES = 2_000
# Together they show everything, however few sequences a slow machine plays.
EVENTFUL = (19, 25, 26, 100, 115, 159, 598)


@pytest.fixture(scope="module")
def played() -> Summary:
    summary = campaign.run(SEQUENCES, deadline=FOR_SEQUENCES, kind="calendar")
    print(summary.told())
    return summary


def test_every_invariant_holds_in_every_sequence(played: Summary) -> None:
    assert not played.failed, "\n".join(
        f"make sim KIND=calendar N=1 SEED={seed}: {broken}" for seed, broken in played.failed[:10]
    )


def test_every_fault_strikes_and_everything_that_people_can_do_is_done() -> None:
    shown = Summary()
    for seed in EVENTFUL:
        shown.take(play(seed))

    every = {deed.__name__.strip("_") for _, deed in People(World(0)).deeds}
    assert {fault for fault, times in shown.struck.items() if times} == FAULTS
    assert set(shown.deeds) == every


@pytest.mark.parametrize("seed", CALENDARS)
def test_a_seed_that_failed_once_holds(seed: int) -> None:
    assert play(seed).broken == [], CALENDARS[seed]


def test_mail_to_guests_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an engine that knows of no atom that guests are told about."""
    careless = replace(KIND, closed=lambda ties: frozenset())
    monkeypatch.setattr("tests.sim.calendar.world.KIND", careless)

    broken = [line for seed in range(60) for line in play(seed).broken]

    assert any("has sent mail" in line for line in broken)


def test_an_edit_that_nobody_has_kept_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a log that does not say what a write has replaced."""
    said = memos.line_of
    monkeypatch.setattr(memos, "line_of", lambda *a, **k: replace(said(*a, **k), before={}))

    broken = [line for seed in range(60) for line in play(seed).broken]

    assert any(line.startswith("I3") for line in broken)
