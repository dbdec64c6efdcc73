"""Contacts in Graph's JSON, by the examples of api/contact-get.md and api/contact-update.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.contacts import ADDRESS_PARTS, ATOMS, NAME_PARTS, canonical
from agentbox_sync.graph.codecs.contacts import decode, encode, half_shown

GARTH: dict[str, Any] = {
    "@odata.etag": 'W/"EQAAABYAAACd9nJ/tVysQos2hTfspaWRAAADTIa4"',
    "id": "AAMkAGI2THk0AAA=",
    "createdDateTime": "2014-10-19T23:08:24Z",
    "lastModifiedDateTime": "2014-10-19T23:08:24Z",
    "changeKey": "EQAAABYAAACd9nJ/tVysQos2hTfspaWRAAADTIa4",
    "categories": [],
    "parentFolderId": "AAMkAGI2AAEOAAA=",
    "birthday": "1974-07-22",
    "fileAs": "Fort, Garth",
    "displayName": "Garth Fort",
    "givenName": "Garth",
    "initials": "G.F.",
    "middleName": None,
    "nickName": "Garth",
    "surname": "Fort",
    "title": None,
    "emailAddresses": [{"name": "Garth", "address": "garth@contoso.com"}],
    "imAddresses": ["sip:garthf@contoso.com"],
    "jobTitle": "Web Marketing Manager",
    "companyName": "Contoso, Inc.",
    "department": "Sales & Marketing",
    "businessHomePage": "https://www.contoso.com",
    "homePhones": [],
    "mobilePhone": None,
    "businessPhones": ["+1 918 555 0101"],
    "homeAddress": {},
    "businessAddress": {
        "street": "10 Contoso Way",
        "city": "Redmond",
        "state": "WA",
        "countryOrRegion": "USA",
        "postalCode": "98075",
    },
    "otherAddress": {},
    "personalNotes": "",
}

FULL: dict[str, Any] = {
    "name": {"given": "Jane", "middle": "Q", "surname": "Doe", "title": "Dr"},
    "company": "Doe & Co",
    "job_title": "Buyer",
    "emails": ["jane@example.com", "j.doe@example.org"],
    "mobile_phone": "0491 570 156",
    "home_phones": ["02 5550 1234"],
    "business_phones": ["02 5550 5678", "02 5550 9999"],
    "home_address": {
        "street": "1 High St",
        "city": "Bondi",
        "state": "NSW",
        "postcode": "2026",
        "country": "Australia",
    },
    "business_address": {"city": "Sydney"},
    "other_address": {},
    "birthday": "1980-02-29",
    "website": "https://doe.example",
    "notes": "Line one\nLine two",
}
READ_ONLY = {"id", "changeKey", "createdDateTime", "lastModifiedDateTime", "parentFolderId"}


def test_the_documented_contact_is_read() -> None:
    assert decode(GARTH) == {
        "name": {"given": "Garth", "surname": "Fort"},
        "company": "Contoso, Inc.",
        "job_title": "Web Marketing Manager",
        "emails": ["garth@contoso.com"],
        "mobile_phone": "",
        "home_phones": [],
        "business_phones": ["+1 918 555 0101"],
        "home_address": {},
        "business_address": {
            "street": "10 Contoso Way",
            "city": "Redmond",
            "state": "WA",
            "postcode": "98075",
            "country": "USA",
        },
        "other_address": {},
        "birthday": "1974-07-22",
        "website": "https://www.contoso.com",
        "notes": "",
        "categories": [],
    }
    assert not half_shown(GARTH)


def test_a_row_that_shows_only_what_changed_leaves_the_rest_unknown() -> None:
    row = {"id": "AAMk", "mobilePhone": "0491 570 156", "birthday": None}

    assert decode(row) == {"mobile_phone": "0491 570 156", "birthday": None}
    assert not half_shown(row)


def test_half_a_name_is_no_name_and_says_that_the_item_must_be_read() -> None:
    row = {"id": "AAMk", "surname": "Jones", "companyName": "Contoso"}

    assert decode(row) == {"company": "Contoso"}
    assert half_shown(row)


@pytest.mark.parametrize("written", ["1974-07-22", "1974-07-22T00:00:00Z", "1974-07-22T11:59:00Z"])
def test_only_the_date_of_a_birthday_is_read(written: str) -> None:
    assert decode({"birthday": written}) == {"birthday": "1974-07-22"}


def test_null_collections_and_addresses_are_empty_not_unknown() -> None:
    row = {"homePhones": None, "emailAddresses": None, "otherAddress": None}

    assert decode(row) == {"home_phones": [], "emails": [], "other_address": {}}


def test_every_atom_of_a_full_contact_is_written() -> None:
    encoded = encode(FULL, ATOMS, creating=True)

    assert encoded.left_out == ()
    assert encoded.payload == {
        "displayName": "Jane Q Doe",
        "givenName": "Jane",
        "middleName": "Q",
        "surname": "Doe",
        "title": "Dr",
        "companyName": "Doe & Co",
        "jobTitle": "Buyer",
        "emailAddresses": [{"address": "jane@example.com"}, {"address": "j.doe@example.org"}],
        "mobilePhone": "0491 570 156",
        "homePhones": ["02 5550 1234"],
        "businessPhones": ["02 5550 5678", "02 5550 9999"],
        "homeAddress": {
            "street": "1 High St",
            "city": "Bondi",
            "state": "NSW",
            "postalCode": "2026",
            "countryOrRegion": "Australia",
        },
        "businessAddress": {
            "street": None,
            "city": "Sydney",
            "state": None,
            "postalCode": None,
            "countryOrRegion": None,
        },
        "birthday": "1980-02-29T11:59:00Z",
        "businessHomePage": "https://doe.example",
        "personalNotes": "Line one\nLine two",
    }


def test_an_update_sends_the_named_atoms_and_nothing_else() -> None:
    assert encode(FULL, ("mobile_phone",)).payload == {"mobilePhone": "0491 570 156"}
    assert set(encode(FULL, ("home_address",)).payload) == {"homeAddress"}


def test_an_emptied_atom_is_cleared() -> None:
    empty: dict[str, Any] = {
        "name": {"given": "Jane"},
        "company": "",
        "emails": [],
        "home_phones": [],
        "home_address": {},
        "birthday": None,
        "notes": "",
    }

    assert encode(empty, [atom for atom in empty if atom != "name"]).payload == {
        "companyName": None,
        "emailAddresses": [],
        "homePhones": [],
        "homeAddress": {
            "street": None,
            "city": None,
            "state": None,
            "postalCode": None,
            "countryOrRegion": None,
        },
        "birthday": None,
        "personalNotes": None,
    }


def test_a_create_says_nothing_about_what_is_empty() -> None:
    # A null address in a create is answered with a 500 (msgraph-sdk-dotnet #2368).
    record = {"name": {"given": "Jane"}, "home_address": {}, "emails": [], "birthday": None}

    assert encode(record, ATOMS, creating=True).payload == {
        "givenName": "Jane",
        "displayName": "Jane",
    }


@pytest.mark.parametrize(
    "record,atoms,shown",
    [
        ({"name": {"given": "Jane", "surname": "Doe"}, "company": "Co"}, ("name",), "Jane Doe"),
        ({"name": {}, "company": "Co"}, ("company",), "Co"),
        ({"name": {}, "company": "Co"}, ("name",), "Co"),
        ({"name": {}, "company": "", "emails": ["a@b.example"]}, ("emails",), "a@b.example"),
        ({"name": {}, "company": "", "emails": []}, ("name",), None),
    ],
)
def test_the_listed_name_goes_along_with_what_it_is_made_of(
    record: dict[str, Any], atoms: tuple[str, ...], shown: str | None
) -> None:
    assert encode(record, atoms).payload["displayName"] == shown


def test_the_listed_name_stays_away_where_it_cannot_have_changed() -> None:
    record = {"name": {"given": "Jane"}, "company": "Co", "emails": ["a@b.example"]}

    assert "displayName" not in encode(record, ("company", "emails")).payload


def test_what_exceeds_microsofts_limits_stays_behind_and_is_named() -> None:
    record = {
        "emails": ["1@x.example", "2@x.example", "3@x.example", "4@x.example"],
        "business_phones": ["1", "2", "3"],
        "home_phones": ["1", "2"],
    }

    encoded = encode(record, ATOMS)

    assert encoded.left_out == ("emails", "business_phones")
    assert [item["address"][0] for item in encoded.payload["emailAddresses"]] == ["1", "2", "3"]
    assert encoded.payload["businessPhones"] == ["1", "2"]
    assert encoded.payload["homePhones"] == ["1", "2"]


def test_a_repeated_or_blank_entry_uses_up_no_place() -> None:
    record = {"emails": ["a@x.example", " ", "A@X.example", "b@x.example", "c@x.example"]}

    encoded = encode(record, ("emails",))

    assert encoded.left_out == ()
    assert [item["address"] for item in encoded.payload["emailAddresses"]] == [
        "a@x.example",
        "b@x.example",
        "c@x.example",
    ]


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
records = st.fixed_dictionaries(
    {},
    optional={
        "name": st.fixed_dictionaries({}, optional=dict.fromkeys(NAME_PARTS, text)),
        "company": text,
        "emails": st.lists(text, max_size=3),
        "mobile_phone": text,
        "business_phones": st.lists(text, max_size=2),
        "home_address": st.fixed_dictionaries({}, optional=dict.fromkeys(ADDRESS_PARTS, text)),
        "birthday": st.none() | st.dates().map(str),
        "notes": st.text(max_size=30),
    },
)


@given(records)
@example({"emails": ["0", "00", "0"]})  # a repeated address once took the place of the first
def test_what_is_written_and_read_back_is_the_same_contact(record: dict[str, Any]) -> None:
    locality = Locality(phone_region="AU")
    payload = encode(record, tuple(record)).payload

    assert not READ_ONLY & set(payload)
    assert canonical(decode(payload), locality) == canonical(record, locality)
