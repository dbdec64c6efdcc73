"""Writing to the CRM: one item at a time, each in one transaction with what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agentbox_sync.core.actions import Action, Memo
from agentbox_sync.core.changes import Link, LocalItem
from agentbox_sync.core.errors import ItemChanged, ItemError, SyncError
from agentbox_sync.core.rows import to_pull
from agentbox_sync.engine import memos
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.echoes import unanswered
from agentbox_sync.engine.remember import carried_out, count, set_aside
from agentbox_sync.engine.task import Task

ATTEMPTS = 4  # a row that a person saves under four reads in a row waits for the next run


def write_back(box: Box, part: Part, tasks: list[Task]) -> tuple[list[Task], bool]:
    """Do what tasks ask of the CRM; return what is left to do, and whether the rest ended."""
    left: list[Task] = []
    complete = True
    for task in tasks:
        if not _asks(task):
            left.append(task)
            continue
        box.check()
        rest, ended = _one(box, part, task)
        complete &= ended
        if rest is not None:
            left.append(rest)
    return left, complete


def _asks(task: Task) -> bool:
    return bool(task.pull) or task.action in (Action.IMPORT, Action.RELEASE)


def _one(box: Box, part: Part, task: Task) -> tuple[Task | None, bool]:
    current: Task | None = task
    for _ in range(ATTEMPTS):
        if current is None or not _asks(current):
            # A first meeting whose row has gone: its item is a stranger now, to be met as one.
            return current, current is not None or task.action is not Action.LINK
        answer = _written(box, part, current)
        if isinstance(answer, ItemChanged):
            current = _afresh(part, current)
        elif isinstance(answer, ItemError):
            set_aside(box, part, current, answer)
            return None, True
        elif isinstance(answer, SyncError):
            raise answer
        else:
            return answer, True
    return None, False


def _written(box: Box, part: Part, task: Task) -> Task | SyncError | None:
    """Write and remember in one unit; return what is left of the task."""
    write = {Action.IMPORT: _import, Action.RELEASE: _release}.get(task.action, _pull)
    with box.memory.unit():
        done = write(part, task, box.clock.now())
        if isinstance(done, SyncError):
            return done
        memo, item = done
        stored = [*unanswered(task), *memos.froze(task), carried_out(task, memo)]
        *_, link = box.memory.remember(part.kind.name, stored)
    count(box, part, stored)
    return _left(part, task, item, link) if item and task.pull else None


def _pull(part: Part, task: Task, now: datetime) -> tuple[Memo, LocalItem] | SyncError:
    local, remote = task.pair.local, task.pair.remote
    if not isinstance(local, LocalItem) or remote is None:
        raise AssertionError("a pull without both sides")
    rows = to_pull(part.kind, memos.merged_of(task), local.record, remote.record, part.locality)
    item = part.local.update(local, {**remote.record, **rows}, task.pull)
    return item if isinstance(item, SyncError) else (memos.pulled(part, task, item, now), item)


def _import(part: Part, task: Task, now: datetime) -> tuple[Memo, LocalItem] | SyncError:
    del now
    if task.pair.remote is None:
        raise AssertionError("an import without an item")
    item = part.local.create(task.pair.remote.record)
    return item if isinstance(item, SyncError) else (memos.imported(part, task, item), item)


def _release(part: Part, task: Task, now: datetime) -> tuple[Memo, None] | SyncError:
    del now
    local = task.pair.local
    error = part.local.release(local) if isinstance(local, LocalItem) else None
    return error if error is not None else (memos.released(part, task), None)


def _left(part: Part, task: Task, item: LocalItem, link: Link) -> Task | None:
    """Return the task with the pair as it is after the pull; its pushes are still to do."""
    return task.renewed(replace(task.pair, local=item, link=link, alike=()), part)


def _afresh(part: Part, task: Task) -> Task | None:
    fresh = part.read([task.row.key])[task.row.key]
    return task.renewed(replace(task.pair, local=fresh), part)
