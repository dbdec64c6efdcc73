"""What the engine relies on in a LocalStore of events, the window of :mod:`.local_window` with it.

A module with an ``events`` fixture imports it. Every CRM offers a subject, times, notes, and series
of which single dates may differ.
"""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from tests.contracts.local_window import *  # noqa: F403
from tests.contracts.local_window import EventSide, shown, times


def put(side: EventSide, key: LocalKey, **atoms: Any) -> Any:
    return side.store.update(shown(side, key), atoms, tuple(atoms))


def test_an_entry_says_when_it_is(events: EventSide) -> None:
    record = shown(events, events.add("One", "2030-07-06")).record
    assert (record["subject"], record["when"]) == ("One", times(events, "2030-07-06"))
    assert (record["recurrence"], record["exceptions"]) == (None, [])


@pytest.mark.parametrize(
    "atom, value",
    [
        ("subject", "Renamed"),
        ("body", "One\nTwo"),
        ("when", ("2030-07-09", "11:00", "12:15")),
        ("when", ("2030-12-01", "11:00", "12:15")),  # the clocks went back meanwhile
    ],
)
def test_each_atom_is_written_and_read_back(events: EventSide, atom: str, value: Any) -> None:
    key = events.add("One", "2030-07-06")
    wanted = times(events, *value) if atom == "when" else value
    item = put(events, key, **{atom: wanted})
    assert isinstance(item, LocalItem)
    told = item.record[atom]
    assert told.startswith(wanted) if atom == "body" else told == wanted
    assert item == shown(events, key)


def test_a_single_entry_becomes_a_series_and_single_again(events: EventSide) -> None:
    key = events.add("One", "2030-07-06")
    rule = {"rule": "FREQ=WEEKLY;COUNT=3", "start": "2030-07-06T10:00:00", "zone": events.zone}
    assert put(events, key, recurrence=rule).record["recurrence"] == rule
    assert put(events, key, recurrence=None).record["recurrence"] is None


def test_dates_that_differ_are_written_read_and_taken_back(events: EventSide) -> None:
    key = events.add("Many", "2030-07-06", rule="FREQ=WEEKLY;COUNT=5")
    wanted = [
        {"original": "2030-07-13", "cancelled": True},
        {"original": "2030-07-20", "when": times(events, "2030-07-21", "14:00", "15:00")},
    ]
    item = put(events, key, exceptions=wanted)
    assert item.record["exceptions"] == wanted
    assert item == shown(events, key)
    assert [one.key for one in events.store.scan(events.july)] == [key]
    assert put(events, key, exceptions=wanted[1:]).record["exceptions"] == wanted[1:]
    assert put(events, key, exceptions=[]).record["exceptions"] == []


def test_a_date_that_the_rule_does_not_name_is_no_exception(events: EventSide) -> None:
    key = events.add("Many", "2030-07-06", rule="FREQ=WEEKLY;COUNT=2")
    item = put(events, key, exceptions=[{"original": "2030-07-10", "cancelled": True}])
    assert item.record["exceptions"] == []


def test_a_date_that_a_person_called_off_meanwhile_is_not_written_over(events: EventSide) -> None:
    key = events.add("Many", "2030-07-06", rule="FREQ=WEEKLY;COUNT=5")
    item = shown(events, key)
    events.call_off(key, "2030-07-13")
    answer = events.store.update(item, {"exceptions": []}, ("exceptions",))
    assert isinstance(answer, ItemChanged)
    assert shown(events, key).record["exceptions"] == [
        {"original": "2030-07-13", "cancelled": True}
    ]


def test_a_new_entry_is_in_scope_and_one_without_times_is_refused(events: EventSide) -> None:
    record = {"subject": "New", "when": times(events, "2030-07-06"), "body": "Mine"}
    item = events.store.create(record)
    assert isinstance(item, LocalItem)
    assert [one.key for one in events.store.scan(events.july)] == [item.key]
    assert isinstance(events.store.create({**record, "when": None}), ItemRefused)
    assert len(list(events.store.scan(events.july))) == 1


def test_a_series_without_words_in_exchange_is_single_entries_that_nobody_edits(
    events: EventSide,
) -> None:
    key = events.add("Many", "2030-07-06", rule="FREQ=MONTHLY;BYDAY=1SA,3SA")
    found = list(events.store.scan(events.july))
    assert [item.record["when"]["start"][:10] for item in found] == ["2030-07-06", "2030-07-20"]
    assert all(item.read_only and item.record["recurrence"] is None for item in found)
    assert events.store.read([item.key for item in found], events.july) == {
        item.key: item for item in found
    }
    assert key not in {item.key for item in found}
