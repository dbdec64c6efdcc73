"""Contacts as Graph writes them (resources/contact.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.contacts import ATOMS, ContactRecord, display_name
from agentbox_sync.graph.codecs import Encoded

# Not in the documentation: Graph answers 400 ErrorInvalidProperty to more (microsoft-graph-docs
# #15276). *Unconfirmed* for home phones: taken over from Exchange's own two fields.
LIMITS = {"emails": 3, "business_phones": 2, "home_phones": 2}

# Only the date of a birthday counts, and MS-ASCNTC names this time of day: no zone from -11 to
# +12 shows another date. *Unconfirmed*: what Outlook itself writes; on reading it is ignored.
#
# The date in the timestamp is what counts, as documented. A client in the east that writes its own
# midnight in UTC (the evening before, Greenwich time) therefore says the day before, to us as to
# everybody who reads Graph. The alternative, once a real tenant is seen to do so, stands in
# `_birthday`: convert what is midnight in the mailbox's zone. It would need that zone in the codec.
BIRTHDAY_TIME = "T11:59:00Z"

# *Unconfirmed*: how an address is cleared. All its parts as null work whether Graph replaces an
# address or merges it; null for the whole is reported to end in a 500 (msgraph-sdk-dotnet #2368).
# The alternative is {}.
NO_ADDRESS: Mapping[str, None] = dict.fromkeys(
    ("street", "city", "state", "postalCode", "countryOrRegion")
)

_NAME = {"given": "givenName", "middle": "middleName", "surname": "surname", "title": "title"}
_ADDRESS = {
    "street": "street",
    "city": "city",
    "state": "state",
    "postcode": "postalCode",
    "country": "countryOrRegion",
}
_TEXTS = {
    "company": "companyName",
    "job_title": "jobTitle",
    "mobile_phone": "mobilePhone",
    "website": "businessHomePage",
    "notes": "personalNotes",
}
_PHONES = {"home_phones": "homePhones", "business_phones": "businessPhones"}
_ADDRESSES = {
    "home_address": "homeAddress",
    "business_address": "businessAddress",
    "other_address": "otherAddress",
}


def decode(row: Mapping[str, Any]) -> ContactRecord:
    """Return the atoms that ``row`` shows; a property that is not there leaves its atom out.

    An atom of several properties is shown when all of them are.
    """
    record = ContactRecord()
    shown = {atom: read(row) for atom, (names, read) in _READ.items() if names <= row.keys()}
    record.update(shown)  # type: ignore[typeddict-item]  # the keys are those of _READ: the atoms
    return record


def half_shown(row: Mapping[str, Any]) -> bool:
    """Tell whether ``row`` shows some property of an atom, but not enough of it to read it."""
    return any(names & row.keys() and not names <= row.keys() for names, _ in _READ.values())


def encode(record: Record, atoms: Collection[str], *, creating: bool = False) -> Encoded:
    """Return the payload that writes ``atoms`` of the whole local ``record``.

    Emptied atoms are cleared in an update and not mentioned in a create. What does not fit into
    Graph's limits stays behind, and its atom is named in ``left_out``.
    """
    payload: dict[str, Any] = {}
    left_out = []
    for atom in ATOMS:
        if atom not in atoms or atom not in record:
            continue
        properties, fits = _WRITE[atom](record[atom])
        payload.update(properties)
        if not fits:
            left_out.append(atom)
    if _names_the_item(record, atoms):
        # Exchange derives it anew from the parts whenever it is not sent along.
        payload["displayName"] = display_name(record) or None
    if creating:
        payload = {name: value for name, value in payload.items() if not _is_nothing(value)}
    return Encoded(payload, tuple(left_out))


def _names_the_item(record: Record, atoms: Collection[str]) -> bool:
    """Tell whether the name in Outlook's list may come from one of ``atoms``."""
    unnamed = display_name({"name": record.get("name")}) == ""
    homeless = unnamed and display_name({"company": record.get("company")}) == ""
    return "name" in atoms or (unnamed and "company" in atoms) or (homeless and "emails" in atoms)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ([], NO_ADDRESS)


# ----------------------------------------------------------------------------------------- reading

Reader = Callable[[Mapping[str, Any]], Any]


def _text(name: str) -> Reader:
    return lambda row: row[name] or ""


def _texts(name: str) -> Reader:
    return lambda row: [text for text in row[name] or () if text]


def _parts(parts: Mapping[str, str]) -> Reader:
    return lambda row: {part: row[name] for part, name in parts.items() if row.get(name)}


def _address(name: str) -> Reader:
    read = _parts(_ADDRESS)
    return lambda row: read(row[name] or {})


def _emails(row: Mapping[str, Any]) -> list[str]:
    return [item["address"] for item in row["emailAddresses"] or () if item.get("address")]


def _birthday(row: Mapping[str, Any]) -> str | None:
    # A full timestamp, or the bare date of the documentation's own example.
    return str(row["birthday"])[:10] if row["birthday"] else None


_READ: dict[str, tuple[frozenset[str], Reader]] = {
    "name": (frozenset(_NAME.values()), _parts(_NAME)),
    "emails": (frozenset({"emailAddresses"}), _emails),
    "birthday": (frozenset({"birthday"}), _birthday),
    "categories": (frozenset({"categories"}), _texts("categories")),
    **{atom: (frozenset({name}), _text(name)) for atom, name in _TEXTS.items()},
    **{atom: (frozenset({name}), _texts(name)) for atom, name in _PHONES.items()},
    **{atom: (frozenset({name}), _address(name)) for atom, name in _ADDRESSES.items()},
}

PROPERTIES: Mapping[str, frozenset[str]] = {atom: names for atom, (names, _) in _READ.items()}
"""The properties that make up each atom."""

# ----------------------------------------------------------------------------------------- writing

# Each writer returns the properties, and whether all of the value is in them.
Writer = Callable[[Any], tuple[dict[str, Any], bool]]


def _text_of(name: str) -> Writer:
    return lambda value: ({name: value or None}, True)


def _phones_of(atom: str, name: str) -> Writer:
    def write(value: Any) -> tuple[dict[str, Any], bool]:
        numbers = _unique(value)
        return {name: numbers[: LIMITS[atom]]}, len(numbers) <= LIMITS[atom]

    return write


def _emails_of(value: Any) -> tuple[dict[str, Any], bool]:
    # Without a name beside the address: Outlook would go on showing it after the person's own
    # name has changed.
    addresses = [{"address": address} for address in _unique(value)]
    limit = LIMITS["emails"]
    return {"emailAddresses": addresses[:limit]}, len(addresses) <= limit


def _name_of(value: Any) -> tuple[dict[str, Any], bool]:
    return {name: (value or {}).get(part) or None for part, name in _NAME.items()}, True


def _address_of(name: str) -> Writer:
    def write(value: Any) -> tuple[dict[str, Any], bool]:
        whole = {theirs: (value or {}).get(ours) or None for ours, theirs in _ADDRESS.items()}
        return {name: whole if any(whole.values()) else dict(NO_ADDRESS)}, True

    return write


def _birthday_of(value: Any) -> tuple[dict[str, Any], bool]:
    return {"birthday": f"{value}{BIRTHDAY_TIME}" if value else None}, True


def _categories_of(value: Any) -> tuple[dict[str, Any], bool]:
    return {"categories": _unique(value)}, True


def _unique(values: Iterable[str] | None) -> list[str]:
    """Return the texts that hold something, each once: a repeated one would use up a place."""
    kept: dict[str, str] = {}
    for text in values or ():
        kept.setdefault(text.strip().casefold(), text.strip())
    return [text for key, text in kept.items() if key]


_WRITE: dict[str, Writer] = {
    "name": _name_of,
    "emails": _emails_of,
    "birthday": _birthday_of,
    "categories": _categories_of,
    **{atom: _text_of(name) for atom, name in _TEXTS.items()},
    **{atom: _phones_of(atom, name) for atom, name in _PHONES.items()},
    **{atom: _address_of(name) for atom, name in _ADDRESSES.items()},
}
