"""The three laws of every canonical form: total, idempotent, stable under known rewritings."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.contacts import ADDRESS_PARTS, ATOMS, KIND, NAME_PARTS
from agentbox_sync.core.kinds.text import email, line, paragraph, phone
from tests.builders.records import SYDNEY

LAW = settings(max_examples=300, deadline=None)

# What people and servers really write: spaces of many sorts, line ends, accents in two forms,
# digits and the signs of phone numbers.
LETTERS = "aZéßøİſK\u0301\u0308' -.,@+()/0123456789\u00a0\u2009\u3000\t\r\n\u2028;x#~"
texts = st.one_of(st.text(LETTERS, max_size=30), st.text(max_size=30))
maybe = st.one_of(st.none(), texts)
numbers = st.one_of(texts, st.text("0123456789+() -.ext#", max_size=24))


def parts(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.dictionaries(st.sampled_from(names), maybe))


CATEGORIES = (
    "Buyers",
    "BUYERS",
    " buyers ",
    "Straße",
    "STRASSE",
    "İstanbul",
    "Golf",
    "",
    "Ü",
    "U\u0308",
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": parts(NAME_PARTS),
    "company": maybe,
    "job_title": maybe,
    "emails": st.one_of(st.none(), st.lists(texts, max_size=4)),
    "mobile_phone": st.one_of(st.none(), numbers),
    "home_phones": st.one_of(st.none(), st.lists(numbers, max_size=4)),
    "business_phones": st.one_of(st.none(), st.lists(numbers, max_size=4)),
    "home_address": parts(ADDRESS_PARTS),
    "business_address": parts(ADDRESS_PARTS),
    "other_address": parts(ADDRESS_PARTS),
    "birthday": st.one_of(st.none(), st.dates().map(lambda day: day.isoformat()), texts),
    "website": maybe,
    "notes": maybe,
    "categories": st.one_of(st.none(), st.lists(st.sampled_from(CATEGORIES), max_size=4)),
}
records = st.fixed_dictionaries({}, optional=VALUES)
localities = st.builds(
    Locality,
    st.sampled_from(["AU", "DE", "US", "IT"]),
    managed=st.lists(st.sampled_from(CATEGORIES), max_size=3).map(tuple),
)


def test_there_are_values_for_every_atom() -> None:
    assert set(VALUES) == set(ATOMS)


# --------------------------------------------------------------------------------- law 1: total


@LAW
@given(records, localities)
def test_every_record_has_a_canonical_form_that_can_be_stored(
    record: dict[str, Any], locality: Locality
) -> None:
    canonical = KIND.canonical(record, locality)

    assert set(canonical) == set(record)
    assert json.loads(json.dumps(canonical)) == canonical


def test_an_unknown_atom_is_left_out_and_an_absent_one_stays_unknown() -> None:
    assert KIND.canonical({"company": "", "shoe_size": "42"}, SYDNEY) == {"company": None}


# ---------------------------------------------------------------------------- law 2: idempotent


@LAW
@given(records, localities)
@example({"emails": ["İ@example.com"]}, SYDNEY)
@example({"home_phones": ["9999 0000", "(02) 9999 0000 ext 12", "1-800-FLOWERS"]}, SYDNEY)
@example({"mobile_phone": "06 698 12345"}, Locality("IT"))
@example({"birthday": " 1980-02-29"}, SYDNEY)
def test_the_canonical_form_of_a_canonical_form_is_itself(
    record: dict[str, Any], locality: Locality
) -> None:
    once = KIND.canonical(record, locality)

    assert KIND.canonical(once, locality) == once


# -------------------------------------------------- law 3: stable under what servers and clients do

REWRITINGS: dict[str, Callable[[str], str]] = {
    "browsers send CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "old clients send CR": lambda text: text.replace("\r\n", "\n").replace("\n", "\r"),
    "Exchange trims": lambda text: text.strip(),
    "blanks at the ends": lambda text: f"  {text}\t ",
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text),
}
rewritten = st.sampled_from(sorted(REWRITINGS))


@LAW
@given(texts, rewritten)
def test_a_line_survives_rewriting(text: str, how: str) -> None:
    assert line(REWRITINGS[how](text)) == line(text)


@LAW
@given(texts, rewritten)
def test_a_paragraph_survives_rewriting(text: str, how: str) -> None:
    assert paragraph(REWRITINGS[how](text)) == paragraph(text)


@LAW
@given(texts)
def test_a_paragraph_survives_blanks_at_the_ends_of_its_lines(text: str) -> None:
    padded = "\n".join(f"{row} \t" for row in text.replace("\r\n", "\n").split("\n"))

    assert paragraph(padded) == paragraph(text)


def test_a_paragraph_keeps_its_lines_and_a_line_does_not() -> None:
    assert paragraph("Gate code 12\r\n\r\nDog bites ") == "Gate code 12\n\nDog bites"
    assert line("12 Hill St\r\nLevel 2") == "12 Hill St Level 2"


@LAW
@given(st.emails(), rewritten)
def test_an_address_survives_another_case_and_rewriting(address: str, how: str) -> None:
    assert email(REWRITINGS[how](address.upper())) == email(address.lower())


@pytest.mark.parametrize("value", ["", "  ", None, "/o=ExchangeLabs/cn=Jane", "/O=EXCHANGE/CN=X"])
def test_what_is_no_address_is_no_address(value: str | None) -> None:
    assert email(value) is None


NOTATIONS = [
    "0412 345 678",
    "0412345678",
    "(0412) 345-678",
    "+61 412 345 678",
    "+61 (0) 412 345 678",
    "0011 61 412 345 678",
    "0412\u00a0345\u00a0678",
    "tel:+61-412-345-678",
    " 0412.345.678 ",
]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_number_is_the_same_in_every_notation(notation: str) -> None:
    assert phone(notation, "AU") == "+61412345678"


def test_numbers_that_differ_stay_different() -> None:
    spoken = ["02 9999 1234", "03 9999 1234", "02 9999 1234 ext 5", "02 9999 1234 x6", "9999 1234"]

    assert len({phone(number, "AU") for number in spoken}) == len(spoken)


def test_a_number_belongs_to_the_country_of_the_setting() -> None:
    assert phone("030 123456", "DE") == "+4930123456"
    assert phone("030 123456", "DE") != phone("030 123456", "AU")


def test_what_is_no_number_is_compared_as_it_stands() -> None:
    assert phone(" ask  reception ", "AU") == "ask reception"
    assert phone("12", "AU") == "12"
    assert phone("", "AU") is None


@pytest.mark.parametrize(
    "written", ["1980-02-29", "1980-02-29T00:00:00Z", "1980-02-29T11:59:00Z", "1980-02-29 23:59"]
)
def test_a_birthday_is_its_date(written: str) -> None:
    assert KIND.canonical({"birthday": written}, SYDNEY) == {"birthday": "1980-02-29"}


def test_repeated_and_empty_entries_of_a_list_count_once_or_not_at_all() -> None:
    record = {
        "emails": ["A@example.com", "", "a@example.com ", "b@example.com"],
        "home_phones": ["02 9999 1234", "+61 2 9999 1234", " "],
    }

    assert KIND.canonical(record, SYDNEY) == {
        "emails": ["a@example.com", "b@example.com"],
        "home_phones": ["+61299991234"],
    }


def test_the_order_of_a_list_is_part_of_it() -> None:
    one = KIND.canonical({"emails": ["a@example.com", "b@example.com"]}, SYDNEY)
    other = KIND.canonical({"emails": ["b@example.com", "a@example.com"]}, SYDNEY)

    assert one != other


def test_empty_parts_are_as_good_as_none() -> None:
    record = {"name": {"given": " ", "surname": ""}, "home_address": {}, "company": " "}

    assert KIND.canonical(record, SYDNEY) == {"name": None, "home_address": None, "company": None}


# ------------------------------------------------------------- law 5: a person's own stays theirs


@LAW
@given(
    st.lists(st.sampled_from(CATEGORIES), max_size=5),
    st.lists(st.sampled_from(CATEGORIES), max_size=3),
    localities,
)
def test_what_is_woven_keeps_every_name_of_the_persons_own_and_says_what_the_crm_says(
    standing: list[str], ours: list[str], locality: Locality
) -> None:
    ours = [name for name in ours if name in locality.managed]
    managed = KIND.canonical({"categories": locality.managed}, locality)["categories"]

    woven = KIND.woven({"categories": ours}, {"categories": standing}, locality)["categories"]

    own = [name for name in standing if line(name) and line(name).casefold() not in managed]
    assert [name for name in woven if name in own] == own
    both = {"categories": woven}, {"categories": ours}
    assert KIND.canonical(both[0], locality) == KIND.canonical(both[1], locality)


def test_a_name_that_is_not_managed_is_no_difference() -> None:
    locality = Locality(managed=("Buyers",))
    assert KIND.canonical({"categories": ["Golf", "BUYERS"]}, locality) == {
        "categories": ["buyers"]
    }
    assert KIND.canonical({"categories": ["Buyers"]}, Locality()) == {"categories": []}
