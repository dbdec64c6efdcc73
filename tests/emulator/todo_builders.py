"""Tasks as an application sends them to Graph, and the addresses of To Do."""

from __future__ import annotations

from typing import Any

from .calendar_builders import rule
from .clients import Client

LISTS = "/me/todo/lists"
SYDNEY = "AUS Eastern Standard Time"


def day(text: str, zone: str = "UTC", hour: str = "00:00") -> dict[str, str]:
    """A day such as `2026-12-05`, at an hour of a zone."""
    return {"dateTime": f"{text}T{hour}:00", "timeZone": zone}


def task(**more: Any) -> dict[str, Any]:
    return {"title": "Call Mia", **more}


def weekly(start: str = "2026-12-05", due: str | None = "", **more: Any) -> dict[str, Any]:
    """A task of every Saturday; it is due on the first unless another day, or None, is given."""
    own = {name: more.pop(name) for name in ("until", "count") if name in more}
    found = task(recurrence=rule(start, daysOfWeek=["saturday"], **own), **more)
    return found if due is None else {**found, "dueDateTime": day(due or start)}


def link(stamp: str = "task-7", **more: Any) -> dict[str, Any]:
    """What points back at a record of a CRM."""
    words = {"webUrl": "https://crm.example/tasks/7", "applicationName": "Agentbox"}
    return {**words, "displayName": "Mia Wong", "externalId": stamp, **more}


def main_list(graph: Client) -> str:
    """The address of the list that everybody has, found as Microsoft says it is."""
    found = graph.get(LISTS)["value"]
    (name,) = (row["id"] for row in found if row["wellknownListName"] == "defaultList")
    return f"{LISTS}/{name}"


def tasks_of(graph: Client, base: str = "") -> str:
    return f"{base or main_list(graph)}/tasks"


def dated(row: dict[str, Any], name: str = "dueDateTime") -> str:
    """A time of a task, to the minute; it must be in UTC."""
    assert row[name]["timeZone"] == "UTC"
    return str(row[name]["dateTime"][:16])


def own_list(graph: Client, name: str = "Agentbox") -> dict[str, Any]:
    return graph.create(LISTS, displayName=name)
