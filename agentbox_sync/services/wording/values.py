"""What the fields of an item are called, and how their values are written, for people.

One table a kind: an atom, its label, and how its value reads. Raw values and canonical ones are
written alike, because pages show both: what a side says now, and what was remembered of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import phonenumbers
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.text import line, paragraph, phone

_EXTENSION = ";ext="


def _line(value: Any) -> str:
    return line(value) or ""


def _paragraph(value: Any) -> str:
    return paragraph(value) or ""


def _name(value: Any) -> str:
    parts = value or {}
    return " ".join(
        filter(None, (line(parts.get(part)) for part in ("title", "given", "middle", "surname")))
    )


def _address(value: Any) -> str:
    parts = value or {}
    lines = (("street",), ("city", "state", "postcode"), ("country",))
    written = (" ".join(filter(None, (line(parts.get(part)) for part in row))) for row in lines)
    return "\n".join(filter(None, written))


def _phone(value: Any) -> str:
    """Write a number as people of the CRM's own country dial it; what is no number stays."""
    region = str(conf.option("PHONE_REGION"))
    plain = phone(value, region) or ""
    number, _sign, extension = plain.partition(_EXTENSION)
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return plain
    if extension:
        parsed.extension = extension
    if not phonenumbers.is_possible_number(parsed):
        return plain
    is_home = phonenumbers.country_code_for_region(region) == parsed.country_code
    style = phonenumbers.PhoneNumberFormat
    at_home = phonenumbers.format_number(parsed, style.NATIONAL)
    # Without a gap no pattern of the country fits, and then its leading zero is missing as well.
    if is_home and not at_home.isdecimal():
        return at_home
    return phonenumbers.format_number(parsed, style.INTERNATIONAL)


def _phones(value: Any) -> list[str]:
    return [_phone(number) for number in value or ()]


def _each(write: Callable[[Any], str]) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        return "\n".join(filter(None, (write(one) for one in value or ())))

    return written


def _day(value: Any) -> str:
    text = _line(value)
    try:
        return date_format(date.fromisoformat(text[:10]), "DATE_FORMAT")
    except ValueError:
        return text  # nothing, or what a host's own property made of a day


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How one atom is shown: its label, and a function from its value to a text with line ends.

    ``typed`` makes the form in which a person would type a remembered value into the CRM.
    """

    label: Any
    write: Callable[[Any], str] = _line
    typed: Callable[[Any], Any] = lambda value: value


FIELDS: dict[str, Mapping[str, FieldWords]] = {
    CONTACTS.name: {
        "name": FieldWords(_("Name"), _name),
        "company": FieldWords(_("Company")),
        "job_title": FieldWords(_("Job title")),
        "emails": FieldWords(_("E-mail"), _each(_line)),
        "mobile_phone": FieldWords(_("Mobile phone"), _phone, _phone),
        "home_phones": FieldWords(_("Home phone"), _each(_phone), _phones),
        "business_phones": FieldWords(_("Work phone"), _each(_phone), _phones),
        "home_address": FieldWords(_("Home address"), _address),
        "business_address": FieldWords(_("Work address"), _address),
        "other_address": FieldWords(_("Other address"), _address),
        "birthday": FieldWords(_("Birthday"), _day),
        "website": FieldWords(_("Website")),
        "notes": FieldWords(_("Notes"), _paragraph),
        "categories": FieldWords(_("Categories"), _each(_line)),
    },
}


# By what people recognise an item, beside its name.
RECOGNISED_BY: dict[str, tuple[str, ...]] = {
    CONTACTS.name: ("company", "emails", "mobile_phone", "home_phones"),
}


def recognised_by(kind: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in a few words by what an item is recognised; of a list the first value counts."""
    said = (field_text(kind, atom, record.get(atom)) for atom in RECOGNISED_BY[kind])
    return tuple(text.partition("\n")[0] for text in said if text)[:3]


def field_label(kind: str, atom: str) -> str:
    """Return what people call an atom; one that no table knows reads as it is named in code."""
    words = FIELDS[kind].get(atom)
    return str(words.label) if words else atom.replace("_", " ").capitalize()


def field_text(kind: str, atom: str, value: Any) -> str:
    """Return a value, raw or canonical, as people write it; empty for an empty one."""
    words = FIELDS[kind].get(atom)
    return words.write(value) if words else _line(value)


def typed(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return remembered values as a person would type them into the CRM."""
    words = FIELDS[kind]
    return {atom: words[atom].typed(v) if atom in words else v for atom, v in values.items()}
