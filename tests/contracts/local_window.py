"""What the engine relies on in a LocalStore with a window; ``events`` is an :class:`EventSide`."""

from __future__ import annotations

from typing import Any, Protocol

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.windows import Window
from agentbox_sync.ports import LocalStore


class EventSide(Protocol):
    """The calendar of one staff member in ``zone``, and the people who work on it in the CRM."""

    store: LocalStore
    zone: str
    july: Window
    """July 2030."""

    def add(self, subject: str, day: str, *, rule: str = "") -> LocalKey:
        """A person adds half an hour from ten on a day that is in scope."""

    def move(self, key: LocalKey, day: str) -> None:
        """A person moves an entry to another day."""

    def call_off(self, key: LocalKey, day: str) -> None:
        """A person cancels one date of a series."""

    def delete(self, key: LocalKey) -> None:
        """A person deletes an entry."""


def times(side: EventSide, day: str, start: str = "10:00", end: str = "10:30") -> dict[str, Any]:
    return {
        "start": f"{day}T{start}:00",
        "end": f"{day}T{end}:00",
        "zone": side.zone,
        "all_day": False,
    }


def shown(side: EventSide, key: LocalKey) -> LocalItem:
    item = side.store.read([key], side.july)[key]
    assert isinstance(item, LocalItem)
    return item


def scanned(side: EventSide) -> set[LocalKey]:
    items = list(side.store.scan(side.july))
    assert len({item.key for item in items}) == len(items)
    return {item.key for item in items}


def test_what_takes_place_in_the_window_is_scanned_once_and_reads_the_same(
    events: EventSide,
) -> None:
    inside = [events.add("One", "2030-07-06"), events.add("Many", "2030-07-06", rule="FREQ=WEEKLY")]
    outside = [events.add("Early", "2030-04-06"), events.add("Late", "2030-10-05")]

    found = list(events.store.scan(events.july))

    assert {item.key for item in found} == {*inside}
    assert len(found) == len(inside)
    read = events.store.read([*inside, *outside], events.july)
    assert [read[item.key] for item in found] == found
    assert [shown(events, key).is_outside for key in (*inside, *outside)] == [
        *(False, False),
        *(True, True),
    ]


def test_the_window_holds_its_first_day_and_not_the_day_after_its_last(events: EventSide) -> None:
    days = ["2030-06-30", "2030-07-01", "2030-07-31", "2030-08-01"]
    keys = [events.add(day, day) for day in days]
    assert scanned(events) == {*keys[1:3]}
    assert [shown(events, key).is_outside for key in keys] == [True, False, False, True]


def test_a_series_counts_while_any_of_its_dates_lies_inside(events: EventSide) -> None:
    endless = events.add("Since long ago", "2027-01-02", rule="FREQ=WEEKLY")
    ended = events.add("Ended", "2030-04-06", rule="FREQ=WEEKLY;COUNT=4")
    reaches = events.add("Reaches in", "2030-06-08", rule="FREQ=WEEKLY;COUNT=5")
    begins = events.add("Begins later", "2030-09-07", rule="FREQ=WEEKLY")
    assert scanned(events) == {endless, reaches}
    assert [shown(events, key).is_outside for key in (endless, ended, reaches, begins)] == [
        *(False, True),
        *(False, True),
    ]


def test_nothing_is_outside_where_no_window_is_asked_for(events: EventSide) -> None:
    keys = [events.add("Early", "2030-04-06"), events.add("One", "2030-07-06")]
    assert {item.key for item in events.store.scan()} == {*keys}
    read = events.store.read(keys)
    assert [item.is_outside for item in read.values() if isinstance(item, LocalItem)] == [
        *(False, False)
    ]


def test_what_is_outside_says_the_same_as_it_would_inside(events: EventSide) -> None:
    """Whether it is outside decides what is done with it, never how it reads."""
    key = events.add("Early", "2030-04-06")
    without = events.store.read([key])[key]
    assert shown(events, key) == without
    assert isinstance(without, LocalItem)
    assert without.record["subject"] == "Early"


def test_what_a_person_moves_leaves_the_window_and_comes_back(events: EventSide) -> None:
    key = events.add("One", "2030-07-06")
    events.move(key, "2030-10-05")
    assert list(events.store.scan(events.july)) == []
    assert shown(events, key).is_outside
    events.move(key, "2030-07-08")
    assert not shown(events, key).is_outside
    assert scanned(events) == {key}


def test_what_is_written_out_of_the_window_is_outside_and_comes_back(events: EventSide) -> None:
    key = events.add("One", "2030-07-06")
    for day, is_outside in (("2030-10-05", True), ("2030-07-09", False)):
        written = {"when": times(events, day)}
        assert isinstance(events.store.update(shown(events, key), written, ("when",)), LocalItem)
        assert shown(events, key).is_outside is is_outside
        assert scanned(events) == (set() if is_outside else {key})


def test_what_is_deleted_is_absent_and_not_outside(events: EventSide) -> None:
    key = events.add("Early", "2030-04-06")
    events.delete(key)
    assert events.store.read([key], events.july) == {key: Absence(key, Cause.DELETED)}
