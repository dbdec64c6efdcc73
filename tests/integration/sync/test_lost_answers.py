"""Exactly once: whatever answer gets lost, wherever the process dies."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.graph.stamp import PROPERTY_ID
from agentbox_sync.models import Connection, Intent, Link, Run

from .watched import METHODS, Crash, Watched
from .world import World, stamps

NAMES = [f"Person{n:02}" for n in range(5)]

# How an answer gets lost: of the whole batch or of one item in it, after or before it was done.
LOSSES: dict[str, dict[str, Any]] = {
    "batch dropped, carried out": {"path": r"\$batch", "action": "drop", "commit": "after"},
    "batch dropped, not carried out": {"path": r"\$batch", "action": "drop", "commit": "before"},
    "batch cut short, carried out": {"path": r"\$batch", "action": "truncate", "commit": "after"},
    "batch 504, carried out": {"path": r"\$batch", "status": 504, "commit": "after"},
    "batch 500, not carried out": {"path": r"\$batch", "status": 500, "commit": "before"},
    "item 503, carried out": {"path": "/contacts", "status": 503, "commit": "after"},
    "item 503, not carried out": {"path": "/contacts", "status": 503, "commit": "before"},
    "item drops all, carried out": {"path": "/contacts", "action": "drop", "commit": "after"},
    "item drops all, not carried out": {"path": "/contacts", "action": "drop", "commit": "before"},
}


def lose(world: World, loss: str, method: str) -> None:
    """The next write of this method gets no answer; a batch is always posted."""
    rule = LOSSES[loss]
    world.fault(method="POST" if "batch" in rule["path"] else method, times=1, **rule)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_create_whose_answer_is_lost_happens_once(world: World, loss: str) -> None:
    contacts = world.contacts(5)
    lose(world, loss, "POST")

    assert world.report().unfinished
    world.runs_until_quiet()

    assert world.people() == NAMES
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)
    assert {world.linked(one).state for one in contacts} == {"active"}
    assert not Intent.objects.filter(open=True).exists()
    world.run_well(forced=True)
    assert world.people() == NAMES


@pytest.mark.parametrize("loss", LOSSES)
def test_an_update_whose_answer_is_lost_arrives(world: World, loss: str) -> None:
    contacts = world.contacts(5)
    world.run_well()
    for contact in contacts:
        world.change(contact, company="New")
    lose(world, loss, "PATCH")

    assert world.report().unfinished
    world.runs_until_quiet()

    assert {row["companyName"] for row in world.mailbox().values()} == {"New"}
    assert world.people() == NAMES
    assert not any(world.linked(one).drift for one in contacts)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_removal_whose_answer_is_lost_happens(world: World, loss: str) -> None:
    world.choose(removal="delete")
    contacts = world.contacts(5)
    world.run_well()
    for contact in contacts[:2]:
        world.delete(contact)
    lose(world, loss, "DELETE")

    assert world.report().unfinished
    world.runs_until_quiet()

    assert world.people() == NAMES[2:]
    assert {world.linked(one).state for one in contacts[:2]} == {"dead"}


def test_a_create_is_not_repeated_before_the_settle_delay_is_over(world: World) -> None:
    world.set(SETTLE_DELAY=3600)
    contact = world.contact()
    lose(world, "batch dropped, not carried out", "POST")
    assert world.report().unfinished
    assert world.connection.not_before is not None

    for forced in (False, True):
        Connection.objects.update(not_before=None)
        assert world.report(forced=forced).unfinished
        assert world.people() == []
    assert world.linked(contact).state == "creating"

    world.set(SETTLE_DELAY=0)
    Connection.objects.update(not_before=None)
    world.runs_until_quiet()
    assert world.people() == ["Olivia"]


def test_what_changed_while_a_create_was_unknown_arrives_with_it(world: World) -> None:
    world.run_well()
    world.set(SETTLE_DELAY=3600)
    contact = world.contact(company="First")
    lose(world, "batch dropped, not carried out", "POST")
    world.report()
    world.change(contact, company="Second")
    Connection.objects.update(not_before=None)
    world.report()  # still unknown, and the change has been noticed

    world.set(SETTLE_DELAY=0)
    Connection.objects.update(not_before=None)
    world.runs_until_quiet()

    assert world.people() == ["Olivia"]
    assert world.item(contact)["companyName"] == "Second"


def test_an_edit_after_a_lost_create_is_not_taken_for_what_landed(world: World) -> None:
    contact = world.contact(company="First")
    lose(world, "batch dropped, carried out", "POST")
    world.report()
    world.change(contact, company="Second")

    world.runs_until_quiet()

    assert world.people() == ["Olivia"]
    assert world.item(contact)["companyName"] == "Second"
    assert world.linked(contact).drift == []


def test_the_first_of_two_lost_creates_may_be_the_one_that_landed(world: World) -> None:
    contact = world.contact(company="First")
    lose(world, "batch dropped, not carried out", "POST")
    world.report()
    world.change(contact, company="Second")
    world.fault(method="POST", path="/contacts", action="drop", commit="before", times=1)
    world.report()
    assert len(Intent.objects.get().payloads) == 2
    # Only now does Microsoft carry the first one out.
    stamp = {"id": PROPERTY_ID, "value": world.linked(contact).stamp}
    world.add(
        "Olivia",
        surname="Rutherford",
        companyName="First",
        singleValueExtendedProperties=[stamp],
    )

    world.runs_until_quiet()

    assert world.people() == ["Olivia"]
    assert world.item(contact)["companyName"] == "Second"


def test_a_twin_does_not_take_the_item_whose_create_is_still_unknown(world: World) -> None:
    world.run_well()
    world.set(SETTLE_DELAY=3600)
    first = world.contact("Olivia First", email="shared@example.com")
    # The first batch looks for somebody alike, the second creates.
    world.fault(method="POST", path=r"\$batch", action="drop", commit="after", nth=2)
    assert world.report().unfinished
    # Microsoft's search does not show yet what the change feed does.
    world.fault(method="GET", path="singleValueExtendedProperties", status=200, body={"value": []})
    twin = world.contact("Oscar Twin", email="shared@example.com")
    Connection.objects.update(not_before=None)
    assert world.report().unfinished

    world.no_faults()
    for _ in range(2):
        Connection.objects.update(not_before=None)
        world.report()

    assert world.people() == ["Olivia", "Oscar"]
    assert world.item(first)["givenName"] == "Olivia"
    assert world.item(twin)["givenName"] == "Oscar"


def test_an_item_with_our_stamp_that_another_contact_has_is_not_taken_from_it(
    world: World,
) -> None:
    first = world.contact("Olivia First")
    other = world.contact("Oscar Other")
    lose(world, "batch dropped, carried out", "POST")
    world.report()
    # However it came to be: the item of the first is linked to the other.
    item = next(row for row in world.mailbox().values() if row["givenName"] == "Olivia")
    Link.objects.filter(local_pk=str(other.pk)).update(remote_id=item["id"], state="active")
    Intent.objects.filter(link__local_pk=str(other.pk)).delete()

    world.runs_until_quiet()

    assert world.linked(other).remote_id == item["id"]
    assert world.linked(first).remote_id not in ("", item["id"])
    assert world.linked(first).state == "active"


def test_an_edit_that_is_taken_back_after_a_lost_update_is_taken_back_in_exchange(
    world: World,
) -> None:
    contact = world.contact(company="Was")
    world.run_well()
    world.change(contact, company="Mistyped")
    lose(world, "batch dropped, carried out", "PATCH")
    world.report()

    world.change(contact, company="Was")
    world.runs_until_quiet()

    assert world.item(contact)["companyName"] == "Was"


# ------------------------------------------------------------------------------ the process dies


def prepared(world: World) -> dict[str, Any]:
    """Two contacts that change, one that goes, one that meets somebody, three that are new."""
    world.choose(removal="delete")
    world.add("Liv", "liv@example.com")
    changing = [world.contact("Cara Change"), world.contact("Carl Change")]
    going = world.contact("Gus Gone")
    world.run_well()
    for contact in changing:
        world.change(contact, company="New")
    world.delete(going)
    world.contact("Olivia Met", email="liv@example.com", company="Filled")
    for name in ("Nina New", "Nora New", "Nick New"):
        world.contact(name, email=f"{name[:4].lower()}@example.com")
    return {
        "people": ["Cara", "Carl", "Liv", "Nick", "Nina", "Nora"],
        "companies": {"Cara": "New", "Carl": "New", "Liv": "Filled"},
    }


def outcome(world: World) -> dict[str, Any]:
    rows = world.mailbox().values()
    return {
        "people": world.people(),
        "companies": {row["givenName"]: row["companyName"] for row in rows if row["companyName"]},
    }


MOMENTS = [
    (method, number, moment)
    for method, most in (("pull", 1), ("find_alike", 2), ("fetch", 1), ("write", 4))
    for number in range(1, most + 1)
    for moment in ("before", "after")
]


def test_the_moments_are_all_that_a_run_has(world: World, watched: Watched) -> None:
    wanted = prepared(world)
    watched.seen.clear()
    first = {method: watched._counts[method] for method in METHODS}

    world.run_well()

    reached = [(method, number - first[method], moment) for method, number, moment in watched.seen]
    assert sorted(reached) == sorted(MOMENTS)
    assert outcome(world) == wanted


@pytest.mark.parametrize("method, number, moment", MOMENTS)
def test_dying_anywhere_ends_as_if_nobody_had_died(
    world: World, watched: Watched, method: str, number: int, moment: str
) -> None:
    wanted = prepared(world)
    watched.crash_at(method, number, moment)

    with pytest.raises(Crash):
        world.report()
    assert Connection.objects.get().wake  # the tick finds it
    world.runs_until_quiet()

    assert outcome(world) == wanted
    assert len(stamps(world.mailbox())) == len(set(stamps(world.mailbox()))) == 5
    world.run_well(forced=True)
    assert outcome(world) == wanted


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_dying_in_the_first_push_ends_with_everybody_once(
    world: World, watched: Watched, number: int, moment: str
) -> None:
    theirs = world.add("Theirs", "theirs@example.com")
    before = world.mailbox()[theirs]
    contacts = world.contacts(5)
    watched.crash_at("write", number, moment)

    with pytest.raises(Crash):
        world.report()
    world.runs_until_quiet()

    assert world.people() == [*NAMES, "Theirs"]
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)
    assert world.mailbox()[theirs] == before


def test_a_run_that_was_asked_for_goes_on_after_a_crash_and_counts_all(
    world: World, watched: Watched
) -> None:
    world.contacts(5)
    world.ask()
    watched.crash_at("write", 3, "before")
    with pytest.raises(Crash):
        world.report()
    assert Run.objects.get().state == Run.State.RUNNING

    world.run_well()

    run = Run.objects.get()
    assert run.state == Run.State.FINISHED
    assert run.counts["contacts"]["created"] == 5
    assert run.counts["contacts"]["writes_remote"] == 5
