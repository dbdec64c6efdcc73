"""Single items that Exchange does not take, or not whole: set aside, and the others go on."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact

from .world import World

REFUSED = {"status": 400, "code": "ErrorInvalidProperty", "message": "The property is refused."}


def refuse(world: World, text: str = "Poison") -> None:
    """From now on whatever holds ``text`` is refused."""
    for method in ("POST", "PATCH"):
        world.fault(method=method, path="/contacts", body_contains=text, **REFUSED)


@pytest.fixture
def poison(world: World) -> Contact:
    """One of five contacts that Exchange refuses, after the first run."""
    refuse(world)
    contacts = world.contacts(5)
    world.change(contacts[2], company="Poison")
    counts = world.run_well()
    assert (counts.created, counts.set_aside) == (4, 1)
    return contacts[2]


def test_a_refused_contact_is_set_aside_with_the_reason_and_the_others_go_on(
    world: World, poison: Contact
) -> None:
    assert world.people() == ["Person00", "Person01", "Person03", "Person04"]
    link = world.linked(poison)
    assert (link.state, link.error) == ("quarantined", "ErrorInvalidProperty")
    assert world.log(poison)[-1] == ("create", "new in the CRM", "set_aside")
    assert "The property is refused." in world.last_change(poison).detail


def test_what_was_set_aside_is_not_tried_again_as_it_is(world: World, poison: Contact) -> None:
    world.run_well()
    writes = world.writes

    for _ in range(2):
        world.later()
        report = world.report()
        assert report.requests == 1

    assert world.writes == writes
    assert world.linked(poison).attempts == 1


def test_what_was_set_aside_is_tried_when_it_changes(world: World, poison: Contact) -> None:
    world.change(poison, job_title="Still poison")
    assert world.run_well().set_aside == 1

    world.change(poison, company="Wholesome")
    assert world.run_well().created == 1

    assert "Person02" in world.people()
    link = world.linked(poison)
    assert (link.state, link.error, link.refused, link.attempts) == ("active", "", "", 0)


def test_what_was_set_aside_is_tried_when_a_person_asks(world: World, poison: Contact) -> None:
    world.run_well(forced=True)
    assert world.linked(poison).attempts == 2
    world.no_faults()

    world.ask()
    counts = world.run_well()

    assert counts.created == 1
    assert len(world.people()) == 5


def test_a_refused_update_is_set_aside_and_the_item_stands_as_it_was(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    refuse(world)
    for contact in contacts:
        world.change(contact, company="Poison" if contact is contacts[0] else "New")

    counts = world.run_well()

    assert (counts.updated, counts.set_aside) == (2, 1)
    assert world.item(contacts[0])["companyName"] is None
    world.change(contacts[0], company="Wholesome")
    world.run_well()
    assert world.item(contacts[0])["companyName"] == "Wholesome"
    assert world.linked(contacts[0]).state == "active"


def test_a_person_who_edits_a_refused_item_is_not_overwritten(world: World) -> None:
    contact = world.contact(company="Ours", job_title="Buyer")
    world.run_well()
    refuse(world)
    world.change(contact, company="Poison")
    world.run_well()
    world.edit(world.item(contact)["id"], jobTitle="Theirs")

    world.run_well()
    world.no_faults()
    world.change(contact, company="Wholesome")
    world.run_well()

    item = world.item(contact)
    assert (item["companyName"], item["jobTitle"]) == ("Wholesome", "Theirs")


def test_a_removal_that_exchange_refuses_is_set_aside_for_good(world: World) -> None:
    world.choose(removal="delete")
    contact = world.contact()
    world.run_well()
    world.fault(method="DELETE", path="/contacts", status=403, code="ErrorCannotDeleteObject")

    world.delete(contact)
    counts = world.run_well()
    assert (counts.deleted, counts.set_aside) == (0, 1)
    assert world.linked(contact).state == "retained"
    world.run_well(forced=True)

    assert world.people() == ["Olivia"]
    assert [line for line in world.log(contact) if line[0] == "delete"] == [
        ("delete", "deleted", "set_aside")
    ]


def test_an_unknown_refusal_of_one_item_stops_no_other(world: World) -> None:
    contacts = world.contacts(3)
    world.fault(
        method="POST", path="/contacts", body_contains="person01", status=418, code="NeverHeardOf"
    )

    counts = world.run_well()

    assert (counts.created, counts.set_aside) == (2, 1)
    assert world.linked(contacts[1]).error == "NeverHeardOf"


# -------------------------------------------------------------------- more than Exchange takes


@pytest.fixture
def generous(world: World) -> World:
    world.set(ADAPTER="tests.integration.sync.generous.GenerousAdapter")
    return world


def test_what_fits_is_written_and_what_did_not_is_known(generous: World) -> None:
    contact = generous.contact(
        email="a@example.com",
        email_2="b@example.com",
        notes="c@example.com d@example.com",
        website="02 9999 0001 / 02 9999 0002 / 02 9999 0003",
        mobile="0412 345 678",
    )
    generous.contact("Max Modest", email="max@example.com")

    counts = generous.run_well()

    item = generous.item(contact)
    assert [one["address"][0] for one in item["emailAddresses"]] == ["a", "b", "c"]
    assert item["homePhones"] == ["02 9999 0001", "02 9999 0002"]
    assert item["mobilePhone"] == "0412 345 678"
    assert counts.left_out == 1
    assert generous.linked(contact).left_out == ["emails", "home_phones"]
    generous.run_well()
    generous.later()
    report = generous.report()
    assert (report.requests, report.kind("contacts").writes_remote) == (1, 0)


def test_another_edit_leaves_alone_what_did_not_fit(generous: World) -> None:
    contact = generous.contact(email="a@example.com", notes="b@example.com c@x.org d@x.org")
    generous.run_well()
    before = generous.item(contact)["emailAddresses"]

    generous.change(contact, company="New")
    generous.run_well()

    assert generous.item(contact)["emailAddresses"] == before
    assert generous.linked(contact).left_out == ["emails"]


def test_what_fits_again_is_whole_again(generous: World) -> None:
    contact = generous.contact(email="a@example.com", notes="b@example.com c@x.org d@x.org")
    generous.run_well()

    generous.change(contact, notes="b@example.com")
    generous.run_well()

    assert [one["address"][0] for one in generous.item(contact)["emailAddresses"]] == ["a", "b"]
    assert generous.linked(contact).left_out == []
