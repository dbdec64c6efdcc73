"""What pages read about the pairs of a connection is what a count would say."""

from __future__ import annotations

from agentbox_sync.core.rules import Status
from agentbox_sync.models import Connection
from agentbox_sync.services import tallies

from .world import TwoWay


def stored(world: TwoWay) -> tallies.Tallies | None:
    found: tallies.Tallies | None = Connection.objects.get(pk=world.connection.pk).tallies
    return found


def test_a_run_leaves_the_numbers_behind_as_they_are(world: TwoWay) -> None:
    assert stored(world) is None
    contacts = [world.contact(f"Person{n} Example", email=f"p{n}@example.com") for n in range(4)]
    world.run_well()
    assert stored(world) == tallies.count(world.connection.pk)
    assert tallies.totals(stored(world) or {})["active"] == 4

    world.choose(status=Status.ONE_WAY)
    world.edit_item(contacts[0], companyName="Theirs")
    world.remove_item(contacts[1])
    world.run_well()

    numbers = tallies.totals(stored(world) or {})
    assert stored(world) == tallies.count(world.connection.pk)
    assert (numbers["active"], numbers["drifted"], numbers["away"]) == (3, 1, 1)


def test_a_full_run_counts_anew_what_a_killed_one_left(world: TwoWay) -> None:
    world.contact(email="olivia@example.com")
    world.run_well()
    Connection.objects.filter(pk=world.connection.pk).update(tallies={})

    world.run_well(forced=True)

    assert tallies.totals(stored(world) or {})["active"] == 1
