"""Rounds over the tasks of a list: what a round says of moves, parts, options and troubles."""

from __future__ import annotations

from typing import Any

import pytest

from .clients import Client, Control
from .todo_builders import LISTS, day, link, own_list, task, tasks_of

SMALL = "odata.maxpagesize=2"


def fill(graph: Client, base: str, count: int) -> list[str]:
    return [graph.create(base, title=f"N{n}")["id"] for n in range(count)]


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def test_a_first_round_lists_the_tasks_of_one_list(graph: Client) -> None:
    base, other = tasks_of(graph), f"{LISTS}/{own_list(graph)['id']}/tasks"
    ids = fill(graph, base, 5)
    fill(graph, other, 1)
    first = graph.get(f"{base}/delta", Prefer=SMALL)
    assert len(first["value"]) == 2
    rows, link_ = graph.all_pages(f"{base}/delta", Prefer=SMALL)
    assert sorted(by_id(rows)) == sorted(ids)
    assert "$deltatoken=" in link_
    assert graph.all_pages(link_)[0] == []


def test_later_rounds_hold_what_changed_and_what_left(graph: Client) -> None:
    base = tasks_of(graph)
    _, edited, gone = fill(graph, base, 3)
    _, link_ = graph.all_pages(f"{base}/delta")
    graph("PATCH", f"{base}/{edited}", {"title": "x"})
    graph("PATCH", f"{base}/{edited}", {"title": "y"})
    graph("DELETE", f"{base}/{gone}")
    (new,) = fill(graph, base, 1)
    rows = by_id(graph.all_pages(link_)[0])
    assert set(rows) == {edited, gone, new}
    assert rows[edited]["title"] == "y"
    assert rows[gone]["@removed"] == {"reason": "deleted"}


@pytest.mark.parametrize("policy", ["plain", "immutable"])
@pytest.mark.parametrize("reason", ["deleted", "changed"])
def test_a_moved_task_leaves_one_list_and_is_new_in_the_other(
    graph: Client, control: Control, policy: str, reason: str
) -> None:
    control.switch(todo_ids=policy, delta_moved_reason=reason)
    base, other = tasks_of(graph), f"{LISTS}/{own_list(graph)['id']}/tasks"
    made = graph.create(base, **task(linkedResources=[link()]))
    _, here = graph.all_pages(f"{base}/delta")
    _, there = graph.all_pages(f"{other}/delta?$expand=linkedResources")
    control.person({"move_task": made["id"], "list": "Agentbox"})
    (left,) = graph.all_pages(here)[0]
    assert (left["id"], left["@removed"]) == (made["id"], {"reason": reason})
    (arrived,) = graph.all_pages(there)[0]
    assert (arrived["id"] == made["id"]) == (policy == "immutable")
    assert arrived["linkedResources"][0]["externalId"] == "task-7"


def test_there_and_back_again_is_another_id_in_the_same_list(
    graph: Client, control: Control
) -> None:
    base = tasks_of(graph)
    own_list(graph)
    made = graph.create(base, **task())
    _, link_ = graph.all_pages(f"{base}/delta")
    there = control.person({"move_task": made["id"], "list": "Agentbox"})
    back = control.person({"move_task": there["id"], "list": "Tasks"})
    rows = by_id(graph.all_pages(link_)[0])
    assert {key: "@removed" in row for key, row in rows.items()} == {
        made["id"]: True,
        back["id"]: False,
    }


@pytest.mark.parametrize("policy", ["honour", "ignore", "refuse"])
def test_whether_a_round_expands_what_is_linked(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_delta_expand=policy)
    base = tasks_of(graph)
    graph.create(base, **task(linkedResources=[link()]))
    address = f"{base}/delta?$expand=linkedResources"
    if policy == "refuse":
        assert graph("GET", address).status_code == 400
        return
    rows, link_ = graph.all_pages(address)
    assert ("linkedResources" in rows[0]) == (policy == "honour")
    graph.create(base, **task(linkedResources=[link("task-8")]))
    (later,) = graph.all_pages(link_)[0]
    assert ("linkedResources" in later) == (policy == "honour"), "the link keeps the option"


def test_a_round_takes_select_and_top_and_keeps_them(graph: Client) -> None:
    base = tasks_of(graph)
    fill(graph, base, 5)
    page = graph.get(f"{base}/delta?$select=title&$top=2")
    assert set(page["value"][0]) == {"@odata.type", "@odata.etag", "id", "title"}
    sizes = [len(page["value"])]
    while "@odata.nextLink" in page:
        page = graph.get(page["@odata.nextLink"])
        sizes.append(len(page["value"]))
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize(
    "option", ["$filter=title eq 'x'", "$orderby=title", "$search=x", "$skip=1", "$count=true"]
)
def test_a_round_refuses_what_no_page_names(graph: Client, option: str) -> None:
    assert graph("GET", f"{tasks_of(graph)}/delta?{option}").status_code == 400


def test_a_round_may_hold_no_more_than_what_changed(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task(dueDateTime=day("2026-12-05"), importance="high"))
    _, link_ = graph.all_pages(f"{base}/delta")
    control.switch(delta_partial=True)
    graph("PATCH", f"{base}/{made['id']}", {"title": "x", "dueDateTime": None})
    (row,) = graph.all_pages(link_)[0]
    assert row["title"] == "x"
    assert row["dueDateTime"] is None, "what was cleared is said"
    assert not {"importance", "body", "status"} & set(row)


def test_a_round_has_the_troubles_of_every_round(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    fill(graph, base, 4)
    _, link_ = graph.all_pages(f"{base}/delta")
    control.switch(delta_repeats=1, delta_empty_between=True, delta_order="shuffled")
    rows, _ = graph.all_pages(f"{base}/delta", Prefer=SMALL)
    assert len(by_id(rows)) == 4 < len(rows)
    replay = {"upn": "jane@harbour.example", "replay": 2, "folder": base.split("/")[4]}
    assert control.post("delta", replay)["replayed"] == 2
    assert len(by_id(graph.all_pages(link_)[0])) == 2
    control.post("delta", {"upn": "jane@harbour.example", "kill": True})
    assert graph("GET", link_).status_code == 410


def test_the_token_of_one_list_is_not_that_of_another(graph: Client) -> None:
    base, other = tasks_of(graph), f"{LISTS}/{own_list(graph)['id']}/tasks"
    _, link_ = graph.all_pages(f"{base}/delta")
    token = link_.partition("?")[2]
    assert graph("GET", f"{other}/delta?{token}").status_code == 410


def test_a_restored_task_is_another_item(graph: Client, control: Control) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task(linkedResources=[link()]))
    graph("DELETE", f"{base}/{made['id']}")
    _, link_ = graph.all_pages(f"{base}/delta")
    back = control.person({"restore_task": made["id"]})
    assert back["id"] != made["id"]
    (row,) = graph.all_pages(link_)[0]
    assert row["id"] == back["id"]
