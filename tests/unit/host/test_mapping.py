"""How declared fields turn into a record, and which declarations can be meant."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, ContactAccess, Office
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.mapping import (
    Children,
    Computed,
    Day,
    Parts,
    RecordMapping,
    Text,
    Texts,
)


def mapping(**declared):
    return RecordMapping(KIND, declared)


class Rows(list):
    """A related manager whose rows were fetched ahead."""

    def all(self):
        return self


def test_a_plain_name_is_one_text_and_nothing_is_an_empty_one():
    assert mapping(company="company").read(Contact(company="Acme")) == {"company": "Acme"}
    assert mapping(company="company").read(SimpleNamespace(company=None)) == {"company": ""}


def test_a_name_follows_a_relation_and_stops_where_it_is_empty():
    person = SimpleNamespace(firm=SimpleNamespace(name="Acme"))
    assert Text("firm__name").read(person) == "Acme"
    assert Text("firm__name").read(SimpleNamespace(firm=None)) == ""


def test_a_reverse_one_to_one_without_a_row_is_empty():
    class Person:
        @property
        def firm(self):
            raise Office.DoesNotExist

    assert Text("firm__name").read(Person()) == ""


def test_a_tuple_of_names_is_a_list_without_empty_ones():
    row = Contact(email="", email_2="b@example.com")
    assert mapping(emails=("email", "email_2")).read(row) == {"emails": ["b@example.com"]}


def test_parts_leave_out_what_is_empty():
    row = Contact(first_name="Ann", last_name="")
    assert Parts(given="first_name", surname="last_name").read(row) == {"given": "Ann"}


def test_a_day_is_the_same_day_from_a_date_a_naive_moment_or_a_text():
    naive = dt.datetime(1980, 3, 4, 23, 59)  # noqa: DTZ001  a host without time zones
    for value in (dt.date(1980, 3, 4), naive, "1980-03-04"):
        assert Day("at").read(SimpleNamespace(at=value)) == "1980-03-04"
    assert Day("at").read(SimpleNamespace(at=None)) is None
    assert Day("at").read(SimpleNamespace(at="")) is None


def test_a_moment_is_the_day_that_the_crm_shows(settings):
    settings.TIME_ZONE = "Australia/Sydney"
    midnight_in_sydney = dt.datetime(1985, 1, 14, 13, tzinfo=dt.UTC)  # summer time: UTC+11
    row = SimpleNamespace(at=midnight_in_sydney)
    assert Day("at").read(row) == "1985-01-15"


def test_rows_of_a_child_table_are_chosen_by_their_label():
    home, work = SimpleNamespace(code="home"), SimpleNamespace(code="work")
    phones = Rows(
        [
            SimpleNamespace(label=work, number="1"),
            SimpleNamespace(label=home, number=""),
            SimpleNamespace(label=home, number="2"),
            SimpleNamespace(label=home, number="3"),
        ]
    )
    row = SimpleNamespace(phones=phones)
    assert Children("phones", "number").read(row) == ["1", "2", "3"]
    assert Children("phones", "number", where={"label__code": "home"}).read(row) == ["2", "3"]
    assert Children("phones", "number", where={"label__code": "home"}, single=True).read(row) == "2"
    assert Children("phones", "number", where={"label__code": "fax"}, single=True).read(row) == ""


def test_a_function_of_the_host_makes_a_value():
    shout = Computed(lambda row: row.company.upper())
    assert mapping(company=shout).read(Contact(company="Acme")) == {"company": "ACME"}


def test_an_atom_that_no_kind_has_is_unknown_and_never_read():
    declared = mapping(company="company", shoe_size="size")
    assert declared.unknown == ("shoe_size",)
    assert declared.atoms == ("company",)


@pytest.mark.parametrize(
    "declared, broken",
    [
        ("company", None),
        ("full_name", None),  # a property of the row
        ("kompany", "kompany"),
        ("company__length", "company__length"),
        (("email", "e_mail"), "e_mail"),
        (Texts(("email",)), None),
        (Parts(given="first_name", surname="surname"), "surname"),
        (Day("birthday"), None),
        (Day("born"), "born"),
        (Children("access", "level"), None),
        (Children("access", "staff__office__name", where={"level": "x"}), None),
        (Children("access", "rank"), "access__rank"),
        (Children("access", "level", where={"rank": 1}), "access__rank"),
        (Children("phones", "number"), "phones__number"),
        (Children("company", "number"), "company__number"),
        ("access__level", "access__level"),  # many rows are not one text
        ("classes", "classes"),
    ],
)
def test_a_path_that_leads_nowhere_is_found(declared, broken):
    found = mapping(notes=declared).broken_paths(Contact)
    assert found == ([("notes", broken)] if broken else [])


@pytest.mark.parametrize("path", ["save", "from_db", "Level"])
def test_a_method_is_no_field_because_nobody_calls_it(path):
    assert mapping(notes=path).broken_paths(ContactAccess) == [("notes", path)]


def test_the_key_of_a_relation_is_a_value():
    assert mapping(notes="contact_id").broken_paths(ContactAccess) == []
    assert mapping(notes="contact_id__email").broken_paths(ContactAccess) != []
    assert mapping(notes="contact_id").select(ContactAccess) == ()


def test_a_plain_name_for_a_list_is_a_list_of_one():
    row = Contact(email="a@example.com")
    assert mapping(emails="email").read(row) == {"emails": ["a@example.com"]}
    assert mapping(emails="email").misshapen() == []


@pytest.mark.parametrize(
    "atom, declared, is_right",
    [
        ("company", "company", True),
        ("company", ("company",), False),
        ("company", Children("access", "level"), False),
        ("company", Children("access", "level", single=True), True),
        ("company", Parts(given="company"), False),
        ("emails", Day("email"), False),
        ("emails", Children("access", "level"), True),
        ("emails", Children("access", "level", single=True), False),
        ("name", "full_name", False),
        ("name", Parts(given="first_name"), True),
        ("name", Parts(given="first_name", last="last_name"), False),
        ("birthday", Day("birthday"), True),
        ("birthday", "birthday", True),
        ("name", Computed(dict), True),  # the function is the host's own
    ],
)
def test_a_declaration_that_makes_something_else_is_found(atom, declared, is_right):
    found = mapping(**{atom: declared}).misshapen()
    assert [name for name, _ in found] == ([] if is_right else [atom])


@pytest.mark.parametrize("declared", [5, None, (1, 2), {"number"}, ("email", Text("email_2"))])
def test_what_is_no_declaration_is_found_and_never_read(declared):
    found = mapping(notes=declared, company="company")
    assert found.malformed == ("notes",)
    assert found.atoms == ("company",)


def test_relations_are_fetched_ahead_and_properties_are_not():
    declared = RecordMapping(
        KIND,
        {
            "company": "staff__office__name",
            "job_title": "staff__full_name",
            "notes": "organised",
            "name": Parts(given="staff"),
        },
    )
    assert declared.select(ContactAccess) == ("staff__office", "staff")
    assert declared.select(Appointment) == ()  # nothing of this is there: not ours to break


def test_a_label_in_a_table_of_its_own_is_fetched_ahead_as_well():
    phones = Children("access", "level", where={"staff__office__name": "Mosman"})
    assert mapping(home_phones=phones).prefetch() == ("access", "access__staff__office")
