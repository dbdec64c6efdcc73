"""What the reference CRM declares: who may see which contact, and what the settings select."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.adapter import Contacts, ReferenceCRMAdapter
from tests.builders.crm import (
    FULL,
    OWNER,
    VIEW,
    a_class,
    a_contact,
    a_login,
    a_staff_member,
    an_office,
)

pytestmark = pytest.mark.django_db

SOURCE = Contacts()
EVERYTHING = {"classes": [], "primary_owner_only": False}


@pytest.fixture
def jane():
    return a_staff_member()


def selected(staff, **selection):
    items = SOURCE.selected(SOURCE.accessible(staff), staff, EVERYTHING | selection)
    return sorted(contact.first_name for contact in items)


def test_every_level_of_access_counts_and_no_access_does_not(jane):
    for name, level in {"Owned": OWNER, "Shared": FULL, "Seen": VIEW}.items():
        a_contact(name, access={jane: level})
    a_contact("Foreign", access={a_staff_member("José"): OWNER})
    assert selected(jane) == ["Owned", "Seen", "Shared"]


def test_primary_owner_only_leaves_the_rest_out(jane):
    a_contact("Owned", access={jane: OWNER})
    a_contact("Shared", access={jane: FULL, a_staff_member("José"): OWNER})
    assert selected(jane, primary_owner_only=True) == ["Owned"]


def test_special_classes_count_only_when_they_are_chosen(jane):
    buyer, circle = a_class("Buyer"), a_class("Circle", special=True)
    a_contact("Standard", access={jane: OWNER}, classes=(buyer,))
    a_contact("Special", access={jane: OWNER}, classes=(circle,))
    a_contact("Both", access={jane: OWNER}, classes=(buyer, circle))
    a_contact("None", access={jane: OWNER})
    assert selected(jane) == ["Both", "None", "Standard"]
    assert selected(jane, classes=[str(circle.pk)]) == ["Both", "Special"]
    assert selected(jane, classes=[str(buyer.pk), str(circle.pk)]) == [
        "Both",
        "Special",
        "Standard",
    ]


def test_a_contact_of_two_chosen_classes_is_selected_once(jane):
    classes = (a_class("Buyer"), a_class("Vendor"))
    a_contact("Both", access={jane: OWNER}, classes=classes)
    assert selected(jane, classes=[str(row.pk) for row in classes]) == ["Both"]


def test_view_only_is_read_only_for_that_staff_member_alone(jane):
    jose = a_staff_member("José")
    contact = a_contact(access={jane: VIEW, jose: OWNER})
    assert SOURCE.is_read_only(contact, jane)
    assert not SOURCE.is_read_only(contact, jose)


def test_a_change_concerns_everybody_with_access(jane):
    jose = a_staff_member("José")
    contact = a_contact(access={jane: VIEW, jose: OWNER})
    a_contact(access={a_staff_member("Bob"): OWNER})
    assert set(SOURCE.concerned_staff(contact.pk)) == {jane.pk, jose.pk}


def test_the_classes_are_offered_with_the_special_ones_last():
    a_class("Circle", special=True)
    a_class("Vendor")
    a_class("Buyer")
    assert [(one.label, one.special) for one in SOURCE.classes()] == [
        ("Buyer", False),
        ("Vendor", False),
        ("Circle", True),
    ]


def test_a_login_leads_to_its_staff_record_and_others_to_none(jane, client):
    adapter = ReferenceCRMAdapter()
    assert adapter.staff_for_user(a_login(jane)) == jane
    assert adapter.staff_for_user(a_login()) is None


def test_the_card_knows_name_address_office_and_page(jane):
    adapter = ReferenceCRMAdapter()
    assert adapter.staff_name(jane) == "Jane Ashcroft"
    assert adapter.staff_address(jane) == jane.email
    assert adapter.office_of(jane) == str(an_office().pk)
    assert adapter.staff_url(jane) == f"/admin/agentbox_crm/staff/{jane.pk}/change/"
