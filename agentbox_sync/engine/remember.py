"""Step 6: both bases move to what each side really looks like, in one transaction a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agentbox_sync.core.actions import Action, Line, Memo, Outcome
from agentbox_sync.core.changes import (
    Absence,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Origin,
    Rest,
    fingerprint,
)
from agentbox_sync.core.decisions import Local
from agentbox_sync.core.errors import ItemProtected, SyncError
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.plan import situation
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.task import Task
from agentbox_sync.ports import Written

AMBIGUOUS = "ambiguous"


def remember(
    box: Box,
    part: Part,
    tasks: Sequence[Task],
    written: Mapping[LocalKey, Written] | None = None,
    announced: Mapping[LocalKey, Link] | None = None,
) -> None:
    """Store how each pair stands now; ``written`` holds the answers of those that were written."""
    memos = [
        _memo(part, task, (written or {}).get(task.row.key), (announced or {}).get(task.row.key))
        for task in tasks
    ]
    _store(box, part, memos)


def set_aside(box: Box, part: Part, task: Task, error: SyncError, announced: Link | None) -> None:
    """Store that an item was refused, and as what it was refused."""
    base = announced or _link(task)
    if isinstance(error, ItemProtected):
        # A fact about this item: it stays where it is, and we stop trying.
        link = replace(base, state=LinkState.RETAINED, reason=Rest.DISMISSED, error=error.code)
    else:
        link = replace(
            base,
            state=LinkState.QUARANTINED,
            refused=_seen(part, task),
            error=error.code,
            attempts=base.attempts + 1,
        )
    line = _line(task, Outcome.SET_ASIDE, detail=f"{error.code}: {error}"[:255])
    _store(box, part, [Memo(link=link, line=line, settled=True)])


def _store(box: Box, part: Part, memos: list[Memo]) -> None:
    if not memos:
        return
    box.memory.remember(part.kind.name, memos)
    for memo in memos:
        if memo.line:
            box.counts(part).count(memo.line)
        if memo.line and memo.line.outcome is Outcome.DONE and memo.link.left_out:
            box.counts(part).left_out += 1


def _memo(part: Part, task: Task, answer: Written | None, announced: Link | None) -> Memo:
    if task.action is Action.CREATE:
        return _created(part, task, answer or Written(""), announced or _link(task))
    if task.action in (Action.UPDATE, Action.LINK, Action.ABSORB):
        return _agreed(part, task, answer)
    link, line = _link(task), _line(task, Outcome.DONE)
    if task.action is Action.REVIEW:
        link = replace(
            link, state=LinkState.QUARANTINED, refused=_seen(part, task), error=AMBIGUOUS
        )
        return Memo(link=link, line=replace(line, outcome=Outcome.SET_ASIDE))
    if task.action is Action.REST:
        return Memo(replace(link, state=LinkState.RETAINED, reason=_rest(part, task)), line)
    reason = str(getattr(task.pair.local, "cause", ""))
    gone = replace(link, state=LinkState.DEAD, reason=reason)
    if task.action is Action.DELETE:
        # With what a person changed there at the last moment: it goes with the item.
        seen = _canonical(part, task.pair.remote.record) if task.pair.remote else {}
        before = {**link.base_remote, **_known(seen, link.base_local)}
        return Memo(gone, replace(line, before=before))
    return Memo(gone, line)


def _created(part: Part, task: Task, answer: Written, link: Link) -> Memo:
    local = _canonical(part, getattr(task.pair.local, "record", {}))
    remote = _known(_canonical(part, answer.record or {}), local)
    link = replace(
        link,
        state=LinkState.ACTIVE,
        origin=Origin.CRM,
        reason="",
        remote_id=answer.remote_id,
        etag=answer.etag,
        base_local=local,
        base_remote=remote,
        version=part.kind.version,
        drift=(),
        left_out=answer.left_out,
        refused="",
        error="",
        attempts=0,
    )
    line = _line(task, Outcome.DONE, after=remote)
    return Memo(link=link, line=line, settled=True)


def _agreed(part: Part, task: Task, answer: Written | None) -> Memo:
    merged, seen = task.decision.merged, task.pair.remote
    link = _link(task)
    if merged is None:
        raise AssertionError("an update without a merge")
    local = _canonical(part, getattr(task.pair.local, "record", {}))
    base_local, base_remote = dict(merged.base_local), dict(merged.base_remote)
    # What a push replaces is what stands there now, an edit that no base has seen among it.
    there = {**base_remote, **(_canonical(part, seen.record) if seen else {})}
    before = {atom: there.get(atom) for atom in merged.push}
    etag, left_out = (seen.etag if seen else link.etag), link.left_out
    if answer is not None:
        # If-Match held, so whatever else the answer shows differently is the server's own doing.
        base_remote |= _known(_canonical(part, answer.record or {}), local)
        base_local |= {atom: local[atom] for atom in merged.push}
        etag = answer.etag
        left_out = tuple(sorted({*left_out, *answer.left_out} - _whole(merged.push, answer)))
    link = replace(
        link,
        state=LinkState.ACTIVE,
        reason="",
        origin=Origin.EXCHANGE if task.action is Action.LINK else link.origin,
        remote_id=link.remote_id or task.row.remote_id,
        etag=etag,
        base_local=base_local,
        base_remote=base_remote,
        version=part.kind.version,
        drift=merged.drift,
        left_out=left_out,
        refused="",
        error="",
        attempts=0,
    )
    if task.action is Action.ABSORB:
        return Memo(link=link)
    after = {atom: base_remote.get(atom) for atom in merged.push}
    return Memo(link, replace(_line(task, Outcome.DONE, after=after), before=before))


def _whole(pushed: tuple[str, ...], answer: Written) -> set[str]:
    return set(pushed) - set(answer.left_out)


def _link(task: Task) -> Link:
    if task.pair.link is not None:
        return task.pair.link
    return Link(id=0, key=task.row.key, state=LinkState.CREATING, stamp="")


def _rest(part: Part, task: Task) -> Rest:
    facts = situation(task.pair, part.policy)
    if facts.local is not Local.PRESENT:
        return Rest(facts.local.value)
    return Rest.MOVED_AWAY if task.pair.moved else Rest.REMOVED_IN_EXCHANGE


def _line(task: Task, outcome: Outcome, *, after: Any = None, detail: str = "") -> Line:
    row, rule, local = task.decision.row or task.row, task.decision.rule.name, task.pair.local
    is_away = isinstance(local, Absence)
    return Line(
        action=task.action,
        # One rule may answer to several of the four causes; the log must tell them apart.
        cause=str(local.cause) if isinstance(local, Absence) else rule,
        outcome=outcome,
        atoms=row.atoms,
        after=after or {},
        detail=detail or (rule if is_away else ""),
    )


def _seen(part: Part, task: Task) -> str:
    if not isinstance(task.pair.local, LocalItem):
        return ""
    return fingerprint(part.kind.canonical(task.pair.local.record, part.locality))


def _known(remote: Canonical, local: Canonical) -> dict[str, Any]:
    # What the CRM does not offer is nobody's business of ours: it is not remembered.
    return {atom: value for atom, value in remote.items() if atom in local}


def _canonical(part: Part, record: Any) -> dict[str, Any]:
    return part.kind.canonical(record, part.locality)
