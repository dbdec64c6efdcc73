"""What holds for every merge there is: it comes to rest, it invents nothing, it loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core.kinds import is_empty
from agentbox_sync.core.merge import Merge, Pending, Sides, merge
from agentbox_sync.core.rules import Mode

ATOMS = ("company", "job_title", "notes", "website")
# Few values, so that they meet; a long one and what a server would leave of it.
LONG = "a text that is longer than a server likes"
values = st.sampled_from([None, "a", "b", "c", LONG, LONG[:20]])
records = st.dictionaries(st.sampled_from(ATOMS), values)
atom_sets = st.frozensets(st.sampled_from(ATOMS))
modes = st.sampled_from(Mode)


@st.composite
def pairs(draw: st.DrawFn) -> Sides:
    """Any two sides, with any past: in one case of five they have never met."""
    met = draw(st.integers(0, 4)) > 0
    return Sides(
        base_local=draw(records) if met else {},
        base_remote=draw(records) if met else {},
        local=draw(records),
        remote=draw(records),
        drift=tuple(sorted(draw(atom_sets))),
        pending=tuple(map(Pending, draw(st.lists(records, max_size=2)))) if met else (),
        fixed=draw(atom_sets),
    )


def exchange_of(sides: Sides) -> dict[str, Any]:
    """What stands in Exchange, as far as it is known."""
    return {**sides.base_remote, **sides.remote}


def applied(sides: Sides, result: Merge) -> Sides:
    """Both sides after the writes were carried out, and both bases as they were read back."""
    local, remote = dict(sides.local), exchange_of(sides)
    base_local, base_remote = dict(result.base_local), dict(result.base_remote)
    for atom in result.push:
        remote[atom] = local[atom]
    for atom in result.pull:
        local[atom] = remote[atom]
    for atom in (*result.push, *result.pull):
        base_local[atom], base_remote[atom] = local[atom], remote[atom]
    return replace(
        sides,
        base_local=base_local,
        base_remote=base_remote,
        local=local,
        remote=remote,
        drift=result.drift,
        pending=(),
    )


@given(sides=pairs(), mode=modes)
def test_what_was_merged_and_carried_out_needs_nothing_more(sides: Sides, mode: Mode) -> None:
    after = applied(sides, merge(sides, mode))

    again = merge(after, mode)

    assert (again.push, again.pull, again.conflicts) == ((), (), ())
    assert (again.base_local, again.base_remote) == (after.base_local, after.base_remote)
    assert again.drift == after.drift
    assert merge(replace(after, remote={}), mode) == again  # no news is no change either


@given(sides=pairs(), mode=modes)
def test_every_value_that_is_remembered_was_there_before(sides: Sides, mode: Mode) -> None:
    result = merge(sides, mode)

    sent = [pending.local for pending in sides.pending]
    for base, sources in (
        (result.base_local, [sides.base_local, sides.local, *sent]),
        (result.base_remote, [sides.base_remote, sides.remote]),
    ):
        for atom, value in base.items():
            assert value in [source[atom] for source in sources if atom in source]


@given(sides=pairs(), mode=modes)
def test_whatever_a_write_replaces_is_told(sides: Sides, mode: Mode) -> None:
    result = merge(sides, mode)
    before, after = exchange_of(sides), applied(sides, result)

    replaced = {
        atom: was
        for side, now in ((sides.local, after.local), (before, after.remote))
        for atom, was in side.items()
        if was != now[atom] and not is_empty(was)
    }
    assert replaced.items() <= result.overwritten.items()
    assert result.overwritten.keys() <= {*result.push, *result.pull}


@given(sides=pairs(), mode=modes)
def test_a_value_that_is_filled_is_emptied_only_where_that_is_counted(
    sides: Sides, mode: Mode
) -> None:
    result = merge(sides, mode)
    before, after = exchange_of(sides), applied(sides, result)

    def empties(was: dict[str, Any], now: Any) -> bool:
        return any(not is_empty(value) and is_empty(now[atom]) for atom, value in was.items())

    assert result.blanks_remote is empties(before, after.remote)
    assert result.blanks_local is empties(dict(sides.local), after.local)


@given(sides=pairs(), mode=modes)
def test_the_crm_is_written_only_in_two_way_and_only_what_it_takes(
    sides: Sides, mode: Mode
) -> None:
    pull = merge(sides, mode).pull

    assert not sides.fixed & set(pull)
    if mode in (Mode.ONE_WAY, Mode.PUT_BACK):
        assert pull == ()


@given(sides=pairs(), mode=modes)
def test_no_atom_goes_both_ways_and_none_that_the_crm_does_not_offer(
    sides: Sides, mode: Mode
) -> None:
    result = merge(sides, mode)

    assert not set(result.push) & set(result.pull)
    assert {*result.push, *result.pull, *result.conflicts, *result.drift} <= sides.local.keys()
