from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...calendar.bodies import as_text, kept
from ...calendar.moments import instant, moment_of, wall
from ...todo.changes import MOMENTS
from ...todo.records import Part, Task, TaskList
from ..messages import Call
from ..opentypes import shown as shown_extensions
from .paths import zone_asked

EXPANDED = 20  # an $expand returns so many at most, and no link to the rest
ORDER = (
    "importance",
    "isReminderOn",
    "status",
    "title",
    "createdDateTime",
    "lastModifiedDateTime",
    "bodyLastModifiedDateTime",
    "hasAttachments",
    "categories",
    "id",
    "body",
    "startDateTime",
    "dueDateTime",
    "completedDateTime",
    "reminderDateTime",
    "recurrence",
)
ALL = frozenset(ORDER)
PARTS = frozenset({"linkedResources", "checklistItems"})
LIST_NAMES = ("displayName", "isOwner", "isShared", "wellknownListName", "id")


def list_json(tasks: TaskList, select: Iterable[str] | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "displayName": tasks.name,
        "isOwner": not tasks.foreign,
        "isShared": tasks.foreign,
        "wellknownListName": tasks.well_known,
        "id": tasks.id,
    }
    wanted = frozenset(LIST_NAMES) if select is None else frozenset({"id", *select})
    return {"@odata.etag": tasks.etag} | {k: v for k, v in shown.items() if k in wanted}


def as_json(
    call: Call,
    task: Task,
    select: Iterable[str] | None = None,
    expanded: Iterable[str] = (),
    extensions: tuple[str, ...] | None = None,
) -> dict[str, Any]:
    """A task as Graph shows it to this caller; what is not set is left out, unless asked for."""
    switches = call.state.switches
    if switches.todo_select == "ignore":
        select = None
    everything = _everything(call, task)
    if select is None:
        wanted = {name for name in ORDER if everything[name] is not None}
    else:
        wanted = {"id", *select}
    shown: dict[str, Any] = {"@odata.etag": task.etag}
    shown |= {name: everything[name] for name in ORDER if name in wanted}
    parts = set(expanded)
    if switches.todo_linked_shown == "always" and select is None and task.linked:
        parts.add("linkedResources")
    if "linkedResources" in parts:
        shown["linkedResources"] = [linked_json(part) for part in task.linked[:EXPANDED]]
    if "checklistItems" in parts:
        shown["checklistItems"] = [step_json(part) for part in task.steps[:EXPANDED]]
    if extensions is not None:
        shown["extensions"] = shown_extensions(task, extensions)[:EXPANDED]
    return shown


def linked_json(part: Part) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value is not None}


def step_json(part: Part) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value is not None}


def _everything(call: Call, task: Task) -> dict[str, Any]:
    values, zone = task.values, zone_asked(call)
    times = {
        name: None if values[name] is None else _in_zone(values[name], zone)
        for name in (*MOMENTS, "completedDateTime")
    }
    return {
        **values,
        **times,
        "id": task.lasting if call.prefer.immutable_ids else task.key,
        "createdDateTime": task.created,
        "lastModifiedDateTime": task.modified,
        "bodyLastModifiedDateTime": task.body_modified or None,
        "hasAttachments": False,
        "body": body_json(values["body"], call.state.switches.todo_body),
    }


def body_json(body: dict[str, str], policy: str) -> dict[str, str]:
    """The notes of a task: as text, as a page of HTML, or as they were written."""
    content, kind = body["content"], body["contentType"]
    if policy == "text" and kind == "html":
        return {"content": as_text(content), "contentType": "text"}
    if policy == "html":
        return {"content": kept(content, kind)["content"], "contentType": "html"}
    return {"content": content, "contentType": kind}


def _in_zone(moment: dict[str, str], zone: str) -> dict[str, str]:
    return dict(moment) if zone == "UTC" else moment_of(wall(instant(moment), zone), zone)
