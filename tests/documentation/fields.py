"""Every field of a kind, as kind, codec, reference CRM and mapping tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentbox_sync.contrib.reference_crm.adapter import Appointments, Contacts, Tasks
from agentbox_sync.core.kinds import calendar, contacts, tasks
from agentbox_sync.graph.codecs import calendar as calendar_codec
from agentbox_sync.graph.codecs import contacts as contacts_codec
from agentbox_sync.graph.codecs import tasks as tasks_codec
from agentbox_sync.host.adapter import KindSource
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


SOURCES: dict[str, tuple[Any, Any, type[KindSource]]] = {
    contacts.KIND.name: (contacts, contacts_codec, Contacts),
    calendar.KIND.name: (calendar, calendar_codec, Appointments),
    tasks.KIND.name: (tasks, tasks_codec, Tasks),
}
MADE_OF_CLASSES = {contacts.KIND.name: "classes", calendar.KIND.name: "kind"}


def rows(kind: str) -> Iterator[tuple[str, ...]]:
    """One row an atom, in the order of the kind."""
    module, codec, declared = SOURCES[kind]
    mapping = RecordMapping(module.KIND, declared.fields)
    fixed = mapping.fixed(declared().get_model())
    limits = getattr(codec, "LIMITS", {})
    for atom in module.ATOMS:
        form = (module._CANON[atom].__doc__ or "").partition("\n")[0]
        properties = ", ".join(f"`{name}`" for name in sorted(codec.PROPERTIES.get(atom, ())))
        if atom in module.KIND.shared and kind in MADE_OF_CLASSES:
            yield (
                field_label(kind, atom),
                f"`{atom}`",
                f"`{MADE_OF_CLASSES[kind]}`, as the settings name them",
                properties,
                "yes, beside the person's own",
                "no: put back",
                "",
                form,
            )
            continue
        source = mapping.sources.get(atom)
        limit = limits.get(atom)
        yield (
            field_label(kind, atom),
            f"`{atom}`",
            ", ".join(f"`{path}`" for path in source.paths()) or "made by the adapter"
            if source
            else "",
            properties,
            "yes" if source else "not mapped",
            "not mapped" if not source else "no: put back" if atom in fixed else "yes",
            f"{limit}; the rest stays in the CRM" if limit else "",
            form,
        )
