"""The words of the organisation connection: how a step ended, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.models import Connection
from agentbox_sync.services.organisation.admit import Admitted
from agentbox_sync.services.organisation.roster import Row, Verdict
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class Said:
    """How a step ended, and what to do next."""

    tone: Tone
    title: str
    text: str = ""


_APPROVE = gettext_lazy(
    "Let the Microsoft 365 administrator open the approval link and accept, then press "
    "“It is approved already”."
)
_DOCTOR = gettext_lazy(
    "Ask whoever runs the server to start “manage.py agentbox_doctor”: it names the setting."
)
# code -> tone, what happened, what to do next
ENDS: dict[str, tuple[Tone, Any, Any]] = {
    "organisation_connected": (
        Tone.GOOD,
        gettext_lazy("The organisation is connected."),
        gettext_lazy("No mailbox was opened yet. Look up next which mailbox is whose."),
    ),
    "approval_declined": (
        Tone.CAREFUL,
        gettext_lazy("Nothing was connected, because the administrator did not approve."),
        gettext_lazy("Talk to the administrator, then open the approval link again."),
    ),
    "not_approved": (
        Tone.CAREFUL,
        gettext_lazy("Nothing was connected: Microsoft knows of no approval for the organisation."),
        _APPROVE,
    ),
    "other_tenant": (
        Tone.BAD,
        gettext_lazy("Nothing was connected: the approval was given for another organisation."),
        gettext_lazy("Open the link again and sign in as the administrator of this organisation."),
    ),
    "approval_unknown": (
        Tone.CAREFUL,
        gettext_lazy("Nothing was connected: this answer belongs to no approval begun here."),
        gettext_lazy("Begin again on this page. An approval itself is kept at Microsoft."),
    ),
    "approval_expired": (
        Tone.CAREFUL,
        gettext_lazy("Nothing was connected, because the approval took too long."),
        gettext_lazy("If the administrator has accepted, press “It is approved already”."),
    ),
    "unreachable": (
        Tone.CAREFUL,
        gettext_lazy("Microsoft did not answer."),
        gettext_lazy("Wait a few minutes and try again. Nothing was changed."),
    ),
    "configuration": (Tone.BAD, gettext_lazy("A setting of the CRM is wrong."), _DOCTOR),
    "no_tenant_named": (
        Tone.BAD,
        gettext_lazy("The settings do not say which organisation this is."),
        gettext_lazy(
            "Ask whoever runs the server to put the tenant id into MS365_TENANT, or into "
            "ALLOWED_TENANTS. Otherwise somebody could name an organisation that is not yours."
        ),
    ),
    # ----------------------------------------------------- what a check finds wrong with the whole
    "organisation_refused": (
        Tone.BAD,
        gettext_lazy("Microsoft no longer lets the CRM in: the approval is missing or withdrawn."),
        gettext_lazy(
            "Let the Microsoft 365 administrator approve again with the link below, then press "
            "Check. Every mailbox goes on by itself; what is on the phones stays."
        ),
    ),
    "secret_refused": (
        Tone.BAD,
        gettext_lazy(
            "Microsoft does not accept the CRM’s own password (its client secret): it is wrong or "
            "has expired."
        ),
        gettext_lazy(
            "Ask whoever runs the server for a new secret in MS365_CLIENT_SECRET, then press Check."
        ),
    ),
    "directory_refused": (
        Tone.CAREFUL,
        gettext_lazy("The CRM may not look people up, so nobody can be matched."),
        gettext_lazy(
            "Let the administrator grant the application permission User.Read.All in Entra ID, "
            "then press Check. Mailboxes that are connected already go on."
        ),
    ),
    "microsoft_unavailable": (
        Tone.CAREFUL,
        gettext_lazy("Microsoft did not answer."),
        gettext_lazy("Wait a few minutes and press Check again."),
    ),
    "not_all": (
        Tone.CAREFUL,
        gettext_lazy("Not everybody could be looked up yet."),
        gettext_lazy("Press “Look them up again”: it goes on with those who are left."),
    ),
}

# verdict -> label, what to do
VERDICTS: dict[Verdict, tuple[Any, Any]] = {
    Verdict.MATCHED: (gettext_lazy("Matched"), ""),
    Verdict.SEVERAL: (
        gettext_lazy("Several accounts"),
        gettext_lazy("Choose the right one, or leave the tick away."),
    ),
    Verdict.NOT_FOUND: (
        gettext_lazy("No account"),
        gettext_lazy("Nobody in Microsoft 365 has this address. Compare it with the staff card."),
    ),
    Verdict.NO_MAILBOX: (
        gettext_lazy("No mailbox"),
        gettext_lazy("The account has no licence with a mailbox."),
    ),
    Verdict.DISABLED: (
        gettext_lazy("Switched off"),
        gettext_lazy("The administrator has blocked this account."),
    ),
    Verdict.GUEST: (
        gettext_lazy("Guest"),
        gettext_lazy("The mailbox belongs to another organisation. They can sign in themselves."),
    ),
    Verdict.TAKEN: (
        gettext_lazy("Connected elsewhere"),
        gettext_lazy("This mailbox is connected to another staff member."),
    ),
    Verdict.NO_ADDRESS: (
        gettext_lazy("No address"),
        gettext_lazy("Enter the e-mail address on the staff card first."),
    ),
    Verdict.NOT_LOOKED: (gettext_lazy("Not looked up yet"), ""),
    Verdict.NOT_OFFERED: (
        gettext_lazy("Not offered"),
        gettext_lazy("Microsoft 365 is switched off for this office."),
    ),
    Verdict.OWN_SIGN_IN: (
        gettext_lazy("Connected by their own sign-in"),
        gettext_lazy("It stays as it is."),
    ),
    Verdict.CONNECTED: (gettext_lazy("Connected"), ""),
}
_TONES = {
    **dict.fromkeys((Verdict.MATCHED, Verdict.OWN_SIGN_IN, Verdict.CONNECTED), Tone.GOOD),
    **dict.fromkeys((Verdict.NOT_LOOKED, Verdict.NOT_OFFERED), Tone.QUIET),
}
_REFUSALS: dict[str, Any] = {
    "no_mailbox": gettext_lazy("the account has no mailbox that can be opened"),
    "outside": gettext_lazy("Exchange does not let the CRM into this mailbox"),
    "taken": gettext_lazy("the mailbox was connected to somebody else meanwhile"),
    "later": gettext_lazy("Microsoft did not answer for this mailbox"),
}


def ended(code: str) -> Said:
    """Return how a step ended; of a code that no table knows its sentence, with the code."""
    if code in ENDS:
        tone, title, text = ENDS[code]
        return Said(tone, str(title), str(text))
    return Said(Tone.BAD, connection_sentence(code), _("Wait a few minutes and try again."))


def tell(row: Row) -> Said:
    """Return what was found for somebody, in a word or two, and what can be done about it."""
    title, text = map(str, VERDICTS[row.verdict])
    connection = row.connection
    if row.verdict is Verdict.TAKEN and row.other:
        text = _("This mailbox is connected to %(name)s. Disconnect it there first.") % {
            "name": row.other
        }
    if row.verdict is Verdict.CONNECTED and connection is not None:
        text = connection_sentence(connection.reason) if connection.reason else ""
        if connection.state != Connection.State.CONNECTED:
            return Said(Tone.BAD, str(connection.get_state_display()), text)
    return Said(_TONES.get(row.verdict, Tone.CAREFUL), title, text)


def admitted(done: Admitted) -> list[Said]:
    """Return what became of those who were ticked, the good news first."""
    said = []
    if done.connected:
        title = ngettext(
            "%(n)d mailbox is connected.", "%(n)d mailboxes are connected.", done.connected
        ) % {"n": done.connected}
        text = _("Nothing is synced before somebody chooses a Sync Status on the card.")
        said.append(Said(Tone.GOOD, title, text))
    for code in dict.fromkeys(code for _row, code in done.refused):
        names = [row.name for row, found in done.refused if found == code]
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        title = _("%(names)s: %(reason)s.") % {"names": shown, "reason": str(_REFUSALS[code])}
        text = (
            _(
                "If access is restricted in Exchange, the administrator adds the mailbox to the "
                "scope. It takes up to two hours until that is in force."
            )
            if code == "outside"
            else ""
        )
        said.append(Said(Tone.CAREFUL, title, text))
    if done.error:
        said.append(ended(done.error))
    elif done.left:
        title = ngettext(
            "%(n)d mailbox is left, because it took long.",
            "%(n)d mailboxes are left, because it took long.",
            done.left,
        ) % {"n": done.left}
        said.append(Said(Tone.CAREFUL, title, _("Press Connect again to go on with them.")))
    if not said:
        said.append(Said(Tone.CAREFUL, _("Nothing was connected."), _("Tick somebody first.")))
    return said
