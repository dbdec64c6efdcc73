"""What was born in Exchange: ignored, offered or taken in, and never doubled."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.models import Link
from tests.builders import crm

from .world import TwoWay

LISTED = pytest.mark.parametrize("listed", [True, False], ids=["first run", "later run"])


def begin(world: TwoWay, *, listed: bool) -> None:
    """Begin with the first listing, or behind it."""
    if not listed:
        world.contact("Stays Here", email="stays@example.com")
        world.run_well()


@LISTED
def test_ignored_items_are_nobodys_business(world: TwoWay, listed: bool) -> None:
    begin(world, listed=listed)
    contacts = Contact.objects.count()
    theirs = world.add("Nina", "nina@example.com")
    before = world.mailbox()[theirs]

    world.run_well()

    assert Contact.objects.count() == contacts
    assert world.mailbox()[theirs] == before
    assert not Link.objects.filter(remote_id=theirs).exists()
    world.at_rest()


@LISTED
def test_offered_items_wait_for_a_person(world: TwoWay, listed: bool) -> None:
    world.choose(adoption="review")
    begin(world, listed=listed)
    contacts = Contact.objects.count()
    theirs = world.add("Nina", "nina@example.com")
    before = world.mailbox()[theirs]

    counts = world.run_well()

    assert counts.review == 1
    assert Contact.objects.count() == contacts
    assert world.mailbox()[theirs] == before
    (offer,) = world.offers()
    assert (offer.remote_id, offer.reason) == (theirs, "born_in_exchange")
    assert offer.base_remote == {}  # what it says is none of our business yet
    assert world.log()[-1] == ("offer", "born in Exchange, offered", "waiting")
    world.at_rest()
    assert len(world.offers()) == 1


def test_an_offer_ends_when_its_item_is_removed(world: TwoWay) -> None:
    world.choose(adoption="review")
    begin(world, listed=False)
    theirs = world.add("Nina", "nina@example.com")
    world.run_well()

    world.remove(theirs)
    world.run_well()

    assert world.offers() == []
    world.at_rest()


def test_an_offer_whose_contact_appears_in_the_crm_becomes_its_pair(world: TwoWay) -> None:
    world.choose(adoption="review")
    begin(world, listed=False)
    theirs = world.add("Nina", "nina@example.com")
    world.run_well()

    contact = world.contact("Nina New", email="nina@example.com", company="Ours")
    world.run_well()

    assert world.offers() == []
    assert world.linked(contact).remote_id == theirs
    assert world.mailbox()[theirs]["companyName"] == "Ours"
    assert world.people() == ["Nina", "Stays"]
    world.at_rest()


@LISTED
def test_imported_items_become_contacts_of_the_staff_member(world: TwoWay, listed: bool) -> None:
    world.choose(adoption="import")
    begin(world, listed=listed)
    theirs = world.add("Nina", "nina@example.com", companyName="Theirs", spouseName="Max")
    before = world.mailbox()[theirs]

    counts = world.run_well()

    assert (counts.created, counts.writes_local) == (1, 1)
    contact = Contact.objects.get(first_name="Nina")
    assert (contact.email, contact.company) == ("nina@example.com", "Theirs")
    assert [(one.staff, one.level) for one in contact.access.all()] == [(world.staff, crm.OWNER)]
    assert world.mailbox()[theirs] == before  # nothing is written there, no stamp either
    link = world.linked(contact)
    assert (link.remote_id, link.origin, link.state) == (theirs, "exchange", "active")
    world.at_rest()
    assert Contact.objects.filter(first_name="Nina").count() == 1


def test_an_imported_contact_travels_both_ways_from_then_on(world: TwoWay) -> None:
    world.choose(adoption="import")
    theirs = world.add("Nina", "nina@example.com", companyName="Old", jobTitle="Old")
    world.run_well()
    contact = Contact.objects.get()

    world.edit(theirs, companyName="Theirs")
    world.change(contact, job_title="Ours")
    world.run_well()

    contact.refresh_from_db()
    assert (contact.company, contact.job_title) == ("Theirs", "Ours")
    assert world.mailbox()[theirs]["jobTitle"] == "Ours"
    world.at_rest()


@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_an_imported_contact_that_is_deleted_in_the_crm_stays_in_exchange(
    world: TwoWay, removal: str
) -> None:
    world.choose(adoption="import", removal=removal)
    theirs = world.add("Nina", "nina@example.com")
    world.run_well()
    before = world.mailbox()[theirs]

    world.delete(Contact.objects.get())
    world.run_well()
    world.run_well(forced=True)

    assert world.mailbox()[theirs] == before
    assert not Contact.objects.exists()  # and it is not taken for a newcomer


def test_many_newcomers_are_all_taken_in_once(world: TwoWay) -> None:
    world.choose(adoption="import")
    for number in range(45):
        world.add(f"Person{number:02}", f"person{number:02}@example.com")

    assert world.run_well().created == 45
    world.at_rest()

    assert Contact.objects.count() == ContactAccess.objects.count() == 45


# ------------------------------------------------------------------------------- never doubled


@LISTED
@pytest.mark.parametrize("rule", ["crm_wins", "exchange_wins"])
def test_who_is_in_both_already_is_linked_filled_and_follows_the_rule(
    world: TwoWay, listed: bool, rule: str
) -> None:
    world.choose(adoption="import", conflict=rule)
    begin(world, listed=listed)
    theirs = world.add("Liv", "Olivia@Example.com", companyName="Theirs", jobTitle="Seller")
    contact = world.contact(email="olivia@example.com", company="Ours", website="https://a.example")

    counts = world.run_well()

    assert (counts.linked, counts.created) == (1, 0)
    contact.refresh_from_db()
    item = world.mailbox()[theirs]
    stands = "Ours" if rule == "crm_wins" else "Theirs"
    assert (contact.company, item["companyName"]) == (stands, stands)
    assert contact.job_title == item["jobTitle"] == "Seller"
    assert contact.website == item["businessHomePage"] == "https://a.example"
    lost = {"Ours", "Theirs"} - {stands}
    assert lost <= {str(v) for line in world.lines(contact) for v in line.before.values()}
    assert Contact.objects.filter(email__iexact="olivia@example.com").count() == 1
    world.at_rest()


def test_a_copy_of_a_synced_item_is_offered_and_not_taken_in(world: TwoWay) -> None:
    world.choose(adoption="import")
    contact = world.contact(email="olivia@example.com")
    world.run_well()

    copy = world.add("Olivia", "olivia@example.com")
    counts = world.run_well()

    assert (counts.review, counts.created) == (1, 0)
    assert Contact.objects.get() == contact
    assert [offer.remote_id for offer in world.offers()] == [copy]
    world.at_rest()


def test_an_item_that_the_crm_does_not_take_is_set_aside_and_hides_no_other(
    world: TwoWay,
) -> None:
    world.choose(adoption="import")
    nameless = world.add("", companyName="", personalNotes="nobody to be found by")
    world.add("Nina", "nina@example.com")

    counts = world.run()

    assert (counts.created, counts.set_aside) == (1, 1)
    assert Contact.objects.get().first_name == "Nina"
    assert world.run_well(forced=False).set_aside == 0  # not tried again as it is

    world.edit(nameless, givenName="Noel")
    assert world.run_well().created == 1
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Nina", "Noel"}
    world.at_rest()
