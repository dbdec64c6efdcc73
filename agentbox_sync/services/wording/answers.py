"""What "Why?" answers: from a code to a tone, a headline and the next step."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from agentbox_sync.core.changes import Cause
from agentbox_sync.core.ties import FOREIGN, GUESTS
from agentbox_sync.services.wording.tones import Tone

# Code -> tone, headline, next step.
ANSWERS: dict[str, tuple[Tone, Any, Any]] = {
    "disconnected": (
        Tone.QUIET,
        gettext_lazy("No longer synced with %(name)s’s Outlook"),
        gettext_lazy("Connect the account again on %(name)s’s card if it should go on."),
    ),
    "leaving": (Tone.BUSY, gettext_lazy("%(name)s’s account is being disconnected"), ""),
    "needs_sign_in": (
        Tone.BAD,
        gettext_lazy("Not synced with %(name)s’s Outlook at the moment"),
        gettext_lazy("Sign in at Microsoft again on %(name)s’s card."),
    ),
    "suspended": (
        Tone.BAD,
        gettext_lazy("Not synced with %(name)s’s Outlook at the moment"),
        gettext_lazy("Look at %(name)s’s card: it says what has to be mended."),
    ),
    "paused": (
        Tone.QUIET,
        gettext_lazy("Not synced with %(name)s’s Outlook at the moment"),
        gettext_lazy("Syncing is paused until somebody resumes it."),
    ),
    "disabled": (
        Tone.QUIET,
        gettext_lazy("Not synced with %(name)s’s Outlook"),
        gettext_lazy("Choose another Sync Status on %(name)s’s card."),
    ),
    "not_approved": (
        Tone.CAREFUL,
        gettext_lazy("Not synced with %(name)s’s Outlook yet"),
        gettext_lazy("Begin with the present settings on %(name)s’s card."),
    ),
    "ordered": (
        Tone.BUSY,
        gettext_lazy("About to be decided for %(name)s’s Outlook"),
        gettext_lazy("The next run carries it out."),
    ),
    "ambiguous": (
        Tone.CAREFUL,
        gettext_lazy("Waiting for a decision about %(name)s’s Outlook"),
        gettext_lazy("Say on %(name)s’s card which one it is."),
    ),
    "contested": (
        Tone.CAREFUL,
        gettext_lazy("Waiting for a decision about %(name)s’s Outlook"),
        gettext_lazy("Decide on %(name)s’s card what should become of it."),
    ),
    "protected": (
        Tone.CAREFUL,
        gettext_lazy("Left as it is in %(name)s’s Outlook"),
        gettext_lazy("Remove or change it in Outlook by hand if it should not stay."),
    ),
    "removed_in_exchange": (
        Tone.QUIET,
        gettext_lazy("Not in %(name)s’s Outlook: it was removed there"),
        gettext_lazy("It stays away. To have it back, restore it on %(name)s’s card."),
    ),
    "moved_away": (
        Tone.QUIET,
        gettext_lazy("No longer synced with %(name)s’s Outlook: it was moved there"),
        gettext_lazy("Move it back to where it was in Outlook to let it go on."),
    ),
    "other_collection": (
        Tone.QUIET,
        gettext_lazy("Not synced with %(name)s’s Outlook: it lies elsewhere there"),
        gettext_lazy(
            "It was in Outlook before the CRM, so it stays where it is. Choose that place again "
            "under “Where in Exchange” on %(name)s’s card to let it go on."
        ),
    ),
    "dismissed": (
        Tone.QUIET,
        gettext_lazy("Not synced with %(name)s’s Outlook: somebody let it go"),
        gettext_lazy("This can be taken back on %(name)s’s card."),
    ),
    "set_aside": (
        Tone.CAREFUL,
        gettext_lazy("Set aside for %(name)s’s Outlook"),
        gettext_lazy("It is tried again as soon as either side changes, or when you press Sync."),
    ),
    "held": (
        Tone.CAREFUL,
        gettext_lazy("Still in %(name)s’s Outlook: a safety stop holds its removal back"),
        gettext_lazy("A Master User decides about the whole list on %(name)s’s card."),
    ),
    "going": (Tone.BUSY, gettext_lazy("Leaving the sync with %(name)s’s Outlook"), ""),
    "kept": (Tone.QUIET, gettext_lazy("Kept in %(name)s’s Outlook, no longer synced"), ""),
    "not_selected": (Tone.QUIET, gettext_lazy("Not synced with %(name)s’s Outlook"), ""),
    "back": (
        Tone.BUSY,
        gettext_lazy("Coming back to %(name)s’s Outlook"),
        gettext_lazy("The next run picks it up again."),
    ),
    "outside": (
        Tone.QUIET,
        gettext_lazy("Not in %(name)s’s Outlook: it is too long ago, or too far ahead"),
        gettext_lazy("Choose on %(name)s’s card how far the calendar reaches."),
    ),
    "dormant": (
        Tone.QUIET,
        gettext_lazy("Not in %(name)s’s Outlook: it is done, or called off"),
        "",
    ),
    "synced": (Tone.GOOD, gettext_lazy("Synced with %(name)s’s Outlook"), ""),
    "waiting": (
        Tone.BUSY,
        gettext_lazy("On its way to %(name)s’s Outlook"),
        gettext_lazy("The next run takes it along."),
    ),
}

# Who else is concerned by an item.
TIED: dict[str, Any] = {
    GUESTS: gettext_lazy("This meeting has guests. Change it in Outlook."),
    FOREIGN: gettext_lazy("Somebody else called this meeting. Ask them to change it."),
}
OUTSIDE = gettext_lazy("It lies outside the days that are synced, and is left as it is.")

CAUSES: dict[Cause, Any] = {
    Cause.DELETED: gettext_lazy("It was deleted in the CRM."),
    Cause.LEFT_FILTER: gettext_lazy("It is not among those that the settings select."),
    Cause.LOST_ACCESS: gettext_lazy("%(name)s has no access to it in the CRM."),
    Cause.COMPLETED: gettext_lazy("It is completed."),
    Cause.SUPERSEDED: gettext_lazy(
        "Its series stands in Outlook in another form now: as single dates, or as one series."
    ),
    Cause.DETACHED: gettext_lazy("The account was disconnected."),
}
CAUSE_STEPS: dict[Cause, Any] = {
    Cause.LEFT_FILTER: gettext_lazy("Change the item, or the settings on the card, to include it."),
    Cause.LOST_ACCESS: gettext_lazy("Give access in the CRM if it should be on this phone."),
}
