"""What it means in the CRM that a person removed or moved something in Exchange."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.services.review import let_go
from tests.builders import crm

from .world import TwoWay

# Whether a deleted item still answers is not documented. Design section 5: an answer from Deleted
# Items means deleted.
SOFT = ["404", "200"]


def synced(world: TwoWay, **fields: Any) -> Contact:
    contact = world.contact(email="olivia@example.com", **fields)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    return contact


def rows() -> list[dict[str, Any]]:
    return list(Contact.objects.order_by("pk").values())


def may_see(world: TwoWay, contact: Contact) -> bool:
    return ContactAccess.objects.filter(contact=contact, staff=world.staff).exists()


# ------------------------------------------------------------------------------------------- keep


@pytest.mark.parametrize("answers", SOFT)
def test_keep_leaves_the_contact_as_it_is_and_away_in_exchange(world: TwoWay, answers: str) -> None:
    world.microsoft.control("switches", {"deleted_get": answers})
    contact = synced(world)
    before = rows()

    world.remove_item(contact)
    counts = world.run_well()

    assert (counts.writes_local, counts.writes_remote) == (0, 0)
    assert rows() == before
    assert may_see(world, contact)
    assert world.people() == ["Stays"]
    link = world.linked(contact)
    assert (link.state, link.reason) == ("retained", "removed_in_exchange")
    world.at_rest()


@pytest.mark.parametrize("edited", ["before", "after"])
def test_keep_means_away_even_when_the_crm_changes_it(world: TwoWay, edited: str) -> None:
    contact = synced(world, company="Old")

    if edited == "before":
        world.change(contact, company="New")
    world.remove_item(contact)
    world.run_well()
    if edited == "after":
        world.change(contact, company="New")
        world.run_well()

    assert Contact.objects.get(pk=contact.pk).company == "New"
    assert world.people() == ["Stays"]
    world.at_rest()


# ---------------------------------------------------------------------------------------- restore


@pytest.mark.parametrize("answers", SOFT)
def test_restore_creates_it_again_as_the_crm_has_it(world: TwoWay, answers: str) -> None:
    world.microsoft.control("switches", {"deleted_get": answers})
    world.choose(deletion="restore")
    contact = synced(world, company="Old")
    before, old = rows(), world.linked(contact)

    world.remove_item(contact)
    counts = world.run_well()

    assert (counts.created, counts.writes_local) == (1, 0)
    assert rows() == before
    assert world.people() == ["Olivia", "Stays"]
    new = world.linked(contact)
    assert new.remote_id != old.remote_id
    assert new.stamp != old.stamp
    assert world.item(contact)["companyName"] == "Old"
    world.at_rest()


def test_restore_takes_an_edit_of_the_crm_along(world: TwoWay) -> None:
    world.choose(deletion="restore")
    contact = synced(world, company="Old")

    world.change(contact, company="New")
    world.remove_item(contact)
    world.run_well()

    assert world.item(contact)["companyName"] == "New"
    world.at_rest()


# ------------------------------------------------------------------------------------------ apply


@pytest.mark.parametrize("answers", SOFT)
def test_apply_takes_this_persons_access_and_never_the_contact(world: TwoWay, answers: str) -> None:
    world.microsoft.control("switches", {"deleted_get": answers})
    world.choose(deletion="apply")
    colleague = crm.a_staff_member("José Silva")
    contact = synced(world)
    ContactAccess.objects.create(contact=contact, staff=colleague, level=crm.FULL)
    before = rows()

    world.remove_item(contact)
    counts = world.run_well()

    assert (counts.deleted, counts.writes_local, counts.writes_remote) == (1, 1, 0)
    assert rows() == before
    assert not may_see(world, contact)
    assert ContactAccess.objects.filter(contact=contact, staff=colleague).exists()
    assert world.log(contact)[-1] == ("release", "removed in Exchange, applied", "done")
    assert world.linked(contact).state == "dead"
    world.at_rest()


def test_apply_asks_a_person_where_the_crm_has_an_edit_that_was_not_synced(
    world: TwoWay,
) -> None:
    world.choose(deletion="apply")
    contact = synced(world, company="Old")

    world.change(contact, company="New")
    before = rows()
    world.remove_item(contact)
    counts = world.run_well()

    assert (counts.review, counts.deleted, counts.writes_remote) == (1, 0, 0)
    assert rows() == before
    assert may_see(world, contact)
    link = world.linked(contact)
    assert (link.state, link.reason) == ("retained", "contested")
    assert world.log(contact)[-1] == ("review", "removed in Exchange, but edited", "waiting")
    world.at_rest()


def test_an_edit_that_nobody_noticed_is_asked_about_as_well(world: TwoWay) -> None:
    world.choose(deletion="apply")
    contact = synced(world, company="Old")

    world.change_unnoticed(contact, company="New")
    world.remove_item(contact)
    world.run_well()

    assert may_see(world, contact)
    assert world.linked(contact).reason == "contested"


def test_a_person_whose_access_was_given_back_gets_the_contact_anew(world: TwoWay) -> None:
    world.choose(deletion="apply")
    contact = synced(world)
    world.remove_item(contact)
    world.run_well()
    assert not may_see(world, contact)

    world.share(contact, crm.OWNER)
    world.run_well()

    assert world.people() == ["Olivia", "Stays"]
    world.at_rest()


def test_view_only_is_never_applied(world: TwoWay) -> None:
    world.choose(deletion="apply", primary_owner_only=False)
    contact = synced(world, access={world.staff: crm.VIEW})

    world.remove_item(contact)
    world.run_well()

    assert may_see(world, contact)
    assert world.linked(contact).reason == "removed_in_exchange"
    world.at_rest()


# --------------------------------------------------------------------- the guard on the CRM side


@pytest.fixture
def many(world: TwoWay) -> list[Contact]:
    world.set(GUARD_FLOOR=3, GUARD_SHARE=0.1)
    world.choose(deletion="apply")
    contacts = world.contacts(8)
    world.run_well()
    world.run_well()  # reads its echo
    return contacts


def test_a_mass_removal_in_exchange_takes_nobodys_access_and_asks(
    world: TwoWay, many: list[Contact]
) -> None:
    for contact in many[:4]:
        world.remove_item(contact)
    world.edit_item(many[4], companyName="Theirs")
    world.change(many[5], company="Ours")

    counts = world.run_well()

    assert (counts.deleted, counts.held_back) == (0, 4)
    assert ContactAccess.objects.count() == 8
    assert len(world.open_stop().rows) == 4
    # Everything else goes on.
    assert Contact.objects.get(pk=many[4].pk).company == "Theirs"
    assert world.item(many[5])["companyName"] == "Ours"


def test_a_mass_removal_stays_held_back_until_somebody_acts(
    world: TwoWay, many: list[Contact]
) -> None:
    for contact in many[:4]:
        world.remove_item(contact)
    world.run_well()
    stop = world.open_stop()

    for forced in (False, True):
        world.later()
        world.run_well(forced=forced)

    assert world.open_stop() == stop
    assert ContactAccess.objects.count() == 8


def test_who_lets_a_mass_removal_go_lets_exactly_it_go(world: TwoWay, many: list[Contact]) -> None:
    for contact in many[:4]:
        world.remove_item(contact)
    world.run_well()

    let_go(world.user, world.open_stop())
    counts = world.run_well()

    assert counts.deleted == 4
    left = ContactAccess.objects.values_list("contact", flat=True)
    assert sorted(left) == sorted(one.pk for one in many[4:])
    assert Contact.objects.count() == 8


def test_fields_that_were_emptied_in_exchange_count_as_removals(
    world: TwoWay, many: list[Contact]
) -> None:
    for contact in many[:4]:
        world.edit_item(contact, emailAddresses=[])

    counts = world.run_well()

    assert (counts.updated, counts.held_back) == (0, 4)
    assert not Contact.objects.filter(email="").exists()


def test_as_many_as_the_limit_go(world: TwoWay, many: list[Contact]) -> None:
    for contact in many[:3]:
        world.remove_item(contact)

    assert world.run_well().deleted == 3
    assert ContactAccess.objects.count() == 5


def test_an_emptied_mailbox_takes_nobodys_access_and_asks(
    world: TwoWay, many: list[Contact]
) -> None:
    for contact in many:
        world.remove_item(contact)

    for _ in range(2):
        assert world.run_well(forced=True).held_back == 8
    assert ContactAccess.objects.count() == 8
    assert len(world.open_stop().rows) == 8


# ---------------------------------------------------------------------------- moved, and protected


@pytest.mark.parametrize("deletion", ["keep", "restore", "apply"])
def test_what_was_moved_to_another_folder_is_left_there(world: TwoWay, deletion: str) -> None:
    world.choose(deletion=deletion)
    contact = synced(world, company="Old")
    remote_id = world.linked(contact).remote_id
    before = rows()

    world.move(remote_id)
    item = world.mailbox()[remote_id]
    world.run_well()
    assert rows() == before
    world.change(contact, company="New")
    world.run_well(forced=True)

    assert world.mailbox()[remote_id] == item
    assert world.people() == ["Stays"]
    assert may_see(world, contact)
    assert world.linked(contact).reason == "moved_away"
    world.at_rest()


@pytest.mark.parametrize("noticed", ["moved first", "both at once"])
def test_what_was_moved_is_removed_all_the_same_when_nobody_may_see_it_any_more(
    world: TwoWay, noticed: str
) -> None:
    contact = synced(world)
    remote_id = world.linked(contact).remote_id

    world.move(remote_id)
    if noticed == "moved first":
        world.run_well()
    ContactAccess.objects.filter(contact=contact).delete()
    world.run_well(forced=True)

    assert remote_id not in world.mailbox()
    assert world.last_change(contact).cause == "lost_access"
    world.at_rest()


@pytest.mark.parametrize(
    "email", ["olivia@example.com", ""], ids=["by e-mail", "by phone and name"]
)
def test_who_is_entered_anew_is_met_with_the_contact_that_stayed(world: TwoWay, email: str) -> None:
    world.choose(removal="retain")
    person = {"email": email, "mobile": "0412 345 678"}
    contact = world.contact("Olivia Rutherford", **person)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    remote_id = world.linked(contact).remote_id
    world.delete(contact)
    world.run_well()
    assert world.people() == ["Olivia", "Stays"]

    anew = world.contact("Olivia Rutherford", **person, company="New")
    world.run_well()

    assert world.people() == ["Olivia", "Stays"]
    assert world.linked(anew).remote_id == remote_id
    assert world.item(anew)["companyName"] == "New"
    world.at_rest()


def test_an_item_that_may_not_be_removed_is_let_alone_and_hides_no_other(world: TwoWay) -> None:
    world.choose(removal="delete")
    contacts = [synced(world), world.contact("Also Goes", email="also@example.com")]
    world.run_well()
    world.fault(
        method="DELETE", path="/contacts", status=403, code="ErrorCannotDeleteObject", times=1
    )

    for contact in contacts:
        world.delete(contact)
    counts = world.run()

    assert (counts.deleted, counts.set_aside) == (1, 1)
    assert world.connection.state == "connected"
    (protected,) = [one for one in contacts if world.in_exchange(one)]
    link = world.linked(protected)
    assert (link.state, link.error) == ("retained", "ErrorCannotDeleteObject")
    assert world.last_change(protected).outcome == "set_aside"
    item, writes = world.item(protected), world.writes
    world.run_well(forced=True)
    assert (world.item(protected), world.writes) == (item, writes)
