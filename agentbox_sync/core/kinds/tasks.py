"""Tasks: the record of a to-do, its atoms and its canonical form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypedDict

from agentbox_sync.core.kinds import (
    Canonical,
    Kind,
    Locality,
    Record,
    categories,
    schedule,
    upcoming,
)
from agentbox_sync.core.kinds.text import line, paragraph, word


class Progress(TypedDict, total=False):
    """How far a task is; one atom, because "completed" without its time says less than either.

    ``status`` is Graph's word: notStarted, inProgress, completed, waitingOnOthers or deferred.
    ``completed_at`` is an ISO 8601 time with its offset, ``None`` while it is open.
    """

    status: str
    completed_at: str | None


class TaskRecurrence(TypedDict, total=False):
    """How a task comes again: an RRULE, and the date (``YYYY-MM-DD``) of its first due date."""

    rule: str
    start: str


class Reference(TypedDict, total=False):
    """Where a task comes from: the name that people read there, and the address of the record."""

    name: str
    url: str


class TaskRecord(TypedDict, total=False):
    """A task; every key is an atom, a missing key is "not known".

    ``due`` is ``YYYY-MM-DD``, a day and no moment. ``reminder`` is an ISO 8601 time with its
    offset, ``None`` for none. ``importance`` is Graph's word: low, normal or high. ``categories``
    are names of ours beside names of the person's own.
    """

    title: str
    notes: str
    due: str | None
    reminder: str | None
    importance: str
    progress: Progress
    categories: list[str]
    recurrence: TaskRecurrence | None
    reference: Reference | None


RECORD = TaskRecord
ATOMS = tuple(TaskRecord.__annotations__)
COMPLETED = "completed"


def canonical(record: Record, locality: Locality) -> dict[str, Any]:
    """Return the comparison key of the atoms that ``record`` knows; total, pure and idempotent."""
    return {atom: _CANON[atom](record[atom], locality) for atom in ATOMS if atom in record}


def strong_keys(canonical_record: Canonical) -> tuple[tuple[str, ...], ...]:
    """Return the keys of a first meeting: title and due date together, none of them alone."""
    title, due = canonical_record.get("title"), canonical_record.get("due")
    if not title or not due:
        return ((),)
    return ((f"task:{due}:{title.casefold()}",),)


def series(canonical_record: Canonical) -> str:
    """Return the name that the tasks of one series share; empty for one that does not come again.

    Their due dates differ, and so may their rules: a counted one counts down.
    """
    title = canonical_record.get("title") or ""
    return title.casefold() if canonical_record.get("recurrence") else ""


def is_over(canonical_record: Canonical) -> bool:
    """Tell whether a task is done, by its canonical form."""
    return bool((canonical_record.get("progress") or {}).get("status") == COMPLETED)


def aftermath(before: Canonical, shown: Canonical) -> frozenset[str]:
    """Return what To Do takes from a task of a series that is done: the next one has the rule."""
    is_spent = is_over(shown) and "recurrence" in shown and not shown["recurrence"]
    return frozenset({"recurrence"} if is_spent and before.get("recurrence") else ())


def follows(before: Canonical, shown: Canonical) -> bool:
    """Tell whether a task may be the next one of another's series: the same to do, due later."""
    same = (before.get("title") or "").casefold() == series(shown) != ""
    return same and (shown.get("due") or "") > (before.get("due") or "")


def is_completed(record: Record) -> bool:
    """Tell whether a task is done."""
    return bool((_progress(record.get("progress"), Locality()) or {}).get("status") == COMPLETED)


def _line(value: Any, _: Locality) -> str | None:
    """White space folded; case counts."""
    return line(value)


def _paragraph(value: Any, _: Locality) -> str | None:
    """Line ends as LF, runs of blanks folded, the ends trimmed; case counts."""
    return paragraph(value)


def _due(value: Any, _: Locality) -> str | None:
    """The date alone; what is no date as it is."""
    return line((line(value) or "")[: schedule.DATE_LENGTH])


def _moment(value: Any, _: Locality) -> str | None:
    """An instant to the second, whatever the offset it is told with; what is no time as it is."""
    text = line(value)
    try:
        moment = datetime.fromisoformat(text or "").replace(microsecond=0)
        # A time without an offset is UTC, as Graph tells it.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    except (ValueError, OverflowError):
        return text


def _importance(value: Any, _: Locality) -> str | None:
    """Graph's word; "normal" is as good as none."""
    text = word(value)
    return None if text in ("", "normal") else text


def _progress(value: Any, locality: Locality) -> dict[str, str | None] | None:
    """The status without case; the time of completion counts while it is completed."""
    status = word((value or {}).get("status"))
    if status in ("", "notstarted"):
        return None
    if status != COMPLETED:
        return {"status": status}
    return {"status": status, "completed_at": _moment(value.get("completed_at"), locality)}


def _reference(value: Any, _: Locality) -> dict[str, str] | None:
    """Name and address with their white space folded."""
    folded = {part: line((value or {}).get(part)) for part in Reference.__annotations__}
    return {part: text for part, text in folded.items() if text} or None


def _recurrence(value: Any, locality: Locality) -> dict[str, str | None] | None:
    """The dates that the rule names; the words it says them in not."""
    if not value:
        return None
    start = (line(value.get("start")) or "")[: schedule.DATE_LENGTH]
    return schedule.recurrence({"rule": value.get("rule"), "start": start}, locality)


_CANON = {
    "title": _line,
    "notes": _paragraph,
    "due": _due,
    "reminder": _moment,
    "importance": _importance,
    "progress": _progress,
    "categories": categories.ours,
    "recurrence": _recurrence,
    "reference": _reference,
}

KIND = Kind(
    name="tasks",
    atoms=ATOMS,
    version=1,
    canonical=canonical,
    strong_keys=strong_keys,
    named_by=("title",),
    shared=frozenset({"categories"}),
    woven=categories.woven,
    composed=frozenset({"notes"}),
    ids_move=True,
    stamped=frozenset({"reference"}),
    series=series,
    is_over=is_over,
    aftermath=aftermath,
    follows=follows,
    comes_next=upcoming.comes_next,
    turn_of=upcoming.turn_of_task,
)
