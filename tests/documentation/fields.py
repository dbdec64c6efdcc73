"""Every field of a contact, as kind, codec, reference CRM and mapping tell it."""

from __future__ import annotations

from collections.abc import Iterator

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.core.kinds import contacts
from agentbox_sync.graph.codecs.contacts import LIMITS, PROPERTIES
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.services.wording.values import field_label

NAMES = (
    "field",
    "atom",
    "in the reference CRM",
    "in Microsoft Graph",
    "CRM → Exchange",
    "Exchange → CRM",
    "most that Exchange takes",
    "two values are the same when alike in this form",
)


def rows() -> Iterator[tuple[str, ...]]:
    """One row an atom, in the order of the kind."""
    mapping = RecordMapping(contacts.KIND, Contacts.fields)
    fixed = mapping.fixed(Contacts().get_model())
    for atom in contacts.ATOMS:
        if atom in contacts.KIND.shared:
            yield _shared(atom)
            continue
        source = mapping.sources.get(atom)
        limit = LIMITS.get(atom)
        yield (
            field_label(contacts.KIND.name, atom),
            f"`{atom}`",
            ", ".join(f"`{path}`" for path in source.paths()) or "made by the adapter"
            if source
            else "",
            ", ".join(f"`{name}`" for name in sorted(PROPERTIES[atom])),
            "yes" if source else "not mapped",
            "not mapped" if not source else "no: put back" if atom in fixed else "yes",
            f"{limit}; the rest stays in the CRM" if limit else "",
            (contacts._CANON[atom].__doc__ or "").partition("\n")[0],
        )


def _shared(atom: str) -> tuple[str, ...]:
    """Return the row of an atom that stands in no field: classes and settings make it."""
    paths = ", ".join(f"`{name}`" for name in Contacts.m2m) if Contacts().has_classes() else ""
    return (
        field_label(contacts.KIND.name, atom),
        f"`{atom}`",
        f"{paths}, as the settings name them" if paths else "",
        ", ".join(f"`{name}`" for name in sorted(PROPERTIES[atom])),
        "yes, beside the person's own" if paths else "not mapped",
        "no: put back" if paths else "not mapped",
        "",
        (contacts._CANON[atom].__doc__ or "").partition("\n")[0],
    )
