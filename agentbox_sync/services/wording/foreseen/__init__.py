"""What a preview says in people's words: one table a kind, and how its parts are put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.groups import Deed, Group
from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.services.wording.foreseen.calendar import CALENDAR_WORDS
from agentbox_sync.services.wording.foreseen.contacts import CONTACT_WORDS
from agentbox_sync.services.wording.foreseen.tasks import TASK_WORDS
from agentbox_sync.services.wording.foreseen.words import EMPTIED, ForeseenWords

FORESEEN: dict[str, ForeseenWords] = {
    CONTACTS.name: CONTACT_WORDS,
    CALENDAR.name: CALENDAR_WORDS,
    TASKS.name: TASK_WORDS,
}

TITLES: dict[Group, Any] = {
    Group.REMOVED: gettext_lazy("Removed or emptied"),
    Group.CONFLICT: gettext_lazy("Different on both sides"),
    Group.AMBIGUOUS: gettext_lazy("Not sure which one is the same"),
    Group.TAKEN_IN: gettext_lazy("New in the CRM"),
    Group.UPDATED: gettext_lazy("Updated"),
    Group.CREATED: gettext_lazy("New in Outlook"),
    Group.LINKED: gettext_lazy("On both sides already"),
    Group.MOVED: gettext_lazy("Moved within Outlook"),
    Group.OFFERED: gettext_lazy("Only in Outlook"),
    Group.LEFT: gettext_lazy("Left as it is"),
}
EXPLAINED: dict[Group, Any] = {
    Group.REMOVED: gettext_lazy("Look at these first: what goes here is gone on that side."),
    Group.CONFLICT: gettext_lazy("One side’s value replaces the other’s. The log keeps what went."),
    Group.AMBIGUOUS: gettext_lazy("Nothing happens to these before somebody has decided."),
    Group.TAKEN_IN: gettext_lazy("They were added in Outlook and come into the CRM."),
    Group.UPDATED: gettext_lazy("Only the fields that are shown are written."),
    Group.CREATED: gettext_lazy("They are in the CRM and come into Outlook."),
    Group.LINKED: gettext_lazy("They are found to be the same one. What is empty is filled."),
    Group.MOVED: gettext_lazy("They stay the same and lie where the settings say afterwards."),
    Group.OFFERED: gettext_lazy("Nothing happens to these before somebody has decided."),
    Group.LEFT: gettext_lazy("They stay in Outlook. What changes in the CRM no longer gets there."),
}
REMOVALS = (Deed.DELETED.value, EMPTIED, Deed.RELEASED.value)
MOST_DEEDS = 3


def outlook_of(name: str) -> str:
    """Return what people call the mailbox of a staff member."""
    return _("%(name)s’s Outlook") % {"name": name}


def numbers(counts: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of a preview by clause; what is emptied is one clause for both sides."""
    found = {key: int(number) for key, number in counts.items()}
    emptied = found.get(Deed.EMPTIED_REMOTE, 0) + found.get(Deed.EMPTIED_LOCAL, 0)
    return found | ({EMPTIED: emptied} if emptied else {})


def removes(counts: Mapping[str, Any]) -> bool:
    """Tell whether anything goes away on either side."""
    return any(numbers(counts).get(key) for key in REMOVALS)


def changes(kind: str, counts: Mapping[str, Any]) -> bool:
    """Tell whether a go would change anything at all."""
    return any(numbers(counts).get(key) for key in FORESEEN[kind].deeds)


def lead(kind: str, counts: Mapping[str, Any], name: str) -> str:
    """Return the one sentence that says it all: what goes, else what comes, and that none goes."""
    said = _clauses(kind, counts, name)
    if not changes(kind, counts):
        if said:
            return _("Nothing will be changed on either side.")
        return _("Everything already matches; nothing will change.")
    first = [said.pop(key) for key in REMOVALS if key in said]
    rest = list(said.values())[:1]
    parts = [*first, *rest] if first else [*rest, _("nothing will be removed")]
    return _sentence("; ".join(parts))


def details(kind: str, counts: Mapping[str, Any], name: str) -> list[str]:
    """Return what the lead does not say, a sentence each."""
    said = _clauses(kind, counts, name)
    led = [key for key in REMOVALS if key in said]
    other = [key for key in said if key not in led]
    if changes(kind, counts):
        other = other[1:]
    sentences = [_sentence(said[key]) for key in other]
    numbered = numbers(counts)
    local = (Deed.CREATED_LOCAL, Deed.WRITTEN_LOCAL, Deed.RELEASED, Deed.EMPTIED_LOCAL)
    if changes(kind, counts) and not any(numbered.get(deed) for deed in local):
        sentences.append(_("Nothing will be changed in the CRM."))
    sentences.append(_("Whatever is not listed here stays as it is, on both sides."))
    return sentences


def go_label(kind: str, counts: Mapping[str, Any], name: str) -> str:
    """Return what the button says: the numbers once more."""
    table, numbered = FORESEEN[kind].deeds, numbers(counts)
    values = {"whose": outlook_of(name), "name": name}
    deeds = [str(table[key] % {"n": numbered[key], **values}) for key in table if numbered.get(key)]
    if not deeds:
        return _("Go: switch it on")
    return _("Go: %(deeds)s") % {"deeds": ", ".join(deeds[:MOST_DEEDS])}


def _clauses(kind: str, counts: Mapping[str, Any], name: str) -> dict[str, str]:
    table, numbered = FORESEEN[kind].clauses, numbers(counts)
    values = {"whose": outlook_of(name), "name": name}
    return {
        key: str(table[key] % {"n": numbered[key], **values}) for key in table if numbered.get(key)
    }


def _sentence(text: str) -> str:
    return _("%(text)s.") % {"text": text[:1].upper() + text[1:]}
