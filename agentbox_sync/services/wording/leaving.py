"""What the card says while an account is being disconnected and what we put there is removed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.models import Connection
from agentbox_sync.services.wording.conditions import Facts, is_pausing
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.moments import when


def going(facts: Facts) -> str:
    """Return what is under way, and that it goes on by itself."""
    text = [
        ngettext(
            "Removing %(n)d item that the CRM put into Outlook, then disconnecting.",
            "Removing %(n)d items that the CRM put into Outlook, then disconnecting.",
            facts.leaving or 0,
        )
        % {"n": facts.leaving or 0}
    ]
    if is_pausing(facts) and facts.not_before:
        text += [
            _("Microsoft has asked for a pause; it goes on %(when)s.")
            % {"when": when(facts.not_before, facts.now)}
        ]
    text += [_("You may close this page. What was in Outlook before the CRM stays there.")]
    return " ".join(text)


def held_up(facts: Facts) -> str:
    """Return what stands in the way, and the two ways out."""
    return " ".join(filter(None, (_obstacle(facts), _("What was removed so far stays removed."))))


def _obstacle(facts: Facts) -> str:
    if facts.state != Connection.State.CONNECTED:
        way = (
            _("When it is mended, press Check on the page Organisation, or disconnect without it.")
            if facts.by_organisation
            else _("Sign in again to let the removal go on, or disconnect without it.")
        )
        return " ".join(filter(None, (connection_sentence(facts.reason), way)))
    if facts.is_stuck and facts.waiting_removals:
        return _("A safety stop holds the rest back: a Master User has to look at the list below.")
    if facts.is_stuck:
        return _(
            "Some items could not be removed; the reasons stand below. It is tried again from "
            "time to time, or you disconnect without removing them."
        )
    if not facts.worker_alive:
        return _("No worker is running, so nothing is removed. Please tell a Master User.")
    again = (
        _("It is tried again %(when)s by itself.") % {"when": when(facts.not_before, facts.now)}
        if facts.not_before and facts.not_before > facts.now
        else _("It is tried again by itself.")
    )
    return " ".join(filter(None, (connection_sentence(facts.last_error), again)))
