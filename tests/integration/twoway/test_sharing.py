"""Two staff share a contact: an edit in either mailbox reaches the other through the CRM."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from tests.builders import crm

from .world import Colleague, TwoWay


@pytest.fixture
def shared(world: TwoWay, colleague: Colleague) -> Contact:
    for one in (world, colleague):
        one.choose(primary_owner_only=False)
    access = {world.staff: crm.OWNER, colleague.staff: crm.FULL}
    contact = world.contact(email="olivia@example.com", company="Old", access=access)
    for one in (world, colleague, world, colleague):
        one.run_well()
    return contact


def companies(contact: Contact, *worlds: TwoWay) -> list[str]:
    contact.refresh_from_db()
    return [contact.company, *(world.item(contact)["companyName"] for world in worlds)]


@pytest.mark.parametrize("hers", [True, False], ids=["hers first", "his first"])
def test_an_edit_in_either_mailbox_reaches_the_other(
    world: TwoWay, colleague: Colleague, shared: Contact, hers: bool
) -> None:
    editor, reader = (world, colleague) if hers else (colleague, world)

    editor.edit_item(shared, companyName="New")
    editor.run_well()
    reader.connection.refresh_from_db()
    assert reader.connection.wake  # within a minute, not at the next full look
    reader.run_well()

    assert companies(shared, world, colleague) == ["New", "New", "New"]
    for one in (world, colleague):
        one.at_rest()
    # Their own write is no news to those who made it.
    assert not editor.connection.wake


def test_edits_of_different_fields_in_both_mailboxes_all_survive(
    world: TwoWay, colleague: Colleague, shared: Contact
) -> None:
    world.edit_item(shared, companyName="Hers")
    colleague.edit_item(shared, jobTitle="His")
    world.change(shared, website="https://crm.example")

    for one in (world, colleague, world):
        one.run_well()

    for one in (world, colleague):
        item = one.item(shared)
        assert (item["companyName"], item["jobTitle"]) == ("Hers", "His")
        assert item["businessHomePage"] == "https://crm.example"
        one.at_rest()


def test_the_same_field_in_both_mailboxes_ends_the_same_everywhere_and_nothing_is_lost(
    world: TwoWay, colleague: Colleague, shared: Contact
) -> None:
    world.edit_item(shared, companyName="Hers")
    colleague.edit_item(shared, companyName="His")

    for one in (world, colleague, world, colleague):
        one.run_well()

    # Hers came into the CRM first, and the CRM wins against his.
    assert companies(shared, world, colleague) == ["Hers"] * 3
    lost = {str(v) for line in colleague.lines(shared) for v in line.before.values()}
    assert "His" in lost
    for one in (world, colleague):
        one.at_rest()


def test_a_removal_in_one_mailbox_is_no_removal_in_the_other(
    world: TwoWay, colleague: Colleague, shared: Contact
) -> None:
    world.choose(deletion="apply", primary_owner_only=False)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()

    world.remove_item(shared)
    world.run_well()
    colleague.run_well()

    assert world.people() == ["Stays"]
    assert colleague.people() == ["Olivia"]
    assert Contact.objects.filter(pk=shared.pk).exists()
    assert [one.staff for one in ContactAccess.objects.filter(contact=shared)] == [colleague.staff]
    for one in (world, colleague):
        one.at_rest()


def test_an_edit_of_somebody_who_may_only_look_goes_nowhere(
    world: TwoWay, colleague: Colleague, shared: Contact
) -> None:
    colleague.share(shared, crm.VIEW)
    colleague.run_well()

    colleague.edit_item(shared, companyName="His")
    for one in (colleague, world, colleague):
        one.run_well()

    assert companies(shared, world, colleague) == ["Old"] * 3
    for one in (world, colleague):
        one.at_rest()


def test_an_item_that_one_of_them_adds_is_not_the_others(
    world: TwoWay, colleague: Colleague
) -> None:
    for one in (world, colleague):
        one.choose(adoption="import", primary_owner_only=False)
    world.add("Nina", "nina@example.com")

    for one in (world, colleague, world, colleague):
        one.run_well()

    assert world.people() == ["Nina"]
    assert colleague.people() == []
    assert Contact.objects.count() == 1
