from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ..clock import iso, read_moment
from ..records import EMAIL_SLOTS
from ..switches import Switches
from . import properties as known
from .errors import bad_request, invalid_property, not_covered, unreadable
from .opentypes import read_extension

GUID = r"\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}"
PROPERTY_ID = re.compile(
    rf"^(String|Integer|Boolean|Long|Double|SystemTime|CLSID)\s+"
    rf"(?:({GUID})\s+(?:Name\s+(\S.*)|Id\s+(0x[0-9a-fA-F]+))|(0x[0-9a-fA-F]+))$",
    re.IGNORECASE,
)
DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
JSON_KINDS = {
    str: "a string",
    list: "a collection",
    dict: "an object",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


@dataclass(frozen=True)
class ContactChange:
    """A body that was accepted: new values, and extended properties (None removes one)."""

    values: Mapping[str, Any]
    extended: Mapping[str, str | None]
    parent: str | None = None
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_contact(body: Any, switches: Switches) -> ContactChange:
    """Hold a POST or PATCH body against the contact's type; raises GraphError 400."""
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    values: dict[str, Any] = {}
    extended: dict[str, str | None] = {}
    parent = None
    listed: dict[str, Any] = {}
    extensions: dict[str, Mapping[str, Any]] = {}
    for name, value in body.items():
        if name.startswith("@odata.") or "@odata." in name:
            continue  # annotations describe, they are not data
        if name == "singleValueExtendedProperties":
            extended = read_properties(value)
        elif name == "extensions":
            extensions = _extensions(value)
        elif name == "parentFolderId":
            parent = _string(name, value)
        elif name == "emailAddresses":
            listed = _emails(value, switches)
        elif name not in known.READ_ONLY or switches.read_only_sent == "refuse":
            values[name] = _value(name, value, switches)
    singles = {slot: values.pop(slot) for slot in EMAIL_SLOTS if slot in values}
    values |= {**listed, **singles} if switches.emails_both != "list" else {**singles, **listed}
    if listed and singles and switches.emails_both == "refuse":
        # What Graph does with both is unconfirmed; the emulator makes the mistake visible.
        raise invalid_property(
            "Send either emailAddresses or the primary, secondary and "
            "tertiary e-mail address, not both."
        )
    return ContactChange(values, extended, parent, extensions)


def _extensions(value: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(value, list):
        raise _wrong_kind("extensions", value, list)
    return dict(read_extension(entry) for entry in value)


def _value(name: str, value: Any, switches: Switches) -> Any:
    """One property's value, or the refusal that its name or its type deserves."""
    if name in known.STRINGS:
        return _string(name, value) or None
    if name in known.COLLECTIONS:
        return _strings(name, value, switches)
    if name in known.ADDRESSES:
        return _address(name, value)
    if name in EMAIL_SLOTS:
        return None if value is None else _email(name, value, switches)
    if name == "birthday":
        return None if value is None else read_birthday(value, switches)
    if name in known.READ_ONLY:
        raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
    if name in ("photo", "multiValueExtendedProperties"):
        raise not_covered(f"{name} in a contact's body")
    raise unreadable(
        f"The property '{name}' does not exist on type 'microsoft.graph.contact'. Make "
        "sure to only use property names that are defined by the type."
    )


def property_key(text: str) -> str | None:
    """One spelling for an extended property's id: GUID without case, name with it."""
    match = PROPERTY_ID.match(text.strip())
    if match is None:
        return None
    kind, guid, name, number, tag = match.groups()
    kind = next(
        k
        for k in ("String", "Integer", "Boolean", "Long", "Double", "SystemTime", "CLSID")
        if k.lower() == kind.lower()
    )
    if tag:
        return f"{kind} {tag.lower()}"
    return f"{kind} {guid.lower()} Name {name}" if name else f"{kind} {guid.lower()} Id {number}"


def read_properties(value: Any) -> dict[str, str | None]:
    if not isinstance(value, list):
        raise _wrong_kind("singleValueExtendedProperties", value, list)
    found: dict[str, str | None] = {}
    for entry in value:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise unreadable("An extended property needs an id and a value.")
        unknown = {k for k in entry if "@odata." not in k} - {"id", "value"}
        if unknown:
            raise unreadable(
                f"The property '{min(unknown)}' does not exist on type "
                "'microsoft.graph.singleValueLegacyExtendedProperty'."
            )
        key = property_key(entry["id"])
        if key is None:
            raise invalid_property(f"The id '{entry['id']}' is not a valid property id.")
        found[key] = _string("value", entry.get("value"))
    return found


def read_birthday(value: Any, switches: Switches) -> str:
    if not isinstance(value, str):
        raise _wrong_kind("birthday", value, str)
    try:
        if DATE.match(value):
            moment = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        else:
            moment = read_moment(value)
    except ValueError:
        raise unreadable(
            f"Cannot convert the literal '{value}' to the expected type 'Edm.DateTimeOffset'."
        ) from None
    if switches.birthday_time == "outlook":
        moment = moment.astimezone(UTC).replace(hour=11, minute=59, second=0)
    return iso(moment)


def _emails(value: Any, switches: Switches) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _wrong_kind("emailAddresses", value, list)
    _limit("EmailAddresses", value, known.MAX_EMAILS)
    read = [_email("emailAddresses", entry, switches) for entry in value]
    read = [entry for entry in read if entry is not None]
    return {slot: read[i] if i < len(read) else None for i, slot in enumerate(EMAIL_SLOTS)}


def _email(name: str, value: Any, switches: Switches) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        raise _wrong_kind(name, value, dict)
    parts = _parts(name, value, ("name", "address"), "emailAddress")
    if not parts["address"] and not parts["name"]:
        return None
    if switches.fill_email_name and not parts["name"]:
        parts["name"] = parts["address"]
    return parts


def _address(name: str, value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong_kind(name, value, dict)
    parts = _parts(name, value, known.ADDRESS_PARTS, "physicalAddress")
    return parts if any(parts.values()) else None  # an address is replaced whole


def _parts(name: str, value: dict[str, Any], allowed: tuple[str, ...], kind: str) -> dict[str, Any]:
    for part in value:
        if part not in allowed and "@odata." not in part:
            raise unreadable(
                f"The property '{part}' does not exist on type 'microsoft.graph.{kind}'."
            )
    return {part: _string(f"{name}/{part}", value.get(part)) or None for part in allowed}


def _strings(name: str, value: Any, switches: Switches) -> list[str]:
    if not isinstance(value, list):
        raise _wrong_kind(name, value, list)
    for entry in value:
        if not isinstance(entry, str):
            raise _wrong_kind(name, entry, str)
    limit = known.COLLECTIONS[name]
    if limit is not None and (name == "businessPhones" or switches.analogous_limits):
        _limit(name[0].upper() + name[1:], value, limit)
    return list(value)


def _limit(name: str, value: list[Any], limit: int) -> None:
    if len(value) > limit:
        raise invalid_property(
            f"The multi value property {name} has {len(value)} entries, that "
            f"exceeds the max allowed value of {limit}"
        )


def _string(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong_kind(name, value, str)
    return value


def _wrong_kind(name: str, value: Any, expected: type) -> Exception:
    if value is None:
        return bad_request(
            f"A null value was found for the property named '{name}', which has "
            "a type that does not allow null values."
        )
    return unreadable(
        f"The property '{name}' was read as {JSON_KINDS[type(value)]}, but "
        f"{JSON_KINDS[expected]} was expected."
    )
