"""Two sides that rewrite a value in reaction to each other come to rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agentbox_sync.core.loops import ROUNDS, Turn, after_writing, is_going_round, reading_of
from agentbox_sync.core.merge import Merge, Sides, merge
from agentbox_sync.core.rules import Mode
from tests.builders.merges import CRM, CRM_WINS, EXCHANGE_WINS, OUTLOOK, PUT_BACK, TWO_WAY, WAS

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
READING = reading_of(CRM, OUTLOOK)


def turns(*hours: float, atom: str = "company", reading: str = READING) -> tuple[Turn, ...]:
    return tuple(Turn(atom, reading, NOON + timedelta(hours=hour)) for hour in hours)


def decided(mode: Mode) -> Merge:
    base = {"company": WAS}
    sides = Sides(base, base, {"company": CRM}, {"company": OUTLOOK}, turns=turns(0, 1, 2))
    return merge(sides, mode)


@pytest.mark.parametrize("hours", [(0, 1, 2), (0, 12, 24), (0, 40, 41, 42), (2, 0, 1)])
def test_the_third_write_of_a_day_is_the_last_one(hours: tuple[float, ...]) -> None:
    assert is_going_round(turns(*hours), "company", READING)


@pytest.mark.parametrize("hours", [(), (0, 1), (0, 12, 25), (0, 1, 26, 27)])
def test_fewer_in_a_day_may_be_a_person(hours: tuple[float, ...]) -> None:
    assert not is_going_round(turns(*hours), "company", READING)


def test_what_is_written_for_another_reading_or_atom_does_not_count() -> None:
    mixed = (
        *turns(0, 1),
        *turns(2, reading=reading_of(CRM, WAS)),
        *turns(2, atom="notes"),
    )
    assert not is_going_round(mixed, "company", READING)


@pytest.mark.parametrize("mode", [*TWO_WAY, PUT_BACK, Mode.ONE_WAY])
def test_a_frozen_atom_is_written_on_neither_side_and_named(mode: Mode) -> None:
    found = decided(mode)

    assert (found.push, found.pull, found.conflicts) == ((), (), ())
    assert found.frozen == ("company",)
    assert (found.base_local, found.base_remote) == ({"company": CRM}, {"company": OUTLOOK})


@pytest.mark.parametrize("local, remote", [("New here", OUTLOOK), (CRM, "New there")])
def test_a_value_that_was_not_seen_in_the_loop_ends_the_freeze(local: str, remote: str) -> None:
    agreed = {"base_local": {"company": CRM}, "base_remote": {"company": OUTLOOK}}
    sides = Sides(
        **agreed,
        local={"company": local},
        remote={"company": remote},
        frozen=("company",),
        turns=turns(0, 1, 2),
    )

    found = merge(sides, CRM_WINS)

    # Nobody else's edit is in the way of it: the side that moved is the one that counts.
    assert (found.push, found.pull) == ((("company",), ()) if local != CRM else ((), ("company",)))
    assert found.frozen == ()
    assert found.conflicts == ()


def test_what_stays_as_it_was_frozen_stays_frozen_without_any_turns() -> None:
    sides = Sides({"company": CRM}, {"company": OUTLOOK}, {"company": CRM}, {}, frozen=("company",))
    assert merge(sides, CRM_WINS).frozen == ("company",)
    assert not merge(sides, CRM_WINS).writes


@pytest.mark.parametrize(
    "mode, push, pull",
    [
        (CRM_WINS, ("company",), ()),
        (EXCHANGE_WINS, (), ("company",)),
        (PUT_BACK, ("company",), ()),
        (Mode.ONE_WAY, ("company",), ()),
    ],
)
def test_a_person_who_tries_again_lets_the_rule_of_conflicts_decide(
    mode: Mode, push: tuple[str, ...], pull: tuple[str, ...]
) -> None:
    sides = Sides(
        {"company": CRM},
        {"company": OUTLOOK},
        {"company": CRM},
        {},
        frozen=("company",),
        turns=turns(0, 1, 2),
        thaws=True,
    )

    found = merge(sides, mode)

    assert (found.push, found.pull, found.frozen) == (push, pull, ())


def test_a_write_is_remembered_and_what_is_older_than_a_day_is_not() -> None:
    before = (*turns(-30), *turns(-1))

    after = after_writing(before, {"notes": "n"}, NOON, frozen=())

    assert after == (*turns(-1), Turn("notes", "n", NOON))


def test_what_tells_of_a_frozen_atom_is_kept() -> None:
    before = turns(*(-30.0 - n for n in range(ROUNDS)))

    assert after_writing(before, {"notes": "n"}, NOON, frozen=("company",))[:ROUNDS] == before
