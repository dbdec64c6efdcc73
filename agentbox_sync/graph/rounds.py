"""Writes of several requests: each goes on step by step, all of a group side by side.

A step is a generator that yields questions, gets their answers, and returns its own. What is
asked of one item stands in its order; what is asked of different items goes out together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from agentbox_sync.core.errors import StopRun, SyncError
from agentbox_sync.graph import batch
from agentbox_sync.graph.asking import MAILBOX_WIDE, Asker
from agentbox_sync.graph.stores.base import Question, Steps

K = TypeVar("K")
T = TypeVar("T")


def carried_out(
    asker: Asker, running: Mapping[K, Steps[T]], stopped: SyncError | None = None
) -> dict[K, T]:
    """Take every item to its end.

    Once an error concerns the whole mailbox (``stopped``: it has done so before) nothing more is
    asked: it is the answer to every further question. Something may have been written by then and
    must not get lost with what is raised; what that means is each item's own business. StopRun is
    raised all the same: this run may not go on.
    """
    done: dict[K, T] = {}
    waiting = {key: _next(steps, None, done, key) for key, steps in running.items()}
    while asked := {key: questions for key, questions in waiting.items() if questions is not None}:
        questions = [one for group in asked.values() for one in group]
        answers = [stopped] * len(questions) if stopped else _answers(asker, questions)
        stopped = stopped or next((one for one in answers if isinstance(one, MAILBOX_WIDE)), None)
        read = iter(answers)
        waiting = {
            key: _next(running[key], list(islice(read, len(group))), done, key)
            for key, group in asked.items()
        }
    return done


def _next(
    steps: Steps[T], answers: list[Any] | None, done: dict[K, T], key: K
) -> Sequence[Question[Any]] | None:
    try:
        return next(steps) if answers is None else steps.send(answers)
    except StopIteration as end:
        done[key] = end.value
        return None


def _answers(asker: Asker, questions: Sequence[Question[Any]]) -> list[Any]:
    answers: list[Any] = []
    try:
        for group in batch.groups(questions):
            answers += asker.all(group)
    except StopRun:
        raise
    except SyncError as error:
        answers += [error] * (len(questions) - len(answers))
    return answers
