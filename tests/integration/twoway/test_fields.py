"""Every field that the reference CRM maps, in both directions: changed, and emptied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.models import Connection

from .world import TwoWay

# Field of the CRM -> a value, and where it stands in Microsoft Graph (a part after the dot).
FIELDS: dict[str, tuple[Any, str]] = {
    "first_name": ("Żaneta", "givenName"),
    "last_name": ("O’Brien-Nguyễn", "surname"),
    "company": ("Harbour & Vale «Pty»", "companyName"),
    "job_title": ("Buyer’s agent", "jobTitle"),
    "email": ("first@example.com", "emailAddresses.0"),
    "email_2": ("second@example.com", "emailAddresses.1"),
    "mobile": ("0412 345 678", "mobilePhone"),
    "phone_home": ("02 9999 1234", "homePhones.0"),
    "phone_work": ("02 9999 4321", "businessPhones.0"),
    "street": ("12/3 Hill St", "homeAddress.street"),
    "suburb": ("Mosman", "homeAddress.city"),
    "state": ("NSW", "homeAddress.state"),
    "postcode": ("2088", "homeAddress.postalCode"),
    "country": ("Australia", "homeAddress.countryOrRegion"),
    "birthday": (dt.date(1980, 2, 29), "birthday"),
    "website": ("https://example.com/ü", "businessHomePage"),
    "notes": ("Gate 12\nDog bites 🐕\n\nשלום", "personalNotes"),
}
ADDRESS = ("street", "city", "state", "postalCode", "countryOrRegion")


def test_the_walk_leaves_no_field_of_the_mapping_out() -> None:
    mapping = RecordMapping(KIND, Contacts.fields)
    fixed = mapping.fixed(Contact)
    walked = {
        path
        for atom, source in mapping.sources.items()
        if atom not in fixed
        for path in source.paths()
    }
    assert walked == set(FIELDS)


@pytest.fixture
def roomy(world: TwoWay) -> TwoWay:
    """Emptying counts as removing for the guard, and here everything is emptied once."""
    world.set(GUARD_FLOOR=1000)
    return world


def anchored(world: TwoWay) -> Contact:
    """A contact that keeps a name to be found by, whatever else is emptied."""
    contact = world.contact("Anchor Person", company="Anchor", email="anchor@example.com")
    world.run_well()
    world.run_well()
    return contact


def shown(item: dict[str, Any], where: str) -> Any:
    """What Exchange says, in the CRM's own form; empty for nothing."""
    name, _, part = where.partition(".")
    value = item.get(name)
    if part.isdigit():
        rows = value or []
        row = rows[int(part)] if int(part) < len(rows) else None
        return (row["address"] if isinstance(row, dict) else row) or ""
    if part:
        return (value or {}).get(part) or ""
    if name == "birthday":
        return dt.date.fromisoformat(value[:10]) if value else None
    return value or ""


def edited(item: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """The properties that a person sends who types ``value`` there."""
    name, _, part = where.partition(".")
    if part.isdigit():
        rows = [r["address"] if isinstance(r, dict) else r for r in item.get(name) or []]
        rows[int(part) : int(part) + 1] = [value] if value else []
        return {name: [{"address": r} for r in rows] if name == "emailAddresses" else rows}
    if part:
        whole = {key: (item.get(name) or {}).get(key) for key in ADDRESS}
        return {name: {**whole, part: value or None}}
    if name == "birthday":
        return {name: f"{value}T11:59:00Z" if value else None}
    return {name: value or None}


def steps(empty: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Every field filled, then every field emptied, the last one first."""
    for field, (value, where) in FIELDS.items():
        yield field, value, where
    for field, (_, where) in reversed(FIELDS.items()):
        yield field, empty.get(field, ""), where


EMPTY = {"birthday": None, "first_name": "Anchor", "email": "anchor@example.com"}


def test_what_is_typed_or_emptied_in_the_crm_arrives_in_exchange(roomy: TwoWay) -> None:
    contact = anchored(roomy)
    for field, value, where in steps(EMPTY):
        roomy.change(contact, **{field: value})
        roomy.run_well()
        assert shown(roomy.item(contact), where) == value, field
    roomy.at_rest()


def test_what_is_typed_or_emptied_in_exchange_arrives_in_the_crm(roomy: TwoWay) -> None:
    contact = anchored(roomy)
    for field, value, where in steps(EMPTY):
        roomy.edit_item(contact, **edited(roomy.item(contact), where, value))
        roomy.run_well()
        contact.refresh_from_db()
        found = getattr(contact, field)
        found = found.replace("\r\n", "\n") if isinstance(found, str) else found
        assert found == value, field
    roomy.at_rest()


# -------------------------------------------------------------------------------------- birthdays

ZONES = ("Pacific/Kiritimati", "Pacific/Apia", "Australia/Sydney", "UTC", "America/New_York",
         "Etc/GMT+12")  # fmt: skip
DAYS = (dt.date(1980, 2, 29), dt.date(1900, 1, 1), dt.date(1999, 12, 31))


@pytest.mark.parametrize("mailbox_zone", ZONES)
@pytest.mark.parametrize("our_zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_birthday_is_the_same_day_wherever_anybody_is(
    mailbox_zone: str, our_zone: str, world: TwoWay
) -> None:
    Connection.objects.update(zone=mailbox_zone)
    first, second, third = (world.contact(f"Born {n}", birthday=day) for n, day in enumerate(DAYS))
    with timezone.override(ZoneInfo(our_zone)):
        world.run_well()
        assert [world.item(one)["birthday"][:10] for one in (first, second, third)] == [
            day.isoformat() for day in DAYS
        ]
        for time in ("00:00:00Z", "11:59:00Z", "12:00:00Z", "23:59:59Z"):
            world.edit_item(first, birthday=f"1981-03-01T{time}")
            world.run_well()
            first.refresh_from_db()
            assert first.birthday == dt.date(1981, 3, 1)
        world.at_rest()


@pytest.mark.parametrize("zone", ZONES[:5])
def test_what_we_write_is_the_same_day_on_any_clock_from_minus_eleven_to_plus_twelve(
    zone: str, world: TwoWay
) -> None:
    contact = world.contact(birthday=dt.date(1980, 2, 29))
    world.run_well()
    written = dt.datetime.fromisoformat(world.item(contact)["birthday"])
    local = written.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    assert offset is not None
    safe = abs(offset) <= dt.timedelta(hours=12)
    assert (local.date() == dt.date(1980, 2, 29)) is safe


def test_a_clients_own_midnight_in_utc_is_the_day_that_graph_says(world: TwoWay) -> None:
    """Decided so (docs/fields.md): what Exchange holds is taken as it is, and comes to rest."""
    contact = world.contact(birthday=dt.date(1980, 2, 29))
    world.run_well()
    sydney = dt.datetime(1980, 2, 29, tzinfo=ZoneInfo("Australia/Sydney")).astimezone(dt.UTC)

    world.edit_item(contact, birthday=sydney.strftime("%Y-%m-%dT%H:%M:%SZ"))
    world.run_well()

    contact.refresh_from_db()
    assert contact.birthday == dt.date(1980, 2, 28)
    world.at_rest()


# ------------------------------------------------------------------------------ notes, addresses


@pytest.mark.parametrize(
    "notes",
    [
        "one\r\ntwo\r\n\r\nthree",
        "tab\there",
        "Ω ≈ ç √ 𝄞 e\u0301",
        "x" * 30_000,
        "  indented\n  twice",
    ],
    ids=["crlf", "tab", "unicode", "long", "blanks"],
)
def test_notes_come_to_rest_whatever_is_in_them(notes: str, world: TwoWay) -> None:
    contact = world.contact(notes=notes)
    world.run_well()
    assert world.item(contact)["personalNotes"].split() == notes.split()
    world.at_rest()
    contact.refresh_from_db()
    assert contact.notes == notes

    world.edit_item(contact, personalNotes=f"{notes}\r\nadded in Outlook")
    world.run_well()

    contact.refresh_from_db()
    assert contact.notes.split() == f"{notes} added in Outlook".split()
    world.at_rest()


def test_an_address_is_replaced_whole_and_a_part_that_is_not_there_is_emptied(
    world: TwoWay,
) -> None:
    contact = world.contact(street="12 Hill St", suburb="Mosman", postcode="2088", state="NSW")
    world.run_well()

    world.edit_item(contact, homeAddress={"street": "1 New Rd", "city": "Manly"})
    world.run_well()

    contact.refresh_from_db()
    assert (contact.street, contact.suburb, contact.postcode, contact.state) == (
        *("1 New Rd", "Manly"),
        *("", ""),
    )
    world.change(contact, suburb="", street="2 Newer Rd")
    world.run_well()
    address = {k: v for k, v in world.item(contact)["homeAddress"].items() if v}
    assert address == {"street": "2 Newer Rd"}
    world.at_rest()
