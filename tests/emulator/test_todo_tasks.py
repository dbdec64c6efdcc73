"""Tasks: made, read, changed, listed; what the service sets, and what nobody could confirm."""

from __future__ import annotations

from typing import Any

import pytest

from .clients import JANE, STAMP, Client, Control, item
from .todo_builders import LISTS, SYDNEY, dated, day, link, own_list, task, tasks_of, weekly

FULL: dict[str, Any] = {
    "title": "Call Mia",
    "body": {"content": "about the\nappraisal", "contentType": "text"},
    "importance": "high",
    "status": "inProgress",
    "categories": ["VIP"],
    "dueDateTime": day("2026-12-05"),
    "startDateTime": day("2026-12-04"),
    "reminderDateTime": day("2026-12-05", SYDNEY, "09:00"),
    "isReminderOn": True,
}


def test_a_task_is_made_as_it_is_sent(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **FULL)
    assert graph.get(f"{base}/{made['id']}") == made
    for name in ("title", "body", "importance", "status", "categories", "isReminderOn"):
        assert made[name] == FULL[name]
    assert dated(made) == "2026-12-05T00:00"
    assert dated(made, "startDateTime") == "2026-12-04T00:00"
    assert dated(made, "reminderDateTime") == "2026-12-04T22:00", "nine in Sydney"
    assert made["hasAttachments"] is False
    assert made["@odata.etag"].startswith('W/"')


def test_what_is_not_set_is_left_out(graph: Client) -> None:
    made = graph.create(tasks_of(graph), **task())
    absent = {"dueDateTime", "startDateTime", "completedDateTime", "reminderDateTime"}
    absent |= {"recurrence", "linkedResources", "bodyLastModifiedDateTime"}
    assert not absent & set(made)
    assert (made["status"], made["importance"]) == ("notStarted", "normal")
    assert made["body"] == {"content": "", "contentType": "text"}


def test_a_task_is_changed_cleared_and_deleted(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **FULL)
    path = f"{base}/{made['id']}"
    cleared = {"dueDateTime": None, "reminderDateTime": None, "categories": [], "body": None}
    changed = graph("PATCH", path, {"title": "Call Ann", **cleared})
    assert changed.status_code == 200
    now = graph.get(path)
    assert changed.json()["@odata.etag"] == now["@odata.etag"] != made["@odata.etag"]
    assert now["title"] == "Call Ann"
    assert "dueDateTime" not in now
    assert (now["categories"], now["isReminderOn"], now["body"]["content"]) == ([], False, "")
    assert dated(now, "startDateTime") == "2026-12-04T00:00", "what is not sent stays"
    assert graph("DELETE", path).status_code == 204
    assert graph("GET", path).status_code == 404
    assert graph("DELETE", path).status_code == 404
    assert graph.get(base)["value"] == []


def test_the_time_of_the_notes_is_that_of_their_last_change(
    graph: Client, control: Control
) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **FULL)
    control.post("clock", {"advance": 60})
    other = graph("PATCH", f"{base}/{made['id']}", {"title": "x"}).json()
    assert other["lastModifiedDateTime"] > made["lastModifiedDateTime"]
    assert other["bodyLastModifiedDateTime"] == made["bodyLastModifiedDateTime"]
    notes = {"body": {"content": "new", "contentType": "text"}}
    last = graph("PATCH", f"{base}/{made['id']}", notes).json()
    assert last["bodyLastModifiedDateTime"] > made["bodyLastModifiedDateTime"]


@pytest.mark.parametrize("status", ["notStarted", "inProgress", "waitingOnOthers", "deferred"])
def test_completing_sets_the_time_and_reopening_clears_it(control: Control, status: str) -> None:
    control.post("clock", {"set": "2026-12-05T03:30:00+00:00"})
    with Client(control.url, control.token(JANE)) as graph:
        base = tasks_of(graph)
        made = graph.create(base, **task(status=status))
        path = f"{base}/{made['id']}"
        done = graph("PATCH", path, {"status": "completed"}).json()
        assert dated(done, "completedDateTime")[:13] == "2026-12-05T03"
        control.post("clock", {"advance": 60})
        again = graph("PATCH", path, {"status": "completed"}).json()
        assert again["completedDateTime"] == done["completedDateTime"]
        back = graph("PATCH", path, {"status": status}).json()
        assert (back["status"], "completedDateTime" in back) == (status, False)


@pytest.mark.parametrize("policy,expected", [("kept", "T03:30"), ("midnight", "T00:00")])
def test_whether_the_hour_of_completion_is_kept(
    graph: Client, control: Control, policy: str, expected: str
) -> None:
    control.switch(todo_completed_time=policy)
    at = day("2026-12-05", "UTC", "03:30")
    made = graph.create(tasks_of(graph), **task(status="completed", completedDateTime=at))
    assert dated(made, "completedDateTime") == f"2026-12-05{expected}"


@pytest.mark.parametrize("policy,is_on", [("implies", True), ("as_sent", False)])
def test_whether_the_time_of_a_reminder_turns_it_on(
    graph: Client, control: Control, policy: str, is_on: bool
) -> None:
    control.switch(todo_reminder=policy)
    made = graph.create(tasks_of(graph), **task(reminderDateTime=day("2026-12-05")))
    assert made["isReminderOn"] is is_on


@pytest.mark.parametrize(
    "policy,kind,content",
    [
        ("text", "text", "one\r\ntwo"),
        ("as_sent", "html", "<p>one</p><p>two</p>"),
        ("html", "html", ""),
    ],
)
def test_how_notes_in_html_come_back(
    graph: Client, control: Control, policy: str, kind: str, content: str
) -> None:
    control.switch(todo_body=policy)
    notes = {"content": "<p>one</p><p>two</p>", "contentType": "html"}
    made = graph.create(tasks_of(graph), **task(body=notes))
    assert made["body"]["contentType"] == kind
    if content:
        assert made["body"]["content"] == content
    else:
        assert "<html>" in made["body"]["content"]


@pytest.mark.parametrize("policy,status", [("ignore", 200), ("honour", 412)])
def test_whether_if_match_is_looked_at(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(todo_if_match=policy)
    base = tasks_of(graph)
    made = graph.create(base, **task())
    path = f"{base}/{made['id']}"
    assert graph("PATCH", path, {"title": "x"}, If_Match='W/"old"').status_code == status
    etag = graph.get(path)["@odata.etag"]
    assert graph("PATCH", path, {"title": "y"}, If_Match=etag).status_code == 200
    expected = 204 if status == 200 else status
    assert graph("DELETE", path, If_Match='W/"old"').status_code == expected


@pytest.mark.parametrize("policy", ["plain", "immutable"])
def test_a_move_to_another_list_changes_the_id(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_ids=policy)
    base, other = tasks_of(graph), own_list(graph)
    made = graph.create(base, **task(linkedResources=[link()]))
    control.person({"move_task": made["id"], "list": "Agentbox"})
    (moved,) = graph.get(f"{LISTS}/{other['id']}/tasks?$expand=linkedResources")["value"]
    assert (moved["id"] == made["id"]) == (policy == "immutable")
    assert moved["linkedResources"][0]["externalId"] == "task-7"
    assert moved["createdDateTime"] == made["createdDateTime"]
    assert graph("GET", f"{base}/{made['id']}").status_code == 404


def test_the_id_header_is_not_said_to_be_applied_where_it_is_not(
    graph: Client, control: Control
) -> None:
    base = tasks_of(graph)
    assert "IdType" not in graph("GET", base).headers.get("Preference-Applied", "")
    control.switch(todo_ids="immutable")
    assert "IdType" in graph("GET", base).headers["Preference-Applied"]


@pytest.mark.parametrize("policy", ["ignore", "honour"])
def test_whether_a_zone_that_is_asked_for_is_given(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_time_zone=policy)
    base = tasks_of(graph)
    graph.create(base, **FULL)
    answer = graph("GET", base, Prefer=f'outlook.timezone="{SYDNEY}"')
    (row,) = answer.json()["value"]
    heeded = policy == "honour"
    assert ("outlook.timezone" in answer.headers.get("Preference-Applied", "")) == heeded
    shown = row["reminderDateTime"]
    expected = ("2026-12-05T09", SYDNEY) if heeded else ("2026-12-04T22", "UTC")
    assert (shown["dateTime"][:13], shown["timeZone"]) == expected


@pytest.mark.parametrize("policy", ["honour", "ignore"])
def test_whether_select_selects(graph: Client, control: Control, policy: str) -> None:
    control.switch(todo_select=policy)
    base = tasks_of(graph)
    graph.create(base, **FULL)
    (row,) = graph.get(f"{base}?$select=title,completedDateTime")["value"]
    assert ("body" in row) == (policy == "ignore")
    if policy == "honour":
        assert set(row) == {"@odata.etag", "id", "title", "completedDateTime"}
        assert row["completedDateTime"] is None


BAD: list[dict[str, Any]] = [
    {"status": "done"},
    {"title": 7},
    {"title": "x" * 256},
    {"subject": "x"},
    {"dueDateTime": "2026-12-05"},
    {"dueDateTime": {"dateTime": "2026-12-05T00:00:00+11:00", "timeZone": "UTC"}},
    {"dueDateTime": {"dateTime": "2026-12-05T00:00:00", "timeZone": "Mars Standard Time"}},
    {"createdDateTime": "2026-12-05T00:00:00Z"},
    {"linkedResources": [{"url": "x"}]},
    {"checklistItems": [{"displayName": "x"}]},
    {"recurrence": {"pattern": {"type": "weekly", "interval": 1}, "range": {"type": "noEnd"}}},
    {"singleValueExtendedProperties": [{"id": STAMP, "value": "7"}]},
]


@pytest.mark.parametrize("body", BAD, ids=lambda body: next(iter(body)))
def test_what_a_task_cannot_be_is_refused(graph: Client, body: dict[str, Any]) -> None:
    base = tasks_of(graph)
    assert graph("POST", base, {**task(), **body}).status_code == 400
    assert graph.get(base)["value"] == []


@pytest.mark.parametrize(
    "query,expected",
    [
        ("status ne 'completed'", ["A", "C"]),
        ("status eq 'completed'", ["B"]),
        ("importance eq 'high'", ["C"]),
        ("contains(title,'c')", ["C"]),
        ("dueDateTime/dateTime ge '2026-12-05T00:00:00Z'", ["B"]),
        ("dueDateTime/dateTime lt 2026-12-05", ["A"]),
        ("categories/any(c:c eq 'vip')", ["A"]),
        ("isReminderOn eq false and not (title eq 'A')", ["B", "C"]),
        ("createdDateTime ge 2020-01-01T00:00:00Z", ["A", "B", "C"]),
    ],
)
def test_tasks_are_filtered(graph: Client, query: str, expected: list[str]) -> None:
    base = tasks_of(graph)
    graph.create(base, title="A", dueDateTime=day("2026-12-01"), categories=["VIP"])
    graph.create(base, title="B", dueDateTime=day("2026-12-05"), status="completed")
    graph.create(base, title="C", importance="high")
    rows = graph.get(f"{base}?$filter={query}")["value"]
    assert [row["title"] for row in rows] == expected


@pytest.mark.parametrize(
    "query", ["body eq 'x'", "status gt 'a'", "emailAddresses/any(e:e eq 'x')"]
)
def test_a_filter_that_to_do_does_not_have_is_refused(graph: Client, query: str) -> None:
    assert graph("GET", f"{tasks_of(graph)}?$filter={query}").status_code == 400


@pytest.mark.parametrize("query", ["title eq 'Call Mia'", "startswith(title,'Call')"])
@pytest.mark.parametrize("policy", ["refuse", "honour"])
def test_whether_tasks_are_filtered_by_their_title(
    graph: Client, control: Control, policy: str, query: str
) -> None:
    control.switch(todo_title_filter=policy)
    base = tasks_of(graph)
    graph.create(base, **task())
    answer = graph("GET", f"{base}?$filter={query}")
    assert answer.status_code == (200 if policy == "honour" else 400)
    assert graph.get(f"{base}?$filter=status eq 'notStarted'")["value"], "others are"


@pytest.mark.parametrize("policy", ["refuse", "honour"])
def test_whether_a_task_is_found_by_what_is_linked_to_it(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_linked_filter=policy)
    base = tasks_of(graph)
    made = graph.create(base, **task(linkedResources=[link()]))
    graph.create(base, **task())
    wanted = "linkedResources/any(l:l/externalId eq 'task-7')"
    answer = graph("GET", f"{base}?$filter={wanted}")
    assert answer.status_code == (200 if policy == "honour" else 400)
    if policy == "honour":
        assert [row["id"] for row in answer.json()["value"]] == [made["id"]]


def test_tasks_come_in_pages_and_in_order(graph: Client) -> None:
    base = tasks_of(graph)
    for number in (3, 1, 2):
        graph.create(base, title=f"N{number}", dueDateTime=day(f"2026-12-0{number}"))
    first = graph.get(f"{base}?$top=2&$orderby=dueDateTime/dateTime desc&$count=true")
    assert first["@odata.count"] == 3
    rows = first["value"] + graph.all_pages(first["@odata.nextLink"])[0]
    assert [row["title"] for row in rows] == ["N3", "N2", "N1"]
    assert graph("GET", f"{base}/$count").text == "3"


@pytest.mark.parametrize("policy", ["always", "filtered"])
def test_whether_a_list_shows_that_a_task_recurs(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_recurrence_listed=policy)
    base = tasks_of(graph)
    made = graph.create(base, **weekly())
    (row,) = graph.get(base)["value"]
    (found,) = graph.get(f"{base}?$filter=status ne 'completed'")["value"]
    assert ("recurrence" in row) == (policy == "always")
    assert "recurrence" in found
    assert "recurrence" in graph.get(f"{base}/{made['id']}")


def test_tasks_are_written_in_a_batch_and_after_a_fault_once(
    graph: Client, control: Control
) -> None:
    base = tasks_of(graph)
    control.post("faults", {"method": "POST", "path": "/tasks", "status": 503, "times": 1})
    answers = graph.batch(item(1, "POST", base, task()), item(2, "GET", base))
    assert {a["status"] for a in answers.values()} == {503, 200}
    assert graph.batch(item(1, "POST", base, task()))["1"]["status"] == 201
    assert len(graph.get(base)["value"]) == 1


def test_a_full_mailbox_takes_no_task(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task())
    control.person({"full": True})
    assert graph("POST", base, task()).status_code == 507
    assert graph("DELETE", f"{base}/{made['id']}").status_code == 204


def test_attachments_are_said_to_be_missing(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task())
    assert graph("GET", f"{base}/{made['id']}/attachments").status_code == 501
    assert graph("GET", f"{base}?$expand=attachments").status_code == 501
