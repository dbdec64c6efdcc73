"""Step 5: carry the plan out, group by group: first the CRM, then Exchange, removals last.

A row holds no values. They are read again here, and a row whose item changed meanwhile is
decided again, never into a removal that the guard has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.push import push, writes_remote
from agentbox_sync.engine.remember import remember
from agentbox_sync.engine.task import gather
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
    Action.IMPORT: 4,
    Action.CREATE: 5,
    Action.RELEASE: 6,
    Action.DELETE: 7,
}


def apply(box: Box, part: Part, chain: Chain, rows: Sequence[Row]) -> bool:
    """Carry ``rows`` out, removals last; return whether every row came to an end.

    Raises TryLater, StopRun or a mailbox-wide error after everything that was answered has been
    remembered.
    """
    counts = box.counts(part)
    complete = True
    ordered = sorted(rows, key=lambda row: _ORDER[row.action])
    for group in chunks(ordered, box.remote.batch_size):
        box.check()
        gathered, all_read = gather(box, part, chain, group)
        tasks, ended = write_back(box, part, gathered)
        remember(box, part, [task for task in tasks if not writes_remote(task)])
        complete &= all_read and ended
        complete &= push(box, part, chain, [task for task in tasks if writes_remote(task)])
        counts.worked += len(group)
        box.on_progress(box.report)
    return complete
