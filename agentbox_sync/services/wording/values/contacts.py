"""The fields of a contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import phonenumbers
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.core.kinds.text import line, phone
from agentbox_sync.services.wording.values.words import FieldWords, each, line_of, paragraph_of

_EXTENSION = ";ext="


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


def _day(value: Any) -> str:
    text = line_of(value)
    try:
        return date_format(date.fromisoformat(text[:10]), "DATE_FORMAT")
    except ValueError:
        return text  # nothing, or what a host's own property made of a day


CONTACT_FIELDS: Mapping[str, FieldWords] = {
    "name": FieldWords(_("Name"), _name),
    "company": FieldWords(_("Company")),
    "job_title": FieldWords(_("Job title")),
    "emails": FieldWords(_("E-mail"), each(line_of)),
    "mobile_phone": FieldWords(_("Mobile phone"), _phone, _phone),
    "home_phones": FieldWords(_("Home phone"), each(_phone), _phones),
    "business_phones": FieldWords(_("Work phone"), each(_phone), _phones),
    "home_address": FieldWords(_("Home address"), _address),
    "business_address": FieldWords(_("Work address"), _address),
    "other_address": FieldWords(_("Other address"), _address),
    "birthday": FieldWords(_("Birthday"), _day),
    "website": FieldWords(_("Website")),
    "notes": FieldWords(_("Notes"), paragraph_of),
    "categories": FieldWords(_("Categories"), each(line_of)),
}
RECOGNISED = ("company", "emails", "mobile_phone", "home_phones")
