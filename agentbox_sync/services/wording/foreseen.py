"""What a preview says in people's words: one table a kind, and how its parts are put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from agentbox_sync.core.groups import Deed, Group
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS

EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class ForeseenWords:
    """The words of a kind; plural sentences with ``%(n)d``, ``%(whose)s`` and ``%(name)s``.

    ``clauses`` begin small and have no full stop, ``deeds`` go on after "Go: "; both are keyed by
    what is counted, in the order in which people read them, removals first.
    """

    clauses: Mapping[str, Any]
    deeds: Mapping[str, Any]
    read: Any


CONTACT_WORDS = ForeseenWords(
    clauses={
        Deed.DELETED.value: ngettext_lazy(
            "%(n)d person will be removed from %(whose)s",
            "%(n)d people will be removed from %(whose)s",
            "n",
        ),
        EMPTIED: ngettext_lazy(
            "%(n)d person will lose details that are filled in now",
            "%(n)d people will lose details that are filled in now",
            "n",
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "%(name)s will lose access to %(n)d person in the CRM",
            "%(name)s will lose access to %(n)d people in the CRM",
            "n",
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "%(n)d person will be added to %(whose)s",
            "%(n)d people will be added to %(whose)s",
            "n",
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "%(n)d person will be updated in %(whose)s",
            "%(n)d people will be updated in %(whose)s",
            "n",
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "%(n)d person will be added to the CRM",
            "%(n)d people will be added to the CRM",
            "n",
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "%(n)d person will be updated in the CRM",
            "%(n)d people will be updated in the CRM",
            "n",
        ),
        Group.LINKED.value: ngettext_lazy(
            "%(n)d person is on both sides already and will be linked, not added again",
            "%(n)d people are on both sides already and will be linked, not added again",
            "n",
        ),
        Group.CONFLICT.value: ngettext_lazy(
            "%(n)d person differs on both sides, and one side’s details replace the other’s",
            "%(n)d people differ on both sides, and one side’s details replace the other’s",
            "n",
        ),
        Group.MOVED.value: ngettext_lazy(
            "%(n)d person will be moved to another folder in %(whose)s",
            "%(n)d people will be moved to another folder in %(whose)s",
            "n",
        ),
        Group.AMBIGUOUS.value: ngettext_lazy(
            "%(n)d person may be more than one in %(whose)s and waits for a decision",
            "%(n)d people may be more than one in %(whose)s and wait for a decision",
            "n",
        ),
        Group.OFFERED.value: ngettext_lazy(
            "%(n)d person is only in %(whose)s and waits for a decision",
            "%(n)d people are only in %(whose)s and wait for a decision",
            "n",
        ),
        Group.LEFT.value: ngettext_lazy(
            "%(n)d person stays in %(whose)s as it is and is no longer followed",
            "%(n)d people stay in %(whose)s as they are and are no longer followed",
            "n",
        ),
    },
    deeds={
        Deed.DELETED.value: ngettext_lazy(
            "remove %(n)d person from %(whose)s", "remove %(n)d people from %(whose)s", "n"
        ),
        EMPTIED: ngettext_lazy(
            "empty details of %(n)d person", "empty details of %(n)d people", "n"
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "take access to %(n)d person", "take access to %(n)d people", "n"
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "add %(n)d person to %(whose)s", "add %(n)d people to %(whose)s", "n"
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "add %(n)d person to the CRM", "add %(n)d people to the CRM", "n"
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "update %(n)d person in %(whose)s", "update %(n)d people in %(whose)s", "n"
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "update %(n)d person in the CRM", "update %(n)d people in the CRM", "n"
        ),
        Group.LINKED.value: ngettext_lazy("link %(n)d person", "link %(n)d people", "n"),
    },
    read=ngettext_lazy("%(n)d person read from Exchange.", "%(n)d people read from Exchange.", "n"),
)

FORESEEN: dict[str, ForeseenWords] = {CONTACTS.name: CONTACT_WORDS}

TITLES: dict[Group, Any] = {
    Group.REMOVED: gettext_lazy("Removed or emptied"),
    Group.CONFLICT: gettext_lazy("Different on both sides"),
    Group.AMBIGUOUS: gettext_lazy("Not sure who is who"),
    Group.TAKEN_IN: gettext_lazy("New in the CRM"),
    Group.UPDATED: gettext_lazy("Updated"),
    Group.CREATED: gettext_lazy("New in Outlook"),
    Group.LINKED: gettext_lazy("On both sides already"),
    Group.MOVED: gettext_lazy("Moved to another folder"),
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
    Group.MOVED: gettext_lazy("They stay the same and lie in another folder afterwards."),
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
