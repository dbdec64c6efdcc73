"""What a person may decide, in words: what each choice does in the CRM and in Exchange.

One table a kind. ``%(name)s`` is the staff member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.core.rules import Order
from agentbox_sync.services.wording.choices.calendar import CALENDAR_CHOICES
from agentbox_sync.services.wording.choices.contacts import CONTACT_CHOICES
from agentbox_sync.services.wording.choices.tasks import TASK_CHOICES
from agentbox_sync.services.wording.choices.words import KEEP, UNDO, ChoiceWords

# The list that a choice stands in decides over its words; "" answers for every other list.
CHOICES: dict[str, Mapping[tuple[str, str], ChoiceWords]] = {
    CONTACTS.name: CONTACT_CHOICES,
    CALENDAR.name: CALENDAR_CHOICES,
    TASKS.name: TASK_CHOICES,
}


def choice_words(kind: str, place: str, choice: str) -> ChoiceWords:
    """Return the words of a choice in the list ``place``."""
    table = CHOICES[kind]
    return table.get((place, choice)) or table[("", choice)]


# What a button says that decides about several kinds, where they say it differently.
_TOGETHER: dict[tuple[str, str], Any] = {
    ("", Order.ACCEPT): gettext_lazy("Take into the CRM"),
    ("", Order.LINK): gettext_lazy("Link to what is in the CRM"),
    ("", Order.RESTORE): gettext_lazy("Put it back in Exchange"),
    ("", Order.CREATE): gettext_lazy("Create in Exchange"),
    ("", Order.RELEASE): gettext_lazy("Follow in the CRM"),
    ("", Order.DISMISS): gettext_lazy("Let it go"),
    ("", KEEP): gettext_lazy("Leave it as it is"),
    ("born", Order.DISMISS): gettext_lazy("Leave in Exchange only"),
    ("ambiguous", Order.LINK): gettext_lazy("Choose which one is the same"),
    ("ambiguous", Order.DISMISS): gettext_lazy("Leave out of the sync"),
}


def label_of(kinds: Iterable[str], place: str, choice: str) -> str:
    """Return what a choice about items of these kinds is called."""
    said = {str(choice_words(kind, place, choice).label) for kind in kinds}
    together = _TOGETHER.get((place, choice)) or _TOGETHER["", choice]
    return said.pop() if len(said) == 1 else str(together)


_DECIDED: dict[str, Any] = {
    Order.ACCEPT: gettext_lazy("To be taken into the CRM"),
    Order.DISMISS: gettext_lazy("Let go"),
    Order.LINK: gettext_lazy("To be linked"),
    Order.CREATE: gettext_lazy("To be created in Exchange"),
    Order.RESTORE: gettext_lazy("To be put back in Exchange"),
    Order.RELEASE: gettext_lazy("To be followed in the CRM"),
    KEEP: gettext_lazy("The value that stands was kept"),
    UNDO: gettext_lazy("Undone in the CRM"),
}
_OUTCOMES: dict[str, Any] = {
    "": gettext_lazy("Waits for the next run"),
    "done": gettext_lazy("Done"),
    "withdrawn": gettext_lazy("Taken back"),
    "replaced": gettext_lazy("Replaced by a later decision"),
    "moot": gettext_lazy("Things had moved on, so there was nothing left to do"),
    "refused": gettext_lazy("One of the sides did not accept it"),
    "disconnected": gettext_lazy("Not done: the account was disconnected before the next run"),
    "switched_off": gettext_lazy("Not done: the sync was switched off before the next run"),
    "double": gettext_lazy("Not done: one that is synced already looks the same"),
}


def decided(verb: str) -> str:
    """Return what was decided, for the list of decisions."""
    return str(_DECIDED.get(verb, verb))


# After these the row waits again, and says why.
FAILED = frozenset({"moot", "refused", "double", "disconnected", "switched_off"})


def outcome_words(outcome: str, *, is_open: bool) -> str:
    """Return what became of a decision; one that no table knows is told carefully."""
    if is_open:
        return str(_OUTCOMES[""])
    known = _OUTCOMES.get(outcome)
    return str(known) if known else _("Could not be carried out (“%(code)s”)") % {"code": outcome}
