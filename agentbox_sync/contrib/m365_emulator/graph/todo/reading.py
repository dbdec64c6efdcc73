"""Holds bodies against the types of To Do; raises GraphError 400."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...switches import Switches
from ...todo.dates import day_kept, in_utc
from ...todo.records import STATUSES
from ..calendar.checks import null, one_of, only, read_boolean, text_of, wrong_kind
from ..calendar.reading import LONGEST_SUBJECT, read_moment
from ..calendar.recurrences import read_recurrence
from ..errors import GraphError, invalid_property, not_covered, unreadable
from ..opentypes import read_extension

LINKED = ("webUrl", "applicationName", "displayName", "externalId")
STEP = ("displayName", "isChecked", "checkedDateTime", "createdDateTime")
SERVER_S = frozenset(
    {
        "id",
        "createdDateTime",
        "lastModifiedDateTime",
        "bodyLastModifiedDateTime",
        "hasAttachments",
    }
)


@dataclass(frozen=True)
class TaskChange:
    """A body that was accepted: values, and what lies in a task that is made."""

    values: Mapping[str, Any]
    linked: tuple[dict[str, Any], ...] = ()
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_task(body: Any, switches: Switches, *, creating: bool) -> TaskChange:
    sent = _object(body)
    nested = {name: sent.pop(name, []) for name in ("linkedResources", "extensions")}
    if not creating and any(nested.values()):
        name = next(name for name, value in nested.items() if value)
        raise invalid_property(f"'{name}' of a task that exists have an address of their own.")
    for name, value in nested.items():
        if not isinstance(value, list):
            raise wrong_kind(name, "a collection")
    values = {
        name: _value(name, value, switches)
        for name, value in sent.items()
        if not _is_passed_over(name, switches)
    }
    linked = tuple(read_linked(entry) for entry in nested["linkedResources"])
    return TaskChange(values, linked, dict(read_extension(e) for e in nested["extensions"]))


def read_linked(body: Any) -> dict[str, Any]:
    """What of a linked resource is sent."""
    sent = _object(body)
    sent.pop("id", None)
    only(sent, LINKED, "linkedResource")
    return {name: None if value is None else text_of(name, value) for name, value in sent.items()}


def read_step(body: Any) -> dict[str, Any]:
    """What of an item of a checklist is sent; when it was checked, the service says."""
    sent = _object(body)
    sent.pop("id", None)
    only(sent, STEP, "checklistItem")
    found: dict[str, Any] = {}
    if "displayName" in sent:
        found["displayName"] = text_of("displayName", sent["displayName"])
    if "isChecked" in sent:
        found["isChecked"] = read_boolean("isChecked", sent["isChecked"])
    return found


def read_name(body: Any, switches: Switches, *, creating: bool) -> str | None:
    """The name of a list that is made or renamed; None where none is sent."""
    sent = _object(body)
    for name in sent:
        if name in ("id", "isOwner", "isShared", "wellknownListName"):
            if switches.read_only_sent == "refuse":
                raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
        elif name != "displayName":
            raise _unknown(name, "todoTaskList")
    if "displayName" not in sent and not creating:
        return None
    name = text_of("displayName", sent.get("displayName")).strip()
    if not name:
        raise invalid_property("A list needs a displayName.")
    return name


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    return {name: value for name, value in body.items() if "@odata." not in name}


def _is_passed_over(name: str, switches: Switches) -> bool:
    if name not in SERVER_S:
        return False
    if switches.read_only_sent == "refuse":
        raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
    return True


def _value(name: str, value: Any, switches: Switches) -> Any:
    if name in READERS:
        return READERS[name](name, value, switches)
    if name == "attachments":
        raise not_covered("attachments in the body of a task")
    if name == "checklistItems":
        raise invalid_property("The items of a checklist have an address of their own.")
    raise _unknown(name, "todoTask")


def _unknown(name: str, kind: str) -> GraphError:
    return unreadable(f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'.")


def _title(name: str, value: Any, switches: Switches) -> str:
    text = "" if value is None else text_of(name, value)
    if len(text) > LONGEST_SUBJECT and switches.long_subject == "refuse":
        raise invalid_property(f"A title has at most {LONGEST_SUBJECT} characters.")
    return text[:LONGEST_SUBJECT] if switches.long_subject == "truncate" else text


def _body(name: str, value: Any, switches: Switches) -> dict[str, str]:
    if value is None:
        return {"contentType": "text", "content": ""}
    if not isinstance(value, dict):
        raise wrong_kind(name, "an object")
    only(value, ("contentType", "content"), "itemBody")
    kind = one_of("contentType", value.get("contentType") or "text", ("text", "html"))
    return {"contentType": kind, "content": text_of("content", value.get("content") or "")}


def _day(name: str, value: Any, switches: Switches) -> dict[str, str] | None:
    if value is None:
        return None
    return day_kept(read_moment(name, value, switches), switches.todo_dates)


def _instant(name: str, value: Any, switches: Switches) -> dict[str, str] | None:
    return None if value is None else in_utc(read_moment(name, value, switches))


def _categories(name: str, value: Any, switches: Switches) -> list[str]:
    if not isinstance(value, list):
        raise null(name) if value is None else wrong_kind(name, "a collection")
    return [text_of(name, entry) for entry in value]


READERS: dict[str, Callable[[str, Any, Switches], Any]] = {
    "title": _title,
    "body": _body,
    "status": lambda name, value, _: one_of(name, value, STATUSES),
    "importance": lambda name, value, _: one_of(name, value, ("low", "normal", "high")),
    "isReminderOn": lambda name, value, _: read_boolean(name, value),
    "reminderDateTime": _instant,
    "completedDateTime": _instant,
    "dueDateTime": _day,
    "startDateTime": _day,
    "recurrence": read_recurrence,
    "categories": _categories,
}
