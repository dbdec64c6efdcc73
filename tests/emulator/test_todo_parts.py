"""What lies in a task: linked resources, the items of a checklist, open extensions."""

from __future__ import annotations

import pytest

from .clients import Client, Control
from .todo_builders import link, main_list, own_list, task, tasks_of

EXTENSION = {
    "@odata.type": "microsoft.graph.openTypeExtension",
    "extensionName": "com.agentbox",
    "stamp": "7",
}


def made(graph: Client, **more: object) -> str:
    """The address of a new task."""
    base = tasks_of(graph)
    return f"{base}/{graph.create(base, **task(**more))['id']}"


def test_what_is_linked_comes_with_the_task_and_when_it_is_asked_for(graph: Client) -> None:
    base = tasks_of(graph)
    answer = graph.create(base, **task(linkedResources=[link()]))
    (shown,) = answer["linkedResources"]
    assert {k: v for k, v in shown.items() if k != "id"} == link()
    assert "linkedResources" not in graph.get(base)["value"][0]
    (row,) = graph.get(f"{base}?$expand=linkedResources,checklistItems")["value"]
    assert row["linkedResources"] == [shown]
    assert row["checklistItems"] == []


def test_an_example_shows_what_is_linked_unasked(graph: Client, control: Control) -> None:
    control.switch(todo_linked_shown="always")
    base = tasks_of(graph)
    graph.create(base, **task(linkedResources=[link()]))
    graph.create(base, **task())
    shown = ["linkedResources" in row for row in graph.get(base)["value"]]
    assert shown == [True, False]
    assert "linkedResources" in graph.all_pages(f"{base}/delta")[0][0]


def test_linked_resources_have_addresses_of_their_own(graph: Client) -> None:
    path = made(graph)
    first = graph.create(f"{path}/linkedResources", **link())
    graph.create(f"{path}/linkedResources", **link("task-8"))
    one = f"{path}/linkedResources/{first['id']}"
    assert graph.get(one)["externalId"] == "task-7"
    changed = graph("PATCH", one, {"displayName": "Ann", "webUrl": None})
    assert changed.status_code == 200
    now = graph.get(one)
    assert (now["displayName"], now["externalId"]) == ("Ann", "task-7")
    assert "webUrl" not in now
    assert graph("GET", f"{path}/linkedResources/$count").text == "2"
    assert graph("DELETE", one).status_code == 204
    assert graph("GET", one).status_code == 404
    (left,) = graph.get(f"{path}/linkedResources")["value"]
    assert left["externalId"] == "task-8"


def test_linked_resources_cannot_be_sent_with_a_change(graph: Client) -> None:
    path = made(graph, linkedResources=[link()])
    assert graph("PATCH", path, {"linkedResources": [link("x")]}).status_code == 400
    assert graph.get(f"{path}/linkedResources")["value"][0]["externalId"] == "task-7"


def test_the_items_of_a_checklist_are_made_checked_and_deleted(graph: Client) -> None:
    path = made(graph)
    steps = f"{path}/checklistItems"
    first = graph.create(steps, displayName="Find the number")
    assert first["isChecked"] is False
    assert "checkedDateTime" not in first
    one = f"{steps}/{first['id']}"
    checked = graph("PATCH", one, {"isChecked": True}).json()
    assert checked["checkedDateTime"] >= first["createdDateTime"]
    renamed = graph("PATCH", one, {"displayName": "Find it"}).json()
    assert (renamed["isChecked"], renamed["checkedDateTime"]) == (True, checked["checkedDateTime"])
    assert "checkedDateTime" not in graph("PATCH", one, {"isChecked": False}).json()
    assert graph("GET", f"{steps}/$count").text == "1"
    assert graph("DELETE", one).status_code == 204
    assert graph.get(steps)["value"] == []
    assert graph("POST", steps, {}).status_code == 400
    assert graph("POST", steps, {"displayName": "x", "due": "y"}).status_code == 400


def test_a_new_task_is_changed_by_what_is_put_into_it_or_a_switch_says_not(
    graph: Client, control: Control
) -> None:
    path = made(graph)
    base = path.rpartition("/")[0]
    for tracked in (True, False):
        control.switch(todo_parts_tracked=tracked)
        before = graph.get(path)["@odata.etag"]
        _, at = graph.all_pages(f"{base}/delta")
        part = graph.create(f"{path}/linkedResources", **link())
        graph("PATCH", f"{path}/linkedResources/{part['id']}", {"displayName": "Ann"})
        graph.create(f"{path}/checklistItems", displayName="x")
        graph("DELETE", f"{path}/linkedResources/{part['id']}")
        assert (graph.get(path)["@odata.etag"] != before) is tracked
        assert len(graph.all_pages(at)[0]) == int(tracked)


@pytest.mark.parametrize("holder", ["list", "task"])
def test_open_extensions_belong_to_lists_and_tasks(graph: Client, holder: str) -> None:
    path = made(graph) if holder == "task" else f"/me/todo/lists/{own_list(graph)['id']}"
    graph.create(f"{path}/extensions", **EXTENSION)
    assert graph.get(f"{path}/extensions/com.agentbox")["stamp"] == "7"
    assert graph("POST", f"{path}/extensions", EXTENSION).status_code == 409
    shown = graph.get(f"{path}?$expand=extensions")["extensions"]
    assert [e["extensionName"] for e in shown] == ["com.agentbox"]
    one = f"{path}/extensions/com.agentbox"
    assert graph("PATCH", one, {"stamp": "8"}).json()["stamp"] == "8"
    assert graph("DELETE", one).status_code == 204
    assert graph("GET", one).status_code == 404


@pytest.mark.parametrize("policy", ["honour", "ignore", "refuse"])
def test_whether_a_list_shows_its_extensions(graph: Client, control: Control, policy: str) -> None:
    control.switch(todo_list_extensions=policy)
    path = f"/me/todo/lists/{own_list(graph)['id']}"
    graph.create(f"{path}/extensions", **EXTENSION)
    for address in (path, "/me/todo/lists"):
        answer = graph("GET", f"{address}?$expand=extensions")
        assert answer.status_code == (400 if policy == "refuse" else 200)
        assert ('"com.agentbox"' in answer.text) == (policy == "honour")


def test_an_extension_may_come_with_a_new_task(graph: Client) -> None:
    path = made(graph, extensions=[EXTENSION])
    (row,) = graph.get(f"{tasks_of(graph)}?$expand=extensions")["value"]
    assert row["extensions"][0]["stamp"] == "7"
    assert graph.get(f"{path}/extensions")["value"] == row["extensions"]


def test_parts_of_what_is_not_there_are_not_found(graph: Client) -> None:
    path = made(graph)
    assert graph("DELETE", path).status_code == 204
    for name in ("linkedResources", "checklistItems", "extensions"):
        assert graph("GET", f"{path}/{name}").status_code == 404
    assert graph("GET", f"{main_list(graph)}/tasks/x/linkedResources").status_code == 400
