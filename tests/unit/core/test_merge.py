"""The merge of a linked pair: every row of its table, drift, blanks, and what the CRM fixes."""

from __future__ import annotations

import pytest

from agentbox_sync.core.atoms import ATOM_TABLE, Verb
from agentbox_sync.core.merge import Sides, merge
from agentbox_sync.core.rules import Mode
from tests.builders.merges import (
    ABSORB,
    CRM,
    CRM_WINS,
    EXCHANGE_WINS,
    KEEP,
    ONE_WAY,
    OUTLOOK,
    PULL,
    PUSH,
    PUT_BACK,
    TRACK,
    TWO_WAY,
    WAS,
    merged,
    of_company,
    verb_of,
)

NOTHING = (None, [], {})


# (mode, the CRM says, Exchange says) -> verb, where both had agreed on WAS.
ROWS: list[tuple[Mode, str, str, Verb]] = [
    (ONE_WAY, WAS, OUTLOOK, TRACK),
    (ONE_WAY, CRM, WAS, PUSH),
    (ONE_WAY, CRM, OUTLOOK, PUSH),
    (PUT_BACK, WAS, OUTLOOK, PUSH),
    (PUT_BACK, CRM, WAS, PUSH),
    (PUT_BACK, CRM, OUTLOOK, PUSH),
    (CRM_WINS, WAS, OUTLOOK, PULL),
    (CRM_WINS, CRM, WAS, PUSH),
    (CRM_WINS, CRM, OUTLOOK, PUSH),
    (EXCHANGE_WINS, WAS, OUTLOOK, PULL),
    (EXCHANGE_WINS, CRM, WAS, PUSH),
    (EXCHANGE_WINS, CRM, OUTLOOK, PULL),
    *((mode, CRM, CRM, ABSORB) for mode in Mode),
    *((mode, WAS, WAS, KEEP) for mode in Mode),
]


@pytest.mark.parametrize("mode, local, remote, verb", ROWS)
def test_row_of_the_atom_table(mode: Mode, local: str, remote: str, verb: Verb) -> None:
    assert verb_of(of_company(WAS, local, remote, mode), (WAS, WAS)) is verb


def test_every_row_of_the_atom_table_has_its_case() -> None:
    assert {(mode, *changed) for mode, rows in ATOM_TABLE.items() for changed in rows} == {
        # Where the sides differ and neither moved, they have to differ already in the bases.
        *((mode, False, False) for mode in Mode),
        *((mode, here != WAS, there != WAS) for mode, here, there, _ in ROWS if here != there),
    }


@pytest.mark.parametrize("mode", Mode)
def test_sides_that_differ_for_good_are_no_change(mode: Mode) -> None:
    # Exchange keeps three of four addresses.
    bases = {"emails": ["a", "b", "c", "d"]}, {"emails": ["a", "b", "c"]}

    result = merge(Sides(*bases, *bases), mode)

    assert (result.writes, result.drift) == (False, ())
    assert (result.base_local, result.base_remote) == bases


@pytest.mark.parametrize("mode", Mode)
def test_only_the_changed_atom_is_written(mode: Mode) -> None:
    base = {"company": WAS, "job_title": WAS, "website": WAS}

    result = merged(base, {**base, "job_title": CRM}, base, mode)

    assert (result.push, result.pull) == (("job_title",), ())


@pytest.mark.parametrize("mode", TWO_WAY)
def test_edits_of_different_atoms_both_survive(mode: Mode) -> None:
    base = {"company": WAS, "job_title": WAS, "website": WAS}

    result = merged(base, {**base, "job_title": CRM}, {**base, "website": OUTLOOK}, mode)

    assert (result.push, result.pull) == (("job_title",), ("website",))
    assert result.conflicts == ()


@pytest.mark.parametrize("mode", Mode)
def test_an_atom_that_exchange_does_not_show_is_unchanged_not_empty(mode: Mode) -> None:
    base = {"company": WAS, "notes": "n"}

    result = merged(base, base, {}, mode)

    assert not result.writes
    assert result.base_remote == base


@pytest.mark.parametrize("mode", Mode)
def test_an_atom_that_the_crm_does_not_offer_is_never_touched(mode: Mode) -> None:
    shown = {"company": WAS, "notes": "private"}

    result = merged({"company": WAS}, {"company": CRM}, shown, mode)

    assert (result.push, result.pull) == (("company",), ())
    assert "notes" not in result.base_remote


@pytest.mark.parametrize("mode", Mode)
def test_an_atom_that_the_crm_no_longer_offers_is_left_as_it_is(mode: Mode) -> None:
    result = merged({"notes": WAS}, {}, {"notes": OUTLOOK}, mode, drift=("notes",))

    assert (result.writes, result.drift) == (False, ())
    assert (result.base_local, result.base_remote) == ({"notes": WAS}, {"notes": WAS})


@pytest.mark.parametrize("mode", Mode)
def test_bases_of_a_written_atom_stay_until_the_write_was_read_back(mode: Mode) -> None:
    result = of_company(WAS, CRM, OUTLOOK, mode)

    assert result.writes
    assert (result.base_local, result.base_remote) == ({"company": WAS}, {"company": WAS})


# --------------------------------------------------------- what is overwritten, and who had changed


@pytest.mark.parametrize("mode", Mode)
def test_a_conflict_is_named_and_the_value_that_loses_is_kept(mode: Mode) -> None:
    result = of_company(WAS, CRM, OUTLOOK, mode)

    assert result.conflicts == ("company",)
    loses = CRM if mode is EXCHANGE_WINS else OUTLOOK
    assert result.overwritten == {"company": loses}


@pytest.mark.parametrize("local, remote", [(CRM, WAS), (WAS, OUTLOOK), (CRM, CRM)])
@pytest.mark.parametrize("mode", Mode)
def test_one_edit_or_the_same_edit_is_no_conflict(mode: Mode, local: str, remote: str) -> None:
    assert of_company(WAS, local, remote, mode).conflicts == ()


def test_what_is_written_over_is_named_on_the_side_where_it_stood() -> None:
    base = {"company": WAS, "website": "Old", "notes": None}
    sides = {**base, "company": CRM, "notes": "New"}, {**base, "website": OUTLOOK}

    result = merged(base, *sides, CRM_WINS)

    assert (result.push, result.pull) == (("company", "notes"), ("website",))
    # What was empty is no loss.
    assert result.overwritten == {"company": WAS, "website": "Old"}


# ------------------------------------------------------------------------------------------- blanks


@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("mode", Mode)
def test_emptying_what_is_filled_in_exchange_counts_as_a_removal(
    mode: Mode, nothing: object
) -> None:
    emptied = of_company(WAS, nothing, WAS, mode)
    changed = of_company(WAS, CRM, WAS, mode)

    assert (emptied.push, emptied.blanks_remote, emptied.blanks_local) == (
        ("company",),
        True,
        False,
    )
    assert (changed.blanks_remote, changed.blanks_local) == (False, False)


@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("mode", TWO_WAY)
def test_emptying_what_is_filled_in_the_crm_counts_as_a_removal(
    mode: Mode, nothing: object
) -> None:
    emptied = of_company(WAS, WAS, nothing, mode)
    changed = of_company(WAS, WAS, OUTLOOK, mode)

    assert (emptied.pull, emptied.blanks_remote, emptied.blanks_local) == (
        ("company",),
        False,
        True,
    )
    assert (changed.blanks_remote, changed.blanks_local) == (False, False)


@pytest.mark.parametrize("mode", Mode)
def test_what_both_sides_emptied_counts_for_nothing(mode: Mode) -> None:
    result = of_company(WAS, None, None, mode)

    assert (result.writes, result.blanks_remote, result.blanks_local) == (False, False, False)
    assert result.base_local == {"company": None}


@pytest.mark.parametrize("mode", Mode)
def test_filling_what_is_empty_counts_for_nothing(mode: Mode) -> None:
    result = of_company(None, CRM, None, mode)

    assert (result.push, result.blanks_remote) == (("company",), False)


# -------------------------------------------------------------------------------------------- drift


DRIFTED = {"company": WAS}, {"company": OUTLOOK}


def test_drift_stands_while_nothing_else_happens() -> None:
    result = merge(Sides(*DRIFTED, {"company": WAS}, {}, drift=("company",)), ONE_WAY)

    assert (result.writes, result.drift) == (False, ("company",))


def test_drift_follows_the_next_edit_in_exchange() -> None:
    shown = {"company": "Edited again"}

    result = merge(Sides(*DRIFTED, {"company": WAS}, shown, drift=("company",)), ONE_WAY)

    assert (result.drift, result.base_remote) == (("company",), shown)


def test_drift_is_forgotten_when_the_person_changes_it_back() -> None:
    agreed = {"company": WAS}

    result = merge(Sides(*DRIFTED, agreed, agreed, drift=("company",)), ONE_WAY)

    assert (result.drift, result.base_remote) == ((), agreed)


def test_what_is_empty_on_both_sides_is_no_drift_however_it_is_written() -> None:
    sides = Sides({"emails": []}, {"emails": ["a"]}, {"emails": []}, {"emails": None})

    assert merge(sides, ONE_WAY).drift == ()


@pytest.mark.parametrize("mode", Mode)
def test_drift_ends_when_the_crm_changes_the_atom(mode: Mode) -> None:
    result = merge(Sides(*DRIFTED, {"company": CRM}, {}, drift=("company",)), mode)

    assert (result.push, result.drift) == (("company",), ())
    assert result.overwritten == {"company": OUTLOOK}


def test_what_drifted_is_put_back_once_exchange_is_kept_identical() -> None:
    result = merge(Sides(*DRIFTED, {"company": WAS}, {}, drift=("company",)), PUT_BACK)

    assert (result.push, result.drift) == (("company",), ())
    assert result.overwritten == {"company": OUTLOOK}


@pytest.mark.parametrize("mode", TWO_WAY)
def test_old_drift_is_no_fresh_edit_when_both_directions_are_switched_on(mode: Mode) -> None:
    result = merge(Sides(*DRIFTED, {"company": WAS}, {}, drift=("company",)), mode)

    assert (result.writes, result.drift) == (False, ("company",))


# ------------------------------------------------------------------------------- what the CRM fixes


@pytest.mark.parametrize("mode", [PUT_BACK, *TWO_WAY])
@pytest.mark.parametrize("local", [WAS, CRM])
def test_an_edit_of_what_the_crm_cannot_take_is_put_back(mode: Mode, local: str) -> None:
    fixed = frozenset({"company"})

    result = of_company(WAS, local, OUTLOOK, mode, fixed=fixed)

    assert (result.push, result.pull) == (("company",), ())
    assert result.overwritten == {"company": OUTLOOK}


def test_in_one_way_such_an_edit_stands_like_any_other() -> None:
    result = of_company(WAS, WAS, OUTLOOK, ONE_WAY, fixed=frozenset({"company"}))

    assert (result.writes, result.drift) == (False, ("company",))


def test_what_the_crm_cannot_take_holds_no_other_atom_back() -> None:
    base = {"company": WAS, "website": WAS}

    result = merged(
        base, base, {"company": OUTLOOK, "website": OUTLOOK}, fixed=frozenset({"company"})
    )

    assert (result.push, result.pull) == (("company",), ("website",))
