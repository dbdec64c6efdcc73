"""What the card says of a mailbox that is shut, and of a setting that is wrong.

Where an organisation lets us in nobody signs in, so that the next step is another one.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.services.wording.conditions import Facts
from agentbox_sync.services.wording.errors import connection_sentence

REFUSED = "organisation_refused"

# What means something else where an administrator has let us in, by code in lower case.
_SHUT = gettext_lazy(
    "Microsoft does not let the CRM into this mailbox. Access may be restricted in Exchange, or "
    "the approval of the organisation was withdrawn."
)
_SENTENCES: dict[str, Any] = dict.fromkeys(
    ("erroraccessdenied", "accessdenied", "authorization_requestdenied", "http403"), _SHUT
)


def suspended(facts: Facts) -> str:
    """Return why a mailbox is shut, and who can open it."""
    text = [_why(facts)]
    if not facts.is_master:
        text += [_("Please tell a Master User. What is on the phone stays.")]
    elif facts.by_organisation:
        text += [
            _(
                "When the administrator has mended it, press Check on the page Organisation; "
                "changes in Exchange take up to two hours. What is on the phone stays."
            )
        ]
    else:
        text += [_("When this is mended, sign in again to go on. What is on the phone stays.")]
    return " ".join(filter(None, text))


def _why(facts: Facts) -> str:
    if facts.by_organisation and facts.reason.lower() in _SENTENCES:
        return str(_SENTENCES[facts.reason.lower()])
    return connection_sentence(facts.reason)


def misconfigured(facts: Facts) -> str:
    """Return what only an operator can mend, or the organisation's administrator."""
    if facts.last_error == REFUSED:
        return _refused(facts)
    if facts.is_master:
        return " ".join(
            (
                connection_sentence(facts.last_error),
                _("Ask whoever runs the server to start “manage.py agentbox_doctor”."),
            )
        )
    return _("A setting of the CRM is wrong. Please tell a Master User. Nothing is lost meanwhile.")


def _refused(facts: Facts) -> str:
    text = connection_sentence(REFUSED)
    if facts.is_master:
        what = _("The page Organisation says what to do; all mailboxes then go on.")
    else:
        what = _("Please tell a Master User. Nothing is lost meanwhile.")
    return f"{text} {what}"
