"""When a day of faults is given up: sides that stand still, go to and fro, or grow without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, count, cycle, islice, repeat

import pytest

from .faulted import MOST_ROUNDS, come_together


def sides(each: Iterator[list[str]]) -> tuple[Callable[[], object], Callable[[], list[str]]]:
    """Two sides that differ by the next ones after each round."""
    now = [next(each)]

    def a_round() -> None:
        now[0] = next(each)

    return a_round, lambda: now[0]


def test_sides_come_together_in_many_steps_of_many_rounds_each() -> None:
    slow = chain.from_iterable(repeat([f"step {n}"], MOST_ROUNDS) for n in range(10))
    rest = chain(slow, [[]], [["not asked for any more"]])

    come_together(*sides(rest))

    assert next(rest) == ["not asked for any more"]


def test_sides_that_stand_still_are_told_with_what_differs() -> None:
    with pytest.raises(AssertionError, match=f"for {MOST_ROUNDS} rounds: .'doubled'"):
        come_together(*sides(islice(repeat(["doubled"]), MOST_ROUNDS + 1)))


def test_sides_that_come_together_in_the_last_round_have_come_together() -> None:
    come_together(*sides(chain(repeat(["late"], MOST_ROUNDS), [[]])))


def test_sides_that_go_to_and_fro_are_told() -> None:
    with pytest.raises(AssertionError, match="nothing has changed"):
        come_together(*sides(cycle([["here"], ["there"], ["there", "here"]])))


def test_sides_that_grow_without_end_are_told() -> None:
    with pytest.raises(AssertionError, match="come no nearer"):
        come_together(*sides(["doubled"] * n for n in count(1)))
