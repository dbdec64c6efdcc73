"""Seed, snapshot and the verbs of the control page, as far as they concern calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .calendar_builders import event, saturdays, starts, view
from .clients import JANE, STAMP, Client, Control, seed
from .test_calendar_events import path

STAMPED = [{"id": STAMP, "value": "7"}]


def planted() -> dict[str, Any]:
    given = seed()
    given["tenants"][0]["users"][0] |= {
        "events": [event(), saturdays()],
        "calendars": [{"name": "Agentbox", "events": [event()]}],
    }
    return given


def test_a_seed_plants_calendars_and_writes_to_nobody(control: Control) -> None:
    control.post("reset", {})
    made = control.post("seed", planted())
    assert (made["made"]["events"], made["events"]) == (3, 3)
    box = control.mailbox()
    assert [e["calendar"] for e in box["events"]] == ["Calendar", "Calendar", "Agentbox"]
    assert control.get("mail")["total"] == 0
    control.post("seed", planted())
    assert len(control.mailbox()["events"]) == 3, "a mailbox that exists is left as it is"
    control.post("reset", {})
    assert control.get("stats")["events"] == 0


def test_a_bad_event_of_a_seed_is_named(control: Control) -> None:
    control.post("reset", {})
    given = planted()
    given["tenants"][0]["users"][0]["events"][1]["end"] = None
    answer = control.session.post(f"{control.url}/_emulator/seed", json=given)
    assert answer.status_code == 400
    assert f"Event 2 of {JANE}" in answer.json()["error"]


def test_calendars_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        with Client(server.url, control.token(JANE)) as graph:
            made = graph.create(
                "/me/events",
                **saturdays(transactionId="T", singleValueExtendedProperties=STAMPED),
            )
            rows = graph.get(view())["value"]
            graph("PATCH", path(rows[1]), {"subject": "Auction"})
            graph("DELETE", path(rows[2]))
            before = graph.get(view())["value"]
            _, link = graph.all_pages(view(what="calendarView/delta"))
            token = graph.headers["Authorization"].removeprefix("Bearer ")
    with EmulatorServer(snapshot=file) as server, Client(server.url, token) as graph:
        assert graph.get(view())["value"] == before
        assert graph.all_pages(link)[0] == [], "a delta link is as good as before"
        wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq '7')"
        (found,) = graph.get(f"/me/events?$filter={wanted}")["value"]
        assert found["id"] == made["id"]
        body = saturdays(transactionId="T", singleValueExtendedProperties=STAMPED)
        again = graph.create("/me/events", **body)
        assert again["id"] == made["id"], "a transaction is remembered"
        graph("PATCH", path(made), {"categories": ["VIP"]})
        assert len(graph.all_pages(link)[0]) == 4


def test_a_person_edits_one_date_and_cancels_another(graph: Client, control: Control) -> None:
    made = control.person({"add_event": saturdays()})
    rows = graph.get(view())["value"]
    values = {"subject": "Auction"}
    edited = control.person({"edit_event": rows[1]["id"], "values": values})
    assert edited["exceptions"]["2026-12-12"]["changed"] == ["subject"]
    gone = control.person({"delete_event": rows[0]["id"]})
    assert gone["cancelled"] == ["2026-12-05"]
    assert gone["id"] == made["id"]
    assert [row["subject"] for row in graph.get(view())["value"]][:1] == ["Auction"]


def test_events_are_copied_moved_and_touched(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event(singleValueExtendedProperties=STAMPED))
    assert control.person({"copy_event": made["id"]})["extended"] == {STAMP: "7"}
    control.switch(copy_keeps_stamp=False)
    assert control.person({"copy_event": made["id"]})["extended"] == {}
    control.person({"add_calendar": "Agentbox"})
    moved = control.person({"move_event": made["id"], "calendar": "Agentbox"})
    assert (moved["calendar"], moved["id"]) == ("Agentbox", made["id"])
    assert len(graph.get("/me/events")["value"]) == 2
    control.person({"rename_calendar": "Agentbox", "to": "CRM"})
    control.person({"delete_calendar": "CRM"})
    assert graph("GET", path(made)).status_code == 404


def test_a_zone_without_a_name_is_shown_by_its_label(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    label = "tzone://Microsoft/Custom"
    control.person({"edit_event": made["id"], "zone": label})
    now = graph.get(path(made))
    assert now["originalStartTimeZone"] == label
    assert starts([now]) == starts([made])


@pytest.mark.parametrize("verb", ["edit_event", "delete_event", "touch_event"])
def test_verbs_on_what_is_not_there_are_refused(control: Control, verb: str) -> None:
    answer = control.session.post(f"{control.url}/_emulator/mailbox/{JANE}", json={verb: "x"})
    assert answer.status_code >= 400
