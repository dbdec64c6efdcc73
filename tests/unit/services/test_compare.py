"""Two versions of an item as people read them: labels, notations, marks."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django import Settings

from agentbox_sync.host.registry import KINDS
from agentbox_sync.services.compare import Comparison, compare, show
from agentbox_sync.services.wording.values import FIELDS, field_label, field_text
from tests.unit.core.test_difference import marked, whole


@pytest.fixture(autouse=True)
def australia(settings: Settings) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "PHONE_REGION": "AU"}


def drawn(comparison: Comparison) -> str:
    return render_to_string("agentbox_sync/compare.html", {"comparison": comparison})


def test_every_atom_of_every_kind_has_a_label() -> None:
    for kind in KINDS.values():
        assert set(kind.atoms) <= set(FIELDS[kind.name])
        labels = [field_label(kind.name, atom) for atom in kind.atoms]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    "atom, value, said",
    [
        ("name", {"title": "Dr", "given": "Ada", "surname": "Lane"}, "Dr Ada Lane"),
        ("name", None, ""),
        ("emails", ["a@x.example", "", "b@x.example"], "a@x.example\nb@x.example"),
        ("mobile_phone", "+61412345678", "0412 345 678"),
        ("mobile_phone", "0412345678", "0412 345 678"),
        ("mobile_phone", "+442079460018", "+44 20 7946 0018"),
        ("business_phones", ["+61299991234;ext=12"], "(02) 9999 1234 ext. 12"),
        ("mobile_phone", "ask Tom", "ask Tom"),
        ("mobile_phone", "12", "12"),
        (
            "home_address",
            {"street": "12 Hill St", "city": "Mosman", "state": "NSW", "postcode": "2088"},
            "12 Hill St\nMosman NSW 2088",
        ),
        ("birthday", "1980-02-29", "29 Feb 1980"),
        ("birthday", "1980-02-29T11:59:00Z", "29 Feb 1980"),
        ("birthday", "unknown", "unknown"),
        ("birthday", None, ""),
        ("notes", "Gate code 12\r\nDog bites ", "Gate code 12\nDog bites"),
        ("of_tomorrow", " 1 ", "1"),
    ],
)
def test_a_value_is_written_as_people_write_it(atom: str, value: Any, said: str) -> None:
    assert field_text("contacts", atom, value) == said


def test_a_day_follows_the_language_of_the_reader() -> None:
    with translation.override("de"):
        assert field_text("contacts", "birthday", "1980-02-29") == "29. Februar 1980"


def test_what_differs_is_shown_and_the_rest_is_counted() -> None:
    found = compare(
        "contacts",
        {"company": "Old", "job_title": "Buyer", "notes": ""},
        {"company": "New", "job_title": "Buyer", "notes": None},
    )
    assert [field.label for field in found.fields] == ["Company"]
    assert found.same == 1  # what is empty on both sides is no field to count
    assert (found.left_title, found.right_title) == ("In the CRM", "In Exchange")


def test_two_notations_of_the_same_are_no_difference() -> None:
    typed = {"mobile_phone": "0412 345 678", "emails": ["Ada@X.example"]}
    remembered = {"mobile_phone": "+61412345678", "emails": ["ada@x.example"]}
    assert compare("contacts", typed, remembered).fields == ()
    (email, phone) = compare("contacts", typed, remembered, everything=True).fields
    assert whole(email.left) == whole(email.right) == "Ada@X.example"
    assert whole(phone.left) == "0412 345 678"


def test_only_the_differing_group_of_a_number_is_marked() -> None:
    (field,) = compare(
        "contacts", {"mobile_phone": "0412345678"}, {"mobile_phone": "0412345679"}
    ).fields
    assert (marked(field.left), marked(field.right)) == (["678"], ["679"])


def test_marks_are_heard_and_an_empty_value_is_said() -> None:
    page = drawn(compare("contacts", {"company": "Old Firm"}, {}, is_change=True))
    assert ">Before<" in page
    assert ">After<" in page
    assert '<del class="agentbox-differs"><span class="agentbox-heard">differs: </span>' in page
    assert ">empty<" in page


def test_two_versions_beside_each_other_are_neither_old_nor_new() -> None:
    page = drawn(compare("contacts", {"company": "Ours"}, {"company": "Theirs"}))
    assert page.count("<mark ") == 2
    assert "<del" not in page
    assert "<ins" not in page


def test_what_people_typed_is_escaped() -> None:
    assert "<b>" not in drawn(compare("contacts", {"company": "<b>x</b>"}, {"company": "<b>"}))


def test_one_version_by_itself_marks_nothing() -> None:
    page = drawn(show("contacts", {"company": "Harbour Vale", "notes": ""}, "In Exchange"))
    assert "Harbour Vale" in page
    assert "agentbox-differs" not in page
    assert page.count("<td>") == 1
    assert "Nothing is filled in." in drawn(show("contacts", {}, "In Exchange"))


def test_atoms_that_were_asked_for_stand_in_the_order_of_the_kind() -> None:
    found = compare("contacts", {"notes": "a", "name": {"given": "x"}}, {}, atoms=["notes", "name"])
    assert [field.atom for field in found.fields] == ["name", "notes"]
