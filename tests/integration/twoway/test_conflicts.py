"""Edits on both sides: what survives, what stands, and where the other value went."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact

from .world import TwoWay

RULES = ["crm_wins", "exchange_wins"]


def synced(world: TwoWay, **fields: Any) -> Contact:
    contact = world.contact(email="olivia@example.com", **fields)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    return contact


def now(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


# ------------------------------------------------------------------------------------- one side


@pytest.mark.parametrize("rule", RULES)
def test_an_edit_in_exchange_reaches_the_crm(world: TwoWay, rule: str) -> None:
    world.choose(conflict=rule)
    contact = synced(world, company="Old", mobile="0412 345 678")
    saved = now(contact).updated_at

    world.edit_item(contact, companyName="Theirs", mobilePhone="0498 765 432")
    counts = world.run_well()

    assert (counts.updated, counts.writes_local, counts.writes_remote) == (1, 1, 0)
    assert (now(contact).company, now(contact).mobile) == ("Theirs", "0498 765 432")
    assert now(contact).updated_at > saved
    line = world.last_change(contact)
    assert (line.action, line.side, sorted(line.atoms)) == (
        "update",
        "local",
        ["company", "mobile_phone"],
    )
    assert line.before["company"] == "Old"
    assert line.conflicts == []
    world.at_rest()


def test_everything_that_a_person_may_edit_in_exchange_reaches_the_crm(world: TwoWay) -> None:
    contact = synced(world)

    world.edit_item(
        contact,
        givenName="Liv",
        surname="Rutherford-Hall",
        companyName="Harbour Vale",
        jobTitle="Buyer",
        emailAddresses=[{"address": "liv@example.com"}, {"address": "second@example.com"}],
        mobilePhone="0412 345 678",
        homePhones=["02 9999 1234"],
        businessPhones=["02 9999 4321"],
        homeAddress={"street": "12 Hill St", "city": "Mosman", "postalCode": "2088"},
        birthday="1980-02-29T11:59:00Z",
        businessHomePage="https://example.com",
        personalNotes="Gate code 12\nDog bites",
    )
    world.run_well()

    row = now(contact)
    assert (row.first_name, row.last_name) == ("Liv", "Rutherford-Hall")
    assert (row.company, row.job_title) == ("Harbour Vale", "Buyer")
    assert (row.email, row.email_2) == ("liv@example.com", "second@example.com")
    assert (row.mobile, row.phone_home, row.phone_work) == (
        "0412 345 678",
        "02 9999 1234",
        "02 9999 4321",
    )
    assert (row.street, row.suburb, row.postcode) == ("12 Hill St", "Mosman", "2088")
    assert row.birthday == dt.date(1980, 2, 29)
    assert row.website == "https://example.com"
    assert row.notes.splitlines() == ["Gate code 12", "Dog bites"]
    world.at_rest()


def test_what_is_emptied_in_exchange_is_emptied_in_the_crm(world: TwoWay) -> None:
    contact = synced(world, company="Old", birthday=dt.date(1980, 2, 29))

    world.edit_item(contact, companyName=None, birthday=None)
    world.run_well()

    assert (now(contact).company, now(contact).birthday) == ("", None)
    assert world.last_change(contact).before == {"company": "Old", "birthday": "1980-02-29"}
    world.at_rest()


def test_an_edit_in_the_crm_reaches_exchange(world: TwoWay) -> None:
    contact = synced(world, company="Old")

    world.change(contact, company="Ours")
    world.run_well()

    assert world.item(contact)["companyName"] == "Ours"
    world.at_rest()


# ------------------------------------------------------------------------------------ both sides


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("unnoticed", [False, True])
def test_edits_of_different_fields_both_survive(world: TwoWay, rule: str, unnoticed: bool) -> None:
    world.choose(conflict=rule)
    contact = synced(world, company="Old", job_title="Old")

    world.edit_item(contact, jobTitle="Theirs")
    (world.change_unnoticed if unnoticed else world.change)(contact, company="Ours")
    counts = world.run_well(forced=unnoticed)

    assert (counts.writes_local, counts.writes_remote) == (1, 1)
    item = world.item(contact)
    assert (item["companyName"], item["jobTitle"]) == ("Ours", "Theirs")
    assert (now(contact).company, now(contact).job_title) == ("Ours", "Theirs")
    assert all(line.conflicts == [] for line in world.lines(contact))
    world.at_rest()


@pytest.mark.parametrize("rule", RULES)
def test_the_same_field_follows_the_rule_and_the_other_value_is_in_the_log(
    world: TwoWay, rule: str
) -> None:
    world.choose(conflict=rule)
    contact = synced(world, company="Old")
    winner, loser = ("Ours", "Theirs") if rule == "crm_wins" else ("Theirs", "Ours")

    world.edit_item(contact, companyName="Theirs")
    world.change(contact, company="Ours")
    world.run_well()

    assert world.item(contact)["companyName"] == winner
    assert now(contact).company == winner
    line = world.last_change(contact)
    assert line.side == ("remote" if rule == "crm_wins" else "local")
    assert line.conflicts == ["company"]
    assert line.before == {"company": loser}
    assert line.after == {"company": winner}
    world.at_rest()


@pytest.mark.parametrize("rule", RULES)
def test_an_edit_against_an_emptied_field_follows_the_rule_too(world: TwoWay, rule: str) -> None:
    world.choose(conflict=rule)
    contact = synced(world, company="Old")

    world.edit_item(contact, companyName="Theirs")
    world.change(contact, company="")
    world.run_well()

    stands = "" if rule == "crm_wins" else "Theirs"
    assert now(contact).company == stands
    assert (world.item(contact)["companyName"] or "") == stands
    if rule == "crm_wins":
        assert world.last_change(contact).before == {"company": "Theirs"}
    world.at_rest()


def test_one_pair_may_hold_a_conflict_and_edits_of_either_side(world: TwoWay) -> None:
    contact = synced(world, company="Old", job_title="Old", website="https://old.example")

    world.edit_item(contact, companyName="Theirs", jobTitle="Theirs")
    world.change(contact, company="Ours", website="https://ours.example")
    world.run_well()

    item, row = world.item(contact), now(contact)
    assert (item["companyName"], item["jobTitle"]) == ("Ours", "Theirs")
    assert item["businessHomePage"] == "https://ours.example"
    assert (row.company, row.job_title, row.website) == ("Ours", "Theirs", "https://ours.example")
    conflicts = [line.conflicts for line in world.lines(contact) if line.conflicts]
    assert conflicts == [["company"]]
    world.at_rest()


def test_the_same_edit_on_both_sides_is_no_conflict_and_no_write(world: TwoWay) -> None:
    contact = synced(world, company="Old", mobile="0412 345 678")
    lines = len(world.lines(contact))

    world.edit_item(contact, companyName="Same", mobilePhone="+61 498 765 432")
    world.change(contact, company=" Same ", mobile="0498765432")
    counts = world.run_well()

    assert (counts.writes_local, counts.writes_remote) == (0, 0)
    assert len(world.lines(contact)) == lines
    world.at_rest()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("field", ["jobTitle", "companyName"])
def test_an_edit_in_exchange_under_our_hands_is_merged(
    world: TwoWay, rule: str, field: str
) -> None:
    """Our PATCH is refused because the item has moved on; it is read and merged again."""
    world.choose(conflict=rule)
    contact = synced(world, company="Old", job_title="Old")
    world.run_well()
    world.change(contact, company="Ours")

    remote_id = world.linked(contact).remote_id
    with world.meanwhile(lambda: world.edit(remote_id, **{field: "Theirs"}), method="PATCH"):
        world.run_well()

    assert world.microsoft.look("stats")["statuses"]["412"] == 1
    stands = "Theirs" if (field, rule) == ("companyName", "exchange_wins") else "Ours"
    assert world.item(contact)["companyName"] == now(contact).company == stands
    if field == "jobTitle":
        assert world.item(contact)["jobTitle"] == now(contact).job_title == "Theirs"
    else:
        lost = {value for line in world.lines(contact) for value in line.before.values()}
        assert {"Ours", "Theirs"} - {stands} <= lost
    world.at_rest()


# ------------------------------------------------------------------------------ settings change


def test_an_edit_that_stood_in_exchange_one_way_comes_in_with_two_way(world: TwoWay) -> None:
    world.choose(status="one_way")
    contact = synced(world, company="Old", job_title="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    assert now(contact).company == "Old"
    assert world.linked(contact).drift == ["company"]

    world.choose()
    world.run_well()

    # What stood apart before is nobody's new edit: it stands until somebody touches it.
    assert (now(contact).company, world.item(contact)["companyName"]) == ("Old", "Theirs")
    world.edit_item(contact, companyName="Theirs anew")
    world.run_well()
    assert now(contact).company == "Theirs anew"
    world.at_rest()
