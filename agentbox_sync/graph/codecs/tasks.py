"""Tasks as Graph writes them (resources/todotask.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.due import day_of
from agentbox_sync.core.kinds.tasks import (
    ATOMS,
    COMPLETED,
    Progress,
    Reference,
    TaskRecord,
    TaskRecurrence,
)
from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.recurrence.clocks import midnight
from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.problems import Obstacle, RuleUnreadable, SeriesError
from agentbox_sync.core.recurrence.rule_text import read_rule, written
from agentbox_sync.core.recurrence.to_graph import expressed
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.graph.codecs import Encoded
from agentbox_sync.graph.codecs.bodies import read_body, written_body
from agentbox_sync.graph.codecs.times import UTC_NAME, exchange_name, instant_in, moment

Row = Mapping[str, Any]

# Shown with the task as where it comes from; the one of several by which we know ours.
APPLICATION = "Agentbox"

# *Unconfirmed*: which midnight a due date is best sent as. What Graph answers is a midnight in UTC
# (microsoft-graph-docs#16991), whichever day it has made of what it was sent: that of the clocks
# it was told in, or that of the same instant in UTC, a day off in half of the world. A midnight in
# UTC is the same day either way. True: midnight on the clocks of the mailbox, their zone named.
DUE_ON_THE_CLOCKS_OF_THE_MAILBOX = False

# *Unconfirmed*: that Graph leaves out what is empty (its examples do), and that a row with all that
# no task is without is a whole one. False: nothing that is missing is ever taken for empty, and a
# due date that a person clears in To Do is heard of only where Graph sends null.
LEFT_OUT_WHERE_EMPTY = True
ALWAYS = frozenset(
    {"title", "status", "importance", "isReminderOn", "createdDateTime", "lastModifiedDateTime"}
)

_STATUS = {
    word.casefold(): word
    for word in ("notStarted", "inProgress", "completed", "waitingOnOthers", "deferred")
}
_IMPORTANCE = ("low", "normal", "high")


def decode(row: Row, zone: str) -> TaskRecord:
    """Return the atoms that ``row`` shows; a property that is not there leaves its atom out.

    ``zone`` is the mailbox's: a due date is a day on its clocks.
    """
    whole = {**dict.fromkeys(SPARE), **row} if _is_whole(row) else row
    record = TaskRecord()
    shown = {atom: read(whole, zone) for atom, (names, read) in _READ.items() if names <= {*whole}}
    record.update(shown)  # type: ignore[typeddict-item]  # the keys are those of _READ: the atoms
    return record


def half_shown(row: Row) -> bool:
    """Tell whether ``row`` shows too little of a task to be relied on: what is linked included."""
    return not _is_whole(row) or "linkedResources" not in row


def _is_whole(row: Row) -> bool:
    return LEFT_OUT_WHERE_EMPTY and row.keys() >= ALWAYS


def own_link(row: Row) -> Row | None:
    """Return the linked resource of ours that ``row`` shows, ``None`` where it shows none."""
    found = [one for one in row.get("linkedResources") or () if one.get("externalId")]
    return next((one for one in found if one.get("applicationName") == APPLICATION), None)


def stamp_of(row: Row) -> str:
    """Return the stamp of a task that was read with its linked resources; empty without one."""
    ours = own_link(row)
    return str(ours.get("externalId") or "") if ours else ""


def reference_of(record: Record, stamp: str) -> dict[str, Any]:
    """Return the linked resource that leads from a task to its record in the CRM."""
    told = record.get("reference") or {}
    return {
        "applicationName": APPLICATION,
        "displayName": told.get("name") or line(record.get("title")) or APPLICATION,
        "externalId": stamp,
        **({"webUrl": told["url"]} if told.get("url") else {}),
    }


def encode(record: Record, atoms: Collection[str], *, zone: str, creating: bool = False) -> Encoded:
    """Return the payload that writes ``atoms`` of the whole local ``record``.

    Emptied atoms are cleared in an update and not mentioned in a create. A linked resource is no
    part of a task's own properties: :func:`reference_of`. Raises ItemRefused for what is no date
    and no time, SeriesError for a rule that Graph cannot hold.
    """
    payload: dict[str, Any] = {}
    for atom in ATOMS:
        if atom in atoms and atom in record and atom in _WRITE:
            payload |= _WRITE[atom](record[atom], zone)
    if creating:
        payload = {name: value for name, value in payload.items() if not _is_nothing(value)}
    return Encoded(payload)


def _is_nothing(value: Any) -> bool:
    return value in (None, "", [], written_body(""))


# ----------------------------------------------------------------------------------------- reading

Reader = Callable[[Row, str], Any]


def _due(row: Row, zone: str) -> str | None:
    shown = row["dueDateTime"]
    return _day(shown, zone).isoformat() if shown and shown.get("dateTime") else None


def _day(shown: Row, zone: str) -> date:
    wall = datetime.fromisoformat(shown["dateTime"])
    return day_of(wall, shown.get("timeZone") or UTC_NAME, zone)


def _moment(shown: Row | None) -> str | None:
    return instant_in(shown).isoformat() if shown and shown.get("dateTime") else None


def _reminder(row: Row, _: str) -> str | None:
    return _moment(row["reminderDateTime"]) if row["isReminderOn"] else None


def _progress(row: Row, _: str) -> Progress:
    status = str(row["status"] or "")
    if status.casefold() != COMPLETED:
        return Progress(status=status)
    return Progress(status=status, completed_at=_moment(row["completedDateTime"]))


def _recurrence(row: Row, _: str) -> TaskRecurrence | None:
    if not row["recurrence"]:
        return None
    try:
        rule, first = read_patterned(row["recurrence"])
        return TaskRecurrence(rule=written(rule, None), start=first.isoformat())
    except RuleUnreadable:
        # Kept as it came: it equals itself, and the CRM sets it aside.
        return TaskRecurrence(rule=json.dumps(row["recurrence"].get("pattern"), sort_keys=True))


def _reference(row: Row, _: str) -> Reference | None:
    ours = own_link(row)
    if ours is None:
        return None
    return Reference(name=str(ours.get("displayName") or ""), url=str(ours.get("webUrl") or ""))


_READ: dict[str, tuple[frozenset[str], Reader]] = {
    "title": (frozenset({"title"}), lambda row, _: row["title"] or ""),
    "notes": (frozenset({"body"}), lambda row, _: read_body(row["body"])),
    "due": (frozenset({"dueDateTime"}), _due),
    "reminder": (frozenset({"isReminderOn", "reminderDateTime"}), _reminder),
    "importance": (frozenset({"importance"}), lambda row, _: row["importance"] or ""),
    "progress": (frozenset({"status", "completedDateTime"}), _progress),
    "categories": (
        frozenset({"categories"}),
        lambda row, _: [name for name in row["categories"] or () if name],
    ),
    "recurrence": (frozenset({"recurrence"}), _recurrence),
    "reference": (frozenset({"linkedResources"}), _reference),
}

SPARE = ("body", "dueDateTime", "reminderDateTime", "completedDateTime", "recurrence")
"""What may be missing from a whole task, because it is empty."""

PROPERTIES: Mapping[str, frozenset[str]] = {atom: names for atom, (names, _) in _READ.items()}
"""The properties that make up each atom."""

# ----------------------------------------------------------------------------------------- writing

Writer = Callable[[Any, str], dict[str, Any]]


def _due_of(value: Any, zone: str) -> dict[str, Any]:
    if not value:
        return {"dueDateTime": None}
    name = exchange_name(zone_of(zone)) if DUE_ON_THE_CLOCKS_OF_THE_MAILBOX else UTC_NAME
    return {"dueDateTime": moment(midnight(_date(value)), name)}


def _instant_of(value: Any) -> dict[str, str]:
    try:
        found = datetime.fromisoformat(str(value)).replace(microsecond=0)
    except ValueError as error:
        raise ItemRefused(f"{str(value)[:40]!r} is no time.", code="UnreadableTime") from error
    found = found.astimezone(UTC) if found.tzinfo else found
    return moment(found.replace(tzinfo=None), UTC_NAME)


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ItemRefused(f"{str(value)[:40]!r} is no date.", code="UnreadableDate") from error


def _reminder_of(value: Any, _: str) -> dict[str, Any]:
    if not value:
        return {"isReminderOn": False}
    return {"isReminderOn": True, "reminderDateTime": _instant_of(value)}


def _progress_of(value: Any, _: str) -> dict[str, Any]:
    told = value or {}
    status = _STATUS.get((line(told.get("status")) or "").casefold(), "notStarted")
    at = told.get("completed_at")
    if status != COMPLETED or not at:
        return {"status": status}
    return {"status": status, "completedDateTime": _instant_of(at)}


def _importance_of(value: Any, _: str) -> dict[str, Any]:
    word = (line(value) or "").casefold()
    return {"importance": word if word in _IMPORTANCE else "normal"}


def _recurrence_of(value: Any, _: str) -> dict[str, Any]:
    if not value:
        return {"recurrence": None}
    start = midnight(_date(value.get("start")))
    found = expressed(read_rule(str(value.get("rule") or "")), start, None)
    if isinstance(found, Obstacle):
        raise SeriesError(f"Exchange has no words for this series ({found}).", code=str(found))
    return {"recurrence": {"pattern": found.pattern, "range": found.range}}


_WRITE: dict[str, Writer] = {
    "title": lambda value, _: {"title": line(value) or ""},
    "notes": lambda value, _: {"body": written_body(value)},
    "due": _due_of,
    "reminder": _reminder_of,
    "importance": _importance_of,
    "progress": _progress_of,
    "categories": lambda value, _: {"categories": list(dict.fromkeys(value or ()))},
    "recurrence": _recurrence_of,
}
