"""Events through Graph: made, read, changed and deleted, and what Exchange refuses."""

from __future__ import annotations

from typing import Any

import pytest

from .calendar_builders import SYDNEY, at, event, rule, saturdays, view, whole_day
from .clients import JANE, STAMP, Client, Control, item

FULL: dict[str, Any] = {
    "body": {"contentType": "html", "content": "<p>Bring the <b>keys</b>.</p>"},
    "location": {"displayName": "1 Sea Rd, Manly", "address": {"city": "Manly"}},
    "categories": ["Inspection"],
    "importance": "High",
    "sensitivity": "private",
    "showAs": "oof",
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 60,
    "singleValueExtendedProperties": [{"id": STAMP, "value": "A-7"}],
}


def path(made: dict[str, Any]) -> str:
    return f"/me/events/{made['id']}"


def code(answer: Any) -> str:
    found: str = answer.json()["error"]["code"]
    return f"{answer.status_code} {found}"


def test_an_event_comes_back_as_it_was_sent(graph: Client) -> None:
    made = graph.create("/me/events", **event(**FULL))
    read = graph.get(path(made))
    assert {k: v for k, v in read.items() if k != "@odata.context"} == {
        k: v for k, v in made.items() if k != "@odata.context"
    }
    assert (read["importance"], read["sensitivity"], read["showAs"]) == ("high", "private", "oof")
    assert read["start"] == {"dateTime": "2026-12-04T23:00:00.0000000", "timeZone": "UTC"}
    assert (read["originalStartTimeZone"], read["type"]) == (SYDNEY, "singleInstance")
    assert read["location"]["displayName"] == "1 Sea Rd, Manly"
    assert read["locations"] == [read["location"]]
    assert read["bodyPreview"] == "Bring the keys."
    assert "<p>Bring the <b>keys</b>.</p>" in read["body"]["content"]
    assert (read["isOrganizer"], read["responseStatus"]["response"]) == (True, "organizer")
    assert read["@odata.etag"] == f'W/"{read["changeKey"]}"'
    assert "transactionId" not in read, "no application has set one"
    assert "singleValueExtendedProperties" not in read


def test_a_patch_changes_what_it_names_and_the_key(graph: Client) -> None:
    made = graph.create("/me/events", **event(**FULL))
    answer = graph("PATCH", path(made), {"subject": "Auction"})
    now = answer.json()
    changed = {name for name in made if now[name] != made[name]}
    assert answer.status_code == 200
    assert changed - {"lastModifiedDateTime"} == {
        "@odata.etag",
        "changeKey",
        "subject",
    }


def test_an_outdated_key_is_refused_for_a_change_and_a_deletion(graph: Client) -> None:
    made = graph.create("/me/events", **event())
    graph("PATCH", path(made), {"subject": "Auction"})
    for method, body in (("PATCH", {"subject": "Late"}), ("DELETE", None)):
        answer = graph(method, path(made), body, If_Match=made["@odata.etag"])
        assert code(answer) == "412 ErrorIrresolvableConflict"
    fresh = graph.get(path(made))["@odata.etag"]
    assert graph("DELETE", path(made), If_Match=fresh).status_code == 204


def test_a_deleted_event_is_gone_and_lies_in_deleted_items(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    assert graph("DELETE", path(made)).status_code == 204
    assert code(graph("GET", path(made))) == "404 ErrorItemNotFound"
    assert code(graph("DELETE", path(made))) == "404 ErrorItemNotFound"
    assert graph.get("/me/events")["value"] == []
    (kept,) = control.mailbox()["deleted_events"]
    assert kept["id"] == made["id"]
    control.switch(deleted_get="200")
    assert graph.get(path(made))["subject"] == "Open home"
    control.person({"restore_event": made["id"]})
    control.switch(deleted_get="404")
    assert graph.get(path(made))["subject"] == "Open home"


def test_a_purged_event_leaves_nothing(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    assert graph("POST", f"{path(made)}/permanentDelete").status_code == 204
    assert control.mailbox()["events"] == control.mailbox()["deleted_events"] == []


def test_the_stamp_is_expanded_and_found(graph: Client) -> None:
    made = graph.create("/me/events", **event(**FULL))
    graph.create("/me/events", **event())
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{STAMP}')"
    read = graph.get(f"{path(made)}?{expand}")
    assert read["singleValueExtendedProperties"] == [{"id": STAMP, "value": "A-7"}]
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq 'a-7')"
    (found,) = graph.get(f"/me/events?$filter={wanted}&{expand}")["value"]
    assert found["id"] == made["id"]
    graph("PATCH", path(made), {"singleValueExtendedProperties": [{"id": STAMP, "value": "B"}]})
    assert graph.get(f"/me/events?$filter={wanted}")["value"] == []


def test_open_extensions_belong_to_events_too(graph: Client) -> None:
    made = graph.create("/me/events", **event(extensions=[{"extensionName": "crm", "n": 1}]))
    graph("PATCH", f"{path(made)}/extensions/crm", {"n": 2})
    graph("POST", f"{path(made)}/extensions", {"extensionName": "other", "x": "y"})
    read = graph.get(f"{path(made)}?$expand=extensions")
    assert {e["extensionName"]: e.get("n") for e in read["extensions"]} == {"crm": 2, "other": None}
    assert graph("DELETE", f"{path(made)}/extensions/crm").status_code == 204
    assert graph("GET", f"{path(made)}/extensions/$count").text == "1"


FILTERS = {
    "subject eq 'AUCTION'": ["Auction"],
    "startswith(subject,'au')": ["Auction"],
    "contains(subject,'home')": ["Open home"],
    "start/dateTime ge '2026-12-06T00:00:00'": ["Auction", "Fair"],
    "start/dateTime lt '2026-12-05T00:00:00Z'": ["Open home"],
    "end/dateTime le '2026-12-10T11:00:00+11:00' and isAllDay eq false": ["Open home", "Auction"],
    "isAllDay eq true": ["Fair"],
    "not (isAllDay eq true)": ["Open home", "Auction"],
    "categories/any(c:c eq 'vip')": ["Auction"],
    "sensitivity eq 'private' or showAs eq 'free'": ["Auction", "Fair"],
    "type eq 'seriesMaster'": [],
    "lastModifiedDateTime ge 2020-01-01T00:00:00Z": ["Open home", "Auction", "Fair"],
}


@pytest.mark.parametrize("words", FILTERS)
def test_filters_find_events(graph: Client, words: str) -> None:
    graph.create("/me/events", **event())
    more = {"categories": ["VIP"], "sensitivity": "private", "subject": "Auction"}
    graph.create("/me/events", **{**event("2026-12-10 10:00", "2026-12-10 11:00"), **more})
    fair = whole_day("2026-12-12", "2026-12-13", showAs="free")
    graph.create("/me/events", **{**fair, "subject": "Fair"})
    quoted = words.replace("+", "%2B")
    found = graph.get(f"/me/events?$filter={quoted}&$select=subject")["value"]
    assert [row["subject"] for row in found] == FILTERS[words]
    assert graph("GET", f"/me/events/$count?$filter={quoted}").text == str(len(found))


@pytest.mark.parametrize(
    "words", ["bodyPreview eq 'x'", "start ge '2026-01-01'", "start/dateTime ge 'soon'", "moon"]
)
def test_filters_that_exchange_does_not_take_are_refused(graph: Client, words: str) -> None:
    assert code(graph("GET", f"/me/events?$filter={words}")) == "400 ErrorInvalidUrlQueryFilter"


def test_events_are_sorted_and_cut(graph: Client) -> None:
    for day in (9, 5, 7):
        made = event(f"2026-12-{day:02} 10:00", f"2026-12-{day:02} 11:00")
        graph.create("/me/events", **{**made, "subject": str(day)})
    ordered = graph.get("/me/events?$orderby=start/dateTime desc&$select=subject")["value"]
    assert [row["subject"] for row in ordered] == ["9", "7", "5"]
    page = graph.get("/me/events?$orderby=start/dateTime&$top=2&$count=true")
    assert (page["@odata.count"], len(page["value"])) == (3, 2)
    rows, _ = graph.all_pages("/me/events?$orderby=start/dateTime&$top=2")
    assert [row["subject"] for row in rows] == ["5", "7", "9"]
    for words in (
        "$orderby=bodyPreview",
        "$search=x",
        "$select=colour",
        "$select=exceptionOccurrences",
    ):
        assert graph("GET", f"/me/events?{words}").status_code in (400, 501)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an end before the start": (
        event("2026-12-05 10:00", "2026-12-05 09:00"),
        "ErrorPropertyValidationFailure",
    ),
    "no end": ({"subject": "x", "start": at("2026-12-05 10:00")}, "ErrorInvalidRequest"),
    "a whole day that starts at ten": (
        event("2026-12-05 10:00", "2026-12-06 00:00", isAllDay=True),
        "ErrorInvalidRequest",
    ),
    "a whole day without length": (
        event("2026-12-05 00:00", "2026-12-05 00:00", isAllDay=True),
        "ErrorInvalidRequest",
    ),
    "a whole day in two zones": (
        {**whole_day("2026-12-05", "2026-12-07"), "end": at("2026-12-07 00:00", "UTC")},
        "ErrorInvalidRequest",
    ),
    "a time with an offset": (
        event() | {"start": {"dateTime": "2026-12-05T10:00:00+11:00", "timeZone": SYDNEY}},
        "RequestBodyRead",
    ),
    "a Z in a zone that is not UTC": (
        event() | {"start": {"dateTime": "2026-12-05T10:00:00Z", "timeZone": SYDNEY}},
        "ErrorInvalidProperty",
    ),
    "a year that Windows does not know": (
        event("9999-12-31 10:00", "9999-12-31 11:00"),
        "ErrorInvalidProperty",
    ),
    "a property that no event has": (event(colour="red"), "RequestBodyRead"),
    "a property that only Exchange sets": (event(isCancelled=True), "ErrorInvalidProperty"),
    "a wrong member": (event(showAs="asleep"), "RequestBodyRead"),
    "a text for a number": (event(reminderMinutesBeforeStart="15"), "RequestBodyRead"),
    "null for a list": (event(categories=None), "BadRequest"),
    "a title that is too long": (event() | {"subject": "x" * 256}, "ErrorInvalidProperty"),
    "a guest without an address": (event(attendees=[{"emailAddress": {}}]), "ErrorInvalidProperty"),
    "too many guests": (
        event(attendees=[{"emailAddress": {"address": "a@x.example"}}] * 501),
        "ErrorInvalidProperty",
    ),
    "an unknown part of a place": (event(location={"name": "x"}), "RequestBodyRead"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_is_refused_and_nothing_is_made(
    graph: Client, control: Control, name: str
) -> None:
    body, expected = BAD[name]
    assert code(graph("POST", "/me/events", body)) == f"400 {expected}"
    assert control.mailbox()["events"] == []
    made = graph.create("/me/events", **event())
    assert graph("PATCH", path(made), {**event(), **body}).status_code in (
        (200,) if name == "no end" else (400,)
    )


@pytest.mark.parametrize("policy,length", [("refuse", 0), ("truncate", 255), ("keep", 300)])
def test_what_becomes_of_a_long_title(
    graph: Client, control: Control, policy: str, length: int
) -> None:
    control.switch(long_subject=policy)
    answer = graph("POST", "/me/events", event() | {"subject": "x" * 300})
    assert answer.status_code == (201 if length else 400)
    if length:
        assert len(answer.json()["subject"]) == length


def test_a_transaction_is_carried_out_once(graph: Client, control: Control) -> None:
    body = event(transactionId="T-1", **FULL)
    first = graph("POST", "/me/events", body)
    again = graph("POST", "/me/events", body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert first.json()["transactionId"] == "T-1"
    assert len(control.mailbox()["events"]) == 1
    other = graph("POST", "/me/events", {**body, "subject": "Another"})
    assert code(other) == "409 ErrorDuplicateTransactionId"
    control.switch(transaction_status="400")
    other = graph("POST", "/me/events", {**body, "subject": "Another"})
    assert code(other) == "400 ErrorDuplicateTransactionId"
    changed = graph("PATCH", path(first.json()), {"transactionId": "T-2"})
    assert code(changed) == "400 ErrorInvalidProperty"


def test_a_repeated_transaction_may_be_refused(graph: Client, control: Control) -> None:
    control.switch(transaction_replay="refuse")
    body = event(transactionId="T-1")
    graph("POST", "/me/events", body)
    assert code(graph("POST", "/me/events", body)) == "409 ErrorDuplicateTransactionId"


def test_a_transaction_of_a_deleted_event_makes_no_new_one(graph: Client) -> None:
    body = event(transactionId="T-1")
    graph("DELETE", path(graph.create("/me/events", **body)))
    assert code(graph("POST", "/me/events", body)) == "409 ErrorDuplicateTransactionId"


def test_a_transaction_may_be_forgotten(graph: Client, control: Control) -> None:
    control.switch(transaction_life=60)
    body = event(transactionId="T-1")
    first = graph.create("/me/events", **body)
    control.post("clock", {"advance": 61})
    assert graph.create("/me/events", **body)["id"] != first["id"]


def test_both_forms_of_id_lead_to_an_event_and_its_dates(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **saturdays())
    plain = {"Prefer": ""}
    (short,) = graph.get("/me/events", **plain)["value"]
    assert short["id"] != made["id"]
    assert graph.get(f"/me/events/{short['id']}")["id"] == made["id"]
    second = graph.get(view())["value"][1]
    other = graph.get(view(), **plain)["value"][1]
    assert other["id"] not in (second["id"], short["id"])
    assert other["seriesMasterId"] == short["id"]
    assert graph.get(f"/me/events/{other['id']}")["id"] == second["id"]
    assert graph("GET", f"/me/events/{made['id'].swapcase()}").status_code in (400, 404)
    assert code(graph("GET", "/me/events/moon")) == "400 ErrorInvalidIdMalformed"


def test_an_app_on_its_own_works_in_a_mailbox(graph: Client, control: Control) -> None:
    made = graph.create(f"/users/{JANE}/events", **event())
    assert graph.get(f"/users/{JANE}/calendar/events")["value"][0]["id"] == made["id"]
    assert code(graph("GET", "/users/admin@harbour.example/events")) == "403 ErrorAccessDenied"


def test_events_travel_in_batches(graph: Client) -> None:
    answers = graph.batch(
        item(1, "POST", "/me/events", event()),
        item(2, "POST", "/me/events", event(zone="Nowhere")),
        item(3, "GET", view()),
    )
    assert (answers["1"]["status"], answers["2"]["status"], answers["3"]["status"]) == (
        201,
        400,
        200,
    )


def test_scripted_faults_strike_events_as_they_do_contacts(graph: Client, control: Control) -> None:
    control.post(
        "faults", {"method": "POST", "path": "/me/events$", "status": 503, "commit": "after"}
    )
    assert graph("POST", "/me/events", event()).status_code == 503
    assert len(control.mailbox()["events"]) == 1, "it was carried out before the answer was lost"


def test_a_body_is_kept_as_a_page_without_what_is_active(graph: Client) -> None:
    nasty = (
        "<script>alert(1)</script><p onclick='x()'>Hi <a href=\"javascript:x\">there</a></p>"
        "<iframe src='x'></iframe>"
    )
    made = graph.create("/me/events", **event(body={"contentType": "HTML", "content": nasty}))
    content = made["body"]["content"].lower()
    for word in ("script", "onclick", "iframe", "javascript"):
        assert word not in content
    assert made["bodyPreview"] == "Hi there"
    again = graph("PATCH", path(made), {"body": made["body"]}).json()
    assert again["body"] == made["body"], "what is sent back as it came stays as it is"
    plain = graph.create(
        "/me/events", **event(body={"contentType": "text", "content": "a <b>\nc & d"})
    )
    text = graph.get(path(plain), Prefer='outlook.body-content-type="text"')
    assert text["body"] == {"contentType": "text", "content": "a <b>\r\nc & d"}
    assert plain["body"]["contentType"] == "html"


def test_places_and_the_one_place_say_the_same(graph: Client) -> None:
    places = [{"displayName": "Room 3"}, {"displayName": "Lobby", "address": {"city": "Manly"}}]
    made = graph.create("/me/events", **event(locations=places))
    assert made["location"]["displayName"] == "Room 3; Lobby"
    assert [place["displayName"] for place in made["locations"]] == ["Room 3", "Lobby"]
    now = graph("PATCH", path(made), {"location": {"displayName": "Garden"}}).json()
    assert [place["displayName"] for place in now["locations"]] == ["Garden"]
    bare = graph("PATCH", path(made), {"location": {"displayName": ""}}).json()
    assert (bare["location"]["displayName"], bare["locations"]) == ("", [])


def test_an_online_meeting_lives_in_the_body(graph: Client) -> None:
    made = graph.create("/me/events", **event(isOnlineMeeting=True, **FULL))
    join = made["onlineMeeting"]["joinUrl"]
    assert made["onlineMeetingProvider"] == "teamsForBusiness"
    assert join in made["body"]["content"]
    assert "Bring the" in made["body"]["content"]
    kept = graph("PATCH", path(made), {"isOnlineMeeting": False, "subject": "x"}).json()
    assert kept["onlineMeeting"]["joinUrl"] == join, "it cannot be undone"
    gone = graph("PATCH", path(made), {"body": {"contentType": "text", "content": "new"}}).json()
    assert (gone["isOnlineMeeting"], gone["onlineMeeting"]) == (False, None)


def test_minding_a_reminder_makes_another_key_and_no_other_change(graph: Client) -> None:
    made = graph.create("/me/events", **event())
    assert graph("POST", f"{path(made)}/dismissReminder").status_code == 200
    later = {"newReminderTime": at("2026-12-05 09:00")}
    assert graph("POST", f"{path(made)}/snoozeReminder", later).status_code == 200
    now = graph.get(path(made))
    assert now["changeKey"] != made["changeKey"]
    assert now["isReminderOn"] == made["isReminderOn"]


def test_an_endless_series_is_no_burden(graph: Client) -> None:
    recurrence = rule("1990-01-01", "daily")
    body = event("1990-01-01 10:00", "1990-01-01 11:00", recurrence=recurrence)
    graph.create("/me/events", **body)
    rows = graph.get(f"{view('2090-01-01', '2090-01-08')}&$top=50")["value"]
    assert len(rows) == 7
