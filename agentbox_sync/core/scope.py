"""Why a row is not in scope: the four causes, told apart in one place."""

from __future__ import annotations

from agentbox_sync.core.changes import Cause


def explain(*, exists: bool, accessible: bool, completed: bool, selected: bool) -> Cause | None:
    """Return the cause why an item is out of scope, ``None`` when it is in scope.

    The order matters: a deleted row has no access left to lose, and privacy goes before tidiness,
    so losing access is named even where the filter would have dropped the item as well.
    """
    if not exists:
        return Cause.DELETED
    if not accessible:
        return Cause.LOST_ACCESS
    if completed:
        return Cause.COMPLETED
    if not selected:
        return Cause.LEFT_FILTER
    return None
