"""The tasks page without a script: forms alone do everything that can be done."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
import requests

from .clients import JANE, Client, Control
from .test_calendar_pages import form
from .todo_builders import SYDNEY, dated, day, link, main_list, own_list, task, tasks_of, weekly

BASE = f"/mailbox/{JANE}/tasks"


def read(control: Control, **query: str) -> str:
    answer = control.session.get(control.url + BASE, params=query)
    assert answer.status_code == 200
    return answer.text


def send(control: Control, tail: str, values: dict[str, str], **query: str) -> requests.Response:
    return control.session.post(
        f"{control.url}{BASE}/{tail}", params=query, data=values, headers={"Origin": control.url}
    )


def item(identifier: str, verb: str = "") -> str:
    return f"items/{quote(identifier)}{'/' + verb if verb else ''}"


def edit(control: Control, identifier: str, **values: str) -> requests.Response:
    shown = form(read(control, task=identifier))
    return send(control, item(identifier), {**shown, **values})


def rows(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control.mailbox()["tasks"]
    return found


def titles(page: str) -> list[str]:
    found = re.findall(r'<li class="line.*?<b>(.*?)</b>', page, re.DOTALL)
    return [
        html.unescape(re.sub(r"<span.*?</span>", "", text, flags=re.DOTALL)).strip()
        for text in found
    ]


def test_the_page_has_no_script_or_style_of_its_own(control: Control) -> None:
    control.person({"add_task": weekly(linkedResources=[link()])})
    page = read(control, task=rows(control)[0]["id"])
    assert "Emulator – not Microsoft" in page
    assert "<script>" not in page
    assert " style=" not in page
    assert titles(page) == ["Call Mia"]
    assert 'href="https://crm.example/tasks/7"' in page


def test_a_link_that_is_no_web_address_is_no_link(control: Control, graph: Client) -> None:
    linked = [link(webUrl="javascript:alert(1)", displayName="<b>x</b>")]
    made = graph.create(tasks_of(graph), **task(linkedResources=linked))
    page = read(control, task=made["id"])
    assert "javascript:" not in page
    assert "<b>x</b>" not in page


def test_a_task_is_added_by_its_title(control: Control) -> None:
    answer = send(control, "items", {"title": " Call Ann "})
    assert "Added." in answer.text
    (made,) = rows(control)
    assert (made["title"], made["dueDateTime"]) == ("Call Ann", None)
    assert send(control, "items", {"title": " "}).status_code == 422


def test_an_edit_writes_only_what_was_edited(control: Control, graph: Client) -> None:
    base = tasks_of(graph)
    notes = {"contentType": "html", "content": "<b>x</b>"}
    control.switch(todo_body="as_sent")
    made = graph.create(base, **task(dueDateTime=day("2026-12-05"), body=notes))
    edit(control, made["id"], importance="high")
    now = graph.get(f"{base}/{made['id']}")
    assert (now["importance"], now["body"]["content"]) == ("high", "<b>x</b>")
    assert dated(now) == "2026-12-05T00:00", "a day that was not edited keeps its writer"
    edit(control, made["id"])
    assert graph.get(f"{base}/{made['id']}")["@odata.etag"] == now["@odata.etag"]


@pytest.mark.parametrize(
    "client,kept",
    [
        ("local_midnight", "2026-12-04T13:00"),
        ("utc_midnight", "2026-12-05T00:00"),
        ("named_zone", "2026-12-05T00:00"),
        ("time_of_day", "2026-12-05T00:00"),
    ],
)
def test_one_chooses_which_client_writes_the_day(
    control: Control, graph: Client, client: str, kept: str
) -> None:
    made = control.person({"add_task": task()})
    edit(control, made["id"], due="2026-12-05", client=client)
    (row,) = graph.get(tasks_of(graph))["value"]
    assert dated(row) == kept
    page = read(control, task=made["id"])
    assert f"Graph answers {kept.replace('T', ' ')} UTC" in " ".join(page.split())
    assert form(page)["due"] == "2026-12-05"
    edit(control, made["id"], due="")
    assert rows(control)[0]["dueDateTime"] is None


def test_a_reminder_and_a_repetition_are_set_and_taken_away(
    control: Control, graph: Client
) -> None:
    made = control.person({"add_task": task(due="2026-12-05")})
    edit(control, made["id"], reminder="2026-12-05T09:00", repeat="weekly", until="2026-12-19")
    (row,) = graph.get(tasks_of(graph))["value"]
    assert (row["isReminderOn"], dated(row, "reminderDateTime")) == (True, "2026-12-04T22:00")
    assert row["recurrence"]["pattern"]["daysOfWeek"] == ["saturday"]
    assert "Every week on Saturday, until 19 December 2026" in read(control, task=made["id"])
    edit(control, made["id"], reminder="", repeat="")
    (row,) = graph.get(tasks_of(graph))["value"]
    assert (row["isReminderOn"], "recurrence" in row) == (False, False)


def test_one_is_completed_and_the_next_follows_and_one_is_opened_again(control: Control) -> None:
    made = control.person({"add_task": weekly()})
    answer = send(control, item(made["id"], "done"), {})
    assert "The next one of the series follows." in answer.text
    assert [row["status"] for row in rows(control)] == ["completed", "notStarted"]
    send(control, item(made["id"], "done"), {})
    assert [row["status"] for row in rows(control)] == ["notStarted", "notStarted"]


def test_a_task_is_moved_deleted_and_brought_back_with_other_ids(
    control: Control, graph: Client
) -> None:
    own = own_list(graph)
    made = control.person({"add_task": task()})
    answer = edit(control, made["id"], list=own["id"])
    assert "Moved to another list" in answer.text
    (moved,) = rows(control)
    assert (moved["list"], moved["id"] != made["id"]) == ("Agentbox", True)
    answer = send(control, item(moved["id"], "delete"), {})
    assert "Deleted Call Mia." in answer.text
    assert rows(control) == []
    answer = send(control, item(moved["id"], "restore"), {})
    assert "Restored, with a new id." in answer.text
    assert rows(control)[0]["id"] not in (made["id"], moved["id"])


def test_a_checklist_is_written_checked_and_cleared(control: Control, graph: Client) -> None:
    made = control.person({"add_task": task()})
    steps = item(made["id"], "steps")
    for name in ("One", "Two"):
        send(control, steps, {"what": "add", "name": name})
    one, _ = rows(control)[0]["checklistItems"]
    send(control, steps, {"check": one["id"]})
    (row,) = graph.get(f"{tasks_of(graph)}?$expand=checklistItems")["value"]
    assert [s["isChecked"] for s in row["checklistItems"]] == [True, False]
    assert "1 of 2" in read(control)
    send(control, steps, {"check": one["id"]})
    send(control, steps, {"remove": one["id"]})
    assert [s["displayName"] for s in rows(control)[0]["checklistItems"]] == ["Two"]


def test_lists_are_made_renamed_and_deleted(control: Control, graph: Client) -> None:
    send(control, "lists", {"name": "Agentbox"})
    (made,) = (t for t in control.mailbox()["task_lists"] if t["well_known"] == "none")
    send(control, f"lists/{quote(made['id'])}", {"name": "CRM"})
    assert "CRM" in read(control)
    send(control, f"lists/{quote(made['id'])}", {"name": "CRM", "what": "delete"})
    assert len(control.mailbox()["task_lists"]) == 2
    assert send(control, "lists", {"name": ""}).status_code == 422
    built_in = main_list(graph).rpartition("/")[2]
    assert send(control, f"lists/{quote(built_in)}", {"what": "delete"}).status_code == 404


BAD = [{"title": ""}, {"due": "soon"}, {"repeat": "hourly"}, {"original": "x"}, {"status": "x"}]


@pytest.mark.parametrize("values", BAD, ids=lambda values: next(iter(values)))
def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    control: Control, values: dict[str, str]
) -> None:
    made = control.person({"add_task": task(due="2026-12-05")})
    answer = edit(control, made["id"], **values)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert rows(control)[0]["etag"] == made["etag"]


def test_what_an_application_did_is_marked(control: Control, graph: Client) -> None:
    made = graph.create(
        tasks_of(graph), **task(reminderDateTime=day("2026-12-05", SYDNEY, "09:00"))
    )
    assert "Added by Agentbox CRM just now" in read(control, task=made["id"])
    control.post("clock", {"advance": 61})
    assert "just now" not in read(control)
    graph("DELETE", f"{tasks_of(graph)}/{made['id']}")
    assert "was removed by Agentbox CRM just now" in " ".join(read(control).split())


def test_nobody_s_tasks_are_not_there(control: Control) -> None:
    for upn, words in (("no@x.example", "Nothing here"), ("onprem@harbour.example", "no mailbox")):
        answer = control.session.get(f"{control.url}/mailbox/{upn}/tasks")
        assert (answer.status_code, words in answer.text) == (404, True)
    assert send(control, item("x"), {}).status_code == 404
    answer = control.session.post(
        f"{control.url}{BASE}/items", data={"title": "x"}, headers={"Origin": "https://x.example"}
    )
    assert answer.status_code == 403, "a form of another site"
    assert rows(control) == []
