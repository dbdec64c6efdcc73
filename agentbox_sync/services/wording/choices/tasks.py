"""What a person may decide about tasks."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from agentbox_sync.core.rules import Order
from agentbox_sync.services.wording.choices.words import KEEP, ChoiceWords

_STAYS = gettext_lazy("The task stays as it is.")
_LET_GO = ChoiceWords(
    gettext_lazy("Let it go"),
    _STAYS,
    pgettext_lazy("a task", "It stays away, also when the CRM changes it later."),
    gettext_lazy("Let go with the next run."),
    ngettext_lazy("Let %(n)d task go?", "Let %(n)d tasks go?", "n"),
)

TASK_CHOICES: Mapping[tuple[str, str], ChoiceWords] = {
    ("", Order.ACCEPT): ChoiceWords(
        gettext_lazy("Take into the CRM"),
        gettext_lazy("A new task of %(name)s is made from it."),
        gettext_lazy("Nothing changes there; from then on edits travel both ways."),
        gettext_lazy("Taken into the CRM with the next run."),
        ngettext_lazy("Take %(n)d task into the CRM?", "Take %(n)d tasks into the CRM?", "n"),
    ),
    ("", Order.LINK): ChoiceWords(
        gettext_lazy("Link to a task of the CRM"),
        gettext_lazy("What the chosen task lacks is filled in."),
        gettext_lazy("It becomes the same as that task: what it lacks is filled in as well."),
        gettext_lazy("Linked with the next run."),
        ngettext_lazy("Link %(n)d task?", "Link %(n)d tasks?", "n"),
    ),
    ("", Order.RESTORE): ChoiceWords(
        gettext_lazy("Put it back in Exchange"),
        gettext_lazy("Nothing changes."),
        gettext_lazy("It is created again with what the CRM says now."),
        gettext_lazy("Put back with the next run."),
        ngettext_lazy("Put %(n)d task back in Exchange?", "Put %(n)d tasks back in Exchange?", "n"),
    ),
    ("", Order.CREATE): ChoiceWords(
        pgettext_lazy("a task", "None of them: create it"),
        gettext_lazy("Nothing changes."),
        gettext_lazy("A new task is created beside those that are there."),
        gettext_lazy("Created in Exchange with the next run."),
        ngettext_lazy(
            "Create %(n)d task in Exchange, beside those that are alike?",
            "Create %(n)d tasks in Exchange, beside those that are alike?",
            "n",
        ),
    ),
    ("", Order.DISMISS): _LET_GO,
    ("born", Order.DISMISS): ChoiceWords(
        gettext_lazy("Leave in To Do only"),
        gettext_lazy("Nothing is made."),
        pgettext_lazy("a task", "It stays as it is, and nobody is asked about it again."),
        gettext_lazy("Left in To Do only; nobody is asked again after the next run."),
        ngettext_lazy("Leave %(n)d task in To Do only?", "Leave %(n)d tasks in To Do only?", "n"),
    ),
    ("ambiguous", Order.LINK): ChoiceWords(
        pgettext_lazy("a task", "This one is the same"),
        gettext_lazy("What the task of the CRM lacks is filled in from it."),
        gettext_lazy("The two are one from then on; the others stay as they are."),
        gettext_lazy("Linked with the next run."),
        ngettext_lazy("Link %(n)d task?", "Link %(n)d tasks?", "n"),
    ),
    ("ambiguous", Order.DISMISS): ChoiceWords(
        gettext_lazy("Do not sync this task"),
        _STAYS,
        gettext_lazy("Nothing is touched, and nobody is asked again."),
        gettext_lazy("Not synced any more after the next run."),
        ngettext_lazy(
            "Leave %(n)d task out of the sync?", "Leave %(n)d tasks out of the sync?", "n"
        ),
    ),
    ("moved", Order.DISMISS): ChoiceWords(
        gettext_lazy("Let it go"),
        _STAYS,
        gettext_lazy("It stays in the list where it was put, and is not synced any more."),
        gettext_lazy("Let go with the next run."),
        ngettext_lazy("Let %(n)d task go?", "Let %(n)d tasks go?", "n"),
    ),
    ("contested", Order.RELEASE): ChoiceWords(
        gettext_lazy("Complete it in the CRM"),
        gettext_lazy("The task is marked as completed, not deleted."),
        pgettext_lazy("a task", "It stays away."),
        gettext_lazy("Completed with the next run."),
        ngettext_lazy("Complete %(n)d task in the CRM?", "Complete %(n)d tasks in the CRM?", "n"),
    ),
    ("conflicts", KEEP): ChoiceWords(
        gettext_lazy("Leave it as it is"),
        gettext_lazy("The value that stands there stays."),
        gettext_lazy("The value that stands there stays."),
        "",
        ngettext_lazy("Leave %(n)d conflict as it is?", "Leave %(n)d conflicts as they are?", "n"),
    ),
}
