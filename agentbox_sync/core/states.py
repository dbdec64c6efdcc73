"""The states of items and links, and the reasons for them."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why an item is not, or no longer, among those to sync. Never confused with each other.

    All but the last one are facts about the item in the CRM, that is one about the mailbox.
    """

    DELETED = "deleted"
    LEFT_FILTER = "left_filter"
    LOST_ACCESS = "lost_access"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"
    """Other items of the CRM stand in its place: a series became single dates, or one again."""
    DETACHED = "detached"
    """The mailbox is being disconnected, and what we put there goes first."""


class LinkState(StrEnum):
    """Where a link stands in its life."""

    CREATING = "creating"
    ACTIVE = "active"
    RETAINED = "retained"
    DEAD = "dead"
    QUARANTINED = "quarantined"


class Origin(StrEnum):
    """On which side the linked item was born; only what we created may ever be removed by us."""

    CRM = "crm"
    EXCHANGE = "exchange"


class Rest(StrEnum):
    """Why a retained link rests. The causes above, and what happened on the Exchange side."""

    DELETED = "deleted"
    LEFT_FILTER = "left_filter"
    LOST_ACCESS = "lost_access"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"
    REMOVED_IN_EXCHANGE = "removed_in_exchange"
    MOVED_AWAY = "moved_away"
    DISMISSED = "dismissed"
    DETACHED = "detached"
    CONTESTED = "contested"
    """Removed in Exchange while the CRM side had an edit that was not synced: a person decides."""
    OTHER_COLLECTION = "other_collection"
    """Born in Exchange, in a collection that is not the chosen one any more: it stays there."""


LEFT_BEHIND = "left_behind"
"""The reason of an ended link whose item was created anew in another collection, and must go."""

SPENT = "spent"
"""The reason of an ended link whose create was given up, and goes out under another stamp."""

BORN_IN_EXCHANGE = "born_in_exchange"
"""The reason of a pair that waits for a person because it was born in Exchange."""

AMBIGUOUS = "ambiguous"
"""The error of a row that waits for a person because several items may be the same one."""

# A link that rests for one of these is picked up again when its item returns to the scope, or
# the chosen collection is the one where it lies. The others say that a person did something in
# Exchange: under `keep` nothing is created again.
RESUMABLE = frozenset(
    {
        Rest.DELETED,
        Rest.LEFT_FILTER,
        Rest.LOST_ACCESS,
        Rest.COMPLETED,
        Rest.SUPERSEDED,
        Rest.DETACHED,
        Rest.OTHER_COLLECTION,
    }
)
