"""How a pair stands after each kind of step: pure, one function a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agentbox_sync.core.actions import Action, Memo, Outcome, Side
from agentbox_sync.core.changes import (
    Link,
    LinkState,
    LocalItem,
    Observation,
    Origin,
    Rest,
)
from agentbox_sync.core.errors import ItemProtected, SyncError
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.matching import landed
from agentbox_sync.core.merge import Merge, Pending, is_written_form
from agentbox_sync.engine.context import Part
from agentbox_sync.engine.lines import cause, line_of, line_of_unanswered
from agentbox_sync.engine.task import Task, reading
from agentbox_sync.ports import Written


def created(part: Part, task: Task, answer: Written, announced: Link) -> Memo:
    """Return the pair after a create was answered."""
    local = local_of(part, task)
    remote = known(canonical_of(part, answer.record or {}), local)
    link = replace(
        announced,
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
        pending=(),
        **_UNREFUSED,
    )
    return Memo(link, line_of(task, Side.REMOTE, after=remote), settled=True)


def pushed(part: Part, task: Task, answer: Written) -> Memo:
    """Return the pair after an update was answered.

    If-Match held, so whatever else the answer shows differently is the server's own doing.
    """
    merged, local = merged_of(task), local_of(part, task)
    remote = known(canonical_of(part, answer.record or {}), local)
    whole = set(merged.push) - set(answer.left_out)
    link = replace(
        agreed(part, task, merged),
        etag=answer.etag,
        base_local={**merged.base_local, **{atom: local[atom] for atom in merged.push}},
        base_remote={**merged.base_remote, **remote},
        left_out=tuple(sorted({*link_of(task).left_out, *answer.left_out} - whole)),
        pending=(),
    )
    after = {atom: remote.get(atom) for atom in merged.push}
    return Memo(link, line_of(task, Side.REMOTE, atoms=merged.push, after=after))


def pulled(part: Part, task: Task, item: LocalItem) -> Memo:
    """Return the pair after Exchange's values were written to the CRM and read back."""
    merged = merged_of(task)
    before, after = local_of(part, task), canonical_of(part, item.record)
    shown = canonical_of(part, task.pair.remote.record if task.pair.remote else {})
    # What else save() changed, in reaction to us, is the host's own doing and no edit.
    settled = {a: after[a] for a in after if a not in merged.push and before.get(a) != after[a]}
    base_local = {**merged.base_local, **settled, **{a: after[a] for a in merged.pull}}
    base_remote = {**merged.base_remote, **{a: shown.get(a) for a in merged.pull}}
    link = replace(agreed(part, task, merged), base_local=base_local, base_remote=base_remote)
    written = {atom: after.get(atom) for atom in merged.pull}
    line = line_of(task, Side.LOCAL, atoms=merged.pull, after=written)
    # What is left to push has no base yet at a first meeting: it must be met again after a crash.
    return Memo(link, line, news=task.pair.remote if merged.push else None)


def imported(part: Part, task: Task, item: LocalItem) -> Memo:
    """Return the pair after an item born in Exchange was written to the CRM."""
    seen = task.pair.remote
    local = canonical_of(part, item.record)
    link = replace(
        link_of(task),
        key=item.key,
        state=LinkState.ACTIVE,
        origin=Origin.EXCHANGE,
        reason="",
        remote_id=seen.remote_id if seen else task.row.remote_id,
        etag=seen.etag if seen else "",
        base_local=local,
        base_remote=known(canonical_of(part, seen.record if seen else {}), local),
        version=part.kind.version,
        **_UNREFUSED,
    )
    return Memo(link, line_of(task, Side.LOCAL, after=local))


def released(part: Part, task: Task) -> Memo:
    """Return the pair after the CRM followed a removal in Exchange."""
    link = replace(link_of(task), state=LinkState.DEAD, reason=Rest.REMOVED_IN_EXCHANGE)
    return Memo(link, line_of(task, Side.LOCAL, before=local_of(part, task)))


def deleted(part: Part, task: Task) -> Memo:
    """Return the pair after its item was removed from Exchange; edits made there are logged."""
    if task.action is Action.DEDUPE:  # its line was written before it was sent
        return Memo(link_of(task), worked=task.row.remote_id, log_only=True)
    line = line_of(task, Side.REMOTE, before=shown_by(part, task))
    link = replace(link_of(task), state=LinkState.DEAD, reason=cause(task), pending=())
    return Memo(link, line)


def removing(part: Part, task: Task) -> Memo:
    """Return the line about a double that is about to be removed, with all that it says."""
    line = line_of(task, Side.REMOTE, before=shown_by(part, task))
    return Memo(link_of(task), line, log_only=True)


def shown_by(part: Part, task: Task) -> dict[str, Any]:
    """Return everything that an item is known to say before it is removed."""
    shown = canonical_of(part, task.pair.remote.record if task.pair.remote else {})
    if task.action is Action.DEDUPE:
        return shown
    link = link_of(task)
    return {**link.base_remote, **known(shown, link.base_local)}


def refused(part: Part, task: Task, error: SyncError, announced: Link | None) -> Memo:
    """Return the pair after an item was refused, and as what it was refused."""
    if task.action is Action.DEDUPE:  # it stays where it is; the pair itself is fine
        line = line_of(task, Side.REMOTE, outcome=Outcome.SET_ASIDE, detail=error.code)
        return Memo(link_of(task), line, worked=task.row.remote_id, log_only=True)
    base = announced or link_of(task)
    if isinstance(error, ItemProtected):
        # A fact about this item: it stays where it is, and we stop trying.
        link = replace(
            base,
            state=LinkState.RETAINED,
            reason=Rest.DISMISSED,
            error=error.code,
            remote_id=base.remote_id or task.row.remote_id,
        )
    else:
        link = replace(
            base,
            state=LinkState.QUARANTINED,
            remote_id=base.remote_id or ("" if announced else task.row.remote_id),
            refused=seen_as(part, task),
            error=error.code,
            attempts=base.attempts + 1,
            pending=() if announced else still_open(task),
        )
    side = Side.LOCAL if task.pull or task.action is Action.IMPORT else Side.REMOTE
    line = line_of(task, side, outcome=Outcome.SET_ASIDE, detail=f"{error.code}: {error}"[:255])
    # What was seen is in no base yet: it must not be forgotten with the attempt.
    return Memo(link, line, settled=True, news=task.pair.remote)


def adopted(part: Part, link: Link, payloads: Sequence[Canonical], seen: Observation) -> Link:
    """Return the link of an unanswered create that is seen to have arrived.

    Its bases are what was sent, so it has no ETag yet: a write must not go out before what is
    there now was merged (sync-engine, F11).
    """
    shown = canonical_of(part, seen.record)
    base = landed(payloads, shown)
    # What the server made of it is no edit; what differs otherwise is somebody's.
    kept = {
        atom: shown[atom] if atom in shown and is_written_form(sent, shown[atom]) else sent
        for atom, sent in base.items()
    }
    return replace(
        link,
        state=LinkState.ACTIVE,
        origin=Origin.CRM,
        reason="",
        remote_id=seen.remote_id,
        etag="",
        base_local=base,
        base_remote=kept,
        left_out=tuple(a for a in base if isinstance(base[a], list) and base[a] != kept[a]),
        version=part.kind.version,
        **_UNREFUSED,
    )


def agreed(part: Part, task: Task, merged: Merge) -> Link:
    seen, link = task.pair.remote, link_of(task)
    etag = seen.etag if seen else link.etag
    return replace(
        link,
        state=LinkState.ACTIVE,
        reason="",
        origin=Origin.EXCHANGE if task.action is Action.LINK else link.origin,
        remote_id=link.remote_id or task.row.remote_id,
        etag=etag,
        base_local=merged.base_local,
        base_remote=merged.base_remote,
        version=part.kind.version,
        drift=merged.drift,
        # With another ETag than it asked for, an unanswered update can no longer land.
        pending=tuple(p for p in link.pending if p.if_match == etag),
        **_UNREFUSED,
    )


def merged_of(task: Task) -> Merge:
    if task.decision.merged is None:
        raise AssertionError("an update without a merge")
    return task.decision.merged


def unanswered(task: Task) -> list[Memo]:
    """Return what unanswered writes of the pair may have replaced, once they are not open.

    With another ETag than it asked for a write can no longer land; whether it had landed before
    nobody can tell, and what it was to replace must not go unlogged.
    """
    link = link_of(task)
    return [
        Memo(link, line_of_unanswered(sent), log_only=True)
        for sent in link.pending
        if sent.before and sent not in still_open(task)
    ]


def still_open(task: Task) -> tuple[Pending, ...]:
    """Return the unanswered writes of the pair that may yet land."""
    link, seen = link_of(task), task.pair.remote
    if task.pair.gone or task.action in (Action.END, Action.REVIEW):
        return ()
    etag = seen.etag if seen else link.etag
    return tuple(sent for sent in link.pending if sent.if_match == etag)


def link_of(task: Task) -> Link:
    link = task.pair.link or Link(id=0, key=task.row.key, state=LinkState.CREATING, stamp="")
    if task.action is Action.LINK and link.remote_id != task.row.remote_id:
        return replace(link, remote_id=task.row.remote_id, etag="", origin=Origin.EXCHANGE)
    return link


def seen_as(part: Part, task: Task) -> str:
    return reading(part, task.pair.local, task.pair.link, task.pair.remote)


def local_of(part: Part, task: Task) -> dict[str, Any]:
    local = task.pair.local
    return canonical_of(part, local.record) if isinstance(local, LocalItem) else {}


def known(remote: Mapping[str, Any], local: Mapping[str, Any]) -> dict[str, Any]:
    # What the CRM does not offer is nobody's business of ours: it is not remembered.
    return {atom: value for atom, value in remote.items() if atom in local}


def canonical_of(part: Part, record: Mapping[str, Any]) -> dict[str, Any]:
    return part.kind.canonical(record, part.locality)


_UNREFUSED: dict[str, Any] = {"refused": "", "error": "", "attempts": 0}
