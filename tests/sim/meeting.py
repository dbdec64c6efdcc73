"""What stood in Exchange when a pair was met: where the CRM leaves it empty, it is their own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from agentbox_sync.core.actions import Action, Outcome
from agentbox_sync.core.changes import Link
from tests.sim.values import canon, emptied

if TYPE_CHECKING:
    from tests.sim.world import World

TAKEN_UP = "taken up for a person"


def own(world: World, name: str, link: Link, atom: str) -> bool:
    """Tell whether Exchange says what it said at the meeting, and the CRM says nothing.

    What it said then is known from what people have typed over since, not from any base of ours;
    and by the true time, because a worker's clock may be wrong by more than a meeting takes.
    """
    met = _meetings(world, name, link)
    row = world.crm.rows[link.key.pk].record
    if not met or canon(atom, row.get(atom)) != canon(atom, emptied(atom)):
        return False
    item = world.mailboxes[name].items[link.remote_id]
    now = item.record.get(atom)
    since = [before for at, edited, before in item.edits if edited == atom and at > max(met)]
    if canon(atom, [*since, now][0]) != canon(atom, now):
        return False
    world.ghost.legal["their own: the CRM says nothing of it"] += 1
    return True


def _meetings(world: World, name: str, link: Link) -> list[tuple[datetime, int]]:
    """Return when the pair was met.

    A meeting that was begun and cut off goes on under whatever a person has ordered since: the
    first that the log tells of a pair that nobody imported is then that it was taken up.
    """
    lines = [
        entry
        for entry in world.stores[name].log
        if entry.key == link.key and entry.line.outcome is Outcome.DONE
    ]
    met = [entry.happened for entry in lines if entry.line.action is Action.LINK]
    begun = [entry for entry in lines if entry.remote_id == link.remote_id][:1]
    return met or [entry.happened for entry in begun if entry.line.cause == TAKEN_UP]
