from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..records import EMAIL_SLOTS, Contact

STRINGS = (
    "fileAs",
    "displayName",
    "givenName",
    "initials",
    "middleName",
    "nickName",
    "surname",
    "title",
    "yomiGivenName",
    "yomiSurname",
    "yomiCompanyName",
    "generation",
    "jobTitle",
    "companyName",
    "department",
    "officeLocation",
    "profession",
    "businessHomePage",
    "assistantName",
    "manager",
    "mobilePhone",
    "spouseName",
    "personalNotes",
)
# None: no limit reported. homePhones and imAddresses by analogy with Exchange's own fields.
COLLECTIONS: dict[str, int | None] = {
    "categories": None,
    "imAddresses": 3,
    "homePhones": 2,
    "businessPhones": 2,
    "children": None,
}
ADDRESSES = ("homeAddress", "businessAddress", "otherAddress")
ADDRESS_PARTS = ("street", "city", "state", "countryOrRegion", "postalCode")
READ_ONLY = ("id", "changeKey", "createdDateTime", "lastModifiedDateTime")
MAX_EMAILS = len(EMAIL_SLOTS)
NAME_PARTS = ("givenName", "middleName", "surname", "generation", "companyName")
ORDER = (
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "parentFolderId",
    "birthday",
    *STRINGS,
    "imAddresses",
    "homePhones",
    "businessPhones",
    "children",
    "emailAddresses",
    *EMAIL_SLOTS,
    *ADDRESSES,
)
ALL = frozenset(ORDER)


def blank() -> dict[str, Any]:
    """The values of a contact about which nothing is known."""
    values: dict[str, Any] = dict.fromkeys(STRINGS)
    values |= {name: [] for name in COLLECTIONS}
    values |= dict.fromkeys((*ADDRESSES, *EMAIL_SLOTS, "birthday"))
    return values


def generated_names(values: dict[str, Any]) -> tuple[str | None, str | None]:
    """The displayName and fileAs that Exchange makes from the other name fields."""
    first = " ".join(values[n] for n in ("givenName", "middleName") if values.get(n))
    last = " ".join(values[n] for n in ("surname", "generation") if values.get(n))
    display = " ".join(part for part in (first, last) if part)
    file_as = ", ".join(part for part in (last, first) if part)
    slots = [values[slot] for slot in EMAIL_SLOTS if values.get(slot)]
    spare = values.get("companyName") or (
        slots[0].get("name") or slots[0].get("address") if slots else None
    )
    return display or spare, file_as or spare


def as_json(
    contact: Contact,
    immutable: bool,
    select: Iterable[str] | None = None,
    properties: Iterable[str] | None = None,
) -> dict[str, Any]:
    """One contact as Graph shows it; `properties` are the extended ones to expand."""
    everything: dict[str, Any] = {
        **contact.values,
        "id": contact.key if immutable else contact.rest_id,
        "createdDateTime": contact.created,
        "lastModifiedDateTime": contact.modified,
        "changeKey": contact.change_key,
        "parentFolderId": contact.folder,
        "emailAddresses": contact.emails,
    }
    for name in ADDRESSES:
        given = everything[name] or {}
        everything[name] = {part: given[part] for part in ADDRESS_PARTS if given.get(part)}
    wanted = ALL if select is None else {"id", *select}
    shown: dict[str, Any] = {"@odata.etag": contact.etag}
    shown |= {name: everything[name] for name in ORDER if name in wanted}
    if properties is not None:
        found = [
            {"id": name, "value": contact.extended[name]}
            for name in properties
            if name in contact.extended
        ]
        if found:
            shown["singleValueExtendedProperties"] = found
    return shown
