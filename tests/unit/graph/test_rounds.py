"""Writes of several requests: side by side, each to its own end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agentbox_sync.core.errors import DeadlineReached, ItemMissing, SuspendConnection, SyncError
from agentbox_sync.graph.exchange import Request
from agentbox_sync.graph.rounds import carried_out
from agentbox_sync.graph.stores.base import Question, Steps


class Told:
    """Answers every question with its path, or with what is planted for it."""

    def __init__(self, **planted: SyncError) -> None:
        self.rounds: list[list[str]] = []
        self._planted = planted

    def all(self, questions: Sequence[Question[Any]]) -> list[Any]:
        paths = [question.request.path.strip("/") for question in questions]
        self.rounds.append(paths)
        answers = [self._planted.get(path, path) for path in paths]
        if raised := [one for one in answers if isinstance(one, DeadlineReached)]:
            raise raised[0]
        return answers


def steps(*names: str) -> Steps[list[Any]]:
    heard: list[Any] = []
    for name in names:
        heard += yield [Question(Request("GET", f"/{name}"), str)]
    return heard


def run(told: Any, *ways: tuple[str, ...], stopped: SyncError | None = None) -> dict[int, Any]:
    return carried_out(told, {at: steps(*way) for at, way in enumerate(ways)}, stopped)


def test_what_is_asked_of_different_items_goes_out_together() -> None:
    told = Told()

    done = run(told, ("a1", "a2", "a3"), ("b1",), ())

    assert told.rounds == [["a1", "b1"], ["a2"], ["a3"]]
    assert done == {0: ["a1", "a2", "a3"], 1: ["b1"], 2: []}


def test_more_than_a_batch_holds_goes_out_in_several() -> None:
    told = Told()

    run(told, *[(f"a{number}",) for number in range(45)])

    assert [len(names) for names in told.rounds] == [20, 20, 5]


def test_an_error_of_one_item_is_its_own_answer_and_the_others_go_on() -> None:
    error = ItemMissing()
    told = Told(a1=error)

    done = run(told, ("a1", "a2"), ("b1", "b2"))

    assert done == {0: [error, "a2"], 1: ["b1", "b2"]}


def test_once_the_mailbox_says_no_nothing_more_is_asked() -> None:
    error = SuspendConnection()
    told = Told(b1=error)

    done = run(told, ("a1", "a2"), ("b1", "b2"))

    assert told.rounds == [["a1", "b1"]]
    assert done == {0: ["a1", error], 1: [error, error]}


def test_where_the_mailbox_has_said_no_before_nothing_is_asked() -> None:
    error, told = SuspendConnection(), Told()

    assert run(told, ("a1",), stopped=error) == {0: [error]}
    assert told.rounds == []


def test_a_run_that_may_not_go_on_ends_here() -> None:
    with pytest.raises(DeadlineReached):
        run(Told(a2=DeadlineReached()), ("a1", "a2"))
