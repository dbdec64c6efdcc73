"""Events in Graph's JSON, by the examples of api/event-get.md and resources/event.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import ATOMS, canonical
from agentbox_sync.graph.codecs.calendar import decode, encode, half_shown, ties_of
from tests.builders.events import a_master, an_event_row, random_events, utc

HERE = Locality(zone="Australia/Sydney", managed=("Open home",))
READ_ONLY = {"id", "changeKey", "createdDateTime", "lastModifiedDateTime", "type", "isOrganizer"}


def told(record: Any) -> dict[str, Any]:
    return canonical(record, HERE)


def test_the_documented_event_is_read() -> None:
    assert decode(an_event_row()) == {
        "subject": "Let's go for lunch",
        "when": {
            "start": "2026-12-05T10:00:00",
            "end": "2026-12-05T10:30:00",
            "zone": "Australia/Sydney",
            "all_day": False,
        },
        "location": "Harry's Bar",
        "body": "Does late morning work for you?",
        "reminder": 15,
        "sensitivity": "normal",
        "show_as": "busy",
        "categories": [],
        "recurrence": None,
        "exceptions": [],
    }


def test_a_row_that_shows_a_part_leaves_the_other_atoms_out() -> None:
    assert decode({"id": "x", "subject": "New"}) == {"subject": "New"}
    assert decode({"id": "x", "start": utc("2026-12-05 10:00")}) == {}


@pytest.mark.parametrize(
    "row,doubtful",
    [
        (an_event_row(), False),
        (a_master(), True),
        ({"id": "x", "subject": "New"}, False),
        ({k: v for k, v in an_event_row().items() if k != "attendees"}, True),
        ({k: v for k, v in an_event_row().items() if k != "end"}, True),
        ({k: v for k, v in an_event_row().items() if k != "originalStartTimeZone"}, True),
    ],
    ids=["whole", "series", "changed", "guests unknown", "without its end", "without its zone"],
)
def test_what_is_shown_in_part_is_read_before_it_is_relied_on(row: Any, doubtful: bool) -> None:
    assert half_shown(row) is doubtful


@pytest.mark.parametrize(
    "facts,ties",
    [
        ({}, set()),
        ({"attendees": [{"emailAddress": {"address": "x@example.com"}}]}, {"guests"}),
        ({"isOrganizer": False}, {"foreign"}),
        ({"isOnlineMeeting": True}, {"online"}),
    ],
)
def test_whom_an_event_is_tied_to_is_told(facts: Any, ties: set[str]) -> None:
    assert ties_of(an_event_row(**facts)) == ties


def test_whom_an_event_is_tied_to_is_unknown_where_a_row_does_not_tell() -> None:
    assert ties_of({"id": "x", "subject": "New"}) is None


# ---------------------------------------------------------------------------------------- times


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Honolulu", "Europe/Berlin", "UTC"])
def test_an_all_day_event_keeps_its_dates_whichever_way_it_is_answered(zone: str) -> None:
    shifted = {
        "Pacific/Apia": ("2026-12-04 11:00", "2026-12-05 11:00"),
        "Pacific/Honolulu": ("2026-12-05 10:00", "2026-12-06 10:00"),
        "Europe/Berlin": ("2026-12-04 23:00", "2026-12-05 23:00"),
        "UTC": ("2026-12-05 00:00", "2026-12-06 00:00"),
    }[zone]
    for start, end in (shifted, ("2026-12-05 00:00", "2026-12-06 00:00")):
        row = an_event_row(
            start=utc(start), end=utc(end), isAllDay=True, originalStartTimeZone=zone
        )
        when: Any = decode(row)["when"]
        assert (when["start"], when["end"], when["all_day"]) == ("2026-12-05", "2026-12-06", True)


def test_an_all_day_event_of_an_unknown_zone_is_read_at_the_nearest_midnight() -> None:
    row = an_event_row(
        start=utc("2026-12-04 14:00"),
        end=utc("2026-12-05 14:00"),
        isAllDay=True,
        originalStartTimeZone="tzone://Microsoft/Custom",
    )

    assert decode(row)["when"]["start"] == "2026-12-05"  # type: ignore[index]


@pytest.mark.parametrize(
    "named,kept",
    [
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("Asia/Kathmandu", "Asia/Kathmandu"),
        ("Nepal Standard Time", "Asia/Kathmandu"),
        ("tzone://Microsoft/Custom", "tzone://Microsoft/Custom"),
    ],
)
def test_the_zone_is_the_events_own_and_a_name_that_nobody_knows_is_kept(
    named: str, kept: str
) -> None:
    when: Any = decode(an_event_row(originalStartTimeZone=named))["when"]

    assert when["zone"] == kept
    assert told({"when": when})["when"]["start"] == "2026-12-04T23:00:00Z"


def test_a_time_of_an_unknown_zone_is_written_in_utc() -> None:
    when = decode(an_event_row(originalStartTimeZone="tzone://Microsoft/Custom"))["when"]

    payload = encode({"when": when}, ATOMS).payload

    assert payload["start"] == {"dateTime": "2026-12-04T23:00:00", "timeZone": "UTC"}


def test_times_are_written_on_the_clocks_of_their_zone_by_its_windows_name() -> None:
    when = {
        "start": "2026-12-05T10:00:00",
        "end": "2026-12-05T11:00:00",
        "zone": "Australia/Sydney",
    }

    assert encode({"when": when}, ("when",)).payload == {
        "start": {"dateTime": "2026-12-05T10:00:00", "timeZone": "AUS Eastern Standard Time"},
        "end": {"dateTime": "2026-12-05T11:00:00", "timeZone": "AUS Eastern Standard Time"},
        "isAllDay": False,
    }


def test_the_second_of_two_equal_hours_in_autumn_stays_the_second() -> None:
    row = an_event_row(start=utc("2026-04-04 16:30"), end=utc("2026-04-04 17:00"))
    when: Any = decode(row)["when"]

    assert when["start"] == "2026-04-05T02:30:00+10:00"
    assert encode({"when": when}, ATOMS).payload["start"] == {
        "dateTime": "2026-04-04T16:30:00",
        "timeZone": "UTC",
    }


def test_a_whole_day_that_ends_on_its_own_midnight_lasts_that_day() -> None:
    when = {"start": "2026-12-05", "end": "2026-12-05", "zone": "UTC", "all_day": True}

    assert encode({"when": when}, ATOMS).payload["end"]["dateTime"] == "2026-12-06T00:00:00"


# ---------------------------------------------------------------------------------------- cleared


def test_an_emptied_event_is_cleared_in_an_update_and_not_mentioned_in_a_create() -> None:
    record = {"subject": "", "location": "", "body": "", "reminder": None, "recurrence": None}

    assert encode(record, ATOMS).payload == {
        "subject": "",
        "location": {"displayName": ""},
        "body": {"contentType": "text", "content": ""},
        "isReminderOn": False,
        "recurrence": None,
    }
    created = encode(record, ATOMS, creating=True).payload
    assert created == {"isReminderOn": False}  # else Exchange would remind by itself


# --------------------------------------------------------------------------------------- series


def test_a_series_is_read_as_a_rule_on_the_clocks_of_its_zone() -> None:
    assert decode(a_master())["recurrence"] == {
        "rule": "FREQ=WEEKLY;BYDAY=SA;WKST=SU",
        "start": "2026-12-05T10:00:00",
        "zone": "Australia/Sydney",
    }


def test_what_differs_on_single_dates_is_read_by_what_differs() -> None:
    moved = an_event_row(
        id="m1",
        type="exception",
        originalStart="2026-12-11T23:00:00Z",
        start=utc("2026-12-12 01:00"),
        end=utc("2026-12-12 01:30"),
    )
    renamed = an_event_row(
        id="m2",
        type="exception",
        originalStart="2026-12-18T23:00:00Z",
        subject="Auction",
        start=utc("2026-12-18 23:00"),
        end=utc("2026-12-18 23:30"),
    )
    row = a_master(
        exceptionOccurrences=[renamed, moved], cancelledOccurrences=["OID.AAMk1.2026-12-26"]
    )

    assert decode(row)["exceptions"] == [
        {
            "original": "2026-12-12",
            "when": {
                "start": "2026-12-12T12:00:00",
                "end": "2026-12-12T12:30:00",
                "zone": "Australia/Sydney",
                "all_day": False,
            },
        },
        {"original": "2026-12-19", "subject": "Auction"},
        {"original": "2026-12-26", "cancelled": True},
    ]


def test_dates_that_differ_are_unknown_where_a_row_does_not_show_them() -> None:
    row = a_master()
    del row["cancelledOccurrences"]

    assert "exceptions" not in decode(row)
    assert "exceptions" not in decode(
        a_master(exceptionOccurrences=[an_event_row(type="exception", originalStart=None)])
    )


def test_a_series_starts_on_the_first_date_that_its_rule_names() -> None:
    record = {
        "when": {
            "start": "2026-12-01T10:00",  # a Tuesday
            "end": "2026-12-01T10:30",
            "zone": "Australia/Sydney",
        },
        "recurrence": {"rule": "FREQ=WEEKLY;BYDAY=SA", "zone": "Australia/Sydney"},
    }

    for atom in ("when", "recurrence"):
        payload = encode(record, (atom,)).payload
        assert payload["start"]["dateTime"] == "2026-12-05T10:00:00"
        assert payload["end"]["dateTime"] == "2026-12-05T10:30:00"
        assert payload["recurrence"]["range"]["startDate"] == "2026-12-05"


def test_a_series_that_begins_in_the_hour_that_spring_leaves_out_keeps_its_time() -> None:
    record = {
        "when": {
            "start": "2026-10-04T02:30:00",
            "end": "2026-10-04T03:30:00",
            "zone": "Australia/Sydney",
        },
        "recurrence": {"rule": "FREQ=DAILY", "zone": "Australia/Sydney"},
    }

    payload = encode(record, ATOMS).payload

    assert payload["start"]["dateTime"] == "2026-10-04T02:30:00"
    assert payload["end"]["dateTime"] == "2026-10-04T03:30:00"


def test_single_dates_of_a_series_are_no_part_of_its_payload() -> None:
    assert encode({"exceptions": [{"original": "2026-12-05", "cancelled": True}]}, ATOMS) == encode(
        {}, ATOMS
    )


# ------------------------------------------------------------------------------------ properties


def shown(payload: Any) -> dict[str, Any]:
    """What Graph shows of an event that was written so."""
    series = {"type": "seriesMaster", "cancelledOccurrences": [], "exceptionOccurrences": []}
    kind = series if payload.get("recurrence") else {"type": "singleInstance"}
    bell = {"reminderMinutesBeforeStart": 15} if "isReminderOn" in payload else {}
    return {**kind, **bell, **payload}


@given(random_events())
@example({"subject": "Straße", "sensitivity": "PRIVATE", "show_as": "workingElsewhere"})
def test_what_is_written_is_read_as_the_same(record: dict[str, Any]) -> None:
    payload = encode(record, ATOMS).payload

    read = told(decode(shown(payload)))

    assert read.pop("exceptions") == []
    assert read == told(record)


@given(random_events())
def test_writing_what_was_read_changes_nothing(record: dict[str, Any]) -> None:
    payload = encode(record, ATOMS).payload

    once = decode(shown(payload))

    assert encode(once, ATOMS).payload == payload
    assert decode(shown(encode(once, ATOMS).payload)) == once


@given(random_events(), st.sets(st.sampled_from(ATOMS)))
def test_nothing_is_written_but_what_was_asked_for(record: dict[str, Any], atoms: set[str]) -> None:
    payload = encode(record, atoms).payload
    timed = {"start", "end", "isAllDay", "recurrence"}

    assert not READ_ONLY & payload.keys()
    assert not {"attendees", "transactionId"} & payload.keys()
    assert bool(timed & payload.keys()) == bool({"when", "recurrence"} & atoms & record.keys())
    for atom, name in (("subject", "subject"), ("body", "body"), ("show_as", "showAs")):
        assert (name in payload) == (atom in atoms and atom in record)
