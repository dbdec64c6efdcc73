"""Stories of one calendar, told on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import Cause, LinkState, Rest
from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import Event
from tests.sim.calendar.stories import a_world, synced
from tests.sim.calendar.world import World

GUESTS = frozenset({"guests"})
FOREIGN = frozenset({"foreign"})
DAY = 86400.0


def test_a_series_arrives_with_the_dates_that_differ_in_the_same_run() -> None:
    world = a_world()
    series = world.weekly(world.typed())
    cancelled = [{"original": world.dates(series)[1], "cancelled": True}]

    pk = world.crm.insert({**series, "exceptions": cancelled})
    world.sync()

    assert world.event_of(pk).record["exceptions"] == cancelled
    assert world.sync().writes == 0


def test_an_event_that_leaves_the_window_is_left_alone_on_both_sides() -> None:
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)
    before = dict(event.record)

    world.clock.sleep(120 * DAY)
    world.sync()
    world.crm.save(pk, {"subject": "typed long after"})
    world.sync()

    assert world.event_of(pk).record == before
    assert world.link_of(pk).state is LinkState.ACTIVE
    assert world.sync(relist=True).writes == 0


@pytest.mark.parametrize("cause", [Cause.DELETED, Cause.LEFT_FILTER, Cause.COMPLETED])
def test_what_takes_place_outside_the_window_is_not_removed(cause: Cause) -> None:
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)
    world.clock.sleep(120 * DAY)
    world.sync()

    world.crm.leave(pk, cause)
    world.sync()

    assert event.id in world.mailbox.events
    assert world.broken == []


def test_whoever_may_not_see_it_any_more_loses_it_whenever_it_was() -> None:
    world = a_world()
    pk = synced(world)
    world.clock.sleep(120 * DAY)
    world.sync()

    world.crm.leave(pk, Cause.LOST_ACCESS)
    world.sync()

    assert world.mailbox.events == {}


def test_an_appointment_that_is_moved_out_of_the_window_and_back_is_moved_in_exchange() -> None:
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)

    for days in (800, 20):
        world.crm.save(pk, {"when": world.at(days)})
        world.sync()
        assert world.mailbox.events[event.id].record["when"] == world.at(days)


def test_an_event_that_is_moved_out_of_the_window_in_exchange_is_moved_in_the_crm() -> None:
    world = a_world()
    pk = synced(world)

    world.mailbox.edit(world.event_of(pk), {"when": world.at(800)})
    world.sync()

    assert world.crm.rows[pk].record["when"] == world.at(800)
    assert world.sync(relist=True).writes == 0


def test_the_window_rolls_on_and_what_comes_into_it_is_created() -> None:
    world = a_world()
    pk = synced(world, when=world.at(400))
    assert world.mailbox.events == {}

    world.clock.sleep(60 * DAY)
    world.sync()

    assert world.event_of(pk).record["subject"] == world.crm.rows[pk].record["subject"]


@pytest.mark.parametrize("ties", [GUESTS, FOREIGN])
@pytest.mark.parametrize("cause", [*Cause])
def test_a_meeting_with_others_is_never_removed(ties: frozenset[str], cause: Cause) -> None:
    world = a_world()
    pk = synced(world)
    world.event_of(pk).ties = ties
    world.mailbox.bump(world.event_of(pk))

    world.crm.leave(pk, None if cause is Cause.DETACHED else cause)
    world.sync(leave=cause is Cause.DETACHED)

    assert len(world.mailbox.events) == 1
    assert (world.mailbox.mails, world.broken) == ([], [])
    assert world.link_of(pk).state is LinkState.RETAINED


def test_the_time_of_a_meeting_with_guests_is_not_written_and_what_is_personal_is() -> None:
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)
    event.ties = GUESTS
    world.mailbox.bump(event)
    stands = event.record["when"]
    world.sync()

    world.crm.save(pk, {"when": world.at(9), "reminder": 30})
    world.sync()

    assert (event.record["when"], event.record["reminder"]) == (stands, 30)
    assert world.mailbox.mails == []
    assert world.link_of(pk).drift == ("when",)
    assert world.sync().writes == 0


def test_what_is_edited_later_in_a_meeting_with_guests_still_comes_in() -> None:
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)
    event.ties = GUESTS
    world.mailbox.bump(event)
    world.crm.save(pk, {"when": world.at(9)})
    world.sync()

    world.mailbox.edit(event, {"when": world.at(12)})
    world.sync()

    assert world.crm.rows[pk].record["when"] == world.at(12)


def test_guests_are_told_where_that_was_switched_on_and_the_record_of_mail_shows_it() -> None:
    world = a_world(tells_guests=True)
    pk = synced(world)
    event = world.event_of(pk)
    event.ties = GUESTS
    world.mailbox.bump(event)

    world.crm.save(pk, {"when": world.at(9)})
    world.sync()

    assert event.record["when"] == world.at(9)
    assert len(world.mailbox.mails) == 1


def test_a_meeting_with_others_that_was_removed_is_not_created_again() -> None:
    world = a_world(deletion=Deletion.RESTORE)
    pk = synced(world)
    event = world.event_of(pk)
    event.ties = GUESTS
    world.mailbox.bump(event)
    other = synced(world)  # what bears witness

    world.mailbox.remove(event)
    world.sync()

    assert world.link_of(pk).reason == Rest.REMOVED_IN_EXCHANGE
    assert list(world.mailbox.events) == [world.event_of(other).id]


@pytest.mark.parametrize("adoption", list(Adoption))
def test_a_private_event_never_comes_in_and_nothing_of_it_is_stored(adoption: Adoption) -> None:
    world = a_world(adoption=adoption)
    world.sync()
    secret = world.typed(subject="lunch with somebody", sensitivity="private")
    world.mailbox.put(secret, world.clock.seconds)

    world.sync(relist=True)
    world.sync()

    assert world.crm.rows == {}
    assert "lunch" not in repr(world.store.staged) + repr(world.store.links)
    assert "lunch" not in repr(world.store.log)


def test_a_private_event_is_not_met_although_it_is_like_an_appointment() -> None:
    world = a_world()
    synced(world)  # the first listing is over: whoever may be alike is asked of Exchange
    secret = world.typed()
    event = world.mailbox.put({**secret, "sensitivity": "private"}, world.clock.seconds)

    pk = world.crm.insert(secret)
    world.sync()

    assert world.event_of(pk).id != event.id


def test_what_was_removed_before_it_was_found_is_created_under_another_stamp() -> None:
    world = a_world()
    pk = world.crm.insert(world.typed())
    world.sync(lost=1)
    (made,) = world.mailbox.events.values()
    world.mailbox.remove(made)  # the id of its create stays used up

    for _ in range(3):
        world.clock.sleep(70.0)
        world.sync()

    assert list(world.mailbox.events) == [world.event_of(pk).id]
    assert world.event_of(pk).stamp != made.stamp
    assert world.sync(relist=True).writes == 0


def test_what_lands_late_under_the_stamp_of_before_is_known_as_ours() -> None:
    world = a_world(adoption=Adoption.IMPORT)
    pk = world.crm.insert(world.typed())
    world.sync(fate="never committed, no answer")
    sent = world.crm.rows[pk].record, world.link_of(pk).stamp
    for _ in range(3):
        world.clock.sleep(70.0)
        world.sync()
    found = world.event_of(pk)
    assert found.stamp != sent[1]

    world.mailbox.create(*sent, world.clock.seconds)
    for _ in range(3):
        world.sync()

    assert list(world.mailbox.events) == [found.id]
    assert list(world.crm.rows) == [pk]


def test_completed_appointments_go_where_that_was_chosen_and_others_stay() -> None:
    world = a_world(removal=Removal.RETAIN, completed=Removal.DELETE)
    done, away = synced(world), synced(world)
    stays = world.event_of(away).id

    world.crm.leave(done, Cause.COMPLETED)
    world.crm.leave(away, Cause.LEFT_FILTER)
    world.sync()

    assert list(world.mailbox.events) == [stays]


def test_frozen_events_bear_no_witness_and_cost_no_reading() -> None:
    world = a_world()
    frozen = [synced(world) for _ in range(3)]
    world.clock.sleep(120 * DAY)
    world.sync()
    for pk in frozen:  # Exchange tells of none of them any more
        world.mailbox.remove(world.event_of(pk))
    world.mailbox.log.clear()
    here = [synced(world) for _ in range(2)]

    before = world.sync().requests
    listed = world.sync(relist=True).requests
    world.mailbox.remove(world.event_of(here[0]))
    world.sync()

    assert (before, listed) == (1, 1)
    assert world.link_of(here[0]).reason == Rest.REMOVED_IN_EXCHANGE
    assert {world.link_of(pk).state for pk in frozen} == {LinkState.ACTIVE}


def test_what_an_unanswered_write_has_moved_out_of_the_window_comes_to_rest() -> None:
    world = a_world()
    pk = synced(world)
    synced(world)  # what bears witness
    world.crm.save(pk, {"when": world.at(800)})
    world.sync(lost=1)

    world.sync()

    assert world.event_of(pk).record["when"] == world.at(800)
    assert world.link_of(pk).pending == ()
    assert world.sync().requests == 1


@pytest.mark.parametrize("begun_anew", ["as it is due", "after a dead cursor"])
def test_what_is_in_doubt_outside_the_window_stays_so_when_a_listing_is_begun_anew(
    begun_anew: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No listing speaks of it, and nobody else bears witness: a person has been asked."""
    world = a_world(status=Status.ONE_WAY)
    pk = synced(world)
    event = world.event_of(pk)
    world.mailbox.edit(event, {"when": world.at(800)})
    world.sync()
    world.mailbox.remove(event)
    world.crm.save(pk, {"subject": "typed since"})
    world.sync()
    asked = list(world.store.holds)

    if begun_anew == "after a dead cursor":
        monkeypatch.setattr(CalendarGraph, "chance", lambda graph, chance, fault: fault == "410")
    graph = world.sync(relist=begun_anew == "as it is due")

    assert asked
    assert (graph.writes, world.store.holds) == (0, asked)


def a_meeting(**policy: Any) -> tuple[World, str, Event]:
    """Return a meeting with guests, and beside it an appointment that bears witness for a while."""
    world = a_world(**policy)
    synced(world)
    pk = synced(world)
    event = world.event_of(pk)
    event.ties = GUESTS
    world.mailbox.bump(event)
    world.sync()
    return world, pk, event


def test_what_was_typed_in_a_meeting_before_its_event_left_the_window_comes_into_its_row() -> None:
    """The time of a meeting with guests stays apart, so that no write finds out."""
    world, pk, event = a_meeting()
    stands = event.record["when"]
    world.crm.save(pk, {"when": world.at(300)})
    world.sync()
    world.mailbox.edit(event, {"reminder": 39})
    world.clock.sleep(120 * DAY)

    world.sync()

    assert world.crm.rows[pk].record["reminder"] == 39
    assert (event.record["when"], world.mailbox.mails) == (stands, [])
    assert world.sync(relist=True).writes == 0


def test_what_was_typed_in_a_frozen_meeting_comes_in_when_its_row_is_back_in_the_window() -> None:
    world, pk, event = a_meeting()
    stands = event.record["when"]
    world.clock.sleep(120 * DAY)
    world.sync()
    world.mailbox.edit(event, {"reminder": 39})
    world.sync()
    world.crm.save(pk, {"when": world.at(9)})
    world.sync()

    world.sync(relist=True)

    assert world.crm.rows[pk].record["reminder"] == 39
    assert (event.record["when"], world.mailbox.mails) == (stands, [])
    assert world.sync(relist=True).writes == 0


def test_a_meeting_that_was_removed_outside_the_window_is_missed_by_its_row_inside() -> None:
    world, pk, event = a_meeting(deletion=Deletion.APPLY)
    world.crm.save(pk, {"when": world.at(300)})
    world.sync()
    world.mailbox.remove(event)
    world.clock.sleep(120 * DAY)
    synced(world)  # what bears witness now

    world.sync(relist=True)

    assert world.crm.rows[pk].away is Cause.LEFT_FILTER
    assert world.broken == []


def test_guests_of_whom_the_feed_does_not_tell_are_not_told_of_what_is_written() -> None:
    """Nobody was concerned by what is still staged of the event: by now somebody may be."""
    world = a_world()
    pk = synced(world)
    event = world.event_of(pk)
    world.mailbox.edit(event, {"reminder": 39})
    world.crm.save(pk, {"location": "there"})
    world.sync(lost=1)
    event.ties = GUESTS
    world.mailbox.bump(event)
    world.crm.save(pk, {"location": "elsewhere"})

    world.sync(fate="guests not told")

    assert event.record["location"] == "there"
    assert (world.mailbox.mails, world.broken) == ([], [])
    assert world.link_of(pk).ties == tuple(sorted(GUESTS))
