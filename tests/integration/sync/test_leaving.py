"""Four ways to leave the selection, three ways to leave the mailbox, and the ways back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.models import Review
from agentbox_sync.services.review import let_go
from tests.builders import crm

from .world import World, stamps

Deed = Callable[[World, Contact], object]


def untick_its_class(world: World, contact: Contact) -> None:
    contact.classes.set([crm.a_class("Past client", special=True)])


def take_access_away(world: World, contact: Contact) -> None:
    world.share(contact, None)


def delete(world: World, contact: Contact) -> None:
    world.delete(contact)


def hand_to_a_colleague(world: World, contact: Contact) -> None:
    """Still to be seen, but not owned any more: the settings select owned contacts only."""
    world.share(contact, crm.VIEW)


LEAVING: dict[str, Deed] = {
    "left_filter": untick_its_class,
    "lost_access": take_access_away,
    "deleted": delete,
}


def synced(world: World, **fields: object) -> Contact:
    contact = world.contact(email="olivia@example.com", **fields)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    return contact


# ------------------------------------------------------------------------- leaving the selection


@pytest.mark.parametrize("cause", LEAVING)
@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_what_leaves_is_kept_or_removed_as_chosen_and_the_log_names_the_cause(
    world: World, cause: str, removal: str
) -> None:
    world.choose(removal=removal)
    contact = synced(world)
    before = world.item(contact)

    LEAVING[cause](world, contact)
    counts = world.run_well()

    removed = removal == "delete" or cause == "lost_access"
    assert counts.deleted == (1 if removed else 0)
    assert world.people() == (["Stays"] if removed else ["Olivia", "Stays"])
    if not removed:
        assert world.item(contact) == before
    assert world.log(contact)[-1] == ("delete" if removed else "rest", cause, "done")
    link = world.linked(contact)
    assert (link.state, link.reason) == ("dead" if removed else "retained", cause)


@pytest.mark.parametrize("cause", LEAVING)
def test_leaving_is_found_by_the_full_scan_too(world: World, cause: str) -> None:
    world.choose(removal="delete")
    contact = synced(world)
    LEAVING[cause](world, contact)
    world.forget_notices()

    world.run_well(forced=True)

    assert world.people() == ["Stays"]


def test_handing_a_contact_to_a_colleague_is_leaving_the_filter(world: World) -> None:
    contact = synced(world)

    hand_to_a_colleague(world, contact)
    world.run_well()

    assert world.log(contact)[-1] == ("rest", "left_filter", "done")
    assert world.people() == ["Olivia", "Stays"]


def test_unticking_a_class_in_the_settings_is_leaving_the_filter(world: World) -> None:
    buyers, sellers = crm.a_class("Buyer"), crm.a_class("Seller")
    world.choose(classes=[str(buyers.pk), str(sellers.pk)], removal="delete")
    buyer = world.contact("Bea Buyer", classes=(buyers,))
    world.contact("Sue Seller", classes=(sellers,))
    world.run_well()
    assert world.people() == ["Bea", "Sue"]

    world.choose(classes=[str(sellers.pk)], removal="delete")
    world.run_well()

    assert world.people() == ["Sue"]
    assert world.log(buyer)[-1] == ("delete", "left_filter", "done")


def test_what_was_removed_holds_in_the_log_what_it_looked_like(world: World) -> None:
    world.choose(removal="delete")
    contact = synced(world, company="Ours")
    # Edited at the last moment, and not seen by any run before.
    world.edit(world.item(contact)["id"], jobTitle="Added in Outlook")

    world.delete(contact)
    world.run_well()

    before = world.last_change(contact).before
    assert (before["company"], before["job_title"]) == ("Ours", "Added in Outlook")


@pytest.mark.parametrize("cause", LEAVING)
def test_what_was_born_in_exchange_is_never_removed(world: World, cause: str) -> None:
    world.choose(removal="delete")
    theirs = world.add("Liv", "olivia@example.com")
    contact = synced(world)

    LEAVING[cause](world, contact)
    before = world.mailbox()[theirs]
    world.run_well()

    assert world.mailbox()[theirs] == before
    assert world.log(contact)[-1] == ("rest", cause, "done")


def test_what_rests_is_removed_when_access_to_it_is_lost_as_well(world: World) -> None:
    contact = synced(world)
    untick_its_class(world, contact)
    world.run_well()
    assert "Olivia" in world.people()

    take_access_away(world, contact)
    world.run_well()

    assert world.people() == ["Stays"]
    assert world.log(contact)[-1] == ("delete", "lost_access", "done")


def test_a_contact_that_never_arrived_leaves_without_a_trace_in_exchange(world: World) -> None:
    world.fault(method="POST", path="/contacts", status=400, code="ErrorInvalidRequest")
    contact = world.contact()
    world.run()
    world.no_faults()

    world.delete(contact)
    world.run_well()

    assert world.people() == []
    assert world.linked(contact).state == "dead"


# --------------------------------------------------------------------------------- and coming back


@pytest.mark.parametrize("cause", ["left_filter", "lost_access"])
@pytest.mark.parametrize("removal", ["retain", "delete"])
def test_what_comes_back_is_there_once_and_up_to_date(
    world: World, cause: str, removal: str
) -> None:
    world.choose(removal=removal)
    contact = synced(world)
    LEAVING[cause](world, contact)
    world.run_well()
    world.change(contact, company="New")
    world.run_well()

    contact.classes.clear()
    world.share(contact, crm.OWNER)
    world.run_well()

    assert world.people() == ["Olivia", "Stays"]
    assert world.item(contact)["companyName"] == "New"
    assert world.linked(contact).state == "active"
    assert len(stamps(world.mailbox())) == 2


def test_what_rested_while_it_was_edited_in_exchange_comes_back_with_the_edit(
    world: World,
) -> None:
    contact = synced(world, company="Ours")
    untick_its_class(world, contact)
    world.run_well()
    world.edit(world.item(contact)["id"], companyName="Theirs")
    world.run_well()

    contact.classes.clear()
    world.change(contact, job_title="Buyer")
    world.run_well()

    item = world.item(contact)
    assert (item["companyName"], item["jobTitle"]) == ("Theirs", "Buyer")


def test_what_was_removed_in_exchange_while_it_rested_is_created_when_it_returns(
    world: World,
) -> None:
    contact = synced(world)
    untick_its_class(world, contact)
    world.run_well()
    world.remove(world.item(contact)["id"])
    world.run_well()

    contact.classes.clear()
    world.run_well()

    assert world.people() == ["Olivia", "Stays"]


# -------------------------------------------------------------------------- leaving the mailbox


@pytest.mark.parametrize("answers", ["404", "200"])
def test_what_a_person_removed_in_exchange_stays_away(world: World, answers: str) -> None:
    # Whether a deleted item still answers, from Deleted Items, is not documented.
    world.microsoft.control("switches", {"deleted_get": answers})
    contact = synced(world)
    world.remove(world.item(contact)["id"])

    counts = world.run_well()

    assert counts.writes_remote == 0
    assert world.linked(contact).state == "retained"
    world.change(contact, company="New")
    world.run_well()
    world.run_well(forced=True)
    assert world.people() == ["Stays"]


def test_what_was_removed_in_exchange_is_remembered_as_removed(world: World) -> None:
    contact = synced(world)
    world.remove(world.item(contact)["id"])

    world.run_well()

    assert world.linked(contact).reason == "removed_in_exchange"
    assert world.log(contact)[-1] == ("rest", "removed in Exchange", "done")


def test_strict_creates_again_what_was_removed_in_exchange(world: World) -> None:
    world.choose(strict=True)
    contact = synced(world)
    old = world.linked(contact)
    world.remove(old.remote_id)

    world.run_well()

    assert world.people() == ["Olivia", "Stays"]
    assert world.linked(contact).stamp != old.stamp
    world.run_well()
    assert world.people() == ["Olivia", "Stays"]


def test_what_was_moved_away_is_left_where_it_is(world: World) -> None:
    contact = synced(world)
    remote_id = world.item(contact)["id"]
    world.move(remote_id)
    before = world.mailbox()[remote_id]

    world.run_well()
    world.change(contact, company="New")
    world.run_well(forced=True)

    assert world.mailbox()[remote_id] == before
    assert world.people() == ["Stays"]
    assert world.linked(contact).reason == "moved_away"


@pytest.mark.parametrize("number", [1, 19, 25])
def test_many_removed_at_once_are_all_noticed(world: World, number: int) -> None:
    contacts = world.contacts(number + 3)
    world.run_well()
    for contact in contacts[:number]:
        world.remove(world.linked(contact).remote_id)

    world.run_well()
    requests = world.requests
    report = world.report()

    assert [world.linked(one).state for one in contacts].count("retained") == number
    assert len(world.people()) == 3
    assert (report.requests, world.requests - requests) == (1, 1)


def test_a_person_who_empties_the_whole_folder_is_asked_and_gets_nothing_back(
    world: World,
) -> None:
    """Without an item that must be there nobody can tell it from a mailbox that seems empty."""
    contacts = world.contacts(25)
    world.run_well()
    for contact in contacts:
        world.remove(world.linked(contact).remote_id)

    for forced in (False, True):
        assert world.run_well(forced=forced).held_back == 25
    assert world.people() == []
    assert {world.linked(one).state for one in contacts} == {"active"}

    let_go(world.user, Review.objects.get(closed_at=None))
    world.run_well()
    world.run_well(forced=True)

    assert world.people() == []
    assert {world.linked(one).state for one in contacts} == {"retained"}


def test_a_mailbox_that_only_seems_empty_loses_no_link(world: World) -> None:
    contacts = world.contacts(4)
    world.run_well()
    world.remove(world.linked(contacts[0]).remote_id)
    # For a while every item is said to be missing, the control item too.
    world.fault(method="GET", path=r"/me/contacts/[^?]", status=404, code="ErrorItemNotFound")

    world.run()
    assert {world.linked(one).state for one in contacts} == {"active"}
    world.no_faults()
    world.later()
    world.run_well()

    states = [world.linked(one).state for one in contacts]
    assert states == ["retained", "active", "active", "active"]
