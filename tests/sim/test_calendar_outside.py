"""Stories of events that were edited where the window does not reach, and whose row is back."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.rules import Status
from agentbox_sync.core.safety import Limit
from tests.sim.calendar.mailbox import Event
from tests.sim.calendar.stories import a_world, synced
from tests.sim.calendar.world import World

DAY = 86400.0


def edited_out_there(world: World, values: dict[str, Any], **atoms: Any) -> tuple[str, Event]:
    """Edit an event in Outlook that the window has rolled past: the next listing is silent."""
    pk = synced(world, when=world.at(3), **atoms)
    event = world.event_of(pk)
    world.clock.sleep(100 * DAY)
    world.mailbox.edit(event, values)
    synced(world)  # what bears witness
    assert world.sync().requests == 1
    return pk, event


def told(world: World, word: str) -> int:
    """Return in how many lines of the log somebody finds what was replaced."""
    return sum(word in repr(entry.line.before) for entry in world.store.log)


def test_what_was_typed_outside_the_window_is_put_back_when_its_row_is_in_it_again() -> None:
    world = a_world(status=Status.ONE_WAY, strict=True)
    pk, event = edited_out_there(world, {"location": "Linz"})

    world.crm.save(pk, {"when": world.at(3)})
    for _ in range(2):
        world.sync()

    assert event.record["when"] == world.crm.rows[pk].record["when"]
    assert event.record["location"] == ""
    assert told(world, "Linz") == 1
    assert world.sync(relist=True).writes == 0
    assert world.sync().requests == 1


def test_what_was_emptied_outside_the_window_comes_in_when_its_row_is_in_it_again() -> None:
    world = a_world()
    pk, event = edited_out_there(world, {"location": ""}, location="Linz")

    world.crm.save(pk, {"when": world.at(3)})
    for _ in range(2):
        world.sync()

    assert world.crm.rows[pk].record["location"] == ""
    assert event.record["when"] == world.crm.rows[pk].record["when"]
    assert told(world, "Linz") == 1
    assert world.sync(relist=True).writes == 0
    assert world.sync().requests == 1


def test_what_would_empty_an_event_outside_the_window_waits_for_whoever_lets_it_go() -> None:
    """The guard sees it, because it is in a plan: that is why no write goes beyond its plan."""
    world = a_world(status=Status.ONE_WAY, strict=True)
    world.limit = Limit(floor=0, share=0.0)
    pk, event = edited_out_there(world, {"location": "Linz"})

    world.crm.save(pk, {"when": world.at(3)})
    for _ in range(3):
        assert world.sync().writes == 0
    assert event.record["location"] == "Linz"
    assert len(world.store.holds) == 1

    world.approves = True
    world.sync()
    assert event.record["location"] == ""
    assert event.record["when"] == world.crm.rows[pk].record["when"]
