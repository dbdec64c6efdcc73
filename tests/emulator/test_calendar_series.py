"""Series: dates that differ, dates that were cancelled, another schedule, and the end of it."""

from __future__ import annotations

from typing import Any

import pytest

from .calendar_builders import SYDNEY, at, event, rule, saturdays, starts, view, whole_day
from .clients import STAMP, Client, Control
from .test_calendar_events import code, path

DETAILS = "?$select=subject,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences"


def dates_of(graph: Client, **headers: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = graph.get(view(), **headers)["value"]
    return rows


def change(graph: Client, row: dict[str, Any], **values: Any) -> Any:
    return graph("PATCH", path(row), values)


def test_a_series_is_shown_with_all_of_its_pattern_and_range(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays(until="2026-12-26"))
    assert made["type"] == "seriesMaster"
    assert made["recurrence"] == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["saturday"],
            "firstDayOfWeek": "sunday",
            "index": "first",
        },
        "range": {
            "type": "endDate",
            "startDate": "2026-12-05",
            "endDate": "2026-12-26",
            "recurrenceTimeZone": SYDNEY,
            "numberOfOccurrences": 0,
        },
    }
    again = change(graph, made, recurrence=made["recurrence"])
    assert again.json()["recurrence"] == made["recurrence"], "what was read can be written"


def test_a_changed_occurrence_is_an_exception_of_the_same_id(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    first, second = dates_of(graph)[:2]
    answer = change(graph, second, subject="Auction", location={"displayName": "Town Hall"})
    exception = answer.json()
    assert (exception["type"], exception["id"]) == ("exception", second["id"])
    assert exception["seriesMasterId"] == made["id"]
    assert exception["start"] == second["start"], "it has still the hours of the series"
    now = dates_of(graph)
    assert [row["subject"] for row in now] == ["Open home", "Auction", "Open home", "Open home"]
    assert now[0]["id"] == first["id"]
    assert {row["@odata.etag"] for row in now} == {exception["@odata.etag"]}
    assert exception["@odata.etag"] != second["@odata.etag"]


def test_what_is_changed_in_a_series_shows_in_exceptions_that_do_not_have_it(
    graph: Client,
) -> None:
    made = graph.create("/me/events", **saturdays())
    change(graph, dates_of(graph)[1], subject="Auction")
    change(graph, made, subject="Inspection", categories=["VIP"])
    rows = dates_of(graph)
    assert [row["subject"] for row in rows[:2]] == ["Inspection", "Auction"]
    assert [row["categories"] for row in rows[:2]] == [["VIP"], ["VIP"]]


def test_the_master_names_its_exceptions_and_cancelled_dates(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    change(graph, rows[1], subject="Auction")
    assert graph("DELETE", path(rows[2])).status_code == 204
    details = graph.get(path(made) + DETAILS)
    assert details["cancelledOccurrences"] == [f"OID.{made['id']}.2026-12-19"]
    (exception,) = details["exceptionOccurrences"]
    assert (exception["id"], exception["subject"]) == (rows[1]["id"], "Auction")
    assert starts(dates_of(graph)) == [f"2026-12-{day:02}T23:00" for day in (4, 11, 25)]
    assert code(graph("GET", path(rows[2]))) == "404 ErrorItemNotFound"
    plain = graph.get(path(made))
    assert not {"cancelledOccurrences", "exceptionOccurrences"} & set(plain)
    unselected = graph("GET", f"{path(made)}?$expand=exceptionOccurrences")
    assert unselected.status_code == 400


@pytest.mark.parametrize(
    "start,allowed",
    [
        ("2026-12-06 09:00", True),  # the day after the date before it
        ("2026-12-18 22:00", True),  # the day before the date after it
        ("2026-12-05 23:00", False),  # the day of the date before it
        ("2026-12-19 06:00", False),  # the day of the date after it
        ("2026-12-28 10:00", False),
        ("2026-11-30 10:00", False),
    ],
)
def test_a_date_cannot_be_moved_to_or_past_its_neighbours(
    graph: Client, start: str, allowed: bool
) -> None:
    graph.create("/me/events", **saturdays())
    second = dates_of(graph)[1]
    times = {"start": at(start), "end": at(start[:-2] + "30")}
    answer = change(graph, second, **times)
    if allowed:
        assert answer.status_code == 200
    else:
        assert code(answer) == "400 ErrorOccurrenceCrossingBoundary"
        assert starts(dates_of(graph))[1] == "2026-12-11T23:00"


def test_a_cancelled_neighbour_is_no_border_and_a_moved_one_is(graph: Client) -> None:
    graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    graph("DELETE", path(rows[2]))
    assert change(graph, rows[1], **at_half("2026-12-19 12:00")).status_code == 200
    late = change(graph, rows[3], **at_half("2026-12-19 18:00"))
    assert code(late) == "400 ErrorOccurrenceCrossingBoundary"


def at_half(start: str) -> dict[str, Any]:
    return {"start": at(start), "end": at(start[:-2] + "30")}


def test_an_exception_carries_a_stamp_of_its_own(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    second = dates_of(graph)[1]
    change(graph, second, singleValueExtendedProperties=[{"id": STAMP, "value": "X"}])
    expand = f"?$expand=singleValueExtendedProperties($filter=id eq '{STAMP}')"
    stamped = graph.get(path(second) + expand)
    assert stamped["singleValueExtendedProperties"] == [{"id": STAMP, "value": "X"}]
    assert "singleValueExtendedProperties" not in graph.get(path(made) + expand)


def test_a_range_that_ends_earlier_leaves_no_date_behind_it(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    change(graph, rows[3], subject="Auction")
    ended = rule("2026-12-05", daysOfWeek=["saturday"], until="2026-12-19")
    change(graph, made, recurrence=ended)
    assert starts(dates_of(graph)) == [f"2026-12-{day:02}T23:00" for day in (4, 11, 18)]
    assert graph.get(path(made) + DETAILS)["exceptionOccurrences"] == []


def test_no_more_than_twenty_exceptions_are_expanded(graph: Client) -> None:
    daily = event(recurrence=rule("2026-12-05", "daily", count=24))
    made = graph.create("/me/events", **daily)
    for row in graph.get(f"{view()}&$top=50")["value"]:
        change(graph, row, subject="Other")
    assert len(graph.get(path(made) + DETAILS)["exceptionOccurrences"]) == 20


def test_an_occurrence_cannot_recur_by_itself(graph: Client) -> None:
    graph.create("/me/events", **saturdays())
    own = rule("2026-12-12", "daily")
    assert change(graph, dates_of(graph)[1], recurrence=own).status_code == 400


@pytest.mark.parametrize("policy,expected", [("lost", 4), ("kept", 3)])
def test_another_schedule_and_the_dates_that_differed(
    graph: Client, control: Control, policy: str, expected: int
) -> None:
    control.switch(rescheduled_days=policy)
    made = graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    change(graph, rows[1], subject="Auction")
    graph("DELETE", path(rows[2]))
    change(graph, made, **at_half("2026-12-05 11:00"))
    now = dates_of(graph)
    assert len(now) == expected
    assert ("Auction" in {row["subject"] for row in now}) == (policy == "kept")


def test_a_new_end_of_the_range_keeps_what_differed(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    change(graph, rows[1], subject="Auction")
    graph("DELETE", path(rows[0]))
    ended = rule("2026-12-05", daysOfWeek=["saturday"], until="2026-12-19")
    change(graph, made, recurrence=ended)
    assert [row["subject"] for row in dates_of(graph)] == ["Auction", "Open home"]


@pytest.mark.parametrize("policy,status", [("single", 200), ("ignore", 200), ("refuse", 400)])
def test_what_null_makes_of_a_series(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(null_recurrence=policy)
    made = graph.create("/me/events", **saturdays())
    answer = change(graph, made, recurrence=None)
    assert answer.status_code == status
    kind = "singleInstance" if policy == "single" else "seriesMaster"
    assert graph.get(path(made))["type"] == kind
    assert len(dates_of(graph)) == (1 if policy == "single" else 4)


def test_a_single_event_becomes_a_series(graph: Client) -> None:
    made = graph.create("/me/events", **event())
    weekly = rule("2026-12-05", daysOfWeek=["saturday"], count=2)
    assert change(graph, made, recurrence=weekly).json()["type"] == "seriesMaster"
    assert len(dates_of(graph)) == 2


def test_a_series_of_whole_days(graph: Client) -> None:
    recurrence = rule("2026-12-31", "absoluteMonthly", dayOfMonth=31, count=3)
    body = whole_day("2026-12-31", "2027-01-01", "Pacific/Apia", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(view("2026-12-01", "2027-04-01"))["value"]
    days = ["2026-12-31T00:00", "2027-01-31T00:00", "2027-02-28T00:00"]
    assert starts(rows) == days


def test_a_series_may_follow_the_clocks_of_another_zone(graph: Client) -> None:
    recurrence = rule("2026-03-23", daysOfWeek=["monday"], count=2)
    recurrence["range"]["recurrenceTimeZone"] = "W. Europe Standard Time"
    body = event("2026-03-23 08:00", "2026-03-23 09:00", "UTC", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(view("2026-03-01", "2026-04-01"))["value"]
    assert starts(rows) == ["2026-03-23T08:00", "2026-03-30T07:00"]


def weekly(**more: Any) -> dict[str, Any]:
    return rule("2026-12-05", **{"daysOfWeek": ["saturday"], **more})


def ranged(**span: Any) -> dict[str, Any]:
    pattern = {"type": "daily", "interval": 1}
    return {"pattern": pattern, "range": {"startDate": "2026-12-05", **span}}


BAD: dict[str, dict[str, Any]] = {
    "no pattern": {"range": {"type": "noEnd", "startDate": "2026-12-05"}},
    "no range": {"pattern": {"type": "daily", "interval": 1}},
    "an unknown type": rule("2026-12-05", "hourly"),
    "a week without days": rule("2026-12-05"),
    "a day of no week": weekly(daysOfWeek=["caturday"]),
    "no interval": {"pattern": {"type": "daily"}, "range": ranged(type="noEnd")["range"]},
    "an interval of nothing": weekly(interval=0),
    "a month without a day": rule("2026-12-05", "absoluteMonthly"),
    "the 32nd": rule("2026-12-05", "absoluteMonthly", dayOfMonth=32),
    "a year without a month": rule("2026-12-05", "absoluteYearly", dayOfMonth=5),
    "a bad value where it is not needed": weekly(month=13),
    "an index of five": rule("2026-12-05", "relativeMonthly", daysOfWeek=["friday"], index="fifth"),
    "another first date": rule("2026-12-12", daysOfWeek=["saturday"]),
    "an end before the start": ranged(type="endDate", endDate="2026-12-04"),
    "no end": ranged(type="endDate"),
    "no number": ranged(type="numbered"),
    "a number of nothing": ranged(type="numbered", numberOfOccurrences=0),
    "an unknown zone": ranged(type="noEnd", recurrenceTimeZone="Mars"),
    "no date at all": rule("2026-12-05", daysOfWeek=["monday"], until="2026-12-06"),
    "an unknown word": {**ranged(type="noEnd"), "byday": "MO"},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_recurrence_is_refused(graph: Client, control: Control, name: str) -> None:
    answer = graph("POST", "/me/events", event(recurrence=BAD[name]))
    assert answer.status_code == 400, name
    assert control.mailbox()["events"] == []


def test_a_series_that_is_deleted_goes_with_all_its_dates(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **saturdays())
    rows = dates_of(graph)
    change(graph, rows[1], subject="Auction")
    assert graph("DELETE", path(made)).status_code == 204
    assert dates_of(graph) == []
    assert graph("GET", path(rows[1])).status_code == 404
    control.person({"restore_event": made["id"]})
    assert [row["subject"] for row in dates_of(graph)][:2] == ["Open home", "Auction"]


def test_calendars_hold_their_own_events(graph: Client) -> None:
    own = graph.create("/me/calendars", name="Agentbox", color="lightTeal")
    assert own["isRemovable"] is True
    base = f"/me/calendars/{own['id']}"
    made = graph.create(f"{base}/events", **saturdays())
    assert graph.get("/me/events")["value"] == []
    assert graph.get(f"{base}/events")["value"][0]["id"] == made["id"]
    assert len(graph.get(view(base=base))["value"]) == 4
    assert graph.get(path(made))["id"] == made["id"], "an id is good in all of the mailbox"
    elsewhere = graph.get("/me/calendar")["id"]
    assert graph("GET", f"/me/calendars/{elsewhere}/events/{made['id']}").status_code == 404
    assert code(graph("POST", "/me/calendars", {"name": "agentbox"})) == "409 ErrorFolderExists"
    renamed = graph("PATCH", base, {"name": "CRM"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "CRM")
    assert [c["name"] for c in graph.get("/me/calendars")["value"]] == ["Calendar", "CRM"]
    assert graph("GET", "/me/calendars/$count").text == "2"
    (default,) = graph.get("/me/calendars?$filter=name eq 'calendar'")["value"]
    assert default["isDefaultCalendar"] is True
    assert graph("DELETE", f"/me/calendars/{default['id']}").status_code == 400
    assert graph("DELETE", base).status_code == 204
    assert graph("GET", path(made)).status_code == 404
    assert graph("GET", f"{base}/events").status_code == 404


def test_an_event_tells_its_calendar_where_it_is_asked_to(graph: Client, control: Control) -> None:
    own = graph.create("/me/calendars", name="Agentbox")
    made = graph.create(f"/me/calendars/{own['id']}/events", **saturdays())
    asked = f"{path(made)}?$select=subject&$expand=calendar"
    assert graph.get(asked)["calendar"]["id"] == own["id"]
    assert "calendar" not in graph.get(path(made))
    control.switch(expand_calendar="ignore")
    assert "calendar" not in graph.get(asked)
    control.switch(expand_calendar="honour", deleted_get="200")
    assert graph("DELETE", path(made)).status_code == 204
    assert graph.get(asked)["calendar"] is None
