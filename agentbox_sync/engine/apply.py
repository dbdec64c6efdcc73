"""Step 5: carry the plan out, one group at a time, each remembered before the next is sent.

A row holds no values. They are read again here, and a row whose item changed meanwhile is
decided again, never into a removal that the guard has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Link, LocalKey, Observation
from agentbox_sync.core.errors import (
    ItemChanged,
    ItemError,
    ItemMissing,
    OutcomeUnknown,
    SyncError,
    Throttled,
    TryLater,
)
from agentbox_sync.core.plan import Decision, resolve
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.planning import pair_of
from agentbox_sync.engine.remember import remember, set_aside
from agentbox_sync.engine.task import Task
from agentbox_sync.ports import Chain, Create, Delete, Update, Write, Written

ATTEMPTS = 4  # an item that changes under four reads in a row waits for the next run
PATIENCE = 15.0  # seconds; a longer Retry-After gives the worker back and reschedules the run

_ORDER = {
    Action.ABSORB: 0,
    Action.REST: 0,
    Action.END: 0,
    Action.REVIEW: 0,
    Action.LINK: 1,
    Action.UPDATE: 2,
    Action.CREATE: 3,
    Action.DELETE: 4,
}


def apply(box: Box, part: Part, chain: Chain, rows: Sequence[Row]) -> bool:
    """Carry ``rows`` out, removals last; return whether every row came to an end.

    Raises TryLater, StopRun or a mailbox-wide error after everything that was answered has been
    remembered.
    """
    counts = box.counts(part)
    complete = True
    for group in chunks(sorted(rows, key=lambda row: _ORDER[row.action]), box.remote.batch_size):
        box.check()
        tasks = list(_tasks(box, part, chain, group))
        quiet = [task for task in tasks if not _writes(task)]
        remember(box, part, quiet)
        complete &= _write(box, part, chain, [task for task in tasks if _writes(task)])
        # A row that is no longer meant as planned is for the next plan.
        complete &= len(tasks) == len(group)
        counts.worked += len(group)
        box.on_progress(box.report)
    return complete


def _writes(task: Task) -> bool:
    if task.action is Action.LINK:
        return bool(task.decision.row and task.decision.row.atoms)
    return task.action in (Action.CREATE, Action.UPDATE, Action.DELETE)


def _tasks(box: Box, part: Part, chain: Chain, rows: list[Row]) -> Iterator[Task]:
    kind = part.kind.name
    fresh = part.local.read([row.key for row in rows])
    links = box.memory.links(kind, [row.key for row in rows])
    staged = box.memory.staged_for(chain, [row.remote_id for row in rows if row.remote_id])
    meetings = [row.remote_id for row in rows if row.action is Action.LINK]
    shown = _fetch(box, part, meetings)
    for row in rows:
        link = links.get(row.key)
        if row.action is Action.LINK:
            if row.remote_id not in shown:
                continue  # it went away since it was listed: the next run meets it anew
            alike: tuple[str, ...] = (row.remote_id,)
            pair = replace(
                pair_of(fresh[row.key], link, None, chain, alike), remote=shown[row.remote_id]
            )
        else:
            alike = ("?", "?") if row.action is Action.REVIEW else ()
            staged_row = staged.get(link.remote_id) if link and link.remote_id else None
            pair = pair_of(fresh[row.key], link, staged_row, chain, alike)
        decision = resolve(pair, part.kind, part.policy, part.locality)
        if _is_still_meant(row, decision):
            yield Task(row, pair, decision)


def _is_still_meant(row: Row, decision: Decision) -> bool:
    """Refuse a removal that the plan, and so the guard, did not hold."""
    now = decision.row
    return now is None or not now.removes or row.removes


def _fetch(box: Box, part: Part, remote_ids: list[str]) -> dict[str, Observation]:
    if not remote_ids:
        return {}
    answers = box.remote.fetch(part.kind.name, remote_ids)
    return {
        remote_id: answer
        for remote_id, answer in zip(remote_ids, answers, strict=True)
        if isinstance(answer, Observation)
    }


def _write(box: Box, part: Part, chain: Chain, tasks: list[Task]) -> bool:
    """Send the writes of one group, again where that is safe; tell whether all came to an end."""
    pending, complete = tasks, True
    for attempt in range(ATTEMPTS):
        if not pending:
            return complete
        links = _announce(box, part, pending)
        answers = _send(box, part, chain, [_write_of(t, links) for t in pending])
        done = [(t, a) for t, a in zip(pending, answers, strict=True) if isinstance(a, Written)]
        remember(box, part, [t for t, _ in done], dict(_by_key(done)), links)
        failed = [(t, a) for t, a in zip(pending, answers, strict=True) if isinstance(a, SyncError)]
        pending, ended = _sort_out(box, part, chain, failed, links, last=attempt == ATTEMPTS - 1)
        complete &= ended
    return complete and not pending


def _send(box: Box, part: Part, chain: Chain, writes: list[Write]) -> list[Written | SyncError]:
    # Asked of the lease's keeper, because nothing else stands between here and the mailbox: an
    # update announces nothing, and whoever took over (or disconnected) must not be written beside.
    box.lease.renew()
    try:
        return box.remote.write(part.kind.name, chain.collection, writes)
    except Throttled as error:
        return [error] * len(writes)  # all of it was put off, and none of it carried out


def _by_key(done: list[tuple[Task, Written]]) -> Iterator[tuple[LocalKey, Written]]:
    for task, answer in done:
        yield task.row.key, answer


def _announce(box: Box, part: Part, tasks: list[Task]) -> dict[LocalKey, Link]:
    creates = [
        (task.row.key, task.pair.local.record)  # type: ignore[union-attr]  # a create has a row
        for task in tasks
        if task.action is Action.CREATE
    ]
    if not creates:
        return {}
    return {link.key: link for link in box.memory.announce(part.kind.name, creates)}


def _write_of(task: Task, announced: dict[LocalKey, Link]) -> Write:
    key, link = task.row.key, task.pair.link
    record = getattr(task.pair.local, "record", {})
    if task.action is Action.CREATE:
        return Create(announced[key].stamp, record)
    seen = task.pair.remote
    etag = seen.etag if seen else link.etag if link else ""
    remote_id = task.row.remote_id or (link.remote_id if link else "")
    if task.action is Action.DELETE:
        return Delete(remote_id, etag)
    atoms = task.decision.row.atoms if task.decision.row else ()
    return Update(remote_id, etag, record, atoms)


def _sort_out(
    box: Box,
    part: Part,
    chain: Chain,
    failed: list[tuple[Task, SyncError]],
    announced: dict[LocalKey, Link],
    *,
    last: bool,
) -> tuple[list[Task], bool]:
    """Deal with what was not written; return what to send again and whether the rest ended."""
    again: list[Task] = []
    complete = True
    if changed := _that_met(ItemChanged, failed):
        again += _read_again(box, part, chain, changed)
    if missing := _that_met(ItemMissing, failed):
        box.memory.suspect(chain, [task.row.remote_id for task in missing])
        complete = False
    complete &= not _that_met(OutcomeUnknown, failed)
    settled_elsewhere = (ItemChanged, ItemMissing)
    for task, error in failed:
        if isinstance(error, ItemError) and not isinstance(error, settled_elsewhere):
            set_aside(box, part, task, error, announced.get(task.row.key))
    for _, error in failed:
        if not isinstance(error, ItemError | OutcomeUnknown | TryLater):
            raise error  # a fact about the mailbox, answered beside items that were written
    if waits := [(task, error) for task, error in failed if isinstance(error, TryLater)]:
        error = max((e for _, e in waits), key=lambda e: e.retry_after or 0.0)
        pause = error.retry_after if error.retry_after is not None else 1.0
        if last or pause > PATIENCE or not isinstance(error, Throttled):
            raise error
        box.clock.sleep(pause)
        again += [task for task, _ in waits]
    if last and again:
        complete = False
    box.check()
    return again, complete


def _that_met(leaf: type[SyncError], failed: list[tuple[Task, SyncError]]) -> list[Task]:
    return [task for task, error in failed if isinstance(error, leaf)]


def _read_again(box: Box, part: Part, chain: Chain, tasks: list[Task]) -> list[Task]:
    """Read items that changed under us, merge again, and return what is still to be written."""
    shown = _fetch(box, part, [task.row.remote_id for task in tasks])
    fresh = part.local.read([task.row.key for task in tasks])
    again: list[Task] = []
    quiet: list[Task] = []
    for task in tasks:
        if task.row.remote_id not in shown:
            box.memory.suspect(chain, [task.row.remote_id])
            continue
        seen = shown[task.row.remote_id]
        pair = replace(
            task.pair,
            local=fresh[task.row.key],
            remote=seen,
            moved=bool(seen.container and seen.container != chain.collection),
        )
        decision = resolve(pair, part.kind, part.policy, part.locality)
        if not _is_still_meant(task.row, decision):
            continue
        renewed = Task(task.row, pair, decision)
        (again if _writes(renewed) else quiet).append(renewed)
    remember(box, part, quiet)
    return again
