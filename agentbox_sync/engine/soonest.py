"""The rows of a plan as people read them: what comes next goes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agentbox_sync.core.actions import Row
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.windows import Turn
from agentbox_sync.engine.context import Box, Part, chunks

# Behind everything that says when it takes place.
_TIMELESS = (True, float("inf"))


def soonest_first(box: Box, part: Part, rows: list[Row]) -> list[Row]:
    """Return rows by when their items take place next, what is over last; ties keep their order.

    A row holds no values, so they are read again, some at a time: what is kept of each is where it
    belongs. Items of a kind that does not take place in time stay as they are.
    """
    turn_of = part.kind.turn_of
    if turn_of is None or len(rows) < 2:
        return rows
    places: list[tuple[bool, float]] = []
    for group in chunks(rows):
        box.check()
        places += _places(box, part, group, turn_of)
    order = sorted(range(len(rows)), key=places.__getitem__)
    return [rows[number] for number in order]


def _places(
    box: Box, part: Part, rows: list[Row], turn_of: Callable[[Canonical, datetime], Turn | None]
) -> list[tuple[bool, float]]:
    name, now = part.kind.name, box.clock.now()
    chain = box.memory.chain(name)
    keys = [row.key for row in rows if row.key.pk]
    ids = [row.remote_id for row in rows if row.remote_id]
    items, links = part.read(keys), box.memory.links_by_remote(name, ids)
    staged = box.memory.staged_for(chain, ids) if chain else {}
    found = []
    for row in rows:
        item, link, seen = items.get(row.key), links.get(row.remote_id), staged.get(row.remote_id)
        shown = {**(link.base_remote if link else {})}
        if seen is not None:
            shown |= part.kind.canonical(seen.observation.record, part.locality)
        if isinstance(item, LocalItem):
            shown |= part.kind.canonical(item.record, part.locality)
        turn = turn_of(shown, now)
        found.append(turn.place if turn else _TIMELESS)
    return found
