"""How one thing that a run did can be taken back, and why some things cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agentbox_sync.core.actions import Action, Outcome, Side

UNDONE = "undone"
"""The cause in the log of what a person's undo did."""


class Way(StrEnum):
    """What has to be done in the CRM; the sync carries it on to Exchange."""

    NONE = "none"
    WRITE = "write"
    """Write the old values."""
    GRANT = "grant"
    """Give the staff member's access back."""
    RELEASE = "release"
    """Take the access again that an undo gave back."""


class Obstacle(StrEnum):
    """Why something cannot be undone here."""

    NOT_DONE = "not_done"
    """Nothing was written."""
    NOTHING_LOST = "nothing_lost"
    """No value was replaced."""
    CREATED = "created"
    """It was created in Exchange: leaving the selection takes it away again."""
    IMPORTED = "imported"
    """It was created in the CRM, where only a person deletes."""
    REMOVED = "removed"
    """It was removed from Exchange: coming back into the selection creates it again."""
    STAYS_AWAY = "stays_away"
    """A person removed it in Exchange: an order puts it back."""
    VIEW_ONLY = "view_only"
    FIXED = "fixed"
    """The CRM makes these fields itself."""
    ABSENT = "absent"
    """The row is not in this person's selection any more."""
    NOT_LOST = "not_lost"
    """The access that would be given back is there."""
    DISCONNECTED = "disconnected"
    SAME = "same"
    """The CRM says so already."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """How to undo. ``values`` are the old ones by atom, in canonical form, for ``Way.WRITE``."""

    way: Way
    obstacle: Obstacle | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def reversal(
    action: str,
    side: str,
    outcome: str,
    cause: str,
    atoms: Iterable[str],
    before: Mapping[str, Any],
) -> Reversal:
    """Return how a line of the log can be undone.

    ``before`` names what was filled; an atom of an update that it does not name was empty. At a
    first meeting nothing that was empty is emptied again: the other side's value would be lost.
    """
    if outcome != Outcome.DONE:
        return Reversal(Way.NONE, Obstacle.NOT_DONE)
    if action == Action.UPDATE and cause != "sent without an answer":
        return _written({atom: before.get(atom) for atom in atoms})
    if action in (Action.LINK, Action.UPDATE):
        return _written(dict(before))
    if action == Action.RELEASE:
        return Reversal(Way.GRANT)
    if action == Action.IMPORT and cause == UNDONE:
        return Reversal(Way.RELEASE)
    return Reversal(Way.NONE, _OBSTACLES.get((action, side), Obstacle.NOTHING_LOST))


def _written(values: Mapping[str, Any]) -> Reversal:
    if not values:
        return Reversal(Way.NONE, Obstacle.NOTHING_LOST)
    return Reversal(Way.WRITE, values=values)


_OBSTACLES: Mapping[tuple[str, str], Obstacle] = {
    (Action.CREATE, Side.REMOTE): Obstacle.CREATED,
    (Action.IMPORT, Side.LOCAL): Obstacle.IMPORTED,
    (Action.DELETE, Side.REMOTE): Obstacle.REMOVED,
    (Action.REST, Side.NEITHER): Obstacle.STAYS_AWAY,
}
