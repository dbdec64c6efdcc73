from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..graph.properties import ADDRESS_PARTS, ADDRESSES
from ..mailbox import EMAIL_SLOTS, Contact

TEXTS = ("givenName", "surname", "jobTitle", "companyName", "department", "mobilePhone",
         "businessHomePage", "personalNotes")
PHONES = {"businessPhones": 2, "homePhones": 2}
LONGEST = 20_000


class BadCard(ValueError):
    """What was typed cannot be kept; the message says why."""


def fields_of(contact: Contact | None) -> dict[str, str]:
    """The card's input fields, all text, empty where nothing is known."""
    if contact is None:
        names = [*TEXTS, *EMAIL_SLOTS, "birthday"]
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
    shown["birthday"] = str(values.get("birthday") or "")[:10]
    return shown


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


def values_of(edited: Mapping[str, str], contact: Contact | None) -> dict[str, Any]:
    """Stored values for edited fields, on top of what the contact holds beside them."""
    values: dict[str, Any] = {}
    held = contact.values if contact else {}
    for name, text in edited.items():
        base, _, part = name.partition(".")
        if base in TEXTS:
            values[base] = text or None
        elif base in EMAIL_SLOTS:
            values[base] = {"name": None, "address": text} if text else None
        elif base in PHONES:
            numbers = values.get(base) or (list(held.get(base, [])) + [""] * 2)[:PHONES[base]]
            numbers[int(part)] = text
            values[base] = numbers
        elif base in ADDRESSES:
            address = values.get(base) or dict(held.get(base) or dict.fromkeys(ADDRESS_PARTS))
            address[part] = text or None
            values[base] = address
        elif base == "birthday":
            # The time of day is what Outlook is said to write: a client must read the date only.
            values[base] = f"{text}T11:59:00Z" if text else None
    for name in PHONES:
        if name in values:
            values[name] = [number for number in values[name] if number]
    for name in ADDRESSES:
        if name in values and not any(values[name].values()):
            values[name] = None
    return values
