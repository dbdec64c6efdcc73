"""The sync engine against a simulated world, within one budget of ninety seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.sim import campaign, metamorphic
from tests.sim.campaign import SHAPES, Summary, shape_of
from tests.sim.mutants.workshop import ROOT
from tests.sim.seeds import FAILED, LABELLED
from tests.sim.sequence import play
from tests.sim.values import KIND

pytestmark = pytest.mark.all_cores

# Seconds of the shared budget. Fewer sequences are played where the machine is slower than two
# idle cores; `make sim` plays as many as one asks for.
FOR_SEQUENCES = 32.0
SEQUENCES = 10_000
CRASH_SCENARIOS = 200


@pytest.fixture(scope="module")
def played() -> Summary:
    summary = campaign.run(SEQUENCES, deadline=FOR_SEQUENCES)
    print(summary.told())
    return summary


def test_every_invariant_holds_in_every_sequence(played: Summary) -> None:
    assert not played.failed, "\n".join(
        f"make sim N=1 SEED={seed}: {broken}" for seed, broken in played.failed[:10]
    )


def test_sequences_are_as_eventful_as_promised(played: Summary) -> None:
    assert played.sequences >= 1_000
    assert played.edits / played.sequences >= 4
    assert played.requests / played.sequences >= 18


def test_every_fault_really_strikes(played: Summary) -> None:
    assert set(played.struck) >= campaign.every_fault()


def test_everything_that_people_can_do_is_done(played: Summary) -> None:
    assert set(played.deeds) == campaign.every_deed()


def test_legal_outcomes_are_those_that_are_declared(played: Summary) -> None:
    assert set(played.legal) <= {
        "removed while an edit in the CRM was on its way",
        "removed before we found what we had created",
        "taken out of a folder that was being left",
        "their own: the CRM says nothing of it",
        "frozen: the same edit over and over",
        "an old value, typed again in Exchange, which wins",
        "a copy that was taken for a double, and may not go",
    }


def test_writing_over_a_persons_own_categories_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: an engine that writes ours without what stands there."""
    labels = replace(SHAPES[3], labels=True)
    assert not any(play(seed, labels).broken for seed in range(1, 30))
    careless = replace(KIND, woven=lambda record, shown, locality: record)
    monkeypatch.setattr("tests.sim.world.KIND", careless)
    broken = [line for seed in range(1, 30) for line in play(seed, labels).broken]
    assert any("of a person's own" in line for line in broken)


@pytest.mark.parametrize("seed", [*FAILED, *LABELLED])
def test_a_seed_that_failed_once_holds(seed: int) -> None:
    assert play(seed, shape_of(seed)).broken == [], {**FAILED, **LABELLED}[seed]


def test_a_seed_that_failed_with_categories_still_has_them() -> None:
    assert all(shape_of(seed).labels for seed in LABELLED)


def crash_everywhere(scenarios: range) -> list[str]:
    """Die at every single step of a run and go on; return where that made a difference."""
    found = []
    for seed in scenarios:
        undisturbed, result, steps = metamorphic.state_after_crash(seed, 0)
        found += [f"scenario {seed}: {sentence}" for sentence in result.broken]
        for step in range(1, steps + 1):
            state, result, _ = metamorphic.state_after_crash(seed, step)
            found += [f"scenario {seed}, step {step}: {sentence}" for sentence in result.broken]
            if state != undisturbed:
                found.append(f"scenario {seed}, step {step}: I11: another state in the end")
    return found


def test_a_crash_at_any_step_leads_to_the_same_state() -> None:
    parts = [range(first, first + 5) for first in range(0, CRASH_SCENARIOS, 5)]
    found = [line for lines in campaign.spread(crash_everywhere, parts) for line in lines]
    assert not found, "\n".join(found[:10])


def test_a_crash_point_is_really_a_crash() -> None:
    _, result, steps = metamorphic.state_after_crash(0, 0)
    assert steps > 5
    _, crashed, _ = metamorphic.state_after_crash(0, 3)
    assert repr(crashed.trace).count("crash") > repr(result.trace).count("crash")


def test_what_goes_wrong_in_one_mailbox_does_not_show_in_another() -> None:
    differing = [
        seed
        for seed in range(100)
        if metamorphic.requests_of_the_other(seed, 0.0)
        != metamorphic.requests_of_the_other(seed, 0.25)
    ]
    assert differing == []


def test_an_item_that_is_refused_changes_nothing_for_the_others() -> None:
    for seed in range(100):
        alone, _ = metamorphic.state_beside_poison(seed, poisoned=False)
        beside, errors = metamorphic.state_beside_poison(seed, poisoned=True)
        assert errors == [], seed
        assert beside == alone, seed


def test_a_seed_decides_everything() -> None:
    digests = {_digests(hash_seed) for hash_seed in ("1", "2")}
    assert len(digests) == 1


def _digests(hash_seed: str) -> str:
    # The order of sets of text depends on PYTHONHASHSEED: nothing else may.
    command = [sys.executable, "-m", "tests.sim", "--count", "60", "--digest"]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.split()) == 60
    return done.stdout


def test_another_seed_is_another_world() -> None:
    assert len({play(seed, shape_of(seed)).digest() for seed in range(20)}) == 20
