"""What each declared field does with a value that comes from Exchange."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models
from django.test.utils import isolate_apps

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Staff
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.failures import where
from agentbox_sync.host.fields import Children, Computed, Day, Parts, Text, Texts
from agentbox_sync.host.mapping import RecordMapping


def test_a_text_goes_into_its_field():
    contact = Contact(company="Old")
    Text("company").write(contact, "New")
    assert contact.company == "New"


@pytest.mark.parametrize("empty", ["", None])
def test_an_emptied_text_is_an_empty_one_or_none_as_the_column_has_it(empty):
    contact = Contact(company="Old", birthday=dt.date(1980, 1, 2))
    Text("company").write(contact, empty)
    Text("birthday").write(contact, empty)
    assert (contact.company, contact.birthday) == ("", None)


def test_texts_fill_their_fields_in_order_and_empty_the_rest():
    contact = Contact(email="a@example.com", email_2="b@example.com")
    Texts(("email", "email_2")).write(contact, ["c@example.com"])
    assert (contact.email, contact.email_2) == ("c@example.com", "")


def test_more_texts_than_fields_are_written_as_far_as_they_fit():
    contact = Contact()
    Texts(("email", "email_2")).write(contact, ["a@example.com", "b@example.com", "c@example.com"])
    assert (contact.email, contact.email_2) == ("a@example.com", "b@example.com")


def test_a_group_is_written_whole_and_a_part_that_is_not_there_is_emptied():
    contact = Contact(street="1 Old St", suburb="Mosman", postcode="2088")
    Parts(street="street", city="suburb", postcode="postcode").write(contact, {"city": "Manly"})
    assert (contact.street, contact.suburb, contact.postcode) == ("", "Manly", "")


@pytest.mark.parametrize("value", ["1980-02-29", "1980-02-29T11:59:00Z"])
def test_a_day_is_written_as_a_date(value):
    contact = Contact()
    Day("birthday").write(contact, value)
    assert contact.birthday == dt.date(1980, 2, 29)


def test_a_day_in_a_field_with_a_time_is_the_day_that_the_crm_shows(settings):
    settings.TIME_ZONE = "Australia/Sydney"
    appointment = Appointment()
    Day("starts_at").write(appointment, "1985-01-15")
    assert appointment.starts_at == dt.datetime(1985, 1, 14, 13, tzinfo=dt.UTC)
    assert Day("starts_at").read(appointment) == "1985-01-15"


def test_an_emptied_day_is_none():
    contact = Contact(birthday=dt.date(1980, 1, 2))
    Day("birthday").write(contact, None)
    assert contact.birthday is None


def test_everything_that_is_written_reads_the_same():
    record = {
        "name": {"given": "Ann", "surname": "Lee"},
        "company": "Acme",
        "emails": ["a@example.com", "b@example.com"],
        "home_phones": ["02 9999 1234"],
        "home_address": {"street": "1 Hill St", "city": "Mosman", "country": "Australia"},
        "birthday": "1980-02-29",
        "notes": "One\nTwo",
    }
    mapping = RecordMapping(KIND, {atom: Contacts.fields[atom] for atom in record})
    contact = Contact()

    names, later = mapping.write(contact, record)

    assert mapping.read(contact) == record
    assert {"first_name", "last_name", "email_2", "postcode", "birthday"} <= set(names)
    assert later == []


# -------------------------------------------------------------------------- what cannot be written


def fixed(model, **declared):
    return RecordMapping(KIND, declared).fixed(model)


def test_columns_of_the_row_itself_can_be_written():
    declared = {
        "name": Parts(given="first_name", surname="last_name"),
        "emails": ("email", "email_2"),
        "company": "company",
        "birthday": Day("birthday"),
    }
    assert fixed(Contact, **declared) == frozenset()


@pytest.mark.parametrize(
    "source",
    [
        Computed(lambda row: row.company),
        Text("office__name"),  # behind a relation: another row's business
        Text("full_name"),  # a property
        Text("office"),  # the relation itself
        Parts(given="first_name", surname="office__name"),  # a part of it
    ],
    ids=["computed", "behind a relation", "property", "relation", "one part of several"],
)
def test_what_is_no_column_of_the_row_is_fixed(source):
    assert fixed(Staff, notes=source) == frozenset({"notes"})


@isolate_apps("agentbox_sync.contrib.reference_crm")
def test_rows_of_a_child_table_can_be_written_if_their_text_is_a_column():
    class Owner(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "agentbox_crm"

    class Line(models.Model):  # noqa: DJ008
        owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="lines")
        number = models.CharField(max_length=40)
        other = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "agentbox_crm"

    def is_fixed(relation, value):
        return bool(fixed(Owner, home_phones=Children(relation, value)))

    assert not is_fixed("lines", "number")
    assert is_fixed("lines", "other__pk")
    assert is_fixed("lines", "missing")
    assert is_fixed("calls", "number")


def test_writing_what_cannot_be_written_is_refused_loudly():
    mapping = RecordMapping(KIND, {"notes": Computed(lambda row: row.company)})
    with pytest.raises(TypeError, match="notes"):
        mapping.write(Contact(), {"notes": "x"})


# ------------------------------------------------------------------------ what an engineer is told


def test_where_a_failure_came_from_is_told_without_what_it_said():
    def host_code():
        raise ValueError("jane@example.com is taken")

    with pytest.raises(ValueError, match="jane") as caught:
        host_code()

    told = where(caught.value)
    assert told.startswith("ValueError")
    assert "in host_code" in told
    assert "jane" not in told
