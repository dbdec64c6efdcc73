"""What travels from the CRM into Exchange, and what is left alone there."""

from __future__ import annotations

import datetime as dt

import pytest

from agentbox_sync.models import Connection, LocalChange, Run

from .world import World, stamps


def test_a_contact_arrives_with_everything_that_the_crm_knows(world: World) -> None:
    contact = world.contact(
        "Olivia Rutherford",
        company="Harbour Vale",
        job_title="Buyer",
        email="olivia@example.com",
        email_2="liv@example.com",
        mobile="0412 345 678",
        phone_home="02 9999 1234",
        phone_work="02 9999 4321",
        street="12 Hill St",
        suburb="Mosman",
        state="NSW",
        postcode="2088",
        country="Australia",
        birthday=dt.date(1980, 2, 29),
        website="https://example.com",
        notes="Gate code 12\r\nDog bites",
    )

    counts = world.run_well()

    assert (counts.created, counts.writes_remote) == (1, 1)
    (item,) = world.mailbox().values()
    assert (item["givenName"], item["surname"]) == ("Olivia", "Rutherford")
    assert item["displayName"] == "Olivia Rutherford"
    assert (item["companyName"], item["jobTitle"]) == ("Harbour Vale", "Buyer")
    assert [one["address"] for one in item["emailAddresses"]] == [
        "olivia@example.com",
        "liv@example.com",
    ]
    assert item["mobilePhone"] == "0412 345 678"
    assert item["homePhones"] == ["02 9999 1234"]
    assert item["businessPhones"] == ["02 9999 4321"]
    assert item["homeAddress"]["city"] == "Mosman"
    assert item["birthday"].startswith("1980-02-29")
    assert item["businessHomePage"] == "https://example.com"
    assert "Dog bites" in item["personalNotes"]
    assert item["folder"] == "Contacts"
    assert stamps(world.mailbox()) == [world.linked(contact).stamp]
    assert world.log() == [("create", "new in the CRM", "done")]


def test_an_edit_travels_and_nothing_else_of_the_item_is_written(world: World) -> None:
    contact = world.contact(company="Old", mobile="0412 345 678")
    world.run_well()
    before = world.item(contact)
    world.edit(before["id"], categories=["Green"], spouseName="Max")

    world.change(contact, company="New")
    counts = world.run_well()

    assert (counts.updated, counts.writes_remote) == (1, 1)
    after = world.item(contact)
    assert (after["companyName"], after["categories"], after["spouseName"]) == (
        "New",
        ["Green"],
        "Max",
    )
    assert after["mobilePhone"] == before["mobilePhone"]


def test_an_edit_that_nobody_noticed_travels_with_the_next_full_scan(world: World) -> None:
    contact = world.contact(company="Old")
    world.run_well()
    world.run_well()  # reads its echo
    world.change_unnoticed(contact, company="New")
    assert world.run_well().updated == 0

    world.later()
    world.run_well()

    assert world.item(contact)["companyName"] == "New"


def test_what_is_emptied_in_the_crm_is_emptied_in_exchange(world: World) -> None:
    contact = world.contact(company="Old", mobile="0412 345 678", birthday=dt.date(1980, 2, 29))
    world.run_well()

    world.change(contact, company="", mobile="", birthday=None)
    world.run_well()

    item = world.item(contact)
    assert (item["companyName"], item["mobilePhone"], item["birthday"]) == (None, None, None)


def test_contacts_of_other_staff_do_not_travel(world: World) -> None:
    world.contact("Mine Only")
    world.contact("Not Mine", access={})

    world.run_well()

    assert world.people() == ["Mine"]


def test_a_disabled_kind_and_one_without_a_go_write_nothing(disconnected: World) -> None:
    disconnected.connect()
    contact = disconnected.contact()
    before = disconnected.requests
    pk = disconnected.connection.pk

    for values in ({"status": "disabled"}, {"status": "one_way", "approved": False}):
        disconnected.choose(**values)
        with pytest.raises(AssertionError, match="nothing was run"):
            disconnected.run(forced=True)

    assert disconnected.people() == []
    assert disconnected.requests == before
    assert disconnected.link(contact) is None
    disconnected.choose()
    assert Connection.objects.get(pk=pk).wake
    disconnected.run_well()
    assert disconnected.people() == ["Olivia"]


def test_changed_settings_need_a_new_go(world: World) -> None:
    world.run_well()
    world.choose(removal="delete", approved=False)
    world.contact()

    with pytest.raises(AssertionError, match="nothing was run"):
        world.run(forced=True)

    assert world.people() == []


# ------------------------------------------------------------------------------------ at rest


def test_the_run_after_a_push_reads_its_echo_with_one_request_and_writes_nothing(
    world: World,
) -> None:
    world.contacts(25)
    world.run_well()
    before, requests, writes = world.mailbox(), world.requests, world.writes

    report = world.report()

    assert report.requests == world.requests - requests == 1
    assert world.writes == writes
    assert world.mailbox() == before
    assert Run.objects.count() == 1


@pytest.mark.parametrize("forced", [False, True])
def test_later_runs_are_one_request_without_a_write(world: World, forced: bool) -> None:
    world.contacts(5)
    world.run_well()
    world.run_well()
    before, writes = world.mailbox(), world.writes

    for _ in range(2):
        world.later()
        report = world.report(forced=forced)
        assert report.requests == 1
        assert report.is_idle

    assert world.writes == writes
    assert world.mailbox() == before


def test_an_idle_run_is_not_recorded_but_its_success_is(world: World) -> None:
    world.contact()
    world.run_well()
    world.run_well()
    runs = Run.objects.count()
    Connection.objects.update(succeeded_at=None)

    world.run_well()

    assert Run.objects.count() == runs
    assert world.connection.succeeded_at is not None


def test_an_echo_that_the_server_has_dated_anew_is_not_recorded(world: World) -> None:
    contact = world.contact()
    world.run_well()
    runs = Run.objects.count()
    # A new etag without an edit: what every mailbox does now and then.
    world.edit(world.item(contact)["id"], categories=["Green"])

    world.run_well()

    assert world.linked(contact).etag == world.item(contact)["@odata.etag"]
    assert Run.objects.count() == runs


def test_notices_are_forgotten_when_they_were_worked(world: World) -> None:
    contact = world.contact()
    world.change(contact, company="New")
    assert LocalChange.objects.exists()

    world.run_well()

    assert not LocalChange.objects.exists()
    assert not world.connection.wake


# ------------------------------------------------------------------------- what is not ours


def test_everything_else_in_the_mailbox_is_left_as_it_is(world: World) -> None:
    friend = world.add("Friend", "friend@example.com", personalNotes="Do not touch")
    world.add("Nameless")
    world.microsoft.person(add_folder="Private")
    world.microsoft.person(add={"givenName": "Secret"}, folder="Private")
    theirs = world.mailbox()
    contact = world.contact()

    world.run_well()
    world.change(contact, company="New")
    world.run_well()
    world.delete(contact)
    world.run_well()

    ours = world.linked(contact).remote_id
    assert ours not in theirs
    assert {key: row for key, row in world.mailbox().items() if key != ours} == theirs
    world.edit(friend, personalNotes="Touched")
    assert world.mailbox()[friend] != theirs[friend]


def test_an_edit_in_exchange_stands_until_the_crm_changes_that_field(world: World) -> None:
    contact = world.contact(company="Ours", job_title="Buyer")
    world.run_well()
    remote_id = world.item(contact)["id"]

    world.edit(remote_id, companyName="Theirs")
    counts = world.run_well()
    assert counts.writes_remote == 0
    assert world.item(contact)["companyName"] == "Theirs"
    assert world.linked(contact).drift == ["company"]

    world.change(contact, job_title="Seller")
    world.run_well()
    assert world.item(contact)["companyName"] == "Theirs"
    assert world.item(contact)["jobTitle"] == "Seller"

    world.change(contact, company="Ours again")
    world.run_well()
    assert world.item(contact)["companyName"] == "Ours again"
    assert world.linked(contact).drift == []


def test_strict_puts_an_edit_in_exchange_back(world: World) -> None:
    world.choose(strict=True)
    contact = world.contact(company="Ours")
    world.run_well()
    world.edit(world.item(contact)["id"], companyName="Theirs", spouseName="Max")

    world.run_well()

    item = world.item(contact)
    assert (item["companyName"], item["spouseName"]) == ("Ours", "Max")
    assert world.log(contact)[-1][0] == "update"


# ------------------------------------------------------------------------ the first meeting


@pytest.mark.parametrize("listed", [True, False], ids=["first run", "later run"])
def test_who_is_already_there_is_linked_filled_and_not_overwritten(
    world: World, listed: bool
) -> None:
    if not listed:
        world.run_well()
    theirs = world.add("Liv", "Olivia@Example.com", companyName="Theirs", spouseName="Max")
    contact = world.contact(email="olivia@example.com", company="Ours", job_title="Buyer")

    counts = world.run_well()

    assert (counts.linked, counts.created) == (1, 0)
    assert list(world.mailbox()) == [theirs]
    item = world.mailbox()[theirs]
    assert (item["givenName"], item["companyName"], item["spouseName"]) == ("Liv", "Theirs", "Max")
    assert item["jobTitle"] == "Buyer"
    assert world.linked(contact).origin == "exchange"

    world.run_well()
    world.change(contact, company="Ours anew")
    world.run_well()
    item = world.mailbox()[theirs]
    assert (item["givenName"], item["companyName"], item["jobTitle"]) == (
        "Liv",
        "Ours anew",
        "Buyer",
    )


@pytest.mark.parametrize("listed", [True, False], ids=["first run", "later run"])
def test_two_who_may_be_the_same_are_left_to_a_person(world: World, listed: bool) -> None:
    if not listed:
        world.run_well()
    world.add("Liv", "olivia@example.com")
    world.add("Livvy", "olivia@example.com")
    before = world.mailbox()
    contact = world.contact(email="olivia@example.com")
    world.contact("Ben Other", email="ben@example.com")

    counts = world.run_well()

    assert (counts.review, counts.created, counts.linked) == (1, 1, 0)
    assert {key: row for key, row in world.mailbox().items() if key in before} == before
    assert world.people() == ["Ben", "Liv", "Livvy"]
    assert world.linked(contact).error == "ambiguous"


def test_one_item_that_two_of_ours_claim_is_left_to_a_person(world: World) -> None:
    theirs = world.add("Liv", "olivia@example.com")
    before = world.mailbox()
    for name in ("Olivia Rutherford", "Olivia Double"):
        world.contact(name, email="olivia@example.com")

    counts = world.run_well()

    assert (counts.review, counts.linked, counts.created) == (2, 0, 0)
    assert world.mailbox() == before
    assert list(before) == [theirs]


def test_a_twin_that_appears_later_is_not_linked_by_a_guess(world: World) -> None:
    world.add("Liv", "olivia@example.com")
    world.run_well()
    world.add("Livvy", "olivia@example.com")
    world.contact(email="olivia@example.com")

    counts = world.run_well()

    assert (counts.review, counts.linked, counts.created) == (1, 0, 0)
