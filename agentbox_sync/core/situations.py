"""The facts that a decision is made from, in the words of the decision table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agentbox_sync.core.changes import Origin
from agentbox_sync.core.rules import Adoption, Deletion, Order, Removal


class Pairing(StrEnum):
    """What is remembered of the pair."""

    NONE = "none"
    """Never linked."""
    LINKED = "linked"
    """An active link."""
    RESTING = "resting"
    """A link that rests because of the CRM side; it is picked up when the item returns."""
    PARTED = "parted"
    """A link that rests because of what a person did in Exchange."""
    ASTRAY = "astray"
    """A link whose item lies in a collection that is not the chosen one."""
    OFFERED = "offered"
    """An item born in Exchange that waits for a person, or was dismissed by one."""


class Local(StrEnum):
    """The CRM side: in scope, or one of the causes, or nothing that belongs to the item."""

    PRESENT = "present"
    DELETED = "deleted"
    LEFT_FILTER = "left_filter"
    COMPLETED = "completed"
    LOST_ACCESS = "lost_access"
    DETACHED = "detached"
    """The mailbox is being disconnected: whatever the CRM says, nothing is in scope any more."""
    OUTSIDE = "outside"
    """In scope, and outside the window that is synced, on both sides as far as is known."""
    NOBODY = "nobody"
    """An item born in Exchange, and nothing in the CRM is alike."""
    DOUBLE = "double"
    """An item born in Exchange, and something in the CRM is alike that is linked elsewhere."""
    PRIVATE = "private"
    """An item born in Exchange that its owner keeps private."""
    OVER = "over"
    """An item born in Exchange that is done already: a CRM is no place to look back at it."""


class Remote(StrEnum):
    """The Exchange side. ``GONE`` and ``MOVED`` were verified by a read, never merely reported."""

    PRESENT = "present"
    GONE = "gone"
    MOVED = "moved"
    OUTSIDE = "outside"
    """There, and outside the window that is synced; the CRM does not say otherwise."""
    NOBODY = "nobody"
    """No link there, and nothing alike was found."""
    ALIKE = "alike"
    """No link there, and exactly one item is alike."""
    SEVERAL = "several"
    """No link there, and more than one item is alike, or the one is alike to several of ours."""
    GHOST = "ghost"
    """It carries the stamp of a create that we had given up."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts that a decision is made from."""

    pairing: Pairing
    local: Local
    remote: Remote
    origin: Origin = Origin.CRM
    removal: Removal = Removal.RETAIN
    deletion: Deletion = Deletion.KEEP
    adoption: Adoption = Adoption.IGNORE
    edited: bool = False
    """The CRM side has an edit that was not synced."""
    tied: bool = False
    """It concerns others beside the mailbox's owner: guests, or whoever called the meeting."""
    order: Order | None = None
    """What a person has ordered about the pair, where it can be done as things are."""
