"""The lines of the log that the steps write: pure, one function an occasion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.core.actions import PUT_BACK, Action, Line, Outcome, Side
from agentbox_sync.core.changes import Absence
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.rows import contested
from agentbox_sync.engine.task import Task


def line_of(
    task: Task,
    side: Side,
    *,
    outcome: Outcome = Outcome.DONE,
    atoms: tuple[str, ...] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    detail: str = "",
) -> Line:
    merged = task.decision.merged
    touched = atoms if atoms is not None else (*task.push, *task.pull)
    lost = {a: v for a, v in merged.overwritten.items() if a in touched} if merged else {}
    return Line(
        action=task.action,
        # One rule may answer to several of the four causes; the log must tell them apart.
        cause=cause(task) or task.decision.rule.name,
        outcome=outcome,
        side=side,
        atoms=touched,
        conflicts=tuple(a for a in contested(merged, side) if a in touched) if merged else (),
        before=lost if before is None else before,
        after=after or {},
        detail=detail or _detail(task, side, touched),
    )


def _detail(task: Task, side: Side, touched: tuple[str, ...]) -> str:
    """Return what the cause does not say: which rule, or that nobody in the CRM asked for it."""
    if cause(task):
        return task.decision.rule.name
    merged = task.decision.merged
    if side is Side.REMOTE and merged and touched and {*touched} <= {*merged.put_back}:
        return PUT_BACK
    return ""


def line_of_unanswered(sent: Pending) -> Line:
    return Line(
        action=Action.UPDATE if sent.local else Action.DELETE,
        cause="sent without an answer",
        outcome=Outcome.DONE,
        side=Side.REMOTE,
        atoms=tuple(sent.before),
        before=sent.before,
        after={atom: sent.local[atom] for atom in sent.before if atom in sent.local},
        detail="it may have been replaced",
    )


def cause(task: Task) -> str:
    return task.pair.local.cause.value if isinstance(task.pair.local, Absence) else ""
