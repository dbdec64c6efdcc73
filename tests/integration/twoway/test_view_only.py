"""What may not be changed in the CRM is put back in Exchange, and the log tells what stood."""

from __future__ import annotations

import pytest

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.rules import Status
from agentbox_sync.host.fields import Computed
from agentbox_sync.host.registry import get_sources
from agentbox_sync.services.wording.deeds import reason_words
from tests.builders import crm

from .world import TwoWay

RULES = ["crm_wins", "exchange_wins"]


def view_only(world: TwoWay, **fields: object) -> Contact:
    contact = world.contact(access={world.staff: crm.VIEW}, **fields)
    world.run_well()
    world.run_well()
    return contact


@pytest.fixture
def world(world: TwoWay) -> TwoWay:
    world.choose(primary_owner_only=False)
    return world


@pytest.mark.parametrize("rule", RULES)
def test_view_only_edit_in_exchange_is_put_back(world: TwoWay, rule: str) -> None:
    world.choose(primary_owner_only=False, conflict=rule)
    contact = view_only(world, company="Ours", mobile="0412 345 678")
    before = Contact.objects.values().get()

    world.edit_item(contact, companyName="Theirs", mobilePhone=None, spouseName="Max")
    counts = world.run_well()

    assert (counts.writes_local, counts.writes_remote) == (0, 1)
    assert Contact.objects.values().get() == before
    item = world.item(contact)
    assert (item["companyName"], item["mobilePhone"]) == ("Ours", "0412 345 678")
    assert item["spouseName"] == "Max"  # no atom of ours
    line = world.last_change(contact)
    assert "was put back" in reason_words(line.cause, line.detail)
    assert (line.side, line.before) == ("remote", {"company": "Theirs"})
    world.at_rest()


def test_an_edit_of_both_sides_is_put_back_as_the_crm_has_it_now(world: TwoWay) -> None:
    contact = view_only(world, company="Old")

    world.edit_item(contact, companyName="Theirs")
    world.change(contact, company="Ours")
    world.run_well()

    assert world.item(contact)["companyName"] == "Ours"
    assert Contact.objects.get().company == "Ours"
    world.at_rest()


def test_a_contact_that_becomes_view_only_takes_no_more_edits(world: TwoWay) -> None:
    contact = world.contact(company="Ours")
    world.run_well()
    world.run_well()

    world.edit_item(contact, companyName="Theirs")
    world.share(contact, crm.VIEW)
    world.run_well()

    assert Contact.objects.get().company == "Ours"
    assert world.item(contact)["companyName"] == "Ours"
    world.at_rest()


def test_full_access_takes_edits(world: TwoWay) -> None:
    contact = world.contact(access={world.staff: crm.FULL}, company="Ours")
    world.run_well()

    world.edit_item(contact, companyName="Theirs")
    world.run_well()

    assert Contact.objects.get().company == "Theirs"
    world.at_rest()


def test_a_field_that_the_crm_cannot_take_is_put_back_and_the_others_come_in(
    world: TwoWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {**Contacts.fields, "company": Computed(lambda contact: f"of {contact.job_title}")}
    monkeypatch.setattr(type(get_sources()["contacts"]), "fields", made)
    contact = world.contact(job_title="Buyer")
    world.run_well()
    assert world.item(contact)["companyName"] == "of Buyer"
    lines = len(world.lines(contact))

    world.edit_item(contact, companyName="Theirs", mobilePhone="0412 345 678")
    world.run_well()

    assert world.item(contact)["companyName"] == "of Buyer"
    assert Contact.objects.get().mobile == "0412 345 678"
    lost = {str(v) for line in world.lines(contact)[lines:] for v in line.before.values()}
    assert lost == {"Theirs"}
    world.at_rest()


def test_a_value_that_the_crm_makes_of_an_edit_travels_back(
    world: TwoWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {**Contacts.fields, "company": Computed(lambda contact: f"of {contact.job_title}")}
    monkeypatch.setattr(type(get_sources()["contacts"]), "fields", made)
    contact = world.contact(job_title="Buyer")
    world.run_well()

    world.edit_item(contact, jobTitle="Seller")
    world.run_well()
    world.run_well(forced=True)

    assert Contact.objects.get().job_title == "Seller"
    assert world.item(contact)["companyName"] == "of Seller"
    world.at_rest()


@pytest.mark.parametrize("status", [Status.ONE_WAY, Status.TWO_WAY])
def test_what_stood_in_exchange_at_the_first_meeting_of_view_only_is_the_agents_own(
    world: TwoWay, status: Status
) -> None:
    note = "Met at the auction"
    item = world.add("Olivia", "olivia@example.com", surname="Rutherford", personalNotes=note)
    world.choose(primary_owner_only=False, status=status.value)
    contact = world.contact(access={world.staff: crm.VIEW}, email="olivia@example.com")
    world.run_well()
    world.choose(primary_owner_only=False, status=Status.TWO_WAY.value)
    world.run_well(forced=True)
    world.run_well(forced=True)

    assert world.linked(contact).remote_id == item
    assert world.item(contact)["personalNotes"] == note
    assert Contact.objects.get().notes == ""
    world.at_rest()

    world.edit_item(contact, personalNotes="Edited later")
    world.run_well()

    assert not world.item(contact)["personalNotes"]
    assert world.last_change(contact).before == {"notes": "Edited later"}
    world.at_rest()
