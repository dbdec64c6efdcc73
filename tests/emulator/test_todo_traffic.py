"""A day of work on tasks, held against Microsoft's own metadata."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import CLIENT_ID, JANE, Client, Control, item, seed
from .test_todo_tasks import FULL
from .test_traffic_log import judge, lines, needs_checker
from .todo_builders import LISTS, link, own_list, task, tasks_of, weekly

# Extensions are left out: the checker takes their type for a closed one, which it is not.
EXPAND = "$expand=linkedResources,checklistItems"


def lists(graph: Client) -> None:
    graph.get(f"{LISTS}?$top=1&$orderby=displayName")
    graph("GET", f"{LISTS}/$count")
    _, at = graph.all_pages(f"{LISTS}/delta", Prefer="odata.maxpagesize=1")
    path = f"{LISTS}/{own_list(graph)['id']}"
    etag = graph.get(path)["@odata.etag"]
    etag = graph("PATCH", path, {"displayName": "CRM"}, If_Match=etag).json()["@odata.etag"]
    graph.all_pages(at)
    graph("DELETE", path, If_Match=graph.get(path)["@odata.etag"])
    graph.all_pages(at)


def tasks(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **FULL, linkedResources=[link()])
    path = f"{base}/{made['id']}"
    graph.get(f"{base}?{EXPAND}&$filter=status ne 'completed'&$orderby=title&$count=true")
    graph.get(f"{base}?$select=title,dueDateTime,completedDateTime")
    graph("GET", f"{base}/$count")
    for name, body in (("linkedResources", link("8")), ("checklistItems", {"displayName": "x"})):
        part = graph.create(f"{path}/{name}", **body)
        graph("PATCH", f"{path}/{name}/{part['id']}", {"displayName": "y"})
        graph.get(f"{path}/{name}")
        graph.get(f"{path}/{name}/{part['id']}")
        graph("DELETE", f"{path}/{name}/{part['id']}")
    graph.get(f"{path}?{EXPAND}")
    etag = graph.get(path)["@odata.etag"]
    etag = graph("PATCH", path, {"status": "completed"}, If_Match=etag).json()["@odata.etag"]
    graph("DELETE", path, If_Match=etag)


def rounds(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    graph.create(base, **weekly())
    made = graph.create(base, **task(linkedResources=[link()]))
    _, at = graph.all_pages(f"{base}/delta?$expand=linkedResources&$top=1")
    control.person({"complete_task": graph.get(base)["value"][0]["id"]})
    control.person({"delete_task": made["id"]})
    rows, _ = graph.all_pages(at)
    assert len(rows) == 3
    graph.batch(item(1, "POST", base, task()), item(2, "GET", f"{base}/delta"))


def on_its_own(control: Control) -> None:
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    with Client(control.url, answer.json()["access_token"]) as app:
        base = f"/users/{JANE}/todo/lists"
        path = f"{base}/{app.get(base)['value'][0]['id']}/tasks"
        made = app.create(path, **task())
        app.get(f"{path}/delta")
        app("DELETE", f"{path}/{made['id']}", If_Match=made["@odata.etag"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "traffic.jsonl"
    grant = {
        "tenant": "harbour.example",
        "client_id": CLIENT_ID,
        "roles": ["Tasks.ReadWrite.All"],
    }
    with EmulatorServer(log_file=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        control.post("seed", {"consent": [grant]})
        with Client(server.url, control.token(JANE)) as graph:
            lists(graph)
            tasks(graph)
            rounds(graph, control)
        on_its_own(control)
    return file


@needs_checker
def test_work_on_tasks_fits_microsoft_s_own_metadata(log: Path) -> None:
    assert len(lines(log)) > 40
    code, words = judge(log)
    assert code == 0, words


@needs_checker
@pytest.mark.parametrize("part", ["/lists?", "/tasks?", "delta", "linkedR", "checklistI"])
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
