"""The calendar page without a script: forms alone do everything that can be done."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
import requests

from .calendar_builders import event, invited, rule, saturdays, whole_day
from .clients import JANE, Client, Control
from .test_calendar_events import path

BASE = f"/mailbox/{JANE}/calendar"
WEEK = {"day": "2026-12-03"}


def read(control: Control, **query: str) -> str:
    answer = control.session.get(control.url + BASE, params={**WEEK, **query})
    assert answer.status_code == 200
    return answer.text


def form(page: str) -> dict[str, str]:
    """The event's form as a browser would send it back."""
    card = page.partition('id="card"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]+>", card):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        if 'type="checkbox"' in tag:
            found |= {name[1]: "on"} if " checked" in tag else {}
        else:
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', card):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', card, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        found[name] = (
            html.unescape(chosen[1] if chosen[1] is not None else chosen[2].strip())
            if chosen
            else ""
        )
    return found


def send(control: Control, tail: str, values: dict[str, str], **query: str) -> requests.Response:
    return control.session.post(
        f"{control.url}{BASE}/{tail}",
        params={**WEEK, **query},
        data=values,
        headers={"Origin": control.url},
    )


def events(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control.mailbox()["events"]
    return found


def titles(page: str, kind: str = "block") -> list[str]:
    found = re.findall(rf'<a class="{kind} .*?<b>([^<]*)</b>', page, re.DOTALL)
    return [html.unescape(title) for title in found]


def seen(control: Control, graph: Client) -> list[str]:
    rows = graph.get(
        "/me/calendarView?startDateTime=2026-12-01&endDateTime=2027-01-01&$top=50",
        Prefer='outlook.timezone="AUS Eastern Standard Time"',
    )["value"]
    return [f"{row['start']['dateTime'][5:16]} {row['subject']}" for row in rows]


def test_the_page_has_no_script_or_style_of_its_own(control: Control) -> None:
    control.person({"add_event": saturdays()})
    control.person({"add_event": whole_day("2026-12-03", "2026-12-05")})
    page = read(control)
    assert "Emulator – not Microsoft" in page
    assert "<script>" not in page
    assert " style=" not in page
    assert titles(page) == ["Open home"]
    assert titles(page, "bar-item") == ["Open home"]


def test_a_new_event_is_made_by_the_form(control: Control, graph: Client) -> None:
    values = form(read(control, new="2026-12-04T15:00"))
    assert (values["start_date"], values["start_time"]) == ("2026-12-04", "15:00")
    assert values["end_time"] == "15:30"
    answer = send(control, "events", {**values, "subject": "Appraisal", "private": "on"})
    assert "Created." in answer.text
    (made,) = events(control)
    assert (made["subject"], made["sensitivity"]) == ("Appraisal", "private")
    assert made["start"]["timeZone"] == "AUS Eastern Standard Time"
    assert seen(control, graph) == ["12-04T15:00 Appraisal"]
    assert '<span class="visually-hidden">private</span>' in answer.text


def test_an_edit_writes_only_what_was_edited(control: Control, graph: Client) -> None:
    made = graph.create(
        "/me/events",
        **event(zone="Nepal Standard Time", body={"contentType": "html", "content": "<b>x</b>"}),
    )
    values = form(read(control, event=made["id"]))
    send(control, f"events/{quote(made['id'])}", {**values, "location": "Garden"})
    now = graph.get(path(made))
    assert now["location"]["displayName"] == "Garden"
    assert now["originalStartTimeZone"] == "Nepal Standard Time"
    assert "<b>x</b>" in now["body"]["content"]
    key = now["changeKey"]
    values = form(read(control, event=made["id"]))
    send(control, f"events/{quote(made['id'])}", values)
    assert graph.get(path(made))["changeKey"] == key, "nothing was edited"


def test_one_of_a_series_is_edited_moved_and_cancelled(control: Control, graph: Client) -> None:
    made = graph.create("/me/events", **saturdays(until="2026-12-19"))
    rows = graph.get("/me/calendarView?startDateTime=2026-12-01&endDateTime=2027-01-01")["value"]
    page = read(control, event=rows[0]["id"])
    assert "This one" in page
    values = {**form(page), "subject": "Auction", "start_time": "11:00", "end_time": "12:00"}
    send(control, f"events/{quote(rows[0]['id'])}", values)
    moved = {"start": "2026-12-13T09:00", "minutes": "45"}
    send(control, f"events/{quote(rows[1]['id'])}/move", moved)
    assert seen(control, graph) == [
        "12-05T11:00 Auction",
        "12-13T09:00 Open home",
        "12-19T10:00 Open home",
    ]
    answer = send(control, f"events/{quote(rows[2]['id'])}/delete", {})
    assert "Cancelled one: Open home" in answer.text
    assert len(seen(control, graph)) == 2
    undo = re.search(r'name="date" value="([^"]+)"', answer.text)
    assert undo
    send(control, f"events/{quote(made['id'])}/restore", {"date": undo[1]})
    assert len(seen(control, graph)) == 3


def test_the_whole_series_is_edited_and_deleted_with_undo(control: Control, graph: Client) -> None:
    made = graph.create("/me/events", **saturdays())
    values = form(read(control, event=made["id"]))
    assert (values["repeat"], values["until"]) == ("weekly", "")
    change = {**values, "start_time": "11:00", "end_time": "11:30", "until": "2026-12-12"}
    send(control, f"events/{quote(made['id'])}", change)
    assert seen(control, graph) == ["12-05T11:00 Open home", "12-12T11:00 Open home"]
    answer = send(control, f"events/{quote(made['id'])}/delete", {})
    assert "Deleted: Open home" in answer.text
    assert seen(control, graph) == []
    assert "Put back." in send(control, f"events/{quote(made['id'])}/restore", {"date": ""}).text
    assert len(seen(control, graph)) == 2


REPEATS = {
    "daily": ["12-05", "12-06", "12-07"],
    "workdays": ["12-07", "12-08", "12-09"],
    "weekly": ["12-05", "12-12", "12-19"],
    "fortnightly": ["12-05", "12-19"],
    "monthly": ["12-05"],
    "nth": ["12-05"],
    "yearly": ["12-05"],
}


@pytest.mark.parametrize("repeat", REPEATS)
def test_each_way_to_repeat_is_made_and_shown_again(
    control: Control, graph: Client, repeat: str
) -> None:
    values = form(read(control, new="2026-12-05T10:00"))
    send(control, "events", {**values, "subject": "x", "repeat": repeat})
    days = [row[:5] for row in seen(control, graph)]
    assert days[: len(REPEATS[repeat])] == REPEATS[repeat]
    (made,) = events(control)
    assert form(read(control, event=made["id"]))["repeat"] == repeat


def test_a_rule_that_the_form_cannot_say_is_shown_in_words_and_kept(
    control: Control, graph: Client
) -> None:
    recurrence = rule("2026-12-05", interval=3, daysOfWeek=["tuesday", "saturday"], count=9)
    made = graph.create("/me/events", **event(recurrence=recurrence))
    page = read(control, event=made["id"])
    assert "Every 3 weeks on Tuesday and Saturday, 9 times" in page
    values = {**form(page), "start_time": "10:10"}
    send(control, f"events/{quote(made['id'])}", values)
    kept = graph.get(path(made))["recurrence"]
    assert (kept["pattern"]["interval"], kept["range"]["numberOfOccurrences"]) == (3, 9)


def test_whole_days_are_typed_with_their_last_day(control: Control, graph: Client) -> None:
    values = form(read(control, new="2026-12-04"))
    whole = {"subject": "Fair", "all_day": "on", "end_date": "2026-12-05"}
    send(control, "events", {**values, **whole})
    (made,) = events(control)
    assert (made["start"]["dateTime"][:10], made["end"]["dateTime"][:10]) == (
        "2026-12-04",
        "2026-12-06",
    )
    assert form(read(control, event=made["id"]))["end_date"] == "2026-12-05"
    moved = {"start": "2026-12-01T00:00", "minutes": "2880"}
    send(control, f"events/{quote(made['id'])}/move", moved)
    assert seen(control, graph) == ["12-01T00:00 Fair"]


@pytest.mark.parametrize(
    "change,words",
    [
        ({"end_time": "09:00"}, "The end lies before the start"),
        ({"start_date": "soon"}, "Give a date and a time"),
        ({"guests": "Mia"}, "no e-mail address"),
        ({"repeat": "hourly"}, "The page was too old"),
        ({"reminder": "soon"}, "The page was too old"),
        ({"repeat": "daily", "until": "never"}, "no date"),
        ({"start_date": "9998-12-31", "end_date": "9999-12-31"}, "none that Exchange knows"),
        ({"subject": "x" * 300}, "at most 255 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_lost(
    control: Control, change: dict[str, str], words: str
) -> None:
    values = {**form(read(control, new="2026-12-05T10:00")), "notes": "Mind the dog", **change}
    answer = send(control, "events", values)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert "Mind the dog" in answer.text
    assert events(control) == []


def test_a_move_past_the_one_beside_it_is_explained(control: Control, graph: Client) -> None:
    graph.create("/me/events", **saturdays())
    rows = graph.get("/me/calendarView?startDateTime=2026-12-01&endDateTime=2027-01-01")["value"]
    move = {"start": "2026-12-12T18:00", "minutes": "30"}
    answer = send(control, f"events/{quote(rows[0]['id'])}/move", move)
    assert answer.status_code == 422
    assert "cannot be moved to or past the day of the one beside it" in answer.text


def test_guests_are_written_to_and_an_invitation_is_answered(
    control: Control, graph: Client
) -> None:
    values = form(read(control, new="2026-12-05T10:00"))
    send(control, "events", {**values, "subject": "Tour", "guests": "mia@x.example; tom@x.example"})
    (mail,) = control.get("mail")["mail"]
    assert (mail["kind"], mail["app"]) == ("invitation", "")
    assert mail["to"] == ["mia@x.example", "tom@x.example"]
    meeting = {**event(attendees=invited(JANE)), "subject": "Market"}
    made = control.person({"meeting": meeting, "organizer": {"address": "ann@x.example"}})
    assert "Invited by" in read(control, event=made["id"])
    send(control, f"events/{quote(made['id'])}/answer", {"answer": "accept"})
    assert control.get("mail")["mail"][-1]["kind"] == "accepted"
    assert graph.get(path(made))["showAs"] == "busy"


def test_calendars_are_made_chosen_and_deleted(control: Control) -> None:
    control.person({"add_event": event()})
    answer = send(control, "calendars", {"name": "Agentbox"})
    own = next(c for c in control.mailbox()["calendars"] if c["name"] == "Agentbox")
    assert titles(answer.text) == [], "the new one is chosen, and empty"
    values = form(read(control, new="2026-12-05T10:00", calendar=own["id"]))
    send(control, "events", {**values, "subject": "Theirs"})
    assert titles(read(control, calendar=own["id"])) == ["Theirs"]
    assert sorted(titles(read(control))) == ["Open home", "Theirs"]
    assert send(control, "calendars", {"name": "agentbox"}).status_code == 422
    send(control, f"calendars/{quote(own['id'])}/delete", {})
    assert titles(read(control)) == ["Open home"]


def test_days_and_weeks_are_walked_through(control: Control) -> None:
    control.person({"add_event": event()})
    assert "30 Nov – 6 Dec 2026" in read(control)
    assert "7 – 13 December 2026" in read(control, day="2026-12-10")
    assert "Saturday, 5 December 2026" in read(control, day="2026-12-05", view="day")
    assert titles(read(control, day="2026-12-05", view="day")) == ["Open home"]
    control.post("clock", {"set": "2026-12-04T20:00:00Z"})
    page = control.session.get(control.url + BASE).text
    assert 'aria-label="Saturday 5 December"' in page, "today by the clocks of the mailbox"
    assert read(control, day="nonsense")


def test_what_is_not_there_is_said(control: Control) -> None:
    assert (
        "has no mailbox"
        in control.session.get(f"{control.url}/mailbox/onprem@harbour.example/calendar").text
    )
    assert send(control, "events/nothing", {}).status_code == 404
    assert send(control, "events/nothing/delete", {}).status_code == 404
    foreign = control.session.post(
        f"{control.url}{BASE}/events", data={}, headers={"Origin": "http://evil.example"}
    )
    assert foreign.status_code == 403
