"""Contacts: the record, its atoms and its canonical form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from agentbox_sync.core.kinds import Canonical, Kind, Locality, Record, categories, is_empty
from agentbox_sync.core.kinds.text import email, line, paragraph, phone


class PersonName(TypedDict, total=False):
    """The parts of a name; they are one atom, because a half-written name is a wrong name."""

    given: str
    middle: str
    surname: str
    title: str


class PostalAddress(TypedDict, total=False):
    """One address; an atom, because Graph replaces it whole and a mixture leads nowhere."""

    street: str
    city: str
    state: str
    postcode: str
    country: str


class ContactRecord(TypedDict, total=False):
    """A contact; every key is an atom, a missing key is "not known".

    Texts are as people typed them; ``birthday`` is ``YYYY-MM-DD``. ``categories`` are names of
    ours beside names of the person's own.
    """

    name: PersonName
    company: str
    job_title: str
    emails: list[str]
    mobile_phone: str
    home_phones: list[str]
    business_phones: list[str]
    home_address: PostalAddress
    business_address: PostalAddress
    other_address: PostalAddress
    birthday: str | None
    website: str
    notes: str
    categories: list[str]


RECORD = ContactRecord
ATOMS = tuple(ContactRecord.__annotations__)
NAME_PARTS = tuple(PersonName.__annotations__)
ADDRESS_PARTS = tuple(PostalAddress.__annotations__)


def canonical(record: Record, locality: Locality) -> dict[str, Any]:
    """Return the comparison key of the atoms that ``record`` knows; total, pure and idempotent."""
    return {atom: _CANON[atom](record[atom], locality) for atom in ATOMS if atom in record}


def strong_keys(canonical_record: Canonical) -> tuple[tuple[str, ...], ...]:
    """Return the keys of a first meeting: by e-mail, and where that finds nobody by phone + name.

    A phone alone is no key (a household shares it), a name alone is none either.
    """
    emails = tuple(f"email:{address}" for address in canonical_record.get("emails") or ())
    name = canonical_record.get("name")
    numbers = [
        canonical_record.get("mobile_phone"),
        *(canonical_record.get("home_phones") or ()),
        *(canonical_record.get("business_phones") or ()),
    ]
    if name is None or is_empty(name):
        return emails, ()
    full_name = " ".join(filter(None, (name.get("given"), name.get("surname")))).casefold()
    return emails, tuple(f"phone:{number}:{full_name}" for number in numbers if number)


def display_name(record: Record) -> str:
    """Return the name that a person is listed under: the name, else the company, else an e-mail.

    Exchange derives ``displayName`` from the parts when it is not sent; a company without a
    person would be listed as nobody.
    """
    name = record.get("name") or {}
    full = " ".join(filter(None, (line(name.get(part)) for part in ("given", "middle", "surname"))))
    return full or line(record.get("company")) or next(iter(record.get("emails") or ()), "")


def _parts(value: Any, names: Iterable[str]) -> dict[str, str] | None:
    folded = {name: line((value or {}).get(name)) for name in names}
    return {name: text for name, text in folded.items() if text} or None


def _unique(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _name(value: Any, _: Locality) -> dict[str, str] | None:
    """Each part with its white space folded; case counts."""
    return _parts(value, NAME_PARTS)


def _address(value: Any, _: Locality) -> dict[str, str] | None:
    """Each part with its white space folded; a part that is empty counts as not there."""
    return _parts(value, ADDRESS_PARTS)


def _line(value: Any, _: Locality) -> str | None:
    """White space folded; case counts."""
    return line(value)


def _paragraph(value: Any, _: Locality) -> str | None:
    """Line ends as LF, runs of blanks folded, the ends trimmed; case counts."""
    return paragraph(value)


def _emails(value: Any, _: Locality) -> list[str]:
    """In lower case, each once, in their order; Exchange's internal addresses left out."""
    return _unique(email(address) for address in value or ())


def _phone(value: Any, locality: Locality) -> str | None:
    """As E.164 of the CRM's country with its extension; what is no number as it is."""
    return phone(value, locality.phone_region)


def _phones(value: Any, locality: Locality) -> list[str]:
    """Each as E.164 of the CRM's country, each once, in their order."""
    return _unique(phone(number, locality.phone_region) for number in value or ())


def _birthday(value: Any, _: Locality) -> str | None:
    """The date alone; a time of day beside it does not count."""
    # Clients write any time beside it, 11:59 among them (MS-ASCNTC).
    return line(str(value)[:10]) if value else None


_CANON = {
    "name": _name,
    "company": _line,
    "job_title": _line,
    "emails": _emails,
    "mobile_phone": _phone,
    "home_phones": _phones,
    "business_phones": _phones,
    "home_address": _address,
    "business_address": _address,
    "other_address": _address,
    "birthday": _birthday,
    "website": _line,
    "notes": _paragraph,
    "categories": categories.ours,
}

KIND = Kind(
    name="contacts",
    atoms=ATOMS,
    version=1,
    canonical=canonical,
    strong_keys=strong_keys,
    named_by=("name", "company", "emails"),
    shared=frozenset({"categories"}),
    woven=categories.woven,
)
