"""Seed, snapshot and the verbs of a person, as far as they concern tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import JANE, Client, Control, seed
from .todo_builders import LISTS, link, main_list, own_list, task, tasks_of, weekly


def planted() -> dict[str, Any]:
    given = seed()
    given["tenants"][0]["users"][0] |= {
        "tasks": [task(due="2026-12-05"), weekly(linkedResources=[link()])],
        "task_lists": [{"name": "Agentbox", "tasks": [task(status="completed")]}],
    }
    return given


def test_a_seed_plants_lists_and_tasks(control: Control) -> None:
    control.post("reset", {})
    made = control.post("seed", planted())
    assert (made["made"]["tasks"], made["tasks"]) == (3, 3)
    box = control.mailbox()
    assert [row["list"] for row in box["tasks"]] == ["Tasks", "Tasks", "Agentbox"]
    assert box["tasks"][1]["linkedResources"][0]["externalId"] == "task-7"
    assert [row["name"] for row in box["task_lists"]] == ["Tasks", "Flagged Emails", "Agentbox"]
    control.post("seed", planted())
    assert len(control.mailbox()["tasks"]) == 3, "a mailbox that exists is left as it is"
    control.post("reset", {})
    assert control.get("stats")["tasks"] == 0


def test_a_bad_task_of_a_seed_is_named(control: Control) -> None:
    control.post("reset", {})
    given = planted()
    given["tenants"][0]["users"][0]["tasks"][1]["status"] = "nearly"
    answer = control.session.post(f"{control.url}/_emulator/seed", json=given)
    assert answer.status_code == 400
    assert f"Task 2 of {JANE}" in answer.json()["error"]


def test_tasks_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        with Client(server.url, control.token(JANE)) as graph:
            base = tasks_of(graph)
            made = graph.create(base, **weekly(linkedResources=[link()]))
            own = own_list(graph)
            gone = graph.create(base, **task())
            moved = control.person({"move_task": gone["id"], "list": own["id"]})
            graph("DELETE", f"{LISTS}/{own['id']}/tasks/{moved['id']}")
            before = graph.get(f"{base}?$expand=linkedResources")["value"]
            _, at = graph.all_pages(f"{base}/delta")
            _, lists = graph.all_pages(f"{LISTS}/delta")
            token = graph.headers["Authorization"].removeprefix("Bearer ")
    with EmulatorServer(snapshot=file) as server, Client(server.url, token) as graph:
        assert graph.get(f"{base}?$expand=linkedResources")["value"] == before
        assert graph.all_pages(at)[0] == [], "a delta link is as good as before"
        assert graph.all_pages(lists)[0] == []
        graph("PATCH", f"{base}/{made['id']}", {"status": "completed"})
        assert len(graph.all_pages(at)[0]) == 2
        assert main_list(graph) + "/tasks" == base


def test_a_person_adds_edits_completes_and_reopens(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    steps = [{"displayName": "Find it"}, {"displayName": "Dial", "isChecked": True}]
    made = control.person({"add_task": task(due="2026-12-05", checklistItems=steps)})
    shown = graph.get(f"{base}/{made['id']}?$expand=checklistItems")
    assert [s["isChecked"] for s in shown["checklistItems"]] == [False, True]
    values = {"title": "Call Ann", "linkedResources": [link("by-hand")]}
    control.person({"edit_task": made["id"], "values": values})
    row = graph.get(f"{base}/{made['id']}?$expand=linkedResources")
    assert (row["title"], row["linkedResources"][0]["externalId"]) == ("Call Ann", "by-hand")
    done = control.person({"complete_task": made["id"]})
    assert done["completedDateTime"]
    assert control.person({"reopen_task": made["id"]})["status"] == "notStarted"


def test_tasks_are_copied_touched_deleted_restored_and_purged(
    graph: Client, control: Control
) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task(linkedResources=[link()]))
    assert control.person({"copy_task": made["id"]})["linkedResources"]
    control.switch(copy_keeps_stamp=False)
    assert control.person({"copy_task": made["id"]})["linkedResources"] == []
    touched = control.person({"touch_task": made["id"]})
    assert touched["etag"] != made["@odata.etag"]
    control.person({"delete_task": made["id"]})
    assert [row["id"] for row in control.mailbox()["deleted_tasks"]] == [made["id"]]
    back = control.person({"restore_task": made["id"]})
    assert graph.get(f"{base}/{back['id']}")["title"] == "Call Mia"
    assert control.person({"purge_task": back["id"]}) == {"purged": True}
    assert control.mailbox()["deleted_tasks"] == []
    assert graph("GET", f"{base}/{back['id']}").status_code == 404


def test_a_person_arranges_lists(graph: Client, control: Control) -> None:
    control.person({"add_list": "Agentbox"})
    control.person({"rename_list": "Agentbox", "to": "CRM"})
    made = control.person({"add_task": task(), "list": "CRM"})
    assert made["list"] == "CRM"
    control.person({"delete_list": "CRM"})
    assert len(graph.get(LISTS)["value"]) == 2
    box = control.mailbox()
    assert (box["tasks"], [row["id"] for row in box["deleted_tasks"]]) == ([], [made["id"]])
    back = control.person({"restore_task": made["id"]})
    assert back["list"] == "Tasks", "where its list is gone, it comes to the main one"


@pytest.mark.parametrize(
    "body",
    [
        {"edit_task": "x", "values": {}},
        {"delete_task": "x"},
        {"delete_list": "Tasks"},
        {"rename_list": "Flagged Emails", "to": "x"},
        {"add_task": task(), "list": "Nowhere"},
    ],
)
def test_what_cannot_be_done_is_refused(control: Control, body: dict[str, Any]) -> None:
    answer = control.session.post(f"{control.url}/_emulator/mailbox/{JANE}", json=body)
    assert answer.status_code in (400, 404)
