"""What the RemoteStore contract says of series alone: single dates of them, and the feed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import OutcomeUnknown, SyncError, Throttled
from agentbox_sync.ports import Create, Update, Written
from tests.builders.events import an_open_home
from tests.contracts.calendar_side import (
    ONE,
    STAMP,
    THREE,
    TWO,
    Side,
    at,
    date_of,
    on,
    open_home,
    saturdays,
    told,
    update,
)
from tests.contracts.remote_side import fetched, folder, read_round, write

# ------------------------------------------------------------------------------------ series


def test_a_series_is_one_item_with_its_rule(side: Side) -> None:
    made = open_home(side)

    seen, link = read_round(side)

    assert [item.remote_id for item in seen] == [made.remote_id]
    assert told(seen[0].record)["recurrence"] == told(an_open_home())["recurrence"]
    assert seen[0].record["exceptions"] == []
    assert read_round(side, link)[0] == []


def test_dates_are_moved_renamed_shortened_and_cancelled(side: Side) -> None:
    made = open_home(side)
    wanted = [
        {"original": ONE, "subject": "First open home", "location": "1 High St"},
        {"original": TWO, "when": at(TWO, "12:00", "12:15")},
        {"original": THREE, "cancelled": True},
        {"original": "2026-12-26", "cancelled": True},
    ]

    answer = update(side, made, ("exceptions",), exceptions=wanted)

    assert isinstance(answer, Written), answer
    assert answer.left_out == ()
    now = fetched(side, made.remote_id)
    assert told(now.record)["exceptions"] == told({"exceptions": wanted})["exceptions"]
    assert (answer.etag, answer.record) == (now.etag, now.record)
    exceptions, cancelled = side.dates(made.remote_id)
    assert sorted(exceptions) == [ONE, TWO]
    assert cancelled == [THREE, "2026-12-26"]
    assert exceptions[TWO]["changed"] == [
        "end",
        "originalEndTimeZone",
        "originalStartTimeZone",
    ] or (exceptions[TWO]["subject"] == "Open home")


def test_what_a_date_had_of_its_own_is_taken_back(side: Side) -> None:
    made = open_home(side)
    moved = [{"original": TWO, "when": at(TWO), "subject": "Auction"}]
    first = update(side, made, ("exceptions",), exceptions=moved)

    answer = update(side, first, ("exceptions",), exceptions=[])

    assert isinstance(answer, Written), answer
    assert answer.record is not None
    assert answer.record["exceptions"] == []


def test_a_cancelled_date_cannot_come_back_and_that_is_said(side: Side) -> None:
    made = open_home(side)
    first = update(side, made, ("exceptions",), exceptions=[{"original": TWO, "cancelled": True}])

    answer = update(side, first, ("exceptions",), exceptions=[])

    assert isinstance(answer, Written)
    assert answer.left_out == ("exceptions",)
    assert side.dates(made.remote_id)[1] == [TWO]


def test_a_date_cannot_pass_its_neighbour_and_the_others_are_written(side: Side) -> None:
    made = open_home(side)

    answer = update(
        side,
        made,
        ("exceptions",),
        exceptions=[
            {"original": ONE, "when": at("2026-12-20")},
            {"original": THREE, "subject": "Auction"},
        ],
    )

    assert isinstance(answer, Written)
    assert answer.left_out == ("exceptions",)
    assert list(side.dates(made.remote_id)[0]) == [THREE]


def test_all_that_was_left_out_is_named(side: Side) -> None:
    made = open_home(side)
    first = update(side, made, ("exceptions",), exceptions=[{"original": TWO, "cancelled": True}])

    answer = update(side, first, ("subject", "exceptions"), subject="x" * 10_000, exceptions=[])

    assert isinstance(answer, Written)
    assert answer.left_out == ("subject", "exceptions")


def test_a_date_passes_a_neighbour_that_makes_way(side: Side) -> None:
    made = open_home(side)

    answer = update(
        side,
        made,
        ("exceptions",),
        exceptions=[
            {"original": ONE, "when": at("2026-12-13")},
            {"original": TWO, "when": at("2026-12-15")},
        ],
    )

    assert isinstance(answer, Written)
    assert answer.left_out == ()
    assert sorted(side.dates(made.remote_id)[0]) == [ONE, TWO]


@pytest.mark.parametrize("answer", ["midnight", "shifted"])
@pytest.mark.parametrize("whole", [False, True], ids=["timed", "whole days"])
@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Honolulu"],
)
def test_the_dates_of_a_series_are_those_of_its_zone(
    side: Side, zone: str, whole: bool, answer: str
) -> None:
    side.microsoft.control("switches", {"all_day_answer": answer})

    def on_clock(day: str, clock: str, until: str) -> dict[str, Any]:
        if whole:
            after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
            return {"start": day, "end": after, "zone": zone, "all_day": True}
        times = {"start": f"{day}T{clock}:00", "end": f"{day}T{until}:00"}
        return {**times, "zone": zone, "all_day": False}

    first = on_clock("2027-03-08", "22:30", "23:15")  # over the clock changes of both hemispheres
    rule = {"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=9", "start": first["start"], "zone": zone}
    record = {"subject": "Fair", "when": first, "recurrence": rule}
    own = [
        {"original": "2027-03-15", "subject": "Auction"},
        {"original": "2027-03-29", "when": on_clock("2027-03-30", "07:00", "08:00")},
        {"original": "2027-04-05", "cancelled": True},
    ]
    (made,) = write(side, Create(STAMP, record))
    assert isinstance(made, Written), made

    (done,) = write(
        side,
        Update(made.remote_id, made.etag, {**record, "exceptions": own}, ("exceptions",)),
    )

    assert isinstance(done, Written), done
    assert done.left_out == ()
    now = fetched(side, made.remote_id).record
    assert now["when"] == first
    assert now["exceptions"] == own
    assert told(now)["recurrence"] == told(record)["recurrence"]
    exceptions, cancelled = side.dates(made.remote_id)
    assert (sorted(exceptions), cancelled) == (["2027-03-15", "2027-03-29"], ["2027-04-05"])


@pytest.mark.parametrize("days", ["lost", "kept"])
def test_dates_keep_what_is_their_own_when_the_series_takes_place_at_another_time(
    side: Side, days: str
) -> None:
    side.microsoft.control("switches", {"rescheduled_days": days})
    made = open_home(side)
    own = [{"original": TWO, "subject": "Auction"}, {"original": THREE, "cancelled": True}]
    first = update(side, made, ("exceptions",), exceptions=own)
    later = {**an_open_home()["recurrence"], "start": f"{ONE}T11:00:00"}

    answer = update(
        side,
        first,
        ("when", "recurrence"),
        exceptions=own,
        when=at(ONE, "11:00", "11:45"),
        recurrence=later,
    )

    assert isinstance(answer, Written), answer
    now = told(fetched(side, made.remote_id).record)
    assert now["when"]["start"] == "2026-12-05T00:00:00Z"
    assert now["exceptions"] == told({"exceptions": own})["exceptions"]


def test_a_series_becomes_a_single_event(side: Side) -> None:
    made = open_home(side)

    answer = update(side, made, ("recurrence",), recurrence=None)

    assert isinstance(answer, Written)
    assert [row["type"] for row in side.items().values()] == ["singleInstance"]


def test_the_dates_of_twenty_series_are_written_side_by_side(side: Side) -> None:
    home = folder(side)
    made = side.store.write(
        side.kind, home, [Create(f"s-{number}", an_open_home(f"S{number}")) for number in range(20)]
    )
    own = [{"original": TWO, "subject": "Auction"}, {"original": THREE, "cancelled": True}]
    before = side.round_trips

    answers = side.store.write(
        side.kind,
        home,
        [
            Update(one.remote_id, one.etag, an_open_home(f"S{at}", exceptions=own), ("exceptions",))
            for at, one in enumerate(made)
            if isinstance(one, Written)
        ],
    )

    # Read, read the dates, change, cancel, read again: a batch each, however many there are.
    assert side.round_trips - before == 5
    assert {type(one) for one in answers} == {Written}
    assert all(
        side.dates(one.remote_id)[1] == [THREE] for one in answers if isinstance(one, Written)
    )


def test_an_edit_between_reading_and_writing_is_noticed(side: Side) -> None:
    made = open_home(side)
    side.change_note(made.remote_id, "Hers")

    answer = update(side, made, ("exceptions",), exceptions=[{"original": TWO, "cancelled": True}])

    assert isinstance(answer, SyncError)
    assert answer.code == "OtherETag"
    assert side.dates(made.remote_id) == ({}, [])


def test_an_interrupted_series_is_an_unknown_outcome_once_something_was_written(
    side: Side,
) -> None:
    made = open_home(side)
    own = [{"original": TWO, "subject": "Auction"}, {"original": THREE, "cancelled": True}]
    side.microsoft.fault(
        status=429, method="DELETE", path="/events/", headers={"Retry-After": "99"}
    )

    answer = update(side, made, ("exceptions",), exceptions=own)

    assert isinstance(answer, OutcomeUnknown)
    assert list(side.dates(made.remote_id)[0]) == [TWO]


def test_a_series_that_was_put_off_before_anything_was_written_may_be_repeated(
    side: Side,
) -> None:
    made = open_home(side)
    side.microsoft.fault(status=429, method="PATCH", path="/events/", headers={"Retry-After": "99"})

    answer = update(side, made, ("exceptions",), exceptions=[{"original": TWO, "subject": "X"}])

    assert isinstance(answer, Throttled)


# ------------------------------------------------------------------------- the change feed


def test_one_date_that_a_person_changes_shows_as_a_change_of_its_series(side: Side) -> None:
    series = saturdays(side)
    _, link = read_round(side)
    side.edit(date_of(side, series, TWO), subject="Auction")
    side.remove(date_of(side, series, THREE))

    seen, link = read_round(side, link)

    assert [item.remote_id for item in seen] == [series]
    assert seen[0].record["exceptions"] == [
        {"original": TWO, "subject": "Auction"},
        {"original": THREE, "cancelled": True},
    ]
    assert seen[0] == fetched(side, series)
    assert read_round(side, link)[0] == []


@pytest.mark.parametrize(
    "switches",
    [
        {"delta_exceptions": "skeleton"},
        {"delta_cancelled": "removed"},
        {"delta_partial": True},
        {"delta_order": "shuffled"},
        {"delta_repeats": 3},
    ],
    ids=str,
)
def test_however_the_feed_shows_a_series_it_is_known_whole(side: Side, switches: Any) -> None:
    series = saturdays(side)
    single = side.add("Jane")
    _, link = read_round(side)
    side.microsoft.control("switches", switches)
    side.edit(date_of(side, series, TWO), subject="Auction")
    side.remove(date_of(side, series, THREE))
    side.change_note(single, "Now")

    seen, _ = read_round(side, link)

    by_id = {item.remote_id: item for item in seen if not item.removed}
    assert set(by_id) == {series, single}
    assert by_id[series] == fetched(side, series)
    assert by_id[single].record["location"] == "Now"


def test_what_lies_outside_of_the_window_is_not_listed_and_can_be_read(side: Side) -> None:
    far = side.add("Far", **on("2029-05-05"))
    near = side.add("Near")
    seen, link = read_round(side)
    side.edit(near, **on("2029-06-06"))

    moved, _ = read_round(side, link)

    assert [item.remote_id for item in seen] == [near]
    assert [(item.remote_id, item.removed) for item in moved] == [(near, True)]
    assert isinstance(fetched(side, near), Observation)
    assert isinstance(fetched(side, far), Observation)


def test_more_dates_than_an_answer_expands_are_all_known(side: Side) -> None:
    made = open_home(side)
    rule = {**an_open_home()["recurrence"], "rule": "FREQ=DAILY;COUNT=60"}
    daily = update(side, made, ("recurrence",), recurrence=rule)
    days = [f"2026-12-{day:02}" for day in range(6, 31)]
    own = [{"original": day, "subject": f"Day {day}"} for day in days]

    answer = update(side, daily, ("exceptions",), recurrence=rule, exceptions=own)

    assert isinstance(answer, Written), answer
    assert fetched(side, made.remote_id).record["exceptions"] == own
    assert answer.record == fetched(side, made.remote_id).record
