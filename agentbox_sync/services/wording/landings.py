"""How every way back from Microsoft ends: a sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence and a next step, both lazily translated; ``%(name)s`` is the staff member.

    ``topic`` names the part of the help page that goes on from there.
    """

    tone: Tone
    sentence: Any
    step: Any
    for_master: Any = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands at the top of the card once. ``link`` is offered beside the next step.

    ``other`` is the name of the card that has the mailbox, for those who may know it; ``topic``
    is a part of the help page.
    """

    tone: Tone
    sentence: str
    step: str
    link: str = ""
    link_label: str = ""
    topic: str = ""
    other: str = ""


LANDINGS: dict[str, Words] = {
    "": Words(
        Tone.GOOD,
        _("%(name)s is connected to Microsoft 365."),
        _(
            "Nothing is synced before you choose a Sync Status below and save. You then see what "
            "would change, before anything is written."
        ),
    ),
    "renewed": Words(
        Tone.GOOD,
        _("%(name)s is signed in at Microsoft again."),
        _("Syncing goes on where it stopped; nothing is doubled."),
    ),
    "renewed_paused": Words(
        Tone.GOOD,
        _("%(name)s is signed in at Microsoft again."),
        _("Syncing stays paused until somebody resumes it; nothing is lost meanwhile."),
    ),
    "declined": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because the sign-in was cancelled at Microsoft."),
        _("Press Connect again, and Accept on Microsoft’s page."),
        topic="declined",
    ),
    "admin_approval_needed": Words(
        Tone.CAREFUL,
        _("Microsoft wants your company’s administrator to approve the CRM first."),
        _(
            "Send the approval link to the person who looks after Microsoft 365 in your company. "
            "When they have approved it, press Connect again."
        ),
        topic="approval",
    ),
    "expired": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because the sign-in took too long or was used before."),
        _("Press Connect again and finish within ten minutes."),
    ),
    "tampered": Words(
        Tone.BAD,
        _("Nothing was connected, because the answer does not belong to the sign-in begun here."),
        _("Press Connect again. If this happens twice, tell a Master User."),
        _("Press Connect again. If this happens twice, look into the log of the CRM."),
    ),
    "wrong_tenant": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because that account belongs to another organisation."),
        _(
            "Press Connect again and choose the company account. If Microsoft does not ask which "
            "one, choose “Use another account”."
        ),
        topic="other-account",
    ),
    "personal_account": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because that is a personal Microsoft account."),
        _("Press Connect again and choose the company account."),
        topic="other-account",
    ),
    "missing_scopes": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because not every permission was granted."),
        _("Press Connect again and leave every permission ticked on Microsoft’s page."),
    ),
    "configuration": Words(
        Tone.BAD,
        _("Nothing was connected, because a setting of the CRM is wrong."),
        _("Tell a Master User; signing in again does not help before it is corrected."),
        _(
            "Ask whoever runs the server to start “manage.py agentbox_doctor”: it names the "
            "setting. Signing in again does not help before it is corrected."
        ),
    ),
    "unreachable": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because Microsoft did not answer."),
        _("Wait a few minutes and press Connect again."),
    ),
    "mailbox_taken": Words(
        Tone.BAD,
        _("Nothing was connected, because that mailbox is connected to another staff member."),
        _("Press Connect again and sign in with the account of %(name)s, or tell a Master User."),
        _(
            "Press Connect again and sign in with the account of %(name)s, or disconnect the "
            "mailbox on the other card first."
        ),
        topic="other-account",
    ),
    "invitation_over": Words(
        Tone.CAREFUL,
        _("Nothing was connected: that invitation was used, withdrawn, or is too old."),
        _("Ask a Master User for another invitation."),
        _("Make another invitation."),
    ),
    "not_kept": Words(
        Tone.CAREFUL,
        _("Nothing was connected: the account that signed in was not kept."),
        _(
            "Press Connect again and sign in with the account of %(name)s. If Microsoft does not "
            "ask which one, choose “Use another account”."
        ),
        topic="other-account",
    ),
    "access_blocked": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because Microsoft has blocked that account."),
        _(
            "Ask the person who looks after Microsoft 365 to allow the account, then press Connect "
            "again."
        ),
    ),
    "interaction": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because Microsoft wanted another proof of who signs in."),
        _("Press Connect again and follow every step that Microsoft asks for."),
    ),
    "mailbox_refused": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because Microsoft does not let the CRM into that mailbox."),
        _(
            "Ask the person who looks after Microsoft 365 whether a policy keeps the CRM out, then "
            "press Connect again."
        ),
        topic="no-mailbox",
    ),
    "other_account": Words(
        Tone.BAD,
        _("Nothing was changed, because %(name)s is connected with another account already."),
        _(
            "Press the button again and sign in with the account that is connected, or disconnect "
            "it first."
        ),
        topic="other-account",
    ),
    "no_mailbox": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because that account has no mailbox in Microsoft 365."),
        _(
            "Ask the person who looks after Microsoft 365 for a licence with a mailbox, then press "
            "Connect again."
        ),
        topic="no-mailbox",
    ),
    "admin_consented": Words(
        Tone.GOOD,
        _("The administrator has approved the CRM for your company."),
        _("Press Connect now: signing in works for everybody in the company."),
    ),
    "not_offered": Words(
        Tone.CAREFUL,
        _("Nothing was connected, because Microsoft 365 is not switched on here."),
        _("Ask a Master User to switch it on."),
        _("Switch it on for this office or for the whole site first."),
    ),
    "cloud_lacks": Words(
        Tone.BAD,
        _(
            "Nothing was connected, because the Microsoft cloud of your company does not offer "
            "what would be synced."
        ),
        _("Tell a Master User; signing in does not help."),
        _(
            "Ask whoever runs the server to start “manage.py agentbox_doctor”: it says what is "
            "missing there."
        ),
    ),
    "unknown": Words(
        Tone.BAD,
        _("Nothing was connected, for a reason that the CRM does not know."),
        _("Press Connect again. If it happens twice, tell a Master User."),
        _("Press Connect again. If it happens twice, look into the log of the CRM."),
    ),
}


def banner(
    code: str,
    parameters: Mapping[str, Any],
    *,
    name: str,
    is_master: bool = False,
    other: str = "",
) -> Banner:
    """Return the words for a landing; a code that is not in the table reads as unknown."""
    words = LANDINGS.get(code, LANDINGS["unknown"])
    step = words.for_master if is_master and words.for_master else words.step
    link = str(parameters.get("admin_consent_url", ""))
    is_link = code == "admin_approval_needed" and link.startswith("https://")
    return Banner(
        tone=words.tone,
        sentence=str(words.sentence) % {"name": name},
        step=str(step) % {"name": name},
        link=link if is_link else "",
        link_label=str(_("Approval link for the administrator")) if is_link else "",
        topic=words.topic,
        other=other,
    )
