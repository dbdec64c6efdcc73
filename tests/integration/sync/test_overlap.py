"""While Graph works on one group of writes, the next one is made ready: nothing is lost by that."""

from __future__ import annotations

import pytest

from agentbox_sync.models import Connection, Intent

from .watched import Crash, Watched
from .world import World, stamps

GROUP = 20  # writes that go out together
MANY = 3 * GROUP
NAMES = [f"Person{n:02}" for n in range(MANY)]


def test_everybody_arrives_once_and_four_at_a_time(world: World) -> None:
    contacts = world.contacts(MANY)
    world.microsoft.control("latency", {"item_ms": 10, "round_trip_ms": 5})

    counts = world.run_well()

    assert (counts.created, counts.worked) == (MANY, MANY)
    assert world.people() == NAMES
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)
    told = world.microsoft.look("stats")
    assert told["throttled"] == 0, "one batch is under way at a time"
    assert told["writes"] == MANY


def test_updates_behind_one_another_all_arrive(world: World) -> None:
    contacts = world.contacts(MANY)
    world.run_well()
    for contact in contacts:
        world.change(contact, company=f"Company {contact.pk}")

    assert world.run_well().updated == MANY

    companies = {world.item(one)["companyName"] for one in contacts}
    assert companies == {f"Company {one.pk}" for one in contacts}


def test_what_follows_does_not_go_out_into_a_pause(world: World) -> None:
    world.contacts(MANY)
    pause = {"status": 429, "times": 1, "headers": {"Retry-After": "1"}}
    world.fault(path="/contacts", method="POST", nth=GROUP, **pause)

    world.run_well()

    assert world.people() == NAMES
    # The fixture asserts that nobody came back before the pause was over; this one was given.
    assert world.microsoft.look("stats")["faults"] == 1


def test_a_closed_mailbox_is_not_written_to_any_more(world: World) -> None:
    world.contacts(MANY)
    world.fault(path=r"\$batch", method="POST", status=403, code="ErrorAccessDenied", nth=2)

    world.report()

    assert world.connection.state != Connection.State.CONNECTED
    assert world.people() == NAMES[:GROUP]
    assert world.writes == GROUP, "the group behind the one that was refused was not sent"


def test_a_group_that_was_announced_and_never_sent_is_sent_by_the_next_run(world: World) -> None:
    contacts = world.contacts(MANY)
    answer = {"status": 429, "times": 1, "headers": {"Retry-After": "60"}}
    world.fault(path="/contacts", method="POST", nth=1, **answer)

    world.report()

    assert Intent.objects.filter(open=True).count() > 0
    world.microsoft.control("clock", {"advance": 61})
    world.later()
    world.runs_until_quiet()
    assert world.people() == NAMES
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_with_two_groups_open_leaves_nobody_twice(
    world: World, watched: Watched, moment: str
) -> None:
    contacts = world.contacts(6)
    # Two writes go out together here. The first two are answered and not yet remembered when the
    # second two are sent.
    watched.crash_at("write", 2, moment)

    with pytest.raises(Crash):
        world.report()

    assert Intent.objects.filter(open=True).count() == 4
    world.runs_until_quiet()
    assert world.people() == NAMES[:6]
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)
    assert not Intent.objects.filter(open=True).exists()
