"""Every decision from the page to the end: what stands in the CRM and in Exchange afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.models import Decision, Link
from tests.integration.card.pages import text_of, to
from tests.integration.twoway.world import TwoWay


@pytest.fixture
def two(world: TwoWay) -> TwoWay:
    """Somebody stays on both sides, so that an emptied mailbox is never in question."""
    world.choose(adoption="review")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    return world


def decide(two: TwoWay, master: Client, place: str, order: str, link: Link, **more: Any) -> None:
    data = {"list": place, "one": f"{order}:{link.pk}", **more}
    answer = master.post(to("decide", two.connection.pk), data)
    assert answer.status_code == 302
    assert Decision.objects.get(link=link, closed_at=None).verb == order
    two.run_well()
    assert Decision.objects.filter(closed_at=None).count() == 0
    assert Decision.objects.latest("pk").outcome == "done"
    two.at_rest()


def nina(two: TwoWay) -> Link:
    two.add("Nina", "nina@example.com", companyName="Theirs")
    two.run_well()
    (link,) = two.offers()
    return link


def test_accept_makes_a_contact(two: TwoWay, master: Client) -> None:
    link = nina(two)
    before = two.mailbox()[link.remote_id]
    decide(two, master, "born", "accept", link)
    contact = Contact.objects.get(first_name="Nina")
    assert (contact.company, contact.access.get().staff) == ("Theirs", two.staff)
    assert two.mailbox()[link.remote_id] == before


def test_dismiss_leaves_it_in_outlook_and_asks_no_more(two: TwoWay, master: Client) -> None:
    link = nina(two)
    decide(two, master, "born", "dismiss", link)
    assert not Contact.objects.filter(first_name="Nina").exists()
    assert two.people() == ["Nina", "Stays"]
    page = master.get(to("reviews", two.connection.pk), {"list": "born"})
    assert "nothing left in this list" in text_of(page)


def test_link_makes_one_of_two(two: TwoWay, master: Client) -> None:
    link = nina(two)
    contact = two.contact("Ninette Other", mobile="0412 345 678")
    key = {"model": "agentbox_crm.contact", "pk": str(contact.pk)}
    decide(two, master, "born", "link", link, **key)
    assert two.linked(contact).remote_id == link.remote_id
    contact.refresh_from_db()
    assert (contact.company, contact.email) == ("Theirs", "nina@example.com")
    assert two.mailbox()[link.remote_id]["mobilePhone"] == "0412 345 678"
    assert len(two.mailbox()) == 2


def removed(two: TwoWay) -> Contact:
    contact = two.contact("Olivia Rutherford", email="olivia@example.com", company="Ours")
    two.run_well()
    two.remove_item(contact)
    two.run_well()
    assert two.people() == ["Stays"]
    return contact


def test_restore_puts_it_back_once(two: TwoWay, master: Client) -> None:
    contact = removed(two)
    decide(two, master, "removed", "restore", two.linked(contact))
    assert two.people() == ["Olivia", "Stays"]
    assert two.item(contact)["companyName"] == "Ours"


def test_let_go_keeps_it_away_for_good(two: TwoWay, master: Client) -> None:
    contact = removed(two)
    decide(two, master, "removed", "dismiss", two.linked(contact))
    two.change(contact, company="Newer")
    two.run_well(forced=True)
    assert two.people() == ["Stays"]
    # Whoever thinks again finds it, and it comes back with what the CRM says now.
    decide(two, master, "dismissed", "restore", two.linked(contact))
    assert two.item(contact)["companyName"] == "Newer"


def contested(two: TwoWay) -> Contact:
    two.choose(deletion="apply", adoption="review")
    contact = two.contact("Olivia Rutherford", email="olivia@example.com", company="Ours")
    two.run_well()
    two.remove_item(contact)
    two.change(contact, company="Edited")
    two.run_well()
    return contact


def test_a_contested_removal_can_be_put_back_with_the_edit(two: TwoWay, master: Client) -> None:
    contact = contested(two)
    decide(two, master, "contested", "restore", two.linked(contact))
    assert two.item(contact)["companyName"] == "Edited"


def test_a_contested_removal_can_be_followed_and_undone(two: TwoWay, master: Client) -> None:
    contact = contested(two)
    decide(two, master, "contested", "release", two.linked(contact))
    assert not ContactAccess.objects.filter(contact=contact).exists()
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert two.people() == ["Stays"]
    line = two.lines(contact)[-1]
    page = master.get(to("undo", line.pk))
    assert "gets access to the contact again" in text_of(page)
    master.post(to("undo", line.pk), {"seen": "grant"})
    two.run_well()
    assert ContactAccess.objects.filter(contact=contact, staff=two.staff).exists()
    assert two.people() == ["Olivia", "Stays"]


def test_of_several_the_chosen_one_becomes_the_contacts(two: TwoWay, master: Client) -> None:
    first = two.add("Olivia", "olivia@example.com", companyName="First Firm")
    second = two.add("Olivia", "olivia@example.com", jobTitle="Buyer")
    contact = two.contact("Olivia Rutherford", email="olivia@example.com", company="Ours")
    two.run_well()
    link = two.linked(contact)
    before = two.mailbox()[first]
    decide(two, master, "ambiguous", "link", link, remote_id=second)
    assert two.linked(contact).remote_id == second
    contact.refresh_from_db()
    assert contact.job_title == "Buyer"
    assert two.mailbox()[first] == before
    assert len(two.mailbox()) == 3
