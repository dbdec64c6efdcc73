"""The form of a task: what it shows, and what an edit of it is in Graph's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..calendar.bodies import as_text
from ..calendar.moments import instant, moment_of, wall
from ..todo.dates import day_of
from ..todo.records import Task
from .repeats import KEPT, choices, chosen, rule_of, until_of

FIELDS = (
    "title",
    "due",
    "client",
    "reminder",
    "repeat",
    "until",
    "status",
    "importance",
    "category",
    "notes",
    "list",
)
STATUS_WORDS = (
    ("notStarted", "Not started"),
    ("inProgress", "In progress"),
    ("waitingOnOthers", "Waiting on others"),
    ("deferred", "Deferred"),
    ("completed", "Completed"),
)
IMPORTANCES = (("low", "Low"), ("normal", "Normal"), ("high", "High"))
CLIENT_WORDS = (
    ("local_midnight", "To Do: local midnight"),
    ("utc_midnight", "UTC midnight"),
    ("named_zone", "Outlook: zone named"),
    ("time_of_day", "5 pm, zone named"),
)
OLD = "The page was too old. Open the task again."


class BadTask(ValueError):
    """What was typed cannot be kept; the message says why."""


def form_of(task: Task, zone: str) -> dict[str, str]:
    """A task as text fields, its times by the clocks of the mailbox."""
    values = task.values
    due, reminder = values["dueDateTime"], values["reminderDateTime"]
    day = day_of(due, zone) if due else None
    content = values["body"]["content"]
    notes = as_text(content) if values["body"]["contentType"] == "html" else content
    is_on = reminder is not None and values["isReminderOn"]
    return {
        "title": values["title"],
        "due": day.isoformat() if day else "",
        "client": CLIENT_WORDS[0][0],
        "reminder": f"{wall(instant(reminder), zone):%Y-%m-%dT%H:%M}" if is_on else "",
        "repeat": chosen(values["recurrence"], day) if day else "",
        "until": until_of(values["recurrence"]),
        "status": values["status"],
        "importance": values["importance"],
        "category": values["categories"][0] if values["categories"] else "",
        "notes": notes.replace("\r\n", "\n"),
        "list": task.list,
    }


def repeats_of(task: Task, zone: str, today: date) -> list[tuple[str, str]]:
    """What the task can be chosen to repeat as, in words of the day on which it is due."""
    due = task.values["dueDateTime"]
    return choices(day_of(due, zone) if due else today, task.values["recurrence"])


def original_of(form: Mapping[str, str]) -> str:
    """The form as it was shown, so that only what was edited is written."""
    return json.dumps({name: form[name] for name in FIELDS}, ensure_ascii=False)


def body_of(form: Mapping[str, str], zone: str, today: date, task: Task) -> dict[str, Any]:
    """All that a form says, as `control_todo` takes it; raises BadTask."""
    text = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    before = task.values["recurrence"]
    try:
        due = date.fromisoformat(text["due"]) if text["due"] else None
        reminder = datetime.fromisoformat(text["reminder"]) if text["reminder"] else None
    except ValueError:
        raise BadTask("Give a date for the day, and a date with a time for the reminder.") from None
    day = due or today
    if text["repeat"] not in {key for key, _ in choices(day, before)} | {KEPT}:
        raise BadTask(OLD)
    if not text["title"]:
        raise BadTask("Give the task a title.")
    if text["until"] and text["repeat"] and text["until"] < day.isoformat():
        raise BadTask("The series ends before it starts: choose a later end.")
    return {
        "title": text["title"],
        "due": day.isoformat() if due or text["repeat"] else None,
        "client": text["client"],
        "reminderDateTime": moment_of(reminder, zone) if reminder else None,
        "isReminderOn": reminder is not None,
        "recurrence": rule_of(text["repeat"], text["until"], day, before),
        "status": text["status"],
        "importance": text["importance"],
        "categories": [*filter(None, [text["category"]]), *task.values["categories"][1:]],
        "body": {"contentType": "text", "content": text["notes"]},
    }


def edited(form: Mapping[str, str], zone: str, today: date, task: Task) -> dict[str, Any]:
    """What of a task was edited; raises BadTask."""
    try:
        shown = json.loads(form.get("original", ""))
    except ValueError as error:
        raise BadTask(OLD) from error
    if not isinstance(shown, dict):
        raise BadTask(OLD)
    now = body_of(form, zone, today, task)
    was = body_of({name: str(shown.get(name, "")) for name in FIELDS}, zone, today, task)
    found = {name: value for name, value in now.items() if was.get(name) != value}
    if "client" in found and now["due"]:
        found["due"] = now["due"]  # the same day, written by another program
    if "due" in found:
        found["client"] = now["client"]
    return found
