"""A day of calendar work, held against Microsoft's own metadata."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .calendar_builders import at, event, invited, saturdays, view, whole_day
from .clients import CLIENT_ID, JANE, STAMP, Client, Control, item, seed
from .test_calendar_events import FULL, path
from .test_traffic_log import judge, lines, needs_checker

EXPAND = f"$expand=singleValueExtendedProperties($filter=id eq '{STAMP}')"
IMMUTABLE = 'IdType="ImmutableId"'


def calendars(graph: Client) -> None:
    graph.get("/me/calendar")
    made = graph.create("/me/calendars", name="Agentbox", color="lightTeal")
    base = f"/me/calendars/{made['id']}"
    graph.get("/me/calendars")
    graph("GET", "/me/calendars/$count")
    graph("PATCH", base, {"name": "CRM"})
    graph.create(f"{base}/events", **saturdays(transactionId="C-1"))
    graph.get(view(base=base))
    graph.all_pages(view(base=base, what="calendarView/delta"))
    graph("DELETE", base)


def events(graph: Client) -> None:
    made = graph.create("/me/events", **event(transactionId="E-1", isOnlineMeeting=True, **FULL))
    graph.create("/me/events", **whole_day("2026-12-24", "2026-12-26"))
    graph.get(f"{path(made)}?{EXPAND}")
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq 'A-7')"
    graph.get(f"/me/events?$filter={wanted}&{EXPAND}&$select=subject,start")
    graph("GET", "/me/events/$count")
    changed = graph("PATCH", path(made), {"subject": "x"}, If_Match=made["@odata.etag"]).json()
    graph("POST", f"{path(made)}/dismissReminder")
    graph("POST", f"{path(made)}/snoozeReminder", {"NewReminderTime": at("2026-12-05 09:00")})
    body = {"ToRecipients": [{"emailAddress": {"address": "d@x.example"}}], "Comment": "See"}
    graph("POST", f"{path(made)}/forward", body)
    etag = graph.get(path(made))["@odata.etag"]
    assert etag != changed["@odata.etag"]
    graph("DELETE", path(made), If_Match=etag)


def series(graph: Client) -> None:
    made = graph.create("/me/events", **saturdays(attendees=invited("mia@x.example")))
    rows = graph.get(view())["value"]
    moved = {"start": at("2026-12-12 12:00"), "end": at("2026-12-12 13:00")}
    graph("PATCH", path(rows[1]), moved, If_Match=rows[1]["@odata.etag"])
    graph("POST", f"{path(rows[2])}/cancel", {"Comment": "rain"})
    graph.get(view(what=f"events/{made['id']}/instances"))
    graph.get(
        f"{path(made)}?$select=subject,cancelledOccurrences,exceptionOccurrences"
        "&$expand=exceptionOccurrences"
    )
    prefer = f'{IMMUTABLE}, outlook.timezone="Nepal Standard Time", odata.maxpagesize=2'
    _, link = graph.all_pages(view(what="calendarView/delta"), Prefer=prefer)
    etag = graph.get(path(made))["@odata.etag"]
    graph("DELETE", path(made), If_Match=etag)
    rows, _ = graph.all_pages(link, Prefer=prefer)
    assert rows


def invitation(graph: Client, control: Control) -> None:
    for verb in ("accept", "tentativelyAccept", "decline"):
        made = control.person({"meeting": event(), "organizer": {"address": "ann@x.example"}})
        graph("POST", f"{path(made)}/{verb}", {"Comment": "ok", "SendResponse": True})


def batched(graph: Client) -> None:
    graph.batch(
        item(1, "POST", "/me/events", event()),
        item(2, "GET", view()),
        item(3, "GET", view(what="calendarView/delta")),
    )


def on_its_own(control: Control) -> None:
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    with Client(control.url, answer.json()["access_token"]) as app:
        base = f"/users/{JANE}"
        made = app.create(f"{base}/events", **event())
        app.get(view(base=base))
        app("DELETE", f"{base}/events/{made['id']}", If_Match=made["@odata.etag"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "traffic.jsonl"
    roles = ["Calendars.ReadWrite"]
    grant = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": roles}
    with EmulatorServer(log_file=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        control.post("seed", {"consent": [grant]})
        with Client(server.url, control.token(JANE)) as graph:
            calendars(graph)
            events(graph)
            series(graph)
            invitation(graph, control)
            batched(graph)
        on_its_own(control)
    return file


@needs_checker
def test_calendar_work_fits_microsoft_s_own_metadata(log: Path) -> None:
    assert len(lines(log)) > 35
    code, words = judge(log)
    # The habit that is noted is the tests': they change a calendar and cancel without a key.
    assert code == 0, words


@needs_checker
@pytest.mark.parametrize("part", ["events", "calendarView?", "delta", "instances", "calendars"])
def test_the_check_finds_what_is_planted_there(log: Path, part: str) -> None:
    entries = lines(log)
    found = next(
        e
        for e in entries
        if part in e["url"] and e["status"] in (200, 201) and isinstance(e["response_body"], dict)
    )
    body = found["response_body"]
    rows = body.get("value")
    (rows[0] if isinstance(rows, list) else body)["favouriteColour"] = "red"
    log.write_text("\n".join(json.dumps(e) for e in entries))
    code, words = judge(log)
    assert code == 1
    assert "favouriteColour" in words


def test_the_log_names_the_mails_of_the_day(log: Path) -> None:
    kinds = [mail["kind"] for entry in lines(log) for mail in entry.get("mail", ())]
    assert kinds == [
        "forward",
        "invitation",
        "update",
        "cancellation",
        "cancellation",
        "cancellation",
        "accepted",
        "tentativelyAccepted",
        "declined",
    ]
