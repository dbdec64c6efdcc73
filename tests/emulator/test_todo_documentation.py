"""Microsoft's own examples of To Do, replayed; they are not ours to copy."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .clients import Client
from .test_documentation_examples import EXAMPLES, missing
from .todo_builders import LISTS, link, own_list, task

pytestmark = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="Microsoft's examples are not beside the repository (../shared)"
)
PAGES = ("todo", "linkedresource-", "checklistitem-")


def pairs() -> list[Any]:
    """Requests of the pages that apply, each with the answer that the page shows for it."""
    found: list[Any] = []
    asked: dict[str, Any] | None = None
    for entry in json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else ():
        page = (entry["page"] or "").rpartition("/")[2]
        if not page.startswith(PAGES) or "token=" in (entry["url"] or ""):
            asked = None
        elif entry["kind"] == "request":
            asked = entry
        elif asked is not None and asked["url"] == entry["url"]:
            found.append(pytest.param(asked, entry, id=f"{page}-{entry['method']}-{len(found)}"))
            asked = None
    return found


def test_enough_of_the_documentation_applies() -> None:
    assert len(pairs()) > 18


@pytest.fixture
def things(graph: Client) -> dict[str, str]:
    """A list of one's own with a task that has whatever a task can have."""
    tasks = own_list(graph, "Monthly tasks")
    base = f"{LISTS}/{tasks['id']}/tasks"
    due = {"dateTime": "2020-08-25T00:00:00", "timeZone": "UTC"}
    words = {"categories": ["Important", "Urgent"], "importance": "low", "dueDateTime": due}
    made = graph.create(base, **task(**words, linkedResources=[link()]))
    step = graph.create(f"{base}/{made['id']}/checklistItems", displayName="Create draft")
    return {
        "lists": tasks["id"],
        "tasks": made["id"],
        "linkedResources": made["linkedResources"][0]["id"],
        "checklistitems": step["id"],
    }


def ours(url: str, things: dict[str, str]) -> str:
    """The documented address with ids that exist."""
    path = url.partition("/v1.0")[2]
    for name, identifier in things.items():
        path = re.sub(rf"(/{name}/)(?!delta)[^/?]+", rf"\g<1>{identifier}", path)
    if path.endswith("/tasks"):
        path += "?$expand=linkedResources"  # the page shows it without having asked
    return path


@pytest.mark.parametrize("asked,answered", pairs())
def test_a_documented_request_gets_an_answer_of_the_documented_form(
    graph: Client, things: dict[str, str], asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    path = ours(asked["url"], things)
    if asked["method"] == "POST":
        path = path.partition("?")[0]
    answer = graph(asked["method"], path, asked["body"])
    assert answer.status_code == answered["status"], answer.text
    documented = answered["body"]
    if not isinstance(documented, dict):
        return
    shown = answer.json()
    if isinstance(documented.get("value"), dict):  # one page wraps what it shows
        documented = documented["value"]
    if "value" in documented and "/tasks" not in path:
        shown["value"] = [row for row in shown["value"] if row["wellknownListName"] == "none"]
    assert list(missing(documented, shown)) == []


def test_a_reported_answer_has_the_reported_due_date(graph: Client) -> None:
    (entry,) = (
        e for e in json.loads(EXAMPLES.read_text()) if "16991" in str(e["source"].get("origin", ""))
    )
    own = own_list(graph)
    due = {"dateTime": "2020-07-25T04:10:00", "timeZone": "GMT Standard Time"}
    body = {"title": "x", "body": entry["body"]["body"], "dueDateTime": due}
    made = graph.create(f"{LISTS}/{own['id']}/tasks", **body)
    assert made["dueDateTime"] == entry["body"]["dueDateTime"]
    assert made["body"] == entry["body"]["body"]
