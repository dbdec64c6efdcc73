"""What people and other workers do while a run is on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.memory.lease import lease_key
from agentbox_sync.models import Connection, Lease, Run
from agentbox_sync.services.disconnect import disconnect
from agentbox_sync.services.execute import execute

from .watched import Watched
from .world import World, stamps


def synced(world: World, number: int = 1, **fields: Any) -> list[Contact]:
    contacts = [world.contact(f"Person{n:02} Example", **fields) for n in range(number)]
    world.run_well()
    world.run_well()
    return contacts


# --------------------------------------------------------------- a person in Outlook, in between


def test_an_edit_of_another_field_at_the_same_time_survives(world: World, watched: Watched) -> None:
    (contact,) = synced(world, company="Was", job_title="Was")
    remote_id = world.item(contact)["id"]
    world.change(contact, company="Ours")
    watched.at("write", 1, "before", lambda: world.edit(remote_id, jobTitle="Theirs"))

    world.run_well()

    item = world.item(contact)
    assert (item["companyName"], item["jobTitle"]) == ("Ours", "Theirs")
    assert world.linked(contact).drift == ["job_title"]
    assert world.linked(contact).etag == item["@odata.etag"]


def test_an_edit_of_the_same_field_loses_and_is_in_the_log(world: World, watched: Watched) -> None:
    (contact,) = synced(world, company="Was")
    remote_id = world.item(contact)["id"]
    world.change(contact, company="Ours")
    watched.at("write", 1, "before", lambda: world.edit(remote_id, companyName="Theirs"))

    world.run_well()

    assert world.item(contact)["companyName"] == "Ours"
    assert world.last_change(contact).before == {"company": "Theirs"}


def test_who_edits_what_is_being_removed_finds_it_in_the_log(
    world: World, watched: Watched
) -> None:
    world.choose(removal="delete")
    (contact,) = synced(world, company="Was")
    remote_id = world.item(contact)["id"]
    world.delete(contact)
    watched.at("write", 1, "before", lambda: world.edit(remote_id, companyName="Theirs"))

    world.run_well()

    assert world.mailbox() == {}
    assert world.last_change(contact).before["company"] == "Theirs"


def test_who_edits_without_end_makes_the_run_give_up_for_now(
    world: World, watched: Watched
) -> None:
    (contact,) = synced(world, company="Was")
    remote_id = world.item(contact)["id"]
    world.change(contact, company="Ours")
    for number in range(1, 6):
        edit: Callable[[], None] = lambda n=number: world.edit(remote_id, jobTitle=f"Edit {n}")
        watched.at("write", number, "before", edit)

    assert world.report().unfinished
    assert world.item(contact)["companyName"] == "Was"
    world.runs_until_quiet()

    assert world.item(contact)["companyName"] == "Ours"
    assert world.item(contact)["jobTitle"].startswith("Edit")


@pytest.mark.parametrize("deed", ["removed", "moved"])
def test_what_is_taken_away_before_it_is_written_stays_away(
    world: World, watched: Watched, deed: str
) -> None:
    (contact, other) = synced(world, 2)
    remote_id = world.item(contact)["id"]
    for one in (contact, other):
        world.change(one, company="Ours")
    take = world.remove if deed == "removed" else world.move
    watched.at("write", 1, "before", lambda: take(remote_id))

    world.report()
    world.runs_until_quiet()

    assert world.people() == ["Person01"]
    assert world.item(other)["companyName"] == "Ours"
    assert world.linked(contact).state == "retained"


def test_somebody_met_who_goes_away_at_once_is_created_after_all(
    world: World, watched: Watched
) -> None:
    world.run_well()
    theirs = world.add("Liv", "liv@example.com")
    contact = world.contact(email="liv@example.com")
    watched.at("fetch", 1, "before", lambda: world.remove(theirs))

    world.report()
    world.runs_until_quiet()

    assert world.people() == ["Olivia"]
    assert world.linked(contact).state == "active"


# ----------------------------------------------------------------- somebody in the CRM, in between


def test_the_newest_value_is_sent_when_the_crm_changes_after_the_plan(
    world: World, watched: Watched
) -> None:
    contacts = synced(world, 3)
    for contact in contacts:
        world.change(contact, company="First")
    # Two go out together: the third is read after the first two were written.
    watched.at("write", 1, "after", lambda: world.change(contacts[2], company="Second"))

    world.run_well()

    assert world.item(contacts[2])["companyName"] == "Second"
    assert world.connection.wake  # the notice came after the plan
    world.run_well()
    assert not world.connection.wake


def test_what_leaves_after_the_plan_is_not_removed_before_the_guard_has_seen_it(
    world: World, watched: Watched
) -> None:
    world.choose(removal="delete")
    contacts = synced(world, 3)
    for contact in contacts:
        world.change(contact, company="New")
    watched.at("write", 1, "after", lambda: world.delete(contacts[2]))

    counts = world.run()

    assert counts.deleted == 0
    assert "Person02" in world.people()
    assert world.run().deleted == 1
    assert world.people() == ["Person00", "Person01"]


def test_a_new_contact_that_is_deleted_after_the_plan_is_not_created(
    world: World, watched: Watched
) -> None:
    contacts = world.contacts(3)
    watched.at("write", 1, "after", lambda: world.delete(contacts[2]))

    world.report()
    world.runs_until_quiet()

    assert world.people() == ["Person00", "Person01"]


def test_settings_that_change_during_a_run_are_carried_out_by_the_next(
    world: World, watched: Watched
) -> None:
    contacts = synced(world, 3)
    for contact in contacts:
        world.change(contact, company="New")
    world.ask()
    watched.at("write", 1, "after", lambda: (world.choose(strict=True), world.ask()))

    world.report()
    world.edit(world.item(contacts[0])["id"], companyName="Theirs")

    assert world.connection.wake
    assert world.connection.wants_full
    world.run_well()
    assert world.item(contacts[0])["companyName"] == "New"


# ------------------------------------------------------------------------------- another worker


def taken_over(world: World) -> None:
    """Another worker has the lease now."""
    key = lease_key(world.connection.pk)
    Lease.objects.filter(key=key).update(token=F("token") + 1, owner="another worker")


def given_back(world: World) -> None:
    Lease.objects.filter(key=lease_key(world.connection.pk)).update(owner="", until=None)


@pytest.mark.parametrize("method, written", [("pull", 0), ("find_alike", 0), ("write", 2)])
def test_a_run_that_is_taken_over_writes_nothing_further(
    world: World, watched: Watched, method: str, written: int
) -> None:
    world.run_well()
    contacts = world.contacts(5)
    watched.at(method, 1, "after", lambda: taken_over(world))
    before = Connection.objects.values().get()

    report = world.report()

    assert (report.unfinished, report.error) == (True, "LeaseLost")
    assert len(world.mailbox()) == written
    assert Connection.objects.values().get() == before
    given_back(world)
    world.runs_until_quiet()
    assert len(world.people()) == 5
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)


def test_a_run_that_is_taken_over_before_an_update_does_not_write_it(
    world: World, watched: Watched
) -> None:
    theirs = world.add("Liv", "liv@example.com")
    before = world.mailbox()
    world.contact(email="liv@example.com", company="Ours")
    # To fill what is empty there nothing is announced: only the lease itself can tell.
    watched.at("fetch", 1, "after", lambda: taken_over(world))

    world.report()

    assert world.mailbox() == before
    given_back(world)
    world.runs_until_quiet()
    assert world.mailbox()[theirs]["companyName"] == "Ours"


def test_a_run_that_is_taken_over_leaves_the_record_to_the_other(
    world: World, watched: Watched
) -> None:
    world.contacts(3)
    run = world.ask()
    watched.at("write", 1, "after", lambda: taken_over(world))

    world.report()

    run.refresh_from_db()
    assert run.state == Run.State.RUNNING


def test_a_connection_that_is_busy_is_not_run_and_the_ask_stays(world: World) -> None:
    world.contact()
    world.ask()
    Lease.objects.get_or_create(key=lease_key(world.connection.pk))
    Lease.objects.update(owner="another worker", until="2999-01-01T00:00:00Z")
    requests = world.requests

    assert execute(world.connection.pk) is None
    assert world.requests == requests
    given_back(world)
    world.tick_and_work()
    assert world.people() == ["Olivia"]


# ------------------------------------------------------------------------------ disconnecting


def test_disconnecting_fences_a_run_off(world: World, watched: Watched) -> None:
    contacts = world.contacts(5)
    run = world.ask()
    watched.at("write", 1, "after", lambda: disconnect(world.user, world.connection))

    world.report()

    assert len(world.mailbox()) == 2
    assert world.connection.state == Connection.State.DISCONNECTED
    assert world.connection.tokens == ""
    run.refresh_from_db()
    assert (run.state, run.error) == (Run.State.FINISHED, "disconnected")
    assert execute(world.connection.pk, forced=True) is None
    assert len(world.mailbox()) == 2

    world.connect()
    world.choose()
    world.runs_until_quiet()
    assert len(world.people()) == 5
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)
