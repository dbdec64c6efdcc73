"""Moving pairs into the chosen collection, group by group: anew there, and then away from here.

A move is a first meeting in the chosen collection, with everything that makes it safe. Before it
the pair's link ends as one that was left behind: it remembers the old item, and what both sides
said when it was read last. The old item goes when the new one is there, with If-Match, and what a
person typed into it meanwhile is merged first. Whatever cuts a move off, the next run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from agentbox_sync.core.actions import Action, Memo, Row
from agentbox_sync.core.changes import (
    LEFT_BEHIND,
    Absence,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Observation,
)
from agentbox_sync.core.kinds import is_empty
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.upgrade import once_managed
from agentbox_sync.engine import memos
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.departed import clear_away, without_taken
from agentbox_sync.engine.echoes import unanswered
from agentbox_sync.engine.gather import gather
from agentbox_sync.engine.lines import line_of_unanswered
from agentbox_sync.engine.push import push
from agentbox_sync.engine.remember import remember
from agentbox_sync.engine.shown import canonical_of, known
from agentbox_sync.engine.task import (
    Task,
    fetch,
    is_still_meant,
    pair_of,
    reading,
    resolved,
    seen_again,
    writes_remote,
)
from agentbox_sync.engine.writeback import write_back
from agentbox_sync.ports import Chain


def relocate(box: Box, part: Part, chain: Chain, rows: list[Row]) -> bool:
    """Move one group; tell whether every one of it came to its end."""
    left, ended = _depart(box, part, chain, rows)
    planned = {task.row.key: task.row for task in left}
    arriving, all_read = gather(box, part, chain, [_meeting(row) for row in planned.values()])
    departed = {task.row.key: (_left_behind(part, task), task.pair.remote) for task in left}
    tasks = [
        replace(
            task,
            row=planned[task.row.key],
            carried=_carried(part, *departed[task.row.key], task.pair.local),
        )
        for task in arriving
    ]
    tasks, met = write_back(box, part, tasks)
    remember(box, part, [task for task in tasks if not writes_remote(task)])
    ended &= push(box, part, chain, [task for task in tasks if writes_remote(task)])
    behind = without_taken(box, part, chain, _behind(box, part, planned))
    _take_back_refused(box, part, chain, behind)
    # One row may have left items behind in more than one place.
    for group in chunks(behind, box.remote.batch_size):
        ended &= clear_away(box, part, chain, group)
    return ended and all_read and met


def carry_along(box: Box, part: Part, tasks: list[Task]) -> tuple[list[Task], bool]:
    """Let what is created say what the item says in whose place it comes: a move was cut off.

    The second answer tells whether every such item could be read; what has no answer waits.
    """
    creates = [task.row.key for task in tasks if task.action is Action.CREATE]
    behind = {link.key: link for link in _behind(box, part, creates)} if creates else {}
    if not behind:
        return tasks, True
    box.check()
    shown, all_read = fetch(box, part, [link.remote_id for link in behind.values()])
    ready: list[Task] = []
    for task in tasks:
        link = behind.get(task.row.key)
        seen = shown.get(link.remote_id) if link else None
        if link and seen:
            ready.append(replace(task, carried=_carried(part, link, seen, task.pair.local)))
        elif link is None or all_read:
            ready.append(task)
    return ready, len(ready) == len(tasks)


def resume(box: Box, part: Part, chain: Chain) -> bool:
    """Go on with moves that were cut off; tell whether nothing is left to do about them.

    Where no new item came into being, the old one is the pair's again, and is for the next plan.
    A create that was given up goes out again under its stamp, though: it may land yet.
    """
    kind = part.kind.name
    waiting = {intent.link.key for intent in box.memory.unresolved(kind)}
    left = [link for link in box.memory.left_behind(kind) if link.key not in waiting]
    behind = without_taken(box, part, chain, left)
    keys = [link.key for link in behind]
    heirs = box.memory.links(kind, keys) if keys else {}
    rows = part.read(keys) if keys else {}
    last = _last_left(behind)
    alone = [x for x in last if _is_alone(x, heirs.get(x.key), rows.get(x.key), chain)]
    ends = [heirs[link.key] for link in alone if link.key in heirs]
    box.memory.remember(kind, [Memo(replace(link, state=LinkState.DEAD)) for link in ends])
    told = [memo for link in alone for memo in _may_have_gone(link)]
    box.memory.remember(kind, [*told, *(Memo(_taken_back(link)) for link in alone)])
    # Nobody listened to what was said of it while it was nobody's.
    here = [link.remote_id for link in alone if link.collection == chain.collection]
    if here:
        box.memory.suspect(chain, here)
    moved = [link for link in behind if _has_item(heirs.get(link.key))]
    tried = [link for link in moved if not link.error or box.retry_refused]
    complete = not waiting and len(moved) == len(behind)
    for group in chunks(tried, box.remote.batch_size):
        box.check()
        complete &= clear_away(box, part, chain, group)
    return complete


def _is_alone(link: Link, heir: Link | None, row: LocalItem | Absence | None, chain: Chain) -> bool:
    """Tell whether an old item is all that its pair has, and will have."""
    if heir is None or (heir.refused and not heir.remote_id):
        return True
    if heir.remote_id:
        return False
    return not isinstance(row, LocalItem) or link.collection == chain.collection


def _depart(box: Box, part: Part, chain: Chain, rows: list[Row]) -> tuple[list[Task], bool]:
    """Read the old items whole, merge what they say into the CRM, and leave them behind."""
    kind = part.kind.name
    fresh = part.read([row.key for row in rows])
    links = box.memory.links(kind, [row.key for row in rows])
    shown, complete = fetch(box, part, [x.remote_id for x in links.values() if x.remote_id])
    tasks: list[Task] = []
    news: list[Memo] = []
    missing: list[str] = []
    for row in rows:
        link = links.get(row.key)
        if link is None or not link.remote_id:
            continue
        if link.remote_id not in shown:
            missing.append(link.remote_id)
            continue
        alike = (row.remote_id,) if row.remote_id else ()
        pair = pair_of(fresh.get(row.key), link, None, chain, alike)
        task = resolved(part, row, seen_again(pair, shown[link.remote_id], chain))
        if task.action is Action.MOVE and is_still_meant(part, row, task.decision):
            tasks.append(task)
        else:  # it is for the next plan, which the guard sees
            news.append(Memo(link, news=shown[link.remote_id], log_only=True))
    if missing and complete:  # not yet a proof that they are gone
        box.memory.suspect(chain, missing)
    box.memory.remember(kind, news)
    tasks, ended = write_back(box, part, tasks)
    tasks = [task for task in tasks if task.action is Action.MOVE]
    left = [Memo(_left_behind(part, task)) for task in tasks]
    box.memory.remember(kind, [told for task in tasks for told in unanswered(task)] + left)
    return tasks, complete and ended and not news and not missing


def _left_behind(part: Part, task: Task) -> Link:
    """Return the ended link: what its item says from now on and did not say yet is an edit.

    It may be the pair's again: what was to be written in Exchange differs from its bases still.
    """
    local, merged = memos.local_of(part, task), memos.merged_of(task)
    put_back = {a for a in merged.push if merged.base_local.get(a) == local.get(a)}
    seen = task.pair.remote
    shown = known(canonical_of(part, seen.record if seen else {}), local)
    return replace(
        memos.agreed(part, task, merged),
        state=LinkState.DEAD,
        reason=LEFT_BEHIND,
        base_remote={
            **merged.base_remote,
            **{atom: value for atom, value in shown.items() if atom not in put_back},
        },
        # Its removal is announced, with all that it says: what it said must not go unlogged.
        pending=(Pending({}, seen.etag if seen else "", shown, removes=True),),
    )


def _meeting(row: Row) -> Row:
    # Whatever was to be taken from the old item has been.
    met = Action.LINK if row.remote_id else Action.CREATE
    return replace(row, action=met, link_id=0, pull=())


def _carried(
    part: Part, left: Link, seen: Observation | None, local: LocalItem | Absence | None
) -> Mapping[str, Any]:
    """Return what the new item is to say beside what the CRM does.

    What stands in Exchange until the CRM changes it, and what the CRM does not offer. ``local`` is
    the row as it is now: it may have been saved since the old item was read.
    """
    if not isinstance(local, LocalItem) or seen is None:
        return {}
    now = canonical_of(part, local.record)
    drift = {a for a in left.drift if left.base_local.get(a) == now.get(a)}
    shown = canonical_of(part, seen.record)
    # The person's own names go along; ours are what the CRM says.
    locality = once_managed(left, part.kind, part.locality)
    woven = part.kind.woven(local.record, seen.record, locality)
    names = {atom: woven[atom] for atom in part.kind.shared if atom in woven}
    return names | {
        atom: value
        for atom, value in seen.record.items()
        if atom in part.kind.atoms
        and atom not in part.kind.shared
        and (atom in drift or (atom not in local.record and not is_empty(shown.get(atom))))
    }


def _behind(box: Box, part: Part, keys: Iterable[LocalKey]) -> list[Link]:
    wanted = set(keys)
    return [link for link in box.memory.left_behind(part.kind.name) if link.key in wanted]


def _take_back_refused(box: Box, part: Part, chain: Chain, behind: list[Link]) -> None:
    """Let pairs whose new item was refused stay where they are, until a side changes."""
    kind = part.kind.name
    refused = {
        key: link
        for key, link in box.memory.links(kind, [link.key for link in behind]).items()
        if link.refused and not link.remote_id
    }
    if not refused:
        return
    back = _last_left([link for link in behind if link.key in refused])
    behind[:] = [link for link in behind if link.key not in refused]
    fresh = part.read(list(refused))
    box.memory.remember(kind, [Memo(replace(x, state=LinkState.DEAD)) for x in refused.values()])
    box.memory.remember(
        kind,
        [
            Memo(
                replace(
                    _taken_back(link),
                    state=LinkState.QUARANTINED,
                    refused=reading(part, pair_of(fresh.get(link.key), link, None, chain)),
                    error=refused[link.key].error,
                    attempts=link.attempts + 1,
                )
            )
            for link in back
        ],
    )


def _last_left(behind: list[Link]) -> list[Link]:
    """Return of each row the one that it has left last: from others it went, and they go."""
    return list({link.key: link for link in sorted(behind, key=lambda x: x.id)}.values())


def _taken_back(link: Link) -> Link:
    """Return the link as the pair's own again.

    What its item was seen to say and no base knows is read again before anything is written: a
    removal would not tell it (sync-engine, F11).
    """
    etag = "" if any(_tells_more(link, sent) for sent in link.pending) else link.etag
    return replace(link, state=LinkState.ACTIVE, reason="", error="", pending=(), etag=etag)


def _may_have_gone(link: Link) -> list[Memo]:
    """Return what an item said that may have gone already: its removal may have been sent."""
    return [
        Memo(link, line_of_unanswered(sent), log_only=True)
        for sent in link.pending
        if _tells_more(link, sent)
    ]


def _tells_more(link: Link, sent: Pending) -> bool:
    """Tell whether an item was seen to say more than its base knows."""
    return {**link.base_remote, **sent.before} != link.base_remote


def _has_item(link: Link | None) -> bool:
    return link is not None and bool(link.remote_id)
