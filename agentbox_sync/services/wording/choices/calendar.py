"""What a person may decide about calendar entries."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext_lazy

from agentbox_sync.core.rules import Order
from agentbox_sync.services.wording.choices.words import KEEP, ChoiceWords

_STAYS = gettext_lazy("The appointment stays as it is.")
_LET_GO = ChoiceWords(
    gettext_lazy("Let it go"),
    _STAYS,
    gettext_lazy("It stays away, also when the CRM changes it later."),
    gettext_lazy("Let go with the next run."),
    ngettext_lazy("Let %(n)d entry go?", "Let %(n)d entries go?", "n"),
)

CALENDAR_CHOICES: Mapping[tuple[str, str], ChoiceWords] = {
    ("", Order.ACCEPT): ChoiceWords(
        gettext_lazy("Take into the CRM"),
        gettext_lazy("A new appointment of %(name)s is made from it."),
        gettext_lazy("Nothing changes there; from then on edits travel both ways."),
        gettext_lazy("Taken into the CRM with the next run."),
        ngettext_lazy("Take %(n)d entry into the CRM?", "Take %(n)d entries into the CRM?", "n"),
    ),
    ("", Order.LINK): ChoiceWords(
        gettext_lazy("Link to an appointment"),
        gettext_lazy("What the chosen appointment lacks is filled in."),
        gettext_lazy("It becomes that appointment’s entry: what it lacks is filled in as well."),
        gettext_lazy("Linked with the next run."),
        ngettext_lazy("Link %(n)d entry?", "Link %(n)d entries?", "n"),
    ),
    ("", Order.RESTORE): ChoiceWords(
        gettext_lazy("Put it back in Exchange"),
        gettext_lazy("Nothing changes."),
        gettext_lazy("It is created again with what the CRM says now."),
        gettext_lazy("Put back with the next run."),
        ngettext_lazy(
            "Put %(n)d entry back in Exchange?", "Put %(n)d entries back in Exchange?", "n"
        ),
    ),
    ("", Order.CREATE): ChoiceWords(
        gettext_lazy("None of them: create it"),
        gettext_lazy("Nothing changes."),
        gettext_lazy("A new entry is created beside those that are there."),
        gettext_lazy("Created in Exchange with the next run."),
        ngettext_lazy(
            "Create %(n)d entry in Exchange, beside those that are alike?",
            "Create %(n)d entries in Exchange, beside those that are alike?",
            "n",
        ),
    ),
    ("", Order.DISMISS): _LET_GO,
    ("born", Order.DISMISS): ChoiceWords(
        gettext_lazy("Leave in Outlook only"),
        gettext_lazy("Nothing is made."),
        gettext_lazy("It stays as it is, and nobody is asked about it again."),
        gettext_lazy("Left in Outlook only; nobody is asked again after the next run."),
        ngettext_lazy(
            "Leave %(n)d entry in Outlook only?", "Leave %(n)d entries in Outlook only?", "n"
        ),
    ),
    ("ambiguous", Order.LINK): ChoiceWords(
        gettext_lazy("This one is the same"),
        gettext_lazy("What the appointment lacks is filled in from it."),
        gettext_lazy("This one becomes the appointment’s; the others stay as they are."),
        gettext_lazy("Linked with the next run."),
        ngettext_lazy("Link %(n)d entry?", "Link %(n)d entries?", "n"),
    ),
    ("ambiguous", Order.DISMISS): ChoiceWords(
        gettext_lazy("Do not sync this appointment"),
        _STAYS,
        gettext_lazy("Nothing is touched, and nobody is asked again."),
        gettext_lazy("Not synced any more after the next run."),
        ngettext_lazy(
            "Leave %(n)d entry out of the sync?", "Leave %(n)d entries out of the sync?", "n"
        ),
    ),
    ("moved", Order.DISMISS): ChoiceWords(
        gettext_lazy("Let it go"),
        _STAYS,
        gettext_lazy("It stays in the calendar where it was put, and is not synced any more."),
        gettext_lazy("Let go with the next run."),
        ngettext_lazy("Let %(n)d entry go?", "Let %(n)d entries go?", "n"),
    ),
    ("contested", Order.RELEASE): ChoiceWords(
        gettext_lazy("Cancel it in the CRM"),
        gettext_lazy("The appointment is cancelled for everybody who takes part, not deleted."),
        gettext_lazy("It stays away."),
        gettext_lazy("Cancelled with the next run."),
        ngettext_lazy(
            "Cancel %(n)d appointment in the CRM?", "Cancel %(n)d appointments in the CRM?", "n"
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
