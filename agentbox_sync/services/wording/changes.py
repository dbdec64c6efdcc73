"""One line of the log in a person's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.actions import Action, Outcome, Side
from agentbox_sync.core.reversal import UNDONE
from agentbox_sync.models import Change
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.values import field_label

_DONE: dict[tuple[str, str], Any] = {
    (Action.CREATE, Side.REMOTE): gettext_lazy("Created in Outlook."),
    (Action.UPDATE, Side.REMOTE): gettext_lazy("Updated in Outlook: %(fields)s."),
    (Action.UPDATE, Side.LOCAL): gettext_lazy("Taken from Outlook into the CRM: %(fields)s."),
    (Action.LINK, Side.LOCAL): gettext_lazy("Taken from Outlook into the CRM: %(fields)s."),
    (Action.LINK, Side.REMOTE): gettext_lazy("Updated in Outlook: %(fields)s."),
    (Action.LINK, Side.NEITHER): gettext_lazy("Found in Outlook and linked."),
    (Action.IMPORT, Side.LOCAL): gettext_lazy("Taken from Outlook into the CRM."),
    (Action.DELETE, Side.REMOTE): gettext_lazy("Removed from Outlook."),
    (Action.DEDUPE, Side.REMOTE): gettext_lazy("A double in Outlook was cleared up."),
    (Action.RELEASE, Side.LOCAL): gettext_lazy("The CRM followed its removal in Outlook."),
    (Action.REST, Side.NEITHER): gettext_lazy("Left as it is in Outlook."),
    (Action.END, Side.NEITHER): gettext_lazy("No longer looked after."),
}


def change_sentence(change: Change) -> str:
    """Return what was done to an item; fields are named, their values are not."""
    if change.outcome == Outcome.SET_ASIDE:
        return _("Set aside: %(reason)s") % {
            "reason": item_sentence(change.detail.partition(":")[0])
        }
    if change.outcome == Outcome.WAITING:
        return _("Put before a person to decide.")
    if change.cause == UNDONE:
        return _undone(change)
    fields = ", ".join(field_label(change.kind, atom) for atom in change.atoms)
    known = _DONE.get((change.action, change.side))
    if known is None or (not fields and "%(fields)s" in str(known)):
        return _("Synced.")
    return str(known) % {"fields": fields}


def _undone(change: Change) -> str:
    if change.action == Action.IMPORT:
        return _("A person gave it back in the CRM.")
    if change.action == Action.RELEASE:
        return _("A person had the CRM follow its removal again.")
    fields = ", ".join(field_label(change.kind, atom) for atom in change.atoms)
    return _("Undone in the CRM by a person: %(fields)s.") % {"fields": fields}
