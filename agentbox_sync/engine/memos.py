"""How a pair stands after each kind of step: pure, one function a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from agentbox_sync.core.actions import Action, Memo, Outcome, Side
from agentbox_sync.core.blocks import yet_to_go
from agentbox_sync.core.changes import (
    Link,
    LinkState,
    LocalItem,
    Observation,
    Origin,
    Rest,
)
from agentbox_sync.core.errors import ItemProtected, SyncError
from agentbox_sync.core.kinds import Canonical, is_empty
from agentbox_sync.core.later import unwritten
from agentbox_sync.core.loops import Turn, after_writing
from agentbox_sync.core.matching import known_of
from agentbox_sync.core.merge import Merge
from agentbox_sync.core.rows import after_write
from agentbox_sync.core.written import is_written_form
from agentbox_sync.engine.context import Part
from agentbox_sync.engine.echoes import known_as_ours
from agentbox_sync.engine.lines import cause, line_of
from agentbox_sync.engine.shown import canonical_of, known, place_of
from agentbox_sync.engine.task import Task, link_of, reading
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
        collection=part.collection,
        etag=answer.etag,
        base_local=unwritten(part.kind, local, local, part.locality),
        base_remote=unwritten(part.kind, remote, local, part.locality),
        version=part.kind.version,
        drift=tuple(sorted(local.keys() & task.carried.keys() - part.kind.shared)),
        left_out=answer.left_out,
        pending=(),
        **_UNREFUSED,
    )
    # Of a move there is one line, when its old item has gone.
    line = None if task.carried_over else line_of(task, Side.REMOTE, after=remote)
    return Memo(link, line, settled=True)


def pushed(part: Part, task: Task, answer: Written, now: datetime) -> Memo:
    """Return the pair after an update was answered.

    If-Match held, so whatever else the answer shows differently is the server's own doing. Where it
    may not have held, the ETag stands for words that nobody has read: in a collection that nobody
    follows no feed tells of them, and the next write would replace them unseen (seed 9828092). So
    the item is read again before anything more is written to it (sync-engine, F11).
    """
    merged, local = merged_of(task), local_of(part, task)
    remote = known(canonical_of(part, answer.record or {}), local)
    whole = set(merged.push) - set(answer.left_out)
    # A contact that was met in a move and had nothing there says what the item before it said.
    filled = {*merged.push} & (local.keys() & task.carried.keys()) - part.kind.shared
    link = replace(
        agreed(part, task, merged),
        drift=tuple(sorted({*merged.drift, *filled})),
        etag="" if answer.is_edited else answer.etag,
        base_local=after_write(part.kind, merged, Side.REMOTE, merged.base_local, local),
        base_remote={**merged.base_remote, **remote},
        left_out=tuple(sorted({*link_of(task).left_out, *answer.left_out} - whole)),
        turns=turns_after(task, merged.push, now),
        pending=(),
    )
    after = {atom: remote.get(atom) for atom in merged.push}
    return Memo(link, line_of(task, Side.REMOTE, atoms=merged.push, after=after))


def pulled(part: Part, task: Task, item: LocalItem, now: datetime) -> Memo:
    """Return the pair after Exchange's values were written to the CRM and read back."""
    merged = merged_of(task)
    after = canonical_of(part, item.record)
    shown = canonical_of(part, task.pair.remote.record if task.pair.remote else {})
    told = after_write(part.kind, merged, Side.LOCAL, merged.base_local, after)
    left = yet_to_go(part.kind, merged, shown, after)
    # What else save() changed, in reaction to us, differs from its base now: it travels back.
    link = replace(
        agreed(part, task, merged),
        base_local={**told, **left},
        base_remote=after_write(part.kind, merged, Side.LOCAL, merged.base_remote, shown),
        turns=turns_after(task, merged.pull, now),
    )
    written = {atom: after.get(atom) for atom in merged.pull}
    line = line_of(task, Side.LOCAL, atoms=merged.pull, after=written)
    # What is left to push has no base yet at a first meeting: it must be met again after a crash.
    return Memo(link, line, news=task.pair.remote if merged.push or left else None)


def imported(part: Part, task: Task, item: LocalItem) -> Memo:
    """Return the pair after an item born in Exchange was written to the CRM."""
    seen = task.pair.remote
    local = canonical_of(part, item.record)
    remote = known(canonical_of(part, seen.record if seen else {}), local)
    # What the new row says by itself was never in the item: it has yet to go there.
    told = {a for a in item.fixed & remote.keys() if is_empty(remote[a])} | part.kind.shared
    agreed_on = {**local, **{atom: remote[atom] for atom in told.intersection(remote)}}
    link = replace(
        link_of(task),
        key=item.key,
        state=LinkState.ACTIVE,
        origin=Origin.EXCHANGE,
        reason="",
        remote_id=seen.remote_id if seen else task.row.remote_id,
        collection=place_of(part, seen),
        etag=seen.etag if seen else "",
        base_local=agreed_on,
        base_remote=remote,
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
    """Return everything that an item is known to say before it is removed.

    What no base knows goes as well: where two payloads may have landed, or the CRM has no such
    field, a person may have typed into it.
    """
    shown = canonical_of(part, task.pair.remote.record if task.pair.remote else {})
    return shown if task.action is Action.DEDUPE else {**link_of(task).base_remote, **shown}


def refused(part: Part, task: Task, error: SyncError, announced: Link | None) -> Memo:
    """Return the pair after an item was refused, and as what it was refused."""
    if task.action is Action.DEDUPE:  # it stays where it is; the pair itself is fine
        line = line_of(task, Side.REMOTE, outcome=Outcome.SET_ASIDE, detail=error.code)
        return Memo(link_of(task), line, worked=task.row.remote_id, log_only=True)
    kept = () if announced else known_as_ours(task)
    base = replace(announced or link_of(task), pending=kept)
    if task.action is Action.RELEASE and task.decision.rule.order:
        line = line_of(task, Side.LOCAL, outcome=Outcome.SET_ASIDE, detail=error.code)
        return Memo(link_of(task), line, log_only=True)  # it stays as it was
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
            refused=reading(part, task.pair),
            error=error.code,
            attempts=base.attempts + 1,
        )
    side = Side.LOCAL if task.pull or task.action is Action.IMPORT else Side.REMOTE
    line = line_of(task, side, outcome=Outcome.SET_ASIDE, detail=f"{error.code}: {error}"[:255])
    # What was seen is in no base yet, and stays staged, unless it would only be refused again.
    news = None if isinstance(error, ItemProtected) else task.pair.remote
    return Memo(link, line, settled=True, news=news)


def adopted(part: Part, link: Link, payloads: Sequence[Canonical], seen: Observation) -> Link:
    """Return the link of an unanswered create that is seen to have arrived.

    Its bases are what was sent, so it has no ETag yet: a write must not go out before what is
    there now was merged (sync-engine, F11).
    """
    shown = canonical_of(part, seen.record)
    base, later = known_of(payloads, shown), dict.fromkeys(part.kind.later)
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
        collection=place_of(part, seen),
        rehomed=part.kind.ids_move and place_of(part, seen) != part.collection,
        etag="",
        base_local=unwritten(part.kind, base, later, part.locality),
        base_remote=unwritten(part.kind, kept, later, part.locality),
        ties=tuple(sorted(seen.ties or ())),
        left_out=tuple(a for a in base if isinstance(base[a], list) and base[a] != kept[a]),
        version=part.kind.version,
        **_UNREFUSED,
    )


def agreed(part: Part, task: Task, merged: Merge) -> Link:
    seen, link = task.pair.remote, link_of(task)
    etag = seen.etag if seen else link.etag
    place = seen.container if seen and seen.container else link.collection or part.collection
    return replace(
        link,
        state=LinkState.ACTIVE,
        reason="",
        origin=Origin.EXCHANGE if task.action is Action.LINK else link.origin,
        remote_id=link.remote_id or task.row.remote_id,
        collection=place,
        rehomed=is_rehomed(part, task, place),
        etag=etag,
        base_local=merged.base_local,
        base_remote=merged.base_remote,
        version=part.kind.version,
        drift=merged.drift,
        frozen=merged.frozen,
        # With another ETag than it asked for, an unanswered update can no longer land.
        pending=tuple(p for p in link.pending if p.if_match == etag),
        **_UNREFUSED,
    )


def is_rehomed(part: Part, task: Task, place: str) -> bool:
    """Tell whether a person has put the item of a pair, or the one it meets, where it lies."""
    is_met_there = part.kind.ids_move and task.action is Action.LINK
    return place != part.collection and (link_of(task).rehomed or is_met_there)


def turns_after(task: Task, written: Sequence[str], now: datetime) -> tuple[Turn, ...]:
    """Return the writes of late with those of ``written``; one that a person asked for is new."""
    merged, turns = merged_of(task), link_of(task).turns
    if task.pair.thaws:
        turns = tuple(turn for turn in turns if turn.atom not in written)
    readings = {atom: merged.readings[atom] for atom in written}
    return after_writing(turns, readings, now, merged.frozen)


def froze(task: Task) -> list[Memo]:
    """Return the line about atoms that are left alone from now on."""
    merged, link = task.decision.merged, link_of(task)
    new = tuple(a for a in merged.frozen if a not in link.frozen) if merged else ()
    if not new:
        return []
    line = line_of(task, Side.NEITHER, outcome=Outcome.SET_ASIDE, atoms=new, detail=FROZEN)
    return [Memo(link, replace(line, action=Action.UPDATE), log_only=True)]


def merged_of(task: Task) -> Merge:
    if task.decision.merged is None:
        raise AssertionError("an update without a merge")
    return task.decision.merged


def local_of(part: Part, task: Task) -> dict[str, Any]:
    local = task.pair.local
    return canonical_of(part, local.record) if isinstance(local, LocalItem) else {}


FROZEN = "both sides keep rewriting it"
_UNREFUSED: dict[str, Any] = {"refused": "", "error": "", "attempts": 0}
