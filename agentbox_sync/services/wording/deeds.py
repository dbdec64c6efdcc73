"""Why something was done to one item, and why some of it cannot be undone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.actions import PUT_BACK, Action
from agentbox_sync.core.changes import Cause
from agentbox_sync.core.reversal import UNDONE, Obstacle
from agentbox_sync.services.wording.rules import because

# What a list of the log can be narrowed to; the rest is bookkeeping.
DEEDS: dict[str, Any] = {
    Action.CREATE: gettext_lazy("Created in Exchange"),
    Action.UPDATE: gettext_lazy("Changed"),
    Action.LINK: gettext_lazy("Linked"),
    Action.DELETE: gettext_lazy("Removed from Exchange"),
    Action.IMPORT: gettext_lazy("Created in the CRM"),
    Action.RELEASE: gettext_lazy("Followed in the CRM"),
    Action.REVIEW: gettext_lazy("Asked a person"),
}
_CAUSES: dict[str, Any] = {
    Cause.DELETED: gettext_lazy("It was deleted in the CRM."),
    Cause.LEFT_FILTER: gettext_lazy("It left the selection."),
    Cause.LOST_ACCESS: gettext_lazy("This person may no longer see it."),
    Cause.COMPLETED: gettext_lazy("It was completed."),
    Cause.SUPERSEDED: gettext_lazy("It stands in Outlook in another form now."),
    UNDONE: gettext_lazy("A person has undone what the sync did."),
    "sent without an answer": gettext_lazy("Microsoft never said what became of it."),
}
_OBSTACLES: dict[str, Any] = {
    Obstacle.NOT_DONE: gettext_lazy("Nothing was written, so there is nothing to undo."),
    Obstacle.NOTHING_LOST: gettext_lazy("No value was replaced, so there is nothing to put back."),
    Obstacle.CREATED: gettext_lazy(
        "It was created in Exchange. Take it out of the selection, or delete it in the CRM, and "
        "the settings decide whether it goes from there as well."
    ),
    Obstacle.IMPORTED: gettext_lazy(
        "It was created in the CRM. Only a person deletes there: open it in the CRM."
    ),
    Obstacle.REMOVED: gettext_lazy(
        "It was removed from Exchange. It comes back by itself, with what the CRM says, as soon "
        "as it is in the selection again."
    ),
    Obstacle.STAYS_AWAY: gettext_lazy(
        "Nothing was written: a person removed it in Exchange. “Waiting for a decision” has a "
        "button to put it back."
    ),
    Obstacle.VIEW_ONLY: gettext_lazy(
        "This item is View Only for this person, so nothing of it is written from here. "
        "Somebody who may edit it can change it in the CRM."
    ),
    Obstacle.FIXED: gettext_lazy(
        "The CRM makes these fields itself, so nobody can put an old value into them."
    ),
    Obstacle.ABSENT: gettext_lazy(
        "It is not among the items of this person any more, so it cannot be changed from here."
    ),
    Obstacle.NOT_LOST: gettext_lazy("This person has it already."),
    Obstacle.DISCONNECTED: gettext_lazy(
        "The account is disconnected, or about to be, so the change would not reach Exchange."
    ),
    Obstacle.SAME: gettext_lazy("The CRM says so already."),
}


def reason_words(cause: str, detail: str = "") -> str:
    """Return why; empty where the log names no rule that there is a sentence for."""
    if detail == PUT_BACK:
        return _("What was edited in Outlook was put back: there only the CRM may change it.")
    if cause == "both there":
        return ""  # that it changed is what the line says already
    known = _CAUSES.get(cause)
    if known is not None:
        return str(known)
    return because(cause) or because(detail)


def obstacle_words(obstacle: Obstacle) -> str:
    """Return why something cannot be undone here."""
    return str(_OBSTACLES[obstacle])
