"""Every rule of the protocol is missed when it is taken away, and the table tells the truth."""

from __future__ import annotations

import pytest

from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.mutants.record import Patch
from tests.sim.mutants.table import PAGE, told
from tests.sim.mutants.workshop import fails_directed, mutated, play

# The mutation table of the prototype: each of its rules is removed from the product as well.
OF_THE_PROTOTYPE = {
    *("lww", "silent_conflict", "no_intent", "drop_on_412", "no_ifmatch", "delete_wins"),
    *("cursor_first", "absent_is_null", "trust_removed", "wipe_on_410", "no_suspect"),
    *("poison_blocks", "single_base", "no_witness", "gen_reuse", "blind_repair", "last_payload"),
    *("no_guard", "stale_inbox", "forget_key", "no_relist", "push_first", "undated"),
    *("no_settle", "echo_as_edit", "no_false_conflict"),
}
# Caught in a few hundred worlds; the others are measured by `make sim MUTANTS=1`.
FREQUENT = ("silent_conflict", "no_intent", "no_ifmatch", "trust_removed", "cursor_first")
DIRECTED = [name for name, mutant in MUTANTS.items() if mutant.directed]


def test_every_rule_of_the_prototype_has_its_mutant() -> None:
    assert set(MUTANTS) == OF_THE_PROTOTYPE


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_a_change_of_the_present_product(name: str) -> None:
    with mutated(MUTANTS[name]) as root:  # raises where a rule is not where the patch says
        for file in {patch.file for patch in MUTANTS[name].patches}:
            compile((root / file).read_text(), file, "exec")


def test_a_patch_whose_rule_has_moved_is_noticed() -> None:
    lost = Mutant("lost", "", (Patch("agentbox_sync/core/plan.py", "no such line", ""),))
    with pytest.raises(ValueError, match="0 places"), mutated(lost):
        pass


@pytest.mark.parametrize("name", FREQUENT)
def test_a_missing_rule_is_noticed_in_a_few_hundred_worlds(name: str) -> None:
    assert play(MUTANTS[name], 400).caught


def test_a_product_that_misses_nothing_is_not_taken_for_a_mutant() -> None:
    assert not play(Mutant("whole", "", ()), 50).caught


@pytest.mark.parametrize("name", DIRECTED)
def test_a_directed_test_fails_without_its_rule(name: str) -> None:
    assert fails_directed(MUTANTS[name])


def test_the_table_tells_of_every_mutant_as_it_is() -> None:
    rows = told(PAGE.read_text())
    assert list(rows) == list(MUTANTS)
    for name, mutant in MUTANTS.items():
        removes, _, _, directed = rows[name]
        assert removes == mutant.removes
        assert directed.strip("`") == mutant.directed


def test_what_the_table_says_is_missed_by_chance_is_held_by_a_directed_test() -> None:
    missed = {name for name, row in told(PAGE.read_text()).items() if row[1].startswith("not in")}
    assert missed <= set(DIRECTED)
