"""What the card says while somebody wants nothing to be read or written."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agentbox_sync.models import Connection
from agentbox_sync.services.wording.conditions import Facts
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.moments import when


def paused(facts: Facts) -> str:
    """Return who paused it and when, what that means, and the next step."""
    text = [
        who(facts),
        _("Nothing is read or written until somebody resumes it. What is on the phone stays."),
        beneath(facts),
    ]
    if not facts.manages:
        text += [_("Please ask a Master User to resume it.")]
    return " ".join(filter(None, text))


def who(facts: Facts) -> str:
    """Return who paused it and when."""
    if facts.paused_at is None:
        return ""
    moment = when(facts.paused_at, facts.now)
    if not facts.paused_by:
        return _("It was paused %(when)s.") % {"when": moment}
    return _("%(who)s paused it %(when)s.") % {"who": facts.paused_by, "when": moment}


def beneath(facts: Facts) -> str:
    """Return what resuming alone does not mend."""
    if facts.paused_state == Connection.State.NEEDS_SIGN_IN:
        return _("Microsoft needs a sign-in as well: resume it, then sign in again.")
    if facts.paused_state == Connection.State.SUSPENDED:
        return connection_sentence(facts.reason)
    return ""
