from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..graph.properties import ADDRESS_PARTS, ADDRESSES
from ..records import EMAIL_SLOTS, Contact

TEXTS = (
    "givenName",
    "surname",
    "jobTitle",
    "companyName",
    "department",
    "mobilePhone",
    "businessHomePage",
    "personalNotes",
)
PHONES = {"businessPhones": 2, "homePhones": 2}
LONGEST = 20_000
# Fields and addresses that stand on the card only when they hold something.
SPARE_FIELDS = (
    ("secondaryEmailAddress", "Second e-mail", "email"),
    ("tertiaryEmailAddress", "Third e-mail", "email"),
    ("businessPhones.1", "Second work phone", "tel"),
    ("homePhones.0", "Home phone", "tel"),
    ("homePhones.1", "Second home phone", "tel"),
    ("department", "Department", "text"),
    ("businessHomePage", "Website", "url"),
)
PLACES = (
    ("homeAddress", "Home address"),
    ("businessAddress", "Work address"),
    ("otherAddress", "Other address"),
)


class BadCard(ValueError):
    """What was typed cannot be kept; the message says why."""


def fields_of(contact: Contact | None) -> dict[str, str]:
    """The card's input fields, all text, empty where nothing is known."""
    if contact is None:
        names = [*TEXTS, *EMAIL_SLOTS, "birthday", "categories"]
        names += [f"{n}.{i}" for n, count in PHONES.items() for i in range(count)]
        names += [f"{a}.{part}" for a in ADDRESSES for part in ADDRESS_PARTS]
        return dict.fromkeys(names, "")
    values = contact.values
    shown = {name: str(values.get(name) or "") for name in TEXTS}
    for slot in EMAIL_SLOTS:
        shown[slot] = str((values.get(slot) or {}).get("address") or "")
    for name, count in PHONES.items():
        held = values[name]
        shown |= {f"{name}.{i}": held[i] if i < len(held) else "" for i in range(count)}
    for name in ADDRESSES:
        held = values.get(name) or {}
        shown |= {f"{name}.{part}": str(held.get(part) or "") for part in ADDRESS_PARTS}
    shown["categories"] = "\n".join(values["categories"])
    shown["birthday"] = str(values.get("birthday") or "")[:10]
    return shown


@dataclass(frozen=True)
class Layout:
    """What the card shows at once, and what waits behind "Add other fields"."""

    fields_in_use: list[tuple[str, str, str]]
    other_fields: list[tuple[str, str, str]]
    places_in_use: list[tuple[str, str]]
    other_places: list[tuple[str, str]]


def layout_of(contact: Contact | None) -> Layout:
    """A new card shows the home address, since nobody is without one."""
    shown = fields_of(contact)
    used = {name for name, *_ in SPARE_FIELDS if shown[name]}
    used |= {name for name, _ in PLACES if any(shown[f"{name}.{p}"] for p in ADDRESS_PARTS)}
    if contact is None:
        used.add("homeAddress")
    return Layout(
        [field for field in SPARE_FIELDS if field[0] in used],
        [field for field in SPARE_FIELDS if field[0] not in used],
        [place for place in PLACES if place[0] in used],
        [place for place in PLACES if place[0] not in used],
    )


def original(contact: Contact | None) -> str:
    """The fields as the form shows them, so that only what was edited is written."""
    return json.dumps(fields_of(contact), ensure_ascii=False)


def changes(form: Mapping[str, str], before: str) -> dict[str, str]:
    """The edited fields, flat as in the form; raises BadCard."""
    try:
        held = json.loads(before)
    except ValueError as error:
        raise BadCard("The page was too old. Open the contact again.") from error
    if not isinstance(held, dict):
        raise BadCard("The page was too old. Open the contact again.")
    form = _with_categories(form)
    edited: dict[str, str] = {}
    for name in fields_of(None):
        text = form.get(name, held.get(name, "")).replace("\r\n", "\n").strip()
        if len(text) > LONGEST:
            raise BadCard("One of the fields is too long.")
        if text != str(held.get(name, "")).replace("\r\n", "\n").strip():
            edited[name] = text
    birthday = edited.get("birthday")
    if birthday:
        try:
            date.fromisoformat(birthday)
        except ValueError as error:
            raise BadCard("The birthday is not a date.") from error
    return edited


def _with_categories(form: Mapping[str, str]) -> Mapping[str, str]:
    """The ticked boxes as one field: a box that is not ticked is not sent at all."""
    if "categories_shown" not in form:
        return form
    names = [name.partition(":")[2] for name in form if name.startswith("category:")]
    if added := form.get("new_category", "").strip():
        names.append(added)
    return {**form, "categories": "\n".join(dict.fromkeys(names))}


def values_of(edited: Mapping[str, str], contact: Contact | None) -> dict[str, Any]:
    """Stored values for edited fields, on top of what the contact holds beside them."""
    held = contact.values if contact else {}
    values: dict[str, Any] = {n: edited[n] or None for n in TEXTS if n in edited}
    for slot in EMAIL_SLOTS:
        if slot in edited:
            values[slot] = {"name": None, "address": edited[slot]} if edited[slot] else None
    for name, count in PHONES.items():
        if parts := _parts(edited, name):
            slots = (list(held.get(name, [])) + [""] * count)[:count]
            numbers = [parts.get(str(i), number) for i, number in enumerate(slots)]
            values[name] = [number for number in numbers if number]
    for name in ADDRESSES:
        if parts := _parts(edited, name):
            before = held.get(name) or dict.fromkeys(ADDRESS_PARTS)
            address = {part: parts.get(part, before.get(part)) or None for part in ADDRESS_PARTS}
            values[name] = address if any(address.values()) else None
    if "categories" in edited:
        values["categories"] = edited["categories"].splitlines()
    if "birthday" in edited:
        # The time of day is what Outlook is said to write: a client must read the date only.
        values["birthday"] = f"{edited['birthday']}T11:59:00Z" if edited["birthday"] else None
    return values


def _parts(edited: Mapping[str, str], name: str) -> dict[str, str]:
    """The edited parts of one composite field: `homePhones.1` is part 1 of homePhones."""
    return {
        field.partition(".")[2]: text
        for field, text in edited.items()
        if field.partition(".")[0] == name
    }
