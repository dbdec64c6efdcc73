"""What first meetings would write, for whoever looks before it is done.

A plan knows only that two items are met: what that fills and replaces shows when the item is read
whole, which a run does when it gets there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import LocalItem, Observation
from agentbox_sync.core.plan import resolve
from agentbox_sync.engine.context import CHUNK, Box, Part, chunks
from agentbox_sync.engine.task import fetch, pair_of
from agentbox_sync.ports import Chain


def looked_into(box: Box, part: Part, rows: list[Row]) -> Iterator[Row]:
    """Yield the rows of a plan, each first meeting with the atoms that it would write.

    Reads only: what a whole listing has staged answers, and the mailbox where nothing did.
    """
    chain = box.memory.chain(part.kind.name)
    for group in chunks(rows, CHUNK):
        met = [row for row in group if row.action is Action.LINK]
        known = _written(box, part, chain, met) if met and chain else {}
        for row in group:
            yield known.get(row.remote_id, row) if row.action is Action.LINK else row


def _written(box: Box, part: Part, chain: Chain, met: list[Row]) -> dict[str, Row]:
    staged = box.memory.staged_for(chain, [row.remote_id for row in met])
    seen = {remote_id: one.observation for remote_id, one in staged.items()}
    if not chain.census:
        seen = {}  # a change feed may have shown a part of an item only
    for group in chunks(
        [r.remote_id for r in met if r.remote_id not in seen], box.remote.batch_size
    ):
        box.check()
        seen |= fetch(box, part, group)[0]
    items = part.read([row.key for row in met])
    links = box.memory.links(part.kind.name, [row.key for row in met])
    found: dict[str, Row] = {}
    for row in met:
        item, shown = items.get(row.key), seen.get(row.remote_id)
        if isinstance(item, LocalItem) and isinstance(shown, Observation):
            pair = pair_of(item, links.get(row.key), None, chain, (row.remote_id,))
            now = resolve(replace(pair, remote=shown), part.kind, part.policy, part.locality).row
            if now is not None and now.action is Action.LINK:
                found[row.remote_id] = now
    return found
