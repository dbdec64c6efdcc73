"""Both sides come together whatever the change feed does, and no item is lost or doubled."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.models import Connection
from tests.contracts.emulated import JANE
from tests.integration.sync.world import stamps

from .world import TwoWay

NASTY: list[dict[str, Any]] = [
    {"delta_leading_page": True, "delta_trailing_page": True, "delta_empty_between": True},
    {"delta_order": "shuffled", "delta_repeats": 5},
    {"delta_replays": 50},
    {"delta_partial": True},
    {"delta_removed_initially": True},
    {"delta_moved_reason": "changed"},
    {"delta_evict_after": 1},
    {"delta_dead_token": "400", "delta_dead_code": "inner", "delta_evict_after": 1},
    {"delta_dead_token": "404", "delta_dead_code": "empty", "delta_evict_after": 1},
    {
        "delta_order": "shuffled",
        "delta_repeats": 3,
        "delta_replays": 20,
        "delta_partial": True,
        "delta_empty_between": True,
        "delta_removed_initially": True,
    },
]


@pytest.mark.parametrize("switches", NASTY, ids=str)
def test_a_day_of_edits_on_both_sides_arrives(world: TwoWay, switches: dict[str, Any]) -> None:
    world.microsoft.control("switches", switches)
    contacts = world.contacts(12)
    world.runs_until_quiet()
    for number in range(3):
        items = [world.item(one)["id"] for one in contacts[:6]]
        world.edit(items[0], companyName=f"Theirs {number}")
        world.edit(items[1], mobilePhone=f"0491 570 15{number}")
        world.edit(items[1], companyName=f"Later {number}")
        world.change(contacts[2], company=f"Ours {number}")
        world.change(contacts[3], company=f"Mixed {number}")
        world.edit(items[3], jobTitle=f"Buyer {number}")
        world.runs_until_quiet()
    gone = world.item(contacts[5])["id"]
    world.remove(gone)
    world.runs_until_quiet()

    for contact in contacts:
        contact.refresh_from_db()
    assert [one.company for one in contacts[:4]] == ["Theirs 2", "Later 2", "Ours 2", "Mixed 2"]
    assert contacts[3].job_title == "Buyer 2"
    assert world.item(contacts[2])["companyName"] == "Ours 2"
    assert world.item(contacts[3])["companyName"] == "Mixed 2"
    assert len(stamps(world.mailbox())) == len(set(stamps(world.mailbox()))) == 11
    assert world.linked(contacts[5]).reason == "removed_in_exchange"
    assert (world.connection.failures, world.connection.reason) == (0, "")


@pytest.mark.parametrize("loop", ["same", "endless"])
def test_a_feed_without_an_end_is_given_up_and_taken_up_again(world: TwoWay, loop: str) -> None:
    contacts = world.contacts(3)
    world.runs_until_quiet()
    world.microsoft.control("switches", {"delta_loop": loop})
    world.edit(world.item(contacts[0])["id"], companyName="Theirs")
    requests = world.requests

    report = world.report()

    assert report.error == "EndlessRound"
    assert world.connection.state == Connection.State.CONNECTED
    assert world.requests < requests + 300
    world.microsoft.control("switches", {"delta_loop": "off"})
    world.later()
    world.runs_until_quiet()
    contacts[0].refresh_from_db()
    assert contacts[0].company == "Theirs"
    assert len(stamps(world.mailbox())) == 3


def test_access_that_ends_at_once_needs_the_person_and_loses_nothing(world: TwoWay) -> None:
    contacts = world.contacts(3)
    world.runs_until_quiet()
    world.change(contacts[0], company="Ours")
    world.microsoft.control("revoke", {"upn": JANE})
    requests = world.requests

    world.report()

    # The token was good for an hour yet: Microsoft ended it, because we can be told so (CP1).
    assert world.requests == requests + 1
    assert world.connection.state == Connection.State.NEEDS_SIGN_IN
    world.connect()
    world.runs_until_quiet()
    assert world.item(contacts[0])["companyName"] == "Ours"
