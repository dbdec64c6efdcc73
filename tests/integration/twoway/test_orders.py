"""What a person decides about a pair is done with the next run, once, and told as theirs."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.rules import Order
from agentbox_sync.models import Decision, Link, LocalChange
from agentbox_sync.services.decide import decide
from tests.builders import crm

from .world import TwoWay

ADOPTIONS = ["ignore", "review", "import"]


def begin(world: TwoWay, **settings: Any) -> None:
    """Two people on both sides, and settings that ask a person."""
    world.choose(adoption="review", **settings)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()


def order(world: TwoWay, link: Link, what: Order, **parameters: Any) -> Decision:
    """Decide about a link; nobody but the order brings the next run to it."""
    LocalChange.objects.all().delete()
    assert decide(world.user, world.connection, "contacts", [link.pk], what, parameters) == 1
    return Decision.objects.latest("pk")


def outcome(decision: Decision) -> str:
    decision.refresh_from_db()
    assert (decision.closed_at is None) == (decision.outcome == "")
    return decision.outcome


def row_of(contact: Contact) -> dict[str, str]:
    return {"model": "agentbox_crm.contact", "pk": str(contact.pk)}


def may_see(world: TwoWay, contact: Contact) -> bool:
    return ContactAccess.objects.filter(contact=contact, staff=world.staff).exists()


def offered(world: TwoWay, **values: Any) -> tuple[str, Link]:
    begin(world)
    theirs = world.add("Nina", "nina@example.com", **values)
    world.run_well()
    (offer,) = world.offers()
    return theirs, offer


def removed(world: TwoWay, deletion: str = "keep", **edit: Any) -> Contact:
    begin(world, deletion=deletion)
    contact = world.contact(email="olivia@example.com", company="Was")
    world.run_well()
    if edit:
        world.change(contact, **edit)
    world.remove_item(contact)
    world.run_well()
    return contact


def ambiguous(world: TwoWay) -> tuple[Contact, list[str]]:
    begin(world)
    twins = [world.add("Nina", "nina@example.com", companyName=one) for one in ("One", "Two")]
    contact = world.contact("Nina New", email="nina@example.com")
    world.run_well()
    assert world.linked(contact).error == "ambiguous"
    return contact, twins


# ------------------------------------------------------------------------------ born in Exchange


@pytest.mark.parametrize("adoption", ADOPTIONS)
def test_who_is_accepted_is_a_contact_of_the_staff_member(world: TwoWay, adoption: str) -> None:
    theirs, offer = offered(world, companyName="Theirs")
    world.choose(adoption=adoption)
    before = world.mailbox()[theirs]
    accept = order(world, offer, Order.ACCEPT)

    counts = world.run_well()

    assert (counts.created, counts.writes_local, counts.writes_remote) == (1, 1, 0)
    assert outcome(accept) == "done"
    contact = Contact.objects.get(first_name="Nina")
    assert contact.company == "Theirs"
    assert [(one.staff, one.level) for one in contact.access.all()] == [(world.staff, crm.OWNER)]
    assert world.mailbox()[theirs] == before
    link = world.linked(contact)
    assert (link.pk, link.remote_id, link.state) == (offer.pk, theirs, "active")
    assert world.log(contact) == [("import", "accepted by a person", "done")]
    world.at_rest()


def test_all_that_were_offered_are_accepted_at_once(world: TwoWay) -> None:
    begin(world)
    for number in range(45):
        world.add(f"Person{number:02}", f"person{number:02}@example.com")
    world.run_well()
    ids = [offer.pk for offer in world.offers()]

    assert decide(world.user, world.connection, "contacts", ids, Order.ACCEPT) == 45
    assert world.run_well().created == 45

    assert Contact.objects.count() == 46
    assert not Decision.objects.exclude(outcome="done").exists()
    world.at_rest()


def test_a_copy_of_who_is_synced_is_accepted_only_by_who_says_so(world: TwoWay) -> None:
    begin(world)
    world.add("Stays", "stays@example.com", companyName="Twin")
    world.run_well()
    (offer,) = world.offers()

    unaware = order(world, offer, Order.ACCEPT)
    assert world.run_well().created == 0
    assert outcome(unaware) == "double"
    assert Contact.objects.count() == 1
    assert [one.pk for one in world.offers()] == [offer.pk]

    aware = order(world, offer, Order.ACCEPT, double=True)
    assert world.run_well().created == 1
    assert outcome(aware) == "done"
    assert sorted(Contact.objects.values_list("company", flat=True)) == ["", "Twin"]
    world.at_rest()


@pytest.mark.parametrize("adoption", ADOPTIONS)
def test_who_is_dismissed_stays_where_they_are_and_is_not_asked_about_again(
    world: TwoWay, adoption: str
) -> None:
    theirs, offer = offered(world)
    world.choose(adoption=adoption)
    dismiss = order(world, offer, Order.DISMISS)

    counts = world.run_well()

    assert (counts.writes_local, counts.writes_remote) == (0, 0)
    assert outcome(dismiss) == "done"
    world.edit(theirs, companyName="Edited")
    world.at_rest()
    assert Contact.objects.count() == 1
    assert world.mailbox()[theirs]["companyName"] == "Edited"
    (offer,) = world.offers()
    assert (offer.state, offer.reason) == ("retained", "dismissed")

    accept = order(world, offer, Order.ACCEPT)
    world.run_well()
    assert outcome(accept) == "done"
    assert Contact.objects.get(first_name="Nina").company == "Edited"
    world.at_rest()


def test_who_the_crm_does_not_take_goes_on_waiting_with_the_reason(world: TwoWay) -> None:
    begin(world)
    world.add("", personalNotes="nobody to be found by")
    world.run_well()
    (offer,) = world.offers()
    accept = order(world, offer, Order.ACCEPT)

    assert world.run().set_aside == 1

    assert outcome(accept) == "refused"
    (offer,) = world.offers()
    assert offer.error
    assert Contact.objects.count() == 1
    order(world, offer, Order.DISMISS)
    world.run_well()
    assert world.offers()[0].error == ""
    world.at_rest()


def test_who_is_linked_to_a_row_becomes_its_pair(world: TwoWay) -> None:
    theirs, offer = offered(world, companyName="Theirs")
    contact = world.contact("Nina Married", email="new-name@example.com", website="https://a.au")
    link = order(world, offer, Order.LINK, **row_of(contact))

    counts = world.run_well()

    assert (counts.linked, counts.created) == (1, 0)
    assert outcome(link) == "done"
    contact.refresh_from_db()
    item = world.mailbox()[theirs]
    assert (contact.company, item["businessHomePage"]) == ("Theirs", "https://a.au")
    assert world.linked(contact).remote_id == theirs
    assert world.offers() == []
    assert ("link", "linked by a person", "done") in world.log(contact)
    assert world.people() == ["Nina", "Stays"]
    world.at_rest()


def test_who_got_an_item_meanwhile_is_not_linked_to_a_second_one(world: TwoWay) -> None:
    _, offer = offered(world)
    contact = world.contact("Nina Married", email="new-name@example.com")
    link = order(world, offer, Order.LINK, **row_of(contact))
    Decision.objects.filter(pk=link.pk).update(link=None)  # not seen yet
    world.run_well(forced=True)
    Decision.objects.filter(pk=link.pk).update(link=offer)

    world.run_well()

    assert outcome(link) == "moot"
    assert len(world.offers()) == 1
    assert world.people() == ["Nina", "Nina", "Stays"]
    world.at_rest()


def test_one_way_takes_nobody_in_but_links(world: TwoWay) -> None:
    theirs, offer = offered(world, companyName="Theirs")
    accept = order(world, offer, Order.ACCEPT)
    world.choose(status="one_way")
    before = list(Contact.objects.order_by("pk").values())

    world.run_well()

    assert outcome(accept) == "moot"
    assert list(Contact.objects.order_by("pk").values()) == before

    contact = world.contact("Nina Married", email="new-name@example.com", job_title="Ours")
    link = order(world, world.offers()[0], Order.LINK, **row_of(contact))
    world.run_well()

    assert outcome(link) == "done"
    contact.refresh_from_db()
    item = world.mailbox()[theirs]
    assert (contact.company, item["companyName"], item["jobTitle"]) == ("", "Theirs", "Ours")


# ------------------------------------------------------------------------------------- ambiguous


def test_a_row_is_linked_to_the_one_that_a_person_names(world: TwoWay) -> None:
    contact, (first, second) = ambiguous(world)
    link = order(world, world.linked(contact), Order.LINK, remote_id=second)

    world.run_well()

    assert outcome(link) == "done"
    pair = world.linked(contact)
    assert (pair.remote_id, pair.state, pair.error) == (second, "active", "")
    contact.refresh_from_db()
    assert contact.company == "Two"
    assert world.mailbox()[first]["companyName"] == "One"
    world.at_rest()


@pytest.mark.parametrize("how", ["removed", "moved"])
def test_a_row_goes_on_waiting_when_the_one_that_was_named_is_away(world: TwoWay, how: str) -> None:
    contact, (_, second) = ambiguous(world)
    link = order(world, world.linked(contact), Order.LINK, remote_id=second)
    if how == "removed":
        world.remove(second)
    else:
        world.move(second)

    world.report()

    assert outcome(link) == "moot"
    assert world.linked(contact).error == "ambiguous"
    assert Contact.objects.count() == 2


def test_a_row_that_is_none_of_them_is_created_beside_them(world: TwoWay) -> None:
    contact, twins = ambiguous(world)
    create = order(world, world.linked(contact), Order.CREATE)

    assert world.run_well().created == 1

    assert outcome(create) == "done"
    assert world.linked(contact).remote_id not in twins
    assert world.people() == ["Nina", "Nina", "Nina", "Stays"]
    assert world.log(contact)[-1] == ("create", "created for a person", "done")
    world.at_rest()


def test_a_row_that_is_left_out_is_not_synced_until_a_person_thinks_again(world: TwoWay) -> None:
    contact, (first, second) = ambiguous(world)
    dismiss = order(world, world.linked(contact), Order.DISMISS)
    world.run_well()
    assert outcome(dismiss) == "done"
    world.change(contact, company="Edited")
    world.remove(first)
    world.at_rest()
    assert world.people() == ["Nina", "Stays"]
    assert world.mailbox()[second]["companyName"] == "Two"

    link = order(world, world.linked(contact), Order.LINK, remote_id=second)
    world.run_well()

    assert outcome(link) == "done"
    assert world.mailbox()[second]["companyName"] == "Edited"
    world.at_rest()
