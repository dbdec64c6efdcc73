"""Every rule of tasks is missed when it is taken away."""

from __future__ import annotations

import pytest

from tests.sim.mutants.record import Mutant, Patch
from tests.sim.mutants.series import SERIES
from tests.sim.mutants.strayed import STRAYED
from tests.sim.mutants.tasks import TASKS
from tests.sim.mutants.workshop import fails_directed


@pytest.mark.parametrize("mutant", [*TASKS, *SERIES, *STRAYED], ids=lambda mutant: mutant.name)
def test_a_directed_test_fails_without_its_rule(mutant: Mutant) -> None:
    assert fails_directed(mutant)


@pytest.mark.parametrize(
    "story",
    [
        "test_the_next_one_waits_until_to_do_has_made_its_own",
        "test_what_is_undone_in_to_do_keeps_its_rule_in_the_crm",  # with parameters
    ],
)
def test_a_directed_test_holds_with_its_rule(story: str) -> None:
    assert not fails_directed(Mutant("whole", "", (), story))


def test_a_product_that_does_not_load_is_not_taken_for_a_failed_test() -> None:
    torn = Patch("agentbox_sync/core/succession.py", "def series_of(", "def series_of[(")
    story = "test_the_next_one_waits_until_to_do_has_made_its_own"
    with pytest.raises(RuntimeError, match="SyntaxError"):
        fails_directed(Mutant("torn", "", (torn,), story))


def test_a_story_that_nobody_tells_is_not_taken_for_a_failed_test() -> None:
    with pytest.raises(RuntimeError, match="nobody tells"):
        fails_directed(Mutant("untold", "", (), "test_nobody_tells_this"))
