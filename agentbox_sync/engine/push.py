"""Writing to Exchange: one group at a time, announced before it is sent and remembered after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from agentbox_sync.core.actions import Action, Memo
from agentbox_sync.core.changes import Link, LocalItem, LocalKey
from agentbox_sync.core.errors import (
    ItemChanged,
    ItemError,
    ItemMissing,
    OutcomeUnknown,
    SyncError,
    Throttled,
    TryLater,
)
from agentbox_sync.core.later import at_once
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.rows import sent_again, sent_rows, to_push
from agentbox_sync.core.upgrade import once_managed
from agentbox_sync.engine import memos
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.echoes import unanswered
from agentbox_sync.engine.following import what_comes_later
from agentbox_sync.engine.late import date_late
from agentbox_sync.engine.remember import count, remember, set_aside
from agentbox_sync.engine.shown import place_of
from agentbox_sync.engine.successions import taken_along
from agentbox_sync.engine.task import Task, fetch, link_of, seen_again, writes_remote
from agentbox_sync.engine.writeback import write_back
from agentbox_sync.ports import Chain, Create, Delete, Update, Write, Written

ATTEMPTS = 4  # an item that changes under four reads in a row waits for the next run
PATIENCE = 15.0  # seconds; a longer Retry-After gives the worker back and reschedules the run

T = TypeVar("T")
Failed = list[tuple[Task, SyncError]]


@dataclass(frozen=True, slots=True)
class Shipment:
    """Writes that were announced ``at`` a time. ``ended``: nothing was left out of it."""

    tasks: list[Task]
    announced: dict[LocalKey, Link]
    writes: list[Write]
    at: datetime
    ended: bool = True


def push(box: Box, part: Part, chain: Chain, tasks: list[Task]) -> bool:
    """Send the writes of one group, again where that is safe; tell whether all came to an end.

    Raises TryLater or a mailbox-wide error after everything that was answered is remembered.
    """
    shipment = pack(box, part, chain, tasks)
    if not shipment.tasks:
        return shipment.ended
    return receive(box, part, chain, shipment, send(box, part, chain, shipment.writes))


def pack(box: Box, part: Part, chain: Chain, tasks: list[Task]) -> Shipment:
    """Announce the writes of one group, so that they may be sent."""
    pending, ended = _look_first(box, part, chain, tasks)
    return replace(_packed(box, part, pending), ended=ended)


def receive(
    box: Box, part: Part, chain: Chain, shipment: Shipment, answers: Sequence[Written | SyncError]
) -> bool:
    """Remember what was written, and send again what may be; tell whether all came to an end."""
    complete = shipment.ended
    for attempt in range(1, ATTEMPTS + 1):
        pairs = list(zip(shipment.tasks, answers, strict=True))
        done = [(task, answer) for task, answer in pairs if isinstance(answer, Written)]
        remember(box, part, [t for t, _ in done], [a for _, a in done], shipment.announced)
        failed = [(task, answer) for task, answer in pairs if isinstance(answer, SyncError)]
        date_late(box, part, shipment.announced, shipment.at, _that_met(OutcomeUnknown, failed))
        last = attempt == ATTEMPTS
        pending, ended = _sort_out(box, part, chain, failed, shipment.announced, last=last)
        complete &= ended
        pending += what_comes_later(box, part, [task for task, _ in done])
        if last or not pending:
            break
        shipment = _packed(box, part, pending)
        answers = send(box, part, chain, shipment.writes)
    return complete and not pending


def _packed(box: Box, part: Part, tasks: list[Task]) -> Shipment:
    if not tasks:
        return Shipment([], {}, [], box.clock.now())
    spent = taken_along(box, part, tasks)
    at, (tasks, sent) = box.clock.now(), _announce(box, part, tasks)
    writes = [_write_of(part, x, sent, spent.get(x.row.key, frozenset())) for x in tasks]
    return Shipment(tasks, sent, writes, at)


def _look_first(box: Box, part: Part, chain: Chain, tasks: list[Task]) -> tuple[list[Task], bool]:
    """Read the items whose own names an update would write into without having seen them."""
    blind = [task for task in tasks if _is_blind(part, task)]
    if not blind:
        return tasks, True
    box.check()
    seen, ended = _read_again(box, part, chain, blind, attempted=False)
    return [*(task for task in tasks if task not in blind), *seen], ended


def _is_blind(part: Part, task: Task) -> bool:
    if task.action in (Action.CREATE, Action.DELETE, Action.DEDUPE):
        return False
    shown = task.pair.remote.record if task.pair.remote else {}
    return bool(part.kind.shared.intersection(task.push).difference(shown))


def send(box: Box, part: Part, chain: Chain, writes: Sequence[Write]) -> list[Written | SyncError]:
    """Send one group of writes under the lease; a throttled group is answered one by one."""
    # Asked of the lease's keeper, because nothing else stands between here and the mailbox:
    # whoever took over (or disconnected) must not be written beside.
    box.lease.renew()
    try:
        return box.remote.write(part.kind.name, chain.collection, writes)
    except Throttled as error:
        return [error] * len(writes)  # all of it was put off, and none of it carried out


def _announce(box: Box, part: Part, tasks: list[Task]) -> tuple[list[Task], dict[LocalKey, Link]]:
    """Remember what is about to be sent: an unanswered write must be known as our own.

    Returns the tasks, with the links that first meetings have now, and the links of creates.
    """
    kind = part.kind.name
    updates, creates, doubles = [], [], []
    for task in tasks:
        local = task.pair.local
        if task.action is Action.DEDUPE:
            doubles.append(memos.removing(part, task))
        elif task.action is Action.DELETE:
            updates.append((link_of(task), _pending_removal(part, task)))
        elif isinstance(local, LocalItem) and task.action is Action.CREATE:
            creates.append((task.row.key, at_once(part.kind, task.record)))
        elif isinstance(local, LocalItem):
            link = link_of(task)
            place = link.collection or part.collection
            if part.kind.ids_move and task.action is Action.LINK:
                place = place_of(part, task.pair.remote)
            rehomed = memos.is_rehomed(part, task, place)
            here = replace(link, collection=place, rehomed=rehomed)
            updates.append((here, _pending_of(part, task, local)))
    if doubles:  # the pair's own pending writes are about another item: this goes into the log
        box.memory.remember(kind, doubles)
        count(box, part, doubles)
    if updates:
        stored = {link.key: link for link in box.memory.announce_updates(kind, updates)}
        tasks = [_on_its_link(task, stored.get(task.row.key)) for task in tasks]
    if not creates:
        return tasks, {}
    # The links that they replace end now: what their unanswered writes replaced is told first.
    new = [task for task in tasks if task.action is Action.CREATE]
    box.memory.remember(kind, [memo for task in new for memo in unanswered(task)])
    stamped = box.memory.announce(kind, creates, anew=part.kind.spends_stamps)
    return tasks, {link.key: link for link in stamped}


def _pending_of(part: Part, task: Task, local: LocalItem) -> Pending:
    said, merged = part.kind.canonical(local.record, part.locality), memos.merged_of(task)
    stands = memos.shown_by(part, task)
    again = sent_again(part.kind, merged, stands)
    return Pending(
        local={a: said[a] for a in task.push} | sent_rows(part.kind, merged, said),
        if_match=_etag(task),
        before={a: merged.overwritten[a] for a in task.push if a in merged.overwritten}
        | {a: stands[a] for a in again if stands.get(a)},
        again=again,
    )


def _pending_removal(part: Part, task: Task) -> Pending:
    return Pending({}, _etag(task), memos.shown_by(part, task), removes=True)


def _on_its_link(task: Task, stored: Link | None) -> Task:
    if stored is None or (task.pair.link and task.pair.link.id):
        return task
    return replace(task, pair=replace(task.pair, link=replace(stored, pending=())))


def _write_of(
    part: Part, task: Task, announced: dict[LocalKey, Link], spent: frozenset[str]
) -> Write:
    record = task.record
    if task.action is Action.CREATE:
        return Create(announced[task.row.key].stamp, at_once(part.kind, record))
    if task.action in (Action.DELETE, Action.DEDUPE):
        return Delete(task.row.remote_id, _etag(task))
    shown = task.pair.remote.record if task.pair.remote else {}
    link = task.pair.link
    woven = part.kind.woven(record, shown, once_managed(link, part.kind, part.locality))
    stands = {**(link.base_remote if link else {}), **shown}
    rows = to_push(part.kind, memos.merged_of(task), record, stands, part.locality)
    stamp = link.stamp if link else ""
    said, atoms = {**woven, **rows, **dict.fromkeys(spent)}, dict.fromkeys((*task.push, *spent))
    return Update(task.row.remote_id, _etag(task), said, tuple(atoms), stamp)


def _etag(task: Task) -> str:
    known = task.pair.remote or task.pair.link
    return known.etag if known else ""


def _sort_out(
    box: Box,
    part: Part,
    chain: Chain,
    failed: Failed,
    announced: dict[LocalKey, Link],
    *,
    last: bool,
) -> tuple[list[Task], bool]:
    """Deal with what was not written; return what to send again and whether the rest ended."""
    again: list[Task] = []
    complete = not _that_met(OutcomeUnknown, failed)
    if changed := _that_met(ItemChanged, failed):
        again, ended = _read_again(box, part, chain, changed)
        complete &= ended
    if missing := _that_met(ItemMissing, failed):
        box.memory.suspect(chain, [task.row.remote_id for task in missing])
        complete = False
    for task, error in failed:
        if isinstance(error, ItemError) and not isinstance(error, ItemChanged | ItemMissing):
            set_aside(box, part, task, error, announced.get(task.row.key))
    for _, error in failed:
        if not isinstance(error, ItemError | OutcomeUnknown | TryLater):
            raise error  # a fact about the mailbox, answered beside items that were written
    again += wait(box, failed, last=last)
    if last and again:
        complete = False
    box.check()
    return again, complete


def _that_met(leaf: type[SyncError], failed: Failed) -> list[Task]:
    return [task for task, error in failed if isinstance(error, leaf)]


def wait(box: Box, failed: Iterable[tuple[T, SyncError]], *, last: bool) -> list[T]:
    """Wait as long as was asked, and return what is to be sent again.

    Raises TryLater where that is too long for a worker, or too often.
    """
    waits = [(task, error) for task, error in failed if isinstance(error, TryLater)]
    if not waits:
        return []
    error = max((e for _, e in waits), key=lambda e: e.retry_after or 0.0)
    pause = error.retry_after if error.retry_after is not None else 1.0
    if last or pause > PATIENCE or not isinstance(error, Throttled):
        raise error
    box.clock.sleep(pause)
    return [task for task, _ in waits]


def _read_again(
    box: Box, part: Part, chain: Chain, tasks: list[Task], *, attempted: bool = True
) -> tuple[list[Task], bool]:
    """Read items that changed under us, merge again, and return what is still to be written."""
    shown, _ = fetch(box, part, [task.row.remote_id for task in tasks])
    keys = [task.row.key for task in tasks if task.row.key.pk]
    fresh = part.read(keys) if keys else {}
    gone = [task.row.remote_id for task in tasks if task.row.remote_id not in shown]
    if gone:
        box.memory.suspect(chain, gone)
    renewed: list[Task] = []
    later: list[Memo] = []
    for task in tasks:
        if task.row.remote_id not in shown:
            continue
        link = None
        if task.row.key.pk:
            link = box.memory.links(part.kind.name, [task.row.key]).get(task.row.key)
        if link is not None and attempted:  # it was refused: it is known not to have landed
            link = replace(link, pending=link.pending[:-1])
        pair = replace(
            task.pair, local=fresh.get(task.row.key, task.pair.local), link=link or task.pair.link
        )
        pair = seen_again(pair, shown[task.row.remote_id], chain)
        now = task.renewed(pair, part)
        renewed += [now] if now else []
        later += [] if now else task.for_the_next_plan(pair, part)
    box.memory.remember(part.kind.name, later)
    left, ended = write_back(box, part, renewed)
    remember(box, part, [task for task in left if not writes_remote(task)])
    return [task for task in left if writes_remote(task)], ended and not (gone or later)
