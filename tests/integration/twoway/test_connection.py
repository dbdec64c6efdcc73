"""Disconnecting and coming back: the same mailbox goes on, another one begins afresh."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.rules import Status
from agentbox_sync.models import Connection, Link
from agentbox_sync.services.disconnect import disconnect

from .world import JOSE, Colleague, TwoWay


def come_back(world: TwoWay) -> None:
    world.connect()
    world.choose(adoption="import")


@pytest.fixture
def contact(world: TwoWay) -> Contact:
    world.choose(adoption="import")
    contact = world.contact(email="olivia@example.com", company="Old", job_title="Old")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    world.run_well()
    return contact


def test_the_same_mailbox_again_is_the_same_connection_and_doubles_nothing(
    world: TwoWay, contact: Contact
) -> None:
    old, stamp = world.connection.pk, world.linked(contact).stamp

    disconnect(world.user, world.connection)
    come_back(world)
    world.run_well()

    assert world.connection.pk == old
    assert world.linked(contact).stamp == stamp
    assert world.people() == ["Olivia", "Stays"]
    assert Contact.objects.count() == 2
    world.at_rest()


def test_what_changed_meanwhile_on_both_sides_comes_together(
    world: TwoWay, contact: Contact
) -> None:
    disconnect(world.user, world.connection)
    world.edit_item(contact, companyName="Theirs")
    world.change(contact, job_title="Ours")
    newcomer = world.add("Nina", "nina@example.com")
    ours = world.contact("Noel Ours", email="noel@example.com")

    come_back(world)
    world.run_well()

    contact.refresh_from_db()
    assert (contact.company, contact.job_title) == ("Theirs", "Ours")
    assert world.item(contact)["jobTitle"] == "Ours"
    assert Contact.objects.get(first_name="Nina").email == "nina@example.com"
    assert world.linked(ours).state == "active"
    assert world.people() == ["Nina", "Noel", "Olivia", "Stays"]
    assert newcomer in world.mailbox()
    world.at_rest()


@pytest.mark.parametrize("dead", ["410", "400", "404"])
def test_a_cursor_that_died_meanwhile_loses_no_link(
    world: TwoWay, contact: Contact, dead: str
) -> None:
    world.microsoft.control("switches", {"delta_dead_token": dead})
    disconnect(world.user, world.connection)
    world.edit_item(contact, companyName="Theirs")
    world.microsoft.control("delta", {"upn": world.address, "kill": True})

    come_back(world)
    world.run_well()

    contact.refresh_from_db()
    assert contact.company == "Theirs"
    assert world.people() == ["Olivia", "Stays"]
    assert Contact.objects.count() == 2
    world.at_rest()


def test_what_was_removed_meanwhile_is_treated_as_chosen(world: TwoWay, contact: Contact) -> None:
    disconnect(world.user, world.connection)
    world.remove_item(contact)

    come_back(world)
    world.run_well()

    assert world.people() == ["Stays"]
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert world.linked(contact).reason == "removed_in_exchange"
    world.at_rest()


def test_a_renamed_person_is_the_same_mailbox(world: TwoWay, contact: Contact) -> None:
    """Keyed on tenant and object id: addresses are given to somebody else sooner or later."""
    old = world.connection.pk
    disconnect(world.user, world.connection)
    Connection.objects.filter(pk=old).update(user_name="former@agency.example")

    come_back(world)
    world.run_well()

    assert world.connection.pk == old
    assert world.people() == ["Olivia", "Stays"]


def test_another_mailbox_begins_with_links_of_its_own(world: TwoWay, contact: Contact) -> None:
    old = world.connection
    disconnect(world.user, old)
    before = world.mailbox()

    other = Colleague(world.microsoft, world.settings)
    other.staff, other.user = world.staff, world.user
    other.connect(JOSE)
    other.choose()
    other.run_well()

    assert other.connection.pk != old.pk
    assert other.people() == ["Olivia", "Stays"]
    assert world.mailbox() == before
    assert Link.objects.filter(connection=old, state="active").count() == 2


def test_a_disconnected_mailbox_is_not_touched(world: TwoWay, contact: Contact) -> None:
    disconnect(world.user, world.connection)
    before = world.mailbox()
    world.change(contact, company="New")

    with pytest.raises(AssertionError, match="nothing was run"):
        world.run(forced=True)

    assert world.mailbox() == before
    world.connect()
    settings = world.choose(status=str(Status.DISABLED))
    assert settings.status == Status.DISABLED
    with pytest.raises(AssertionError, match="nothing was run"):
        world.run(forced=True)
