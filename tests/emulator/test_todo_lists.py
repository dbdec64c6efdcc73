"""Task lists: the two that everybody has, and those of one's own."""

from __future__ import annotations

import pytest

from .clients import CLIENT_ID, JANE, Client, Control
from .todo_builders import LISTS, link, main_list, own_list, task, tasks_of

CODES = [("exchange", "Error"), ("service", "item"), ("unknown", "UnknownError")]


def test_a_new_mailbox_has_the_two_lists_that_everybody_has(graph: Client) -> None:
    found = {row["wellknownListName"]: row for row in graph.get(LISTS)["value"]}
    assert set(found) == {"defaultList", "flaggedEmails"}
    assert found["defaultList"]["displayName"] == "Tasks"
    assert (found["defaultList"]["isOwner"], found["defaultList"]["isShared"]) == (True, False)


@pytest.mark.parametrize("known", ["defaultList", "flaggedEmails"])
def test_a_built_in_list_can_neither_be_renamed_nor_deleted(graph: Client, known: str) -> None:
    (row,) = (r for r in graph.get(LISTS)["value"] if r["wellknownListName"] == known)
    path = f"{LISTS}/{row['id']}"
    assert graph("PATCH", path, {"displayName": "Mine"}).status_code == 400
    assert graph("DELETE", path).status_code == 400
    assert graph.get(path)["displayName"] == row["displayName"]


def test_a_list_is_made_renamed_and_deleted_with_what_is_in_it(graph: Client) -> None:
    made = own_list(graph)
    path = f"{LISTS}/{made['id']}"
    assert (made["displayName"], made["wellknownListName"]) == ("Agentbox", "none")
    graph.create(f"{path}/tasks", **task())
    renamed = graph("PATCH", path, {"displayName": "CRM"})
    assert renamed.status_code == 200
    assert renamed.json()["id"] == made["id"]
    assert renamed.json()["@odata.etag"] != made["@odata.etag"]
    assert graph("DELETE", path).status_code == 204
    for gone in (path, f"{path}/tasks"):
        assert graph("GET", gone).status_code == 404
    assert len(graph.get(LISTS)["value"]) == 2


@pytest.mark.parametrize(
    "policy,expected", [("keep", "agentbox"), ("number", "agentbox (1)"), ("refuse", None)]
)
def test_what_becomes_of_a_name_that_another_list_has(
    graph: Client, control: Control, policy: str, expected: str | None
) -> None:
    control.switch(todo_same_name=policy)
    own_list(graph)
    answer = graph("POST", LISTS, {"displayName": "agentbox"})
    assert answer.status_code == (409 if expected is None else 201)
    if expected is not None:
        assert answer.json()["displayName"] == expected


@pytest.mark.parametrize("body", [{}, {"displayName": " "}, {"displayName": "A", "color": "red"}])
def test_a_list_that_makes_no_sense_is_refused(graph: Client, body: dict[str, str]) -> None:
    assert graph("POST", LISTS, body).status_code == 400


def test_lists_come_in_pages_sorted_filtered_and_counted(graph: Client) -> None:
    for name in ("B", "A", "C"):
        own_list(graph, name)
    first = graph.get(f"{LISTS}?$top=2&$count=true&$orderby=displayName")
    assert first["@odata.count"] == 5
    rows = first["value"] + graph.all_pages(first["@odata.nextLink"])[0]
    names = [row["displayName"] for row in rows]
    assert names == sorted(names, key=str.lower)
    assert len(names) == 5
    (found,) = graph.get(f"{LISTS}?$filter=wellknownListName eq 'defaultList'")["value"]
    assert f"{LISTS}/{found['id']}" == main_list(graph)
    (found,) = graph.get(f"{LISTS}?$filter=startswith(displayName,'b')")["value"]
    assert found["displayName"] == "B"
    assert graph("GET", f"{LISTS}/$count").text == "5"
    assert set(graph.get(f"{LISTS}?$select=displayName")["value"][0]) == {
        "@odata.etag",
        "displayName",
        "id",
    }


@pytest.mark.parametrize("codes,start", CODES)
def test_what_is_not_there_is_named_in_one_of_several_ways(
    graph: Client, control: Control, codes: str, start: str
) -> None:
    control.switch(todo_codes=codes)
    made = own_list(graph)
    graph("DELETE", f"{LISTS}/{made['id']}")
    answer = graph("GET", f"{LISTS}/{made['id']}/tasks")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"].startswith(start)
    assert graph("GET", f"{LISTS}/x").status_code == 400


def test_the_lists_are_tracked(graph: Client) -> None:
    rows, link_ = graph.all_pages(f"{LISTS}/delta")
    assert len(rows) == 2
    made, other = own_list(graph), own_list(graph, "Other")
    graph("PATCH", f"{LISTS}/{other['id']}", {"displayName": "Else"})
    rows, link_ = graph.all_pages(link_)
    assert {row["displayName"] for row in rows} == {"Agentbox", "Else"}
    graph("DELETE", f"{LISTS}/{made['id']}")
    (gone,) = graph.all_pages(link_)[0]
    assert (gone["id"], gone["@removed"]) == (made["id"], {"reason": "deleted"})


def test_tracking_lists_takes_the_permission_to_write(control: Control) -> None:
    with Client(control.url, control.token(JANE, "Tasks.Read")) as graph:
        assert graph("GET", LISTS).status_code == 200
        assert graph("GET", tasks_of(graph)).status_code == 200
        assert graph("GET", f"{LISTS}/delta").status_code == 403
        assert graph("POST", LISTS, {"displayName": "A"}).status_code == 403


def test_another_permission_does_not_open_the_lists(control: Control) -> None:
    with Client(control.url, control.token(JANE, "Contacts.ReadWrite")) as graph:
        assert graph("GET", LISTS).status_code == 403


def app_of(control: Control, *roles: str) -> Client:
    grant = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": list(roles)}
    control.post("seed", {"consent": [grant]})
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    return Client(control.url, answer.json()["access_token"])


def test_an_application_on_its_own_reads_and_writes_the_tasks_of_a_person(control: Control) -> None:
    with app_of(control, "Tasks.ReadWrite.All") as app:
        lists = f"/users/{JANE}/todo/lists"
        base = f"{lists}/{app.get(lists)['value'][0]['id']}/tasks"
        made = app.create(base, **task(linkedResources=[link()]))
        assert app.get(f"{base}/{made['id']}")["title"] == "Call Mia"
        assert app.get(f"{base}/delta")["value"][0]["id"] == made["id"]
        assert len(app.get(f"{lists}/delta")["value"]) == 2
        assert app("DELETE", f"{base}/{made['id']}").status_code == 204
        assert app("GET", LISTS).status_code == 400, "/me is nobody"


def test_an_application_that_may_read_writes_nothing(control: Control) -> None:
    with app_of(control, "Tasks.Read.All") as app:
        lists = f"/users/{JANE}/todo/lists"
        assert len(app.get(f"{lists}/delta")["value"]) == 2
        assert app("POST", lists, {"displayName": "A"}).status_code == 403
