"""What a calendar shows: the same hours on the clock all year, whole days, windows, zones."""

from __future__ import annotations

from typing import Any

import pytest

from .calendar_builders import SYDNEY, at, event, rule, saturdays, starts, view, whole_day
from .clients import Client, Control


def asked(zone: str) -> dict[str, str]:
    return {"Prefer": f'IdType="ImmutableId", outlook.timezone="{zone}"'}


CLOCKS: dict[str, tuple[str, str, list[str]]] = {
    # zone, first start, then the same hour each day or week as instants in UTC
    "Sydney leaves summer time on 5 April 2026": (
        SYDNEY,
        "2026-04-04 10:00",
        ["2026-04-03T23:00", "2026-04-11T00:00"],
    ),
    "Sydney begins summer time on 4 October 2026": (
        "Australia/Sydney",
        "2026-10-03 10:00",
        ["2026-10-03T00:00", "2026-10-09T23:00"],
    ),
    "Berlin begins summer time on 29 March 2026": (
        "W. Europe Standard Time",
        "2026-03-23 09:00",
        ["2026-03-23T08:00", "2026-03-30T07:00"],
    ),
    "New York leaves summer time on 1 November 2026": (
        "America/New_York",
        "2026-10-26 17:00",
        ["2026-10-26T21:00", "2026-11-02T22:00"],
    ),
    "Kathmandu is never changed, and three quarters off": (
        "Nepal Standard Time",
        "2026-03-23 09:00",
        ["2026-03-23T03:15", "2026-03-30T03:15"],
    ),
    "Apia is a day ahead": (
        "Pacific/Apia",
        "2026-03-23 09:00",
        ["2026-03-22T20:00", "2026-03-29T20:00"],
    ),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_a_series_keeps_the_hours_of_its_zone(graph: Client, name: str) -> None:
    zone, first, expected = CLOCKS[name]
    day = first[:10]
    weekday = {"2026-04-04": "saturday", "2026-10-03": "saturday"}.get(day, "monday")
    recurrence = rule(day, daysOfWeek=[weekday], count=2)
    graph.create("/me/events", **event(first, f"{day} 23:00", zone, recurrence=recurrence))
    rows = graph.get(view("2026-01-01", "2027-01-01"))["value"]
    assert starts(rows) == expected
    local = graph.get(view("2026-01-01", "2027-01-01"), **asked(zone))["value"]
    assert {row["start"]["dateTime"][11:16] for row in local} == {first[11:]}
    assert {row["start"]["timeZone"] for row in local} == {zone}


def test_hours_that_a_spring_night_leaves_out_count_from_before_it(graph: Client) -> None:
    recurrence = rule("2026-03-07", "daily", count=3)
    body = event("2026-03-07 02:30", "2026-03-07 03:30", "America/New_York", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(view("2026-03-01", "2026-04-01"))["value"]
    assert starts(rows) == ["2026-03-07T07:30", "2026-03-08T07:30", "2026-03-09T06:30"]


def test_of_hours_that_an_autumn_night_has_twice_the_first_counts(graph: Client) -> None:
    recurrence = rule("2026-10-31", "daily", count=3)
    body = event("2026-10-31 01:30", "2026-10-31 02:00", "America/New_York", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(view("2026-10-01", "2026-12-01"))["value"]
    assert starts(rows) == ["2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30"]


def test_an_occurrence_over_the_change_ends_by_the_clock(graph: Client) -> None:
    recurrence = rule("2026-03-28", "daily", count=2)
    body = event("2026-03-28 01:00", "2026-03-28 04:00", "Europe/Berlin", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(view("2026-03-01", "2026-04-01"))["value"]
    assert [row["end"]["dateTime"][:16] for row in rows] == ["2026-03-28T03:00", "2026-03-29T02:00"]


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Hawaiian Standard Time", SYDNEY, "UTC"])
@pytest.mark.parametrize("wanted", ["UTC", "Samoa Standard Time", "Pacific Standard Time"])
def test_a_whole_day_is_the_same_date_whoever_asks(graph: Client, zone: str, wanted: str) -> None:
    graph.create("/me/events", **whole_day("2026-12-24", "2026-12-26", zone))
    (row,) = graph.get(view(), **asked(wanted))["value"]
    assert row["isAllDay"] is True
    assert (row["start"]["dateTime"][:16], row["start"]["timeZone"]) == ("2026-12-24T00:00", wanted)
    assert row["end"]["dateTime"][:16] == "2026-12-26T00:00"
    assert row["originalStartTimeZone"] == zone


def test_whole_days_may_be_shown_as_shifted_times(graph: Client, control: Control) -> None:
    control.switch(all_day_answer="shifted")
    graph.create("/me/events", **whole_day("2026-12-24", "2026-12-25", SYDNEY))
    (row,) = graph.get(view())["value"]
    assert row["start"]["dateTime"][:16] == "2026-12-23T13:00"
    (own,) = graph.get(view(), **asked(SYDNEY))["value"]
    assert own["start"]["dateTime"][:16] == "2026-12-24T00:00"


@pytest.mark.parametrize(
    "start,end,count",
    [
        ("2026-12-05T00:00:00Z", "2026-12-12T00:00:00Z", 1),  # 5 December 10:00 is 4th 23:00 UTC
        ("2026-12-04T23:30:00Z", "2026-12-05T00:00:00Z", 0),  # it has just ended
        ("2026-12-04T22:00:00Z", "2026-12-04T23:00:00Z", 0),  # it is about to begin
        ("2026-12-04T23:29:59Z", "2026-12-04T23:29:59.5Z", 1),
        ("2026-12-05T10:00:00+11:00", "2026-12-05T10:01:00+11:00", 1),  # offsets are honoured
        ("2026-12-04T23:00:00", "2026-12-04T23:01:00", 1),  # without one it is UTC
    ],
)
def test_a_window_shows_what_overlaps_it(graph: Client, start: str, end: str, count: int) -> None:
    graph.create("/me/events", **saturdays())
    assert len(graph.get(view(start, end))["value"]) == count


def test_the_zone_that_is_asked_for_does_not_move_the_window(graph: Client) -> None:
    graph.create("/me/events", **saturdays())
    window = view("2026-12-04T22:00:00", "2026-12-04T23:01:00")
    (row,) = graph.get(window, **asked(SYDNEY))["value"]
    assert starts([row]) == ["2026-12-05T10:00"]


def test_a_view_shows_single_events_occurrences_and_exceptions(graph: Client) -> None:
    graph.create("/me/events", **event("2026-12-09 10:00", "2026-12-09 11:00"))
    master = graph.create("/me/events", **saturdays(count=4))
    second = graph.get(view())["value"][2]
    graph("PATCH", f"/me/events/{second['id']}", {"subject": "Auction"})
    rows = graph.get(view())["value"]
    kinds = ["occurrence", "singleInstance", "exception", "occurrence", "occurrence"]
    assert [row["type"] for row in rows] == kinds
    assert {row["seriesMasterId"] for row in rows} == {None, master["id"]}
    assert len({row["iCalUId"] for row in rows}) == 5
    assert [row["id"] for row in graph.get("/me/events")["value"]] == [
        rows[1]["id"],
        master["id"],
    ], "a list of events has the series, not its dates"


def test_a_date_that_was_moved_is_shown_where_it_is(graph: Client) -> None:
    graph.create("/me/events", **saturdays())
    second = graph.get(view())["value"][1]
    moved = {"start": at("2026-12-15 18:00"), "end": at("2026-12-15 19:00")}
    answer = graph("PATCH", f"/me/events/{second['id']}", moved)
    assert answer.json()["originalStart"] == "2026-12-11T23:00:00Z"
    assert starts(graph.get(view("2026-12-08", "2026-12-14"))["value"]) == []
    assert starts(graph.get(view("2026-12-14", "2026-12-17"))["value"]) == ["2026-12-15T07:00"]


def test_instances_expand_one_series(graph: Client) -> None:
    master = graph.create("/me/events", **saturdays())
    graph.create("/me/events", **event("2026-12-09 10:00", "2026-12-09 11:00"))
    path = view(what=f"events/{master['id']}/instances")
    rows = graph.get(path)["value"]
    assert starts(rows) == [f"2026-12-{day:02}T23:00" for day in (4, 11, 18, 25)]
    of_one = graph("GET", path.replace(master["id"], rows[0]["id"]))
    assert of_one.status_code == 400


def test_a_window_is_needed_and_must_make_sense(graph: Client) -> None:
    for path in ("/me/calendarView", "/me/calendarView?startDateTime=2026-12-01"):
        assert "time window" in graph("GET", path).json()["error"]["message"]
    for path in (view("soon", "2026-12-01"), view("2026-12-02", "2026-12-01")):
        assert graph("GET", path).json()["error"]["code"] == "ErrorInvalidParameter"


@pytest.mark.parametrize("what", ["calendarView", "calendarView/delta"])
def test_a_window_has_at_most_five_years(graph: Client, what: str) -> None:
    graph.create("/me/events", **saturdays())
    assert graph("GET", view("2026-01-01", "2030-12-31", what=what)).status_code == 200
    answer = graph("GET", view("2026-01-01", "2031-01-01", what=what))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith("Maximum number of days: 1825")


@pytest.mark.parametrize("name", ["createdDateTime", "lastModifiedDateTime"])
def test_the_two_timestamps_cannot_be_selected_of_a_view(graph: Client, name: str) -> None:
    assert graph("GET", f"{view()}&$select={name}").status_code == 400
    assert graph("GET", f"/me/events?$select={name}").status_code == 200


def test_a_view_comes_in_pages_that_keep_their_window(graph: Client) -> None:
    graph.create("/me/events", **event(recurrence=rule("2026-12-05", "daily", count=25)))
    page = graph.get(f"{view()}&$top=10&$select=subject,start")
    rows, _ = graph.all_pages(f"{view()}&$top=10&$select=subject,start")
    assert "startDateTime=2026-12-01" in page["@odata.nextLink"]
    assert len(page["value"]) == 10
    assert starts(rows) == sorted(starts(rows))
    assert len(rows) == 25
    assert set(rows[0]) == {"@odata.etag", "id", "subject", "start"}


@pytest.mark.parametrize("zone", ["Mars Standard Time", "Europe/Nowhere", "EST5", ""])
def test_a_zone_that_the_server_lacks_is_refused(graph: Client, zone: str) -> None:
    answer = graph("POST", "/me/events", event(zone=zone))
    assert answer.status_code == 400
    if zone:
        assert answer.json()["error"]["code"] == "TimeZoneNotSupportedException"
        reading = graph("GET", view(), **asked(zone))
        assert reading.json()["error"]["code"] == "TimeZoneNotSupportedException"


@pytest.mark.parametrize("policy,status", [("listed", 400), ("any", 201)])
def test_whether_every_iana_name_is_taken(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(iana_names=policy)
    assert graph("POST", "/me/events", event(zone="America/Toronto")).status_code == status
    assert graph("POST", "/me/events", event(zone="america/new_york")).status_code == 201


def test_the_answer_says_which_zone_and_kind_of_body_it_has(graph: Client) -> None:
    graph.create("/me/events", **event(body={"contentType": "html", "content": "<b>Hi</b>"}))
    prefer = 'IdType="ImmutableId", outlook.timezone="Nepal Standard Time"'
    prefer += ', outlook.body-content-type="text"'
    answer = graph("GET", view(), Prefer=prefer)
    applied = answer.headers["Preference-Applied"]
    assert 'outlook.timezone="Nepal Standard Time"' in applied
    assert 'outlook.body-content-type="text"' in applied
    (row,) = answer.json()["value"]
    assert row["body"] == {"contentType": "text", "content": "Hi"}
    plain: Any = graph("GET", view())
    assert "outlook" not in plain.headers["Preference-Applied"]
    assert "<b>Hi</b>" in plain.json()["value"][0]["body"]["content"]
