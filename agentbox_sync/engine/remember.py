"""Step 6: both bases move to what each side really looks like, in one transaction a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agentbox_sync.core.actions import Action, Memo, Outcome
from agentbox_sync.core.changes import Link, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.orders import Ending
from agentbox_sync.engine import memos, standing
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.echoes import unanswered
from agentbox_sync.engine.task import Task
from agentbox_sync.ports import Written


def remember(
    box: Box,
    part: Part,
    tasks: Sequence[Task],
    answers: Sequence[Written] | None = None,
    announced: Mapping[LocalKey, Link] | None = None,
) -> None:
    """Store how each pair stands now; ``answers`` are those of tasks that wrote in Exchange."""
    if answers is None:
        found = [standing.stood(part, task) for task in tasks]
    else:
        found = [
            _written(part, task, answer, announced or {}, box.clock.now())
            for task, answer in zip(tasks, answers, strict=True)
        ]
    found = [carried_out(task, memo) for task, memo in zip(tasks, found, strict=True)]
    told = [
        memo
        for task in tasks
        if task.action is not Action.CREATE
        for memo in (*unanswered(task), *memos.froze(task))
    ]
    store(box, part, [*told, *found])


def set_aside(
    box: Box, part: Part, task: Task, error: SyncError, announced: Link | None = None
) -> None:
    """Store that an item was refused, and as what it was refused."""
    told = unanswered(task) if announced is None else []
    memo = carried_out(task, memos.refused(part, task, error, announced), Ending.REFUSED)
    store(box, part, [*told, memo])


def carried_out(task: Task, memo: Memo, ending: Ending = Ending.DONE) -> Memo:
    """Return a memo that closes the order of a person that its task carries out.

    What became of the pair may be something else: it moved on under the last read.
    """
    if not task.row.order:
        return memo
    is_asked = task.action is Action.REVIEW  # the order has become a question
    is_done = (task.decision.rule.order is not None and not is_asked) or bool(task.pair.ghost)
    how = Ending.MOOT if ending is Ending.DONE and not is_done else ending
    return replace(memo, order=task.row.order, ending=how)


def count(box: Box, part: Part, stored: Sequence[Memo]) -> None:
    """Count the lines of what was stored."""
    counts = box.counts(part)
    for memo in stored:
        if memo.line:
            counts.count(memo.line)
            counts.left_out += memo.line.outcome is Outcome.DONE and bool(memo.link.left_out)


def _written(
    part: Part,
    task: Task,
    answer: Written,
    announced: Mapping[LocalKey, Link],
    now: datetime,
) -> Memo:
    if task.action is Action.CREATE:
        return memos.created(part, task, answer, announced[task.row.key])
    if task.action in (Action.DELETE, Action.DEDUPE):
        return memos.deleted(part, task)
    return memos.pushed(part, task, answer, now)


def store(box: Box, part: Part, found: list[Memo]) -> None:
    """Store memos and count their lines."""
    if found:
        box.memory.remember(part.kind.name, found)
        count(box, part, found)
