"""What the fields of an item are called, and how their values are written, for people.

One table a kind: an atom, its label, and how its value reads. Raw values and canonical ones are
written alike, because pages show both: what a side says now, and what was remembered of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.services.wording.values import calendar, contacts, tasks
from agentbox_sync.services.wording.values.times import zone_name
from agentbox_sync.services.wording.values.words import FieldWords, line_of

FIELDS: dict[str, Mapping[str, FieldWords]] = {
    CONTACTS.name: contacts.CONTACT_FIELDS,
    CALENDAR.name: calendar.CALENDAR_FIELDS,
    TASKS.name: tasks.TASK_FIELDS,
}
# By what people recognise an item, beside its name.
RECOGNISED_BY: dict[str, tuple[str, ...]] = {
    CONTACTS.name: contacts.RECOGNISED,
    CALENDAR.name: calendar.RECOGNISED,
    TASKS.name: tasks.RECOGNISED,
}


def recognised_by(kind: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in a few words by what an item is recognised; of a list the first value counts."""
    said = (field_text(kind, atom, record.get(atom)) for atom in RECOGNISED_BY[kind])
    return tuple(text.partition("\n")[0] for text in said if text)[:3]


def field_label(kind: str, atom: str) -> str:
    """Return what people call an atom; one that no table knows reads as it is named in code."""
    words = FIELDS[kind].get(atom)
    return str(words.label) if words else atom.replace("_", " ").capitalize()


def field_text(kind: str, atom: str, value: Any, zone: str = "") -> str:
    """Return a value, raw or canonical, as people write it; empty for an empty one.

    ``zone``: the clocks on which a moment is told that names none itself.
    """
    words = FIELDS[kind].get(atom)
    if words is None:
        return line_of(value)
    return words.write(value, zone) if words.is_zoned else words.write(value)


def absent_text(kind: str, atom: str) -> str:
    """Return what an empty value means beside a filled one; empty where nothing is meant."""
    words = FIELDS[kind].get(atom)
    return str(words.absent) if words else ""


def zone_among(*records: Mapping[str, Any]) -> str:
    """Return the first time zone that one of these records names; empty where none does."""
    return next(filter(None, (zone_name(record.get("when")) for record in records)), "")


def typed(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return remembered values as a person would type them into the CRM."""
    words = FIELDS[kind]
    return {atom: words[atom].typed(v) if atom in words else v for atom, v in values.items()}
