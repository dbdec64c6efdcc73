"""The category in Outlook that a class gives: ours is set and taken off, a person's own stays."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact, ContactClass
from agentbox_sync.core.rules import Status
from agentbox_sync.models import Link
from tests.builders import crm

from .world import TwoWay


@pytest.fixture
def buyers(world: TwoWay) -> ContactClass:
    return crm.a_class("Buyers")


@pytest.fixture
def sellers(world: TwoWay) -> ContactClass:
    return crm.a_class("Sellers")


@pytest.fixture
def world(world: TwoWay) -> TwoWay:
    world.choose(categories=labels())
    return world


def labels(**more: str) -> dict[str, str]:
    """Every class that is asked for, with the category that it gives."""
    names = {"Buyers": "Client: buying", "Sellers": "Client: selling", **more}
    return {str(crm.a_class(name).pk): label for name, label in names.items() if label}


def categories(world: TwoWay, contact: Contact) -> list[str]:
    found: list[str] = world.item(contact)["categories"]
    return found


def a_buyer(world: TwoWay, buyers: ContactClass) -> Contact:
    contact = world.contact(classes=(buyers,), email="olivia@example.com")
    world.run_well()
    world.run_well()
    return contact


def test_a_new_contact_carries_the_categories_of_its_classes(
    world: TwoWay, buyers: ContactClass, sellers: ContactClass
) -> None:
    contact = world.contact(classes=(buyers, sellers))
    nobody = world.contact("Noah Field")
    world.run_well()
    assert categories(world, contact) == ["Client: buying", "Client: selling"]
    assert categories(world, nobody) == []
    world.at_rest()


def test_a_change_of_class_writes_ours_and_keeps_the_persons_own(
    world: TwoWay, buyers: ContactClass, sellers: ContactClass
) -> None:
    contact = a_buyer(world, buyers)
    world.edit_item(contact, categories=["Golf", "Client: buying", "Family"])
    world.run_well()
    assert categories(world, contact) == ["Golf", "Client: buying", "Family"], "nothing to write"

    contact.classes.set([sellers])
    world.run_well()

    assert categories(world, contact) == ["Golf", "Family", "Client: selling"]
    line = world.last_change(contact)
    assert (line.side, line.before) == ("remote", {"categories": ["client: buying"]})
    world.at_rest()


def test_the_persons_own_that_nobody_had_seen_yet_stays_as_well(
    world: TwoWay, buyers: ContactClass, sellers: ContactClass
) -> None:
    contact = a_buyer(world, buyers)
    contact.classes.set([sellers])
    item = world.linked(contact).remote_id
    # Between the look at the item and the write: what was read is not what stands there any more.
    with world.meanwhile(
        lambda: world.edit(item, categories=["Client: buying", "Golf"]), method="PATCH"
    ):
        world.run_well()
    world.runs_until_quiet()
    assert categories(world, contact) == ["Golf", "Client: selling"]
    world.at_rest()


@pytest.mark.parametrize("theirs", [[], ["Client: buying", "Client: selling"], ["CLIENT: SELLING"]])
def test_ours_is_put_back_when_a_person_changes_it(
    theirs: list[str], world: TwoWay, buyers: ContactClass
) -> None:
    contact = a_buyer(world, buyers)
    world.edit_item(contact, categories=["Golf", *theirs])
    world.run_well()
    assert categories(world, contact) == ["Golf", "Client: buying"]
    assert [row.name for row in contact.classes.all()] == ["Buyers"]
    world.at_rest()


def test_another_case_is_the_same_category(world: TwoWay, buyers: ContactClass) -> None:
    contact = a_buyer(world, buyers)
    world.edit_item(contact, categories=["CLIENT: BUYING"])
    counts = world.run_well()
    assert counts.writes_remote == 0
    world.at_rest()


def test_in_one_way_an_edit_of_ours_stands_until_the_class_changes(
    world: TwoWay, buyers: ContactClass, sellers: ContactClass
) -> None:
    world.choose(status=str(Status.ONE_WAY), categories=labels())
    contact = a_buyer(world, buyers)
    world.edit_item(contact, categories=["Golf"])
    world.run_well()
    assert categories(world, contact) == ["Golf"]
    assert world.linked(contact).drift == ["categories"]
    contact.classes.set([sellers])
    world.run_well()
    assert categories(world, contact) == ["Golf", "Client: selling"]


def test_a_name_that_is_no_longer_managed_is_taken_off_what_we_created(
    world: TwoWay, buyers: ContactClass, sellers: ContactClass
) -> None:
    contact = world.contact(classes=(buyers, sellers))
    world.run_well()
    world.edit_item(contact, categories=["Golf", *categories(world, contact)])
    world.run_well()
    world.choose(categories=labels(Buyers=""))
    world.run_well(forced=True)
    assert categories(world, contact) == ["Golf", "Client: selling"]
    world.choose(categories={})
    world.edit_item(contact, spouseName="Max")  # the item is shown with the name still on it
    world.run_well(forced=True)
    assert categories(world, contact) == ["Golf"]
    # From now on the name is the person's own, whatever it was before.
    world.edit_item(contact, categories=["Client: buying"])
    world.run_well()
    assert categories(world, contact) == ["Client: buying"]
    world.at_rest()


def test_a_contact_that_was_born_in_exchange_keeps_a_name_that_is_no_longer_managed(
    world: TwoWay, buyers: ContactClass
) -> None:
    world.add("Olivia", "olivia@example.com", surname="Rutherford", categories=["Client: buying"])
    contact = world.contact(classes=(buyers,), email="olivia@example.com")
    world.run_well()
    assert world.linked(contact).origin == "exchange"
    world.choose(categories={})
    world.run_well(forced=True)
    assert categories(world, contact) == ["Client: buying"]
    world.at_rest()


def test_a_first_meeting_adds_ours_to_the_persons_own(world: TwoWay, buyers: ContactClass) -> None:
    world.add("Olivia", "olivia@example.com", surname="Rutherford", categories=["Golf"])
    contact = world.contact(classes=(buyers,), email="olivia@example.com")
    world.run_well()
    assert categories(world, contact) == ["Golf", "Client: buying"]
    world.at_rest()


def test_pairs_from_before_there_were_categories_ask_nothing_and_are_reached_by_a_setting(
    world: TwoWay, buyers: ContactClass
) -> None:
    world.choose(categories={})
    contact = a_buyer(world, buyers)
    world.edit_item(contact, categories=["Golf"])
    world.run_well()
    for link in Link.objects.all():  # as an earlier version has left them
        link.base_local.pop("categories")
        link.base_remote.pop("categories")
        link.save()
    before = world.writes
    world.at_rest()
    assert world.writes == before
    world.choose(categories=labels())
    world.run_well(forced=True)
    assert categories(world, contact) == ["Golf", "Client: buying"]
    world.at_rest()


def test_taking_a_category_off_many_is_no_mass_removal(world: TwoWay, buyers: ContactClass) -> None:
    for number in range(14):
        world.contact(f"Person{number} Example", classes=(buyers,))
    world.run_well()
    world.choose(categories={})
    counts = world.run_well(forced=True)
    assert (counts.held_back, counts.writes_remote) == (0, 14)
    assert {name for item in world.mailbox().values() for name in item["categories"]} == set()
