"""The lines of the log that the steps write: pure, one function an occasion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.core.actions import Action, Line, Outcome, Side
from agentbox_sync.core.changes import Absence
from agentbox_sync.core.merge import Pending
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
        conflicts=tuple(a for a in merged.conflicts if a in touched) if merged else (),
        before=lost if before is None else before,
        after=after or {},
        detail=detail or (task.decision.rule.name if cause(task) else ""),
    )


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
