"""calendarView/delta with all its traps: a frozen window, skeletons, rows that mislead."""

from __future__ import annotations

from typing import Any

import pytest

from .calendar_builders import at, event, rule, saturdays, starts, view
from .clients import JANE, Client, Control
from .test_calendar_events import path

ROUND = view(what="calendarView/delta")


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def removed(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows if "@removed" in row]


def test_a_first_round_lists_what_happens_in_the_window(graph: Client) -> None:
    inside = graph.create("/me/events", **event())
    graph.create("/me/events", **event("2027-02-01 10:00", "2027-02-01 11:00"))
    rows, link = graph.all_pages(ROUND)
    assert [row["id"] for row in rows] == [inside["id"]]
    assert rows[0]["subject"] == "Open home"
    assert "$deltatoken=" in link
    assert "DateTime" not in link, "the window lies in the token"


def test_occurrences_come_as_skeletons_beside_their_series(graph: Client) -> None:
    master = graph.create("/me/events", **saturdays(body={"contentType": "text", "content": "x"}))
    rows, _ = graph.all_pages(ROUND)
    head, *others = rows
    assert (head["id"], head["type"], head["subject"]) == (
        master["id"],
        "seriesMaster",
        "Open home",
    )
    assert starts(others) == [f"2026-12-{day:02}T23:00" for day in (4, 11, 18, 25)]
    for row in others:
        assert set(row) == {
            "@odata.type",
            "@odata.etag",
            "id",
            "seriesMasterId",
            "type",
            "start",
            "end",
        }


@pytest.mark.parametrize("policy", ["full", "skeleton"])
def test_exceptions_come_in_full_or_as_skeletons(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(delta_exceptions=policy)
    graph.create("/me/events", **saturdays())
    second = graph.get(view())["value"][1]
    graph("PATCH", path(second), {"subject": "Auction"})
    row = by_id(graph.all_pages(ROUND)[0])[second["id"]]
    assert row["type"] == "exception"
    assert row.get("subject") == ("Auction" if policy == "full" else None)


def test_a_series_is_told_again_as_a_whole_and_on_one_page(graph: Client) -> None:
    graph.create("/me/events", **event())
    master = graph.create("/me/events", **event(recurrence=rule("2026-12-05", "daily", count=20)))
    page = graph.get(ROUND, Prefer='IdType="ImmutableId", odata.maxpagesize=1')
    assert len(page["value"]) == 1
    page = graph.get(page["@odata.nextLink"], Prefer='IdType="ImmutableId", odata.maxpagesize=1')
    assert len(page["value"]) == 21
    _, link = graph.all_pages(ROUND)
    graph("PATCH", path(master), {"subject": "Other"})
    rows, link = graph.all_pages(link)
    assert len(rows) == 21
    assert graph.all_pages(link)[0] == []


@pytest.mark.parametrize("policy,told", [("silent", 0), ("removed", 1)])
def test_a_cancelled_date_has_no_row_of_its_own(
    graph: Client, control: Control, policy: str, told: int
) -> None:
    control.switch(delta_cancelled=policy)
    master = graph.create("/me/events", **saturdays())
    _, link = graph.all_pages(ROUND)
    second = graph.get(view())["value"][1]
    graph("DELETE", path(second))
    rows, _ = graph.all_pages(link)
    assert second["id"] not in {row["id"] for row in rows if "@removed" not in row}
    assert removed(rows) == [second["id"]] * told
    assert master["id"] in by_id(rows)
    assert len(rows) == 4 + told


def test_a_removed_row_is_no_proof_of_a_deletion(graph: Client) -> None:
    moved = graph.create("/me/events", **event())
    gone = graph.create("/me/events", **event())
    _, link = graph.all_pages(ROUND)
    later = {"start": at("2027-02-01 10:00"), "end": at("2027-02-01 11:00")}
    graph("PATCH", path(moved), later)
    graph("DELETE", path(gone))
    outside = graph.create("/me/events", **event("2027-03-01 10:00", "2027-03-01 11:00"))
    rows, link = graph.all_pages(link)
    assert removed(rows) == [moved["id"], gone["id"], outside["id"]], "even what was never there"
    assert graph("GET", path(moved)).status_code == 200
    assert graph("GET", path(gone)).status_code == 404
    graph("PATCH", path(outside), {"subject": "Still outside"})
    assert removed(graph.all_pages(link)[0]) == [outside["id"]]


def test_what_comes_into_the_window_is_told(graph: Client) -> None:
    made = graph.create("/me/events", **event("2027-03-01 10:00", "2027-03-01 11:00"))
    rows, link = graph.all_pages(ROUND)
    assert rows == []
    graph("PATCH", path(made), {"start": at("2026-12-09 10:00"), "end": at("2026-12-09 11:00")})
    (row,) = graph.all_pages(link)[0]
    assert row["id"] == made["id"]


def test_the_window_stays_where_it_was_while_time_goes_on(graph: Client, control: Control) -> None:
    graph.create("/me/events", **saturdays())
    _, link = graph.all_pages(ROUND)
    control.post("clock", {"advance": 40 * 86_400})
    graph.headers["Authorization"] = f"Bearer {control.token(JANE)}"
    made = graph.create("/me/events", **event("2027-01-06 10:00", "2027-01-06 11:00"))
    again, _ = graph.all_pages(link)
    assert removed(again) == [made["id"]]


@pytest.mark.parametrize("policy,count", [("master", 1), ("all", 5)])
def test_a_deleted_series(graph: Client, control: Control, policy: str, count: int) -> None:
    control.switch(delta_series_removed=policy)
    master = graph.create("/me/events", **saturdays())
    before, link = graph.all_pages(ROUND)
    graph("DELETE", path(master))
    rows, _ = graph.all_pages(link)
    assert len(rows) == count
    assert set(removed(rows)) <= set(by_id(before))
    assert removed(rows)[0] == master["id"]


def test_removed_rows_name_the_form_of_id_that_is_asked_for(graph: Client) -> None:
    graph.create("/me/events", **event())
    rows, _ = graph.all_pages(ROUND, Prefer="")
    _, link = graph.all_pages(ROUND)
    graph("DELETE", f"/me/events/{rows[0]['id']}")
    assert removed(graph.all_pages(link, Prefer="")[0]) == [rows[0]["id"]]


@pytest.mark.parametrize("option", ["$select=id", "$filter=x", "$expand=x", "$orderby=x", "$top=5"])
def test_query_options_are_refused(graph: Client, option: str) -> None:
    assert graph("GET", f"{ROUND}&{option}").status_code == 400


def test_a_first_round_needs_a_window(graph: Client) -> None:
    answer = graph("GET", "/me/calendarView/delta")
    assert answer.status_code == 400
    assert "time window" in answer.json()["error"]["message"]


def test_each_calendar_is_followed_by_itself(graph: Client, control: Control) -> None:
    own = graph.create("/me/calendars", name="Agentbox")["id"]
    path_of = view(base=f"/me/calendars/{own}", what="calendarView/delta")
    made = graph.create(f"/me/calendars/{own}/events", **event())
    rows, link = graph.all_pages(path_of)
    assert [row["id"] for row in rows] == [made["id"]]
    assert graph.all_pages(ROUND)[0] == []
    graph.create("/me/events", **event())
    assert graph.all_pages(link)[0] == []
    control.switch(calendar_delta=False)
    assert graph("GET", path_of).status_code == 400
    assert graph("GET", ROUND).status_code == 200


def test_a_token_dies_and_demands_a_new_round(graph: Client, control: Control) -> None:
    _, link = graph.all_pages(ROUND)
    control.post("delta", {"upn": JANE, "kill": True})
    answer = graph("GET", link)
    assert answer.status_code == 410
    assert answer.json()["error"]["code"] == "syncStateNotFound"


def test_changes_are_told_once_more_when_asked_to(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    _, link = graph.all_pages(ROUND)
    calendar = graph.get("/me/calendar")["id"]
    asked = {"upn": JANE, "replay": 5, "folder": calendar}
    assert control.post("delta", asked)["replayed"] == 1
    assert [row["id"] for row in graph.all_pages(link)[0]] == [made["id"]]


def test_a_row_may_say_no_more_than_what_changed(graph: Client, control: Control) -> None:
    control.switch(delta_partial=True)
    made = graph.create("/me/events", **event())
    rows, link = graph.all_pages(ROUND)
    assert "subject" in rows[0], "a first round says everything"
    graph("PATCH", path(made), {"subject": "Auction"})
    (row,) = graph.all_pages(link)[0]
    assert {name for name in row if "@" not in name} == {"id", "subject"}
    graph("PATCH", path(made), {"start": at("2026-12-05 10:10")})
    (row,) = graph.all_pages(link)[0]
    assert {"start", "end", "isAllDay", "recurrence"} <= set(row)


def test_a_change_of_a_person_is_told_and_its_reminder_too(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    _, link = graph.all_pages(ROUND)
    control.person({"edit_event": made["id"], "values": {"subject": "By hand"}})
    (row,) = graph.all_pages(link)[0]
    assert row["subject"] == "By hand"
    _, link = graph.all_pages(link)
    control.person({"touch_event": made["id"]})
    (row,) = graph.all_pages(link)[0]
    assert row["subject"] == "By hand"
