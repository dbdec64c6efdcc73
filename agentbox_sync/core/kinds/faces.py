"""Two faces: a task that is shown in the calendar as well, as an entry on the day it is due.

:func:`entry_of` makes the entry of a task, :func:`task_of` what an edit of the entry changes of
the task. What comes back unedited changes nothing; what a task has no place for (how long an
entry lasts, who is shown as busy) stands in Exchange as somebody left it there.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from agentbox_sync.core.kinds import Locality, Record, schedule, tasks
from agentbox_sync.core.kinds.bodies import above, joined, parted
from agentbox_sync.core.kinds.calendar import EventRecord, Times
from agentbox_sync.core.kinds.tasks import Progress
from agentbox_sync.core.kinds.text import line, paragraph
from agentbox_sync.core.recurrence.clocks import DAY, instant_of, told, wall_of
from agentbox_sync.core.recurrence.zones import zone_of

TASK_ENTRY = "task"
"""The class by which the calendar's settings name the category of entries that are tasks."""

DONE = "Task done"
"""The category in Outlook that says that an entry's task is done.

Set it to complete the task, take it off to open it again. One name in every language, because it
is compared with what stands there; and one that nobody uses by themselves: a plain "Done" that an
agent puts on an appointment is theirs.
"""

LENGTH = timedelta(minutes=30)
"""How long an entry with a time lasts, until somebody makes it longer in Outlook."""


def entry_of(task: Record, zone: str, label: str = "") -> EventRecord:
    """Return the entry of a task, with the atoms that the task has a place for, and a few more.

    ``zone`` is the mailbox's, ``label`` the category of its entries. It has a time of day where
    the task reminds on the day it is due, or is due on no day; ``when`` is ``None`` without either.
    Whoever is reminded is so by the task: the entry is free time, and silent.
    """
    entry = EventRecord(when=_when(task, zone), reminder=None, show_as="free")
    if "title" in task:
        entry["subject"] = str(task["title"] or "")
    if "notes" in task or "reference" in task:
        notes = str(task.get("notes") or "")
        entry["body"] = _body(notes, _tail(task))
    is_done = tasks.is_completed(task)
    entry["categories"] = [name for name in (label, DONE if is_done else "") if name]
    return entry


def task_of(edited: Record, task: Record, zone: str, now: datetime) -> dict[str, Any]:
    """Return what an edit of a task's entry changes of the task.

    ``edited`` has the atoms that were edited and no others. Who completes it does so at ``now``.
    """
    changed: dict[str, Any] = {}
    if "subject" in edited and line(edited["subject"]) != line(task.get("title")):
        changed["title"] = str(edited["subject"] or "")
    if "body" in edited:
        notes = above(str(edited["body"] or ""), _tail(task))
        if paragraph(notes) != paragraph(above(str(task.get("notes") or ""))):
            changed["notes"] = notes
    if "when" in edited:
        changed |= _moved(edited["when"], task, zone)
    if "categories" in edited:
        names = {(line(name) or "").casefold() for name in edited["categories"] or ()}
        if (DONE.casefold() in names) is not tasks.is_completed(task):
            changed["progress"] = _progress(None if tasks.is_completed(task) else now)
    return {atom: value for atom, value in changed.items() if atom in task}


def fixed_of(task: Record, fixed: frozenset[str]) -> frozenset[str]:
    """Return the atoms of an entry that cannot be edited, where ``fixed`` of its task cannot."""
    free = {atom for atom in task if atom not in fixed}
    needed = {"subject": "title", "body": "notes", "categories": "progress"}
    needed["when"] = "due" if "due" in task else "reminder"
    return frozenset(atom for atom, of_task in needed.items() if of_task not in free)


def _progress(completed: datetime | None) -> Progress:
    if completed is None:
        return Progress(status="notStarted", completed_at=None)
    return Progress(status=tasks.COMPLETED, completed_at=completed.isoformat())


# ------------------------------------------------------------------------------------------ bodies


def _tail(task: Record) -> list[str]:
    """Return the lines below the notes: whom the task is about, and the way back to it.

    Where the notes have a block of the host's own, only what that does not say.
    """
    reference, block = task.get("reference") or {}, parted(str(task.get("notes") or ""))[1] or ""
    rows = [line(reference.get(part)) for part in ("name", "url")]
    return [row for row in rows if row and row not in block]


def _body(notes: str, tail: list[str]) -> str:
    if tail and parted(notes)[1] is not None:
        return "\n".join([notes.rstrip(), *tail])
    return joined(notes, "\n".join(tail))


# ------------------------------------------------------------------------------------------- times


def _when(task: Record, zone: str) -> Times | None:
    due, moment = _due(task), _reminder(task)
    clocks = zone_of(zone)
    if moment is not None and due in (None, wall_of(moment, clocks.info).date()):
        start, end = (told(one, clocks.info) for one in (moment, moment + LENGTH))
        return Times(start=start, end=end, zone=clocks.iana, all_day=False)
    if due is None:
        return None
    behind = due + DAY if due < date.max else due
    return Times(start=due.isoformat(), end=behind.isoformat(), zone=clocks.iana, all_day=True)


def _moved(when: Any, task: Record, zone: str) -> dict[str, Any]:
    """Return due date and reminder of a task whose entry was dragged; nothing where it was not."""
    locality, before = Locality(zone=zone), _when(task, zone)
    start = (schedule.when(when, locality) or {}).get("start")
    if start is None or start == (schedule.when(before, locality) or {}).get("start"):
        return {}
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return {}
    if len(start) == schedule.DATE_LENGTH:
        return _to_day(moment.date(), task, zone, was_timed=bool(before and not before["all_day"]))
    has_day = _due(task) is not None or "reminder" not in task
    wall = wall_of(moment, zone_of(zone).info)
    return {
        "reminder": moment.isoformat(),
        **({"due": wall.date().isoformat()} if has_day and wall.date() != _due(task) else {}),
    }


def _to_day(day: date, task: Record, zone: str, *, was_timed: bool) -> dict[str, Any]:
    """Return what a task is whose entry is a whole day now.

    Who takes its time of day away takes the reminder that had set it. A reminder on another day
    goes along with the due date, as long before it as it was.
    """
    due, moment = _due(task), _reminder(task)
    changed: dict[str, Any] = {"due": day.isoformat()} if day != due else {}
    if moment is None:
        return changed
    clocks = zone_of(zone).info
    wall = wall_of(moment, clocks)
    if "due" not in task:  # a host without due dates: its time of day is all that there is
        return {"reminder": instant_of(datetime.combine(day, wall.time()), clocks).isoformat()}
    if was_timed or due is None:
        return {**changed, "reminder": None}
    return {**changed, "reminder": instant_of(wall + (day - due), clocks).isoformat()}


def _due(task: Record) -> date | None:
    try:
        return date.fromisoformat(tasks.canonical({"due": task.get("due")}, Locality())["due"])
    except (TypeError, ValueError):
        return None


def _reminder(task: Record) -> datetime | None:
    """Return when a task reminds (UTC); nothing at the two ends of time, where clocks stop."""
    shown = tasks.canonical({"reminder": task.get("reminder")}, Locality())["reminder"]
    try:
        moment = datetime.fromisoformat(shown)
    except (TypeError, ValueError):
        return None
    return moment if date.min.year < moment.year < date.max.year else None
