"""Step 5: carry the plan out, group by group: first the CRM, then Exchange, removals last.

A row holds no values. They are read again here, and a row whose item changed meanwhile is
decided again, never into a removal that the guard has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.flight import Flights, may_overlap
from agentbox_sync.engine.gather import gather
from agentbox_sync.engine.push import push
from agentbox_sync.engine.relocate import carry_along, relocate
from agentbox_sync.engine.remember import remember
from agentbox_sync.engine.task import Task, writes_remote
from agentbox_sync.engine.writeback import write_back
from agentbox_sync.ports import Chain

_ORDER = {
    Action.ABSORB: 0,
    Action.REST: 0,
    Action.END: 0,
    Action.REVIEW: 0,
    Action.OFFER: 0,
    Action.DEDUPE: 1,
    Action.LINK: 2,
    Action.UPDATE: 3,
    Action.MOVE: 4,
    Action.IMPORT: 5,
    Action.CREATE: 6,
    Action.RELEASE: 7,
    Action.DELETE: 8,
}


def apply(box: Box, part: Part, chain: Chain, rows: Sequence[Row]) -> bool:
    """Carry ``rows`` out, removals last; return whether every row came to an end.

    Raises TryLater, StopRun or a mailbox-wide error after everything that was answered has been
    remembered.
    """
    part.creates = tuple(row.key for row in rows if row.action is Action.CREATE)
    flights = Flights(box, part, chain)
    try:
        complete = _apply(box, part, chain, rows, flights)
    except Exception:
        flights.finish()  # what was answered must not get lost
        raise
    return flights.finish() and complete


def _apply(box: Box, part: Part, chain: Chain, rows: Sequence[Row], flights: Flights) -> bool:
    counts = box.counts(part)
    complete = True
    ordered = sorted(rows, key=lambda row: _ORDER[row.action])
    for moves, some in groupby(ordered, key=lambda row: row.action is Action.MOVE):
        for group in chunks(some, box.remote.batch_size):
            box.check()
            if may_overlap(part, group) and not chain.moving:  # what is carried along is read
                tasks, ended = _made_ready(box, part, chain, group)
                complete &= flights.send(tasks, len(group)) and ended
                continue
            complete &= flights.finish()
            work = relocate if moves else _carry_out
            complete &= work(box, part, chain, group)
            counts.worked += len(group)
            box.on_progress(box.report)
    return complete


def _carry_out(box: Box, part: Part, chain: Chain, group: list[Row]) -> bool:
    tasks, ended = _made_ready(box, part, chain, group)
    return push(box, part, chain, tasks) and ended


def _made_ready(box: Box, part: Part, chain: Chain, group: list[Row]) -> tuple[list[Task], bool]:
    """Do what is to be done in the CRM; return what is to be written in Exchange."""
    gathered, all_read = gather(box, part, chain, group)
    ready, carried = carry_along(box, part, gathered) if chain.moving else (gathered, True)
    tasks, ended = write_back(box, part, ready)
    remember(box, part, [task for task in tasks if not writes_remote(task)])
    return [task for task in tasks if writes_remote(task)], all_read and carried and ended
