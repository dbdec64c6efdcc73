"""A contact born in Exchange is written into the CRM; one that is removed there is let go."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.changes import Absence, Cause, LocalItem
from agentbox_sync.core.errors import ItemRefused
from tests.builders.crm import FULL, OWNER, a_contact, a_staff_member
from tests.integration.host.builders import key_of
from tests.integration.host.reference import row, seen, store_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


def test_an_item_born_in_exchange_becomes_a_contact_of_the_staff_member(jane):
    store = store_of(jane, primary_owner_only=True)
    record = {
        "name": {"given": "Nina", "surname": "New"},
        "emails": ["nina@example.com"],
        "birthday": "1990-05-06",
        "other_address": {"city": "Nowhere"},  # this CRM does not offer it
    }

    item = store.create(record)

    assert isinstance(item, LocalItem)
    (contact,) = Contact.objects.all()
    assert (contact.first_name, contact.email) == ("Nina", "nina@example.com")
    assert [(one.staff, one.level) for one in contact.access.all()] == [(jane, OWNER)]
    assert item == seen(store, contact)
    assert not item.read_only


def test_a_contact_that_the_crm_would_not_take_is_not_there(jane):
    answer = store_of(jane).create({"notes": "nobody to find"})
    assert isinstance(answer, ItemRefused)
    assert not Contact.objects.exists()


def test_a_contact_that_cannot_be_granted_is_not_there(jane):
    class Careless(Contacts):
        def grant(self, item, staff):
            raise NotImplementedError

    answer = store_of(jane, Careless).create({"company": "New"})
    assert isinstance(answer, ItemRefused)
    assert answer.code == "CrmNotOffered"
    assert not Contact.objects.exists()


# -------------------------------------------------------------------------------------- letting go


def test_releasing_takes_this_persons_access_and_nothing_else(jane):
    jose = a_staff_member("José")
    contact = a_contact(access={jane: OWNER, jose: FULL}, company="Shared")
    store = store_of(jane)
    before = row(contact)

    assert store.release(seen(store, contact)) is None

    assert store.read([key_of(contact)]) == {
        key_of(contact): Absence(key_of(contact), Cause.LOST_ACCESS)
    }
    assert row(contact) == before
    assert isinstance(seen(store_of(jose), contact), LocalItem)


def test_a_host_that_does_not_offer_releasing_keeps_everything(jane):
    contact = a_contact(access={jane: OWNER})

    class Reading(Contacts):
        release = Contacts.__mro__[1].release

    store = store_of(jane, Reading)
    answer = store.release(seen(store, contact))
    assert isinstance(answer, ItemRefused)
    assert ContactAccess.objects.count() == 1
