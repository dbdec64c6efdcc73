"""Notifications of tasks: one subscription a list, for people only, and not for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .clients import JANE, Client, Control
from .endpoint import Endpoint
from .test_subscriptions import refused, subscribe
from .todo_builders import main_list, own_list, task


@pytest.fixture
def crm(control: Control) -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        control.post("subscriptions", {"address": endpoint.url})
        yield endpoint


def test_a_task_is_told_from_its_making_to_its_end(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    base = f"{main_list(graph)}/tasks"
    subscribe(graph, control, resource=base, changeType="created,updated,deleted")
    made = graph.create(base, **task())
    graph("PATCH", f"{base}/{made['id']}", {"title": "x"})
    graph("DELETE", f"{base}/{made['id']}")
    values = {value["changeType"]: value for value in crm.wait(3)}
    assert set(values) == {"created", "updated", "deleted"}
    owner = control.mailbox()["owner"]["oid"]
    told = values["created"]
    assert told["resource"] == f"Users/{owner}{base.removeprefix('/me')}/{made['id']}"
    assert told["resourceData"]["id"] == made["id"]
    assert told["resourceData"]["@odata.etag"] == made["@odata.etag"]


def test_a_moved_task_is_told_as_deleted_here_and_created_there(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    base = f"{main_list(graph)}/tasks"
    other = f"/me/todo/lists/{own_list(graph)['id']}/tasks"
    made = graph.create(base, **task())
    for resource in (base, other):
        subscribe(graph, control, resource=resource, changeType="created,updated,deleted")
    moved = control.person({"move_task": made["id"], "list": "Agentbox"})
    told = {value["changeType"]: value["resourceData"]["id"] for value in crm.wait(2)}
    assert told == {"deleted": made["id"], "created": moved["id"]}


def test_lists_and_what_is_not_there_cannot_be_subscribed_to(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    assert refused(graph, control, resource="/me/todo/lists")[0] == 400
    assert refused(graph, control, resource="/me/todo/lists/x/tasks")[0] == 404


def test_it_takes_the_right_to_write_tasks(graph: Client, control: Control, crm: Endpoint) -> None:
    resource = f"{main_list(graph)}/tasks"
    with Client(control.url, control.token(JANE, "Tasks.Read")) as reader:
        assert refused(reader, control, resource=resource)[0] == 403


@pytest.mark.parametrize("event,told", [("reauthorizationRequired", True), ("missed", False)])
def test_of_tasks_only_a_reauthorization_is_announced(
    graph: Client, control: Control, crm: Endpoint, event: str, told: bool
) -> None:
    base = f"{main_list(graph)}/tasks"
    life = "https://crm.example/lifecycle"
    made = subscribe(graph, control, resource=base, lifecycleNotificationUrl=life)
    body = {"id": made["id"], "lifecycle": event}
    answer = control.session.post(f"{control.url}/_emulator/subscriptions", json=body)
    assert answer.ok is told
    if told:
        (value,) = crm.wait(1)
        assert value["lifecycleEvent"] == event
