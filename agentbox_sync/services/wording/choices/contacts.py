"""What a person may decide about contacts."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext_lazy

from agentbox_sync.core.rules import Order
from agentbox_sync.services.wording.choices.words import KEEP, ChoiceWords

_ACCEPT = ChoiceWords(
    gettext_lazy("Take into the CRM"),
    gettext_lazy("A new contact of %(name)s is made from it."),
    gettext_lazy("Nothing changes there; from then on edits travel both ways."),
    gettext_lazy("Taken into the CRM with the next run."),
    ngettext_lazy("Take %(n)d person into the CRM?", "Take %(n)d people into the CRM?", "n"),
)
_LINK = ChoiceWords(
    gettext_lazy("Link to a contact"),
    gettext_lazy("What the chosen contact lacks is filled in."),
    gettext_lazy("It becomes that contact’s item: what it lacks is filled in as well."),
    gettext_lazy("Linked with the next run."),
    ngettext_lazy("Link %(n)d person?", "Link %(n)d people?", "n"),
)
_RESTORE = ChoiceWords(
    gettext_lazy("Put it back in Exchange"),
    gettext_lazy("Nothing changes."),
    gettext_lazy("It is created again with what the CRM says now."),
    gettext_lazy("Put back with the next run."),
    ngettext_lazy(
        "Put %(n)d contact back in Exchange?", "Put %(n)d contacts back in Exchange?", "n"
    ),
)
_CREATE = ChoiceWords(
    gettext_lazy("None of them: create it"),
    gettext_lazy("Nothing changes."),
    gettext_lazy("A new contact is created beside those that are there."),
    gettext_lazy("Created in Exchange with the next run."),
    ngettext_lazy(
        "Create %(n)d contact in Exchange, beside those that are alike?",
        "Create %(n)d contacts in Exchange, beside those that are alike?",
        "n",
    ),
)
_LET_GO = ChoiceWords(
    gettext_lazy("Let it go"),
    gettext_lazy("The contact stays as it is."),
    gettext_lazy("It stays away, also when the CRM changes it later."),
    gettext_lazy("Let go with the next run."),
    ngettext_lazy("Let %(n)d contact go?", "Let %(n)d contacts go?", "n"),
)

CONTACT_CHOICES: Mapping[tuple[str, str], ChoiceWords] = {
    ("", Order.ACCEPT): _ACCEPT,
    ("", Order.LINK): _LINK,
    ("", Order.RESTORE): _RESTORE,
    ("", Order.CREATE): _CREATE,
    ("", Order.DISMISS): _LET_GO,
    ("born", Order.DISMISS): ChoiceWords(
        gettext_lazy("Leave in Outlook only"),
        gettext_lazy("Nothing is made."),
        gettext_lazy("It stays as it is, and nobody is asked about it again."),
        gettext_lazy("Left in Outlook only; nobody is asked again after the next run."),
        ngettext_lazy(
            "Leave %(n)d person in Outlook only?", "Leave %(n)d people in Outlook only?", "n"
        ),
    ),
    ("ambiguous", Order.LINK): ChoiceWords(
        gettext_lazy("This one is the same"),
        gettext_lazy("What the contact lacks is filled in from it."),
        gettext_lazy("This one becomes the contact’s; the others stay as they are."),
        gettext_lazy("Linked with the next run."),
        ngettext_lazy("Link %(n)d contact?", "Link %(n)d contacts?", "n"),
    ),
    ("ambiguous", Order.DISMISS): ChoiceWords(
        gettext_lazy("Do not sync this contact"),
        gettext_lazy("The contact stays as it is."),
        gettext_lazy("Nothing is touched, and nobody is asked again."),
        gettext_lazy("Not synced any more after the next run."),
        ngettext_lazy(
            "Leave %(n)d contact out of the sync?",
            "Leave %(n)d contacts out of the sync?",
            "n",
        ),
    ),
    ("moved", Order.DISMISS): ChoiceWords(
        gettext_lazy("Let it go"),
        gettext_lazy("The contact stays as it is."),
        gettext_lazy("It stays in the folder where it was put, and is not synced any more."),
        gettext_lazy("Let go with the next run."),
        ngettext_lazy("Let %(n)d contact go?", "Let %(n)d contacts go?", "n"),
    ),
    ("contested", Order.RELEASE): ChoiceWords(
        gettext_lazy("Follow in the CRM"),
        gettext_lazy("%(name)s loses access to the contact; the contact itself stays."),
        gettext_lazy("It stays away."),
        gettext_lazy("The access is taken with the next run."),
        ngettext_lazy(
            "Take the access to %(n)d contact?", "Take the access to %(n)d contacts?", "n"
        ),
    ),
    ("conflicts", KEEP): ChoiceWords(
        gettext_lazy("Leave it as it is"),
        gettext_lazy("The value that stands there stays."),
        gettext_lazy("The value that stands there stays."),
        "",
        ngettext_lazy("Leave %(n)d conflict as it is?", "Leave %(n)d conflicts as they are?", "n"),
    ),
}
