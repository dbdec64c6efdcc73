"""The form of an event: what it shows, and what an edit of it is in Graph's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ..calendar.bodies import as_text
from ..calendar.moments import local_of, moment_of, wall
from ..calendar.views import Instance
from .repeats import KEPT, choices, chosen, rule_of, until_of

FIELDS = (
    "subject",
    "location",
    "all_day",
    "start_date",
    "start_time",
    "end_date",
    "end_time",
    "show_as",
    "private",
    "reminder",
    "category",
    "guests",
    "notes",
    "repeat",
    "until",
    "calendar",
)
SHOW_AS = (
    ("busy", "Busy"),
    ("free", "Free"),
    ("tentative", "Tentative"),
    ("oof", "Away"),
    ("workingElsewhere", "Working elsewhere"),
)
REMINDERS = (
    ("", "No reminder"),
    ("0", "At the start"),
    ("5", "5 minutes before"),
    ("15", "15 minutes before"),
    ("30", "30 minutes before"),
    ("60", "1 hour before"),
    ("1440", "1 day before"),
)
WHEN = ("start", "end", "isAllDay")


class BadEvent(ValueError):
    """What was typed cannot be kept; the message says why."""


def blank_form(start: datetime, end: datetime, *, all_day: bool, calendar: str) -> dict[str, str]:
    """A new event at a place that was chosen on the page."""
    return {
        **dict.fromkeys(FIELDS, ""),
        "all_day": "on" if all_day else "",
        "start_date": start.date().isoformat(),
        "end_date": end.date().isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_time": f"{end:%H:%M}",
        "show_as": "free" if all_day else "busy",
        "reminder": "15",
        "calendar": calendar,
    }


def form_of(item: Instance, zone: str) -> dict[str, str]:
    """An event as text fields, its times by the clocks of the mailbox."""
    values = item.values
    if values["isAllDay"]:
        start, end = local_of(values["start"]), local_of(values["end"]) - timedelta(days=1)
    else:
        start, end = wall(item.start, zone), wall(item.end, zone)
    rule = values["recurrence"]
    reminder = str(values["reminderMinutesBeforeStart"]) if values["isReminderOn"] else ""
    return {
        "subject": str(values["subject"] or ""),
        "location": str((values["location"] or {}).get("displayName") or ""),
        "all_day": "on" if values["isAllDay"] else "",
        "start_date": start.date().isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_date": end.date().isoformat(),
        "end_time": f"{end:%H:%M}",
        "show_as": values["showAs"],
        "private": "on" if values["sensitivity"] == "private" else "",
        "reminder": reminder,
        "category": values["categories"][0] if values["categories"] else "",
        "guests": ", ".join(a["emailAddress"]["address"] for a in values["attendees"]),
        "notes": as_text(values["body"]["content"]).replace("\r\n", "\n"),
        "repeat": chosen(rule, start.date()),
        "until": until_of(rule),
        "calendar": item.event.calendar,
    }


def original_of(form: Mapping[str, str]) -> str:
    """The form as it was shown, so that only what was edited is written."""
    return json.dumps({name: form[name] for name in FIELDS}, ensure_ascii=False)


def body_of(form: Mapping[str, str], zone: str, item: Instance | None) -> dict[str, Any]:
    """All that a form says, as Graph takes it; raises BadEvent."""
    text = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    before = item.values["recurrence"] if item else None
    start, end = _times(text)
    offered = {key for key, _ in choices(start.date(), before)} | {KEPT}
    if text["repeat"] not in offered or not (text["reminder"] or "0").isdecimal():
        raise BadEvent("The page was too old. Open the event again.")
    all_day = text["all_day"] == "on"
    # A whole day stays in the zone where it was made: it is a date, and a date does not move.
    name = item.values["start"]["timeZone"] if all_day and _is_whole(item) and item else zone
    body: dict[str, Any] = {
        "subject": text["subject"] or None,
        "location": {"displayName": text["location"]},
        "isAllDay": all_day,
        "start": moment_of(start, name),
        "end": moment_of(end, name),
        "showAs": text["show_as"] or "busy",
        "sensitivity": "private" if text["private"] == "on" else "normal",
        "isReminderOn": bool(text["reminder"]),
        "categories": [*filter(None, [text["category"]]), *_others(item)],
        "attendees": _guests(text["guests"]),
        "body": {"contentType": "text", "content": text["notes"]},
    }
    if text["reminder"]:
        body["reminderMinutesBeforeStart"] = int(text["reminder"])
    if item is None or not item.day:
        body["recurrence"] = rule_of(text["repeat"], text["until"], start.date(), before)
    return body


def edited(form: Mapping[str, str], zone: str, item: Instance) -> dict[str, Any]:
    """What of an event was edited; raises BadEvent."""
    try:
        shown = json.loads(form.get("original", ""))
    except ValueError as error:
        raise BadEvent("The page was too old. Open the event again.") from error
    if not isinstance(shown, dict):
        raise BadEvent("The page was too old. Open the event again.")
    now = body_of(form, zone, item)
    was = body_of({name: str(shown.get(name, "")) for name in FIELDS}, zone, item)
    found = {name: value for name, value in now.items() if was.get(name) != value}
    if any(name in found for name in WHEN):
        found |= {name: now[name] for name in WHEN}
        if now.get("recurrence"):
            found["recurrence"] = now["recurrence"]
    return found


def _others(item: Instance | None) -> list[str]:
    """Categories beside the one that the form shows: they stay."""
    return list(item.values["categories"][1:]) if item else []


def _is_whole(item: Instance | None) -> bool:
    return item is not None and bool(item.values["isAllDay"])


def _times(text: Mapping[str, str]) -> tuple[datetime, datetime]:
    try:
        first = date.fromisoformat(text["start_date"])
        last = date.fromisoformat(text["end_date"] or text["start_date"])
        if text["all_day"] == "on":
            begin = datetime.combine(first, datetime.min.time())
            end = datetime.combine(last, datetime.min.time()) + timedelta(days=1)
        else:
            begin = datetime.fromisoformat(f"{first.isoformat()}T{text['start_time']}")
            end = datetime.fromisoformat(f"{last.isoformat()}T{text['end_time']}")
    except (ValueError, OverflowError):
        raise BadEvent("Give a date and a time for the start and for the end.") from None
    if end < begin:
        raise BadEvent("The end lies before the start: choose a later one.")
    return begin, end


def _guests(text: str) -> list[dict[str, Any]]:
    found = [part.strip() for part in text.replace(";", ",").replace("\n", ",").split(",")]
    addresses = list(dict.fromkeys(part for part in found if part))
    for address in addresses:
        if "@" not in address:
            raise BadEvent(f"“{address}” is no e-mail address.")
    return [{"emailAddress": {"address": a}, "type": "required"} for a in addresses]
