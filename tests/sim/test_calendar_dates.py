"""Stories of the single dates of a series, told on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Conflict, Status
from agentbox_sync.engine import Depth
from tests.sim.calendar.mailbox import LOCALITY
from tests.sim.calendar.stories import a_series, a_world, dates_of, moved, off, synced


def canonical(row: dict[str, Any]) -> Any:
    return KIND.canonical({"exceptions": [row]}, LOCALITY)["exceptions"][0]


def test_a_write_that_died_among_the_dates_of_a_series_is_brought_to_its_end() -> None:
    world = a_world(conflict=Conflict.EXCHANGE_WINS)
    pk = synced(world, **world.weekly(world.typed()))
    series = dict(world.crm.rows[pk].record)
    wanted = [{"original": day, "cancelled": True} for day in world.dates(series)[1:4]]
    world.crm.save(pk, {"exceptions": wanted})

    world.mailbox.dies = 1
    world.sync(depth=Depth.INCREMENTAL)
    assert len(world.event_of(pk).record["exceptions"]) == 1  # it has died

    world.sync()
    world.sync()

    assert world.event_of(pk).record["exceptions"] == wanted
    assert world.crm.rows[pk].record["exceptions"] == wanted


def test_a_changed_rule_that_died_before_the_dates_were_written_again_loses_none() -> None:
    world = a_world()
    series = world.weekly(world.typed())
    wanted = [{"original": day, "cancelled": True} for day in world.dates(series)[1:3]]
    pk = synced(world, **{**series, "exceptions": wanted})
    world.crm.save(pk, {"recurrence": world.weekly(series, count=9)["recurrence"]})

    world.mailbox.dies = 1
    world.sync()
    assert world.event_of(pk).record["exceptions"] == []  # the rule has dropped them, and it died

    world.sync()
    world.sync()

    assert world.event_of(pk).record["exceptions"] == wanted
    assert world.crm.rows[pk].record["exceptions"] == wanted


def test_a_date_cancelled_in_the_crm_and_another_moved_in_outlook_both_stand() -> None:
    world = a_world()
    pk, days = a_series(world)

    world.crm.save(pk, {"exceptions": [off(days[1])]})
    world.mailbox.edit(world.event_of(pk), {"exceptions": [moved(days[2])]})
    world.sync()

    both = [off(days[1]), moved(days[2])]
    assert dates_of(world, pk) == (both, both)
    assert world.sync(relist=True).writes == 0


@pytest.mark.parametrize("conflict", Conflict)
def test_the_conflict_rule_decides_about_the_date_that_both_sides_changed(
    conflict: Conflict,
) -> None:
    world = a_world(conflict=conflict)
    pk, days = a_series(world)

    world.crm.save(pk, {"exceptions": [off(days[1]), off(days[3])]})
    world.mailbox.edit(world.event_of(pk), {"exceptions": [moved(days[1]), moved(days[2])]})
    world.sync()

    first = off(days[1]) if conflict is Conflict.CRM_WINS else moved(days[1])
    expected = [first, moved(days[2]), off(days[3])]
    assert dates_of(world, pk) == (expected, expected)
    (contested,) = [e.line for e in world.store.log if "exceptions" in e.line.conflicts]
    lost = moved(days[1]) if conflict is Conflict.CRM_WINS else off(days[1])
    assert canonical(lost) in contested.before["exceptions"]


def test_what_was_taken_back_while_a_write_died_among_the_dates_stays_so() -> None:
    """The date that had landed is no edit of a person, and the CRM does not get it back."""
    world = a_world(conflict=Conflict.EXCHANGE_WINS)
    pk, days = a_series(world)
    world.crm.save(pk, {"exceptions": [moved(days[1]), moved(days[2])]})
    world.mailbox.dies = 1
    world.sync(depth=Depth.INCREMENTAL)
    assert world.event_of(pk).record["exceptions"] == [moved(days[1])]

    world.crm.save(pk, {"exceptions": []})
    world.sync()

    assert dates_of(world, pk) == ([], [])


def test_a_date_edited_in_outlook_outlives_a_changed_rule_that_died_on_its_way() -> None:
    world = a_world(status=Status.ONE_WAY)
    pk, days = a_series(world)
    world.mailbox.edit(world.event_of(pk), {"exceptions": [moved(days[2])]})
    world.sync()

    changed = world.weekly(dict(world.crm.rows[pk].record), count=9)["recurrence"]
    world.crm.save(pk, {"recurrence": changed})
    world.mailbox.dies = 1
    world.sync()
    assert world.event_of(pk).record["exceptions"] == []  # the rule has dropped it, and it died
    world.sync()

    here, there = dates_of(world, pk)
    assert (here, [canonical(row) for row in there]) == ([], [canonical(moved(days[2]))])


def test_a_rule_changed_on_both_sides_loses_no_date_that_the_other_change_dropped() -> None:
    world = a_world()
    pk, days = a_series(world)
    world.crm.save(pk, {"exceptions": [off(days[1])]})
    world.sync()

    record = dict(world.crm.rows[pk].record)
    world.crm.save(pk, {"recurrence": world.weekly(record, count=9)["recurrence"]})
    theirs = world.weekly(record, count=7)["recurrence"]
    world.mailbox.edit(world.event_of(pk), {"recurrence": theirs})  # which drops what differs
    world.sync()

    assert dates_of(world, pk) == ([off(days[1])], [off(days[1])])
