"""Calendar: the record of an event, its atoms and its canonical form."""

from __future__ import annotations

from typing import Any, TypedDict

from agentbox_sync.core.kinds import (
    Canonical,
    Kind,
    Locality,
    Record,
    categories,
    meetings,
    schedule,
    upcoming,
)
from agentbox_sync.core.kinds.text import line, paragraph, word


class Times(TypedDict, total=False):
    """When an event takes place; one atom, because a start without its end is a wrong time.

    ``start`` and ``end`` are ISO 8601 times on the clocks of ``zone`` (or with an offset of their
    own), ``zone`` an IANA or Windows name. All-day they are dates, the end exclusive.
    """

    start: str
    end: str
    zone: str
    all_day: bool


class Recurrence(TypedDict, total=False):
    """How an event comes again: an RRULE, and the clock on which it does.

    ``start`` is the first start on the clocks of ``zone``, a date alone if it is all-day. What is
    excluded or beside the rule does not stand here.
    """

    rule: str
    start: str
    zone: str


class EventException(TypedDict, total=False):
    """One date of a series that differs; ``original`` is the date that the rule gives it.

    That date is in the zone of the series (``YYYY-MM-DD``). What is left out is as in the series.
    """

    original: str
    cancelled: bool
    when: Times
    subject: str
    location: str
    body: str


class EventRecord(TypedDict, total=False):
    """An event, single or a whole series; every key is an atom, a missing key is "not known".

    ``reminder`` is in minutes before the start, ``None`` for none. ``sensitivity`` and ``show_as``
    are Graph's words. ``categories`` are names of ours beside names of the person's own.
    """

    subject: str
    when: Times | None
    location: str
    body: str
    reminder: int | None
    sensitivity: str
    show_as: str
    categories: list[str]
    recurrence: Recurrence | None
    exceptions: list[EventException]


RECORD = EventRecord
ATOMS = tuple(EventRecord.__annotations__)


def canonical(record: Record, locality: Locality) -> dict[str, Any]:
    """Return the comparison key of the atoms that ``record`` knows; total, pure and idempotent."""
    return {atom: _CANON[atom](record[atom], locality) for atom in ATOMS if atom in record}


def strong_keys(canonical_record: Canonical) -> tuple[tuple[str, ...], ...]:
    """Return the keys of a first meeting: subject, start and end together, none of them alone."""
    subject, when = canonical_record.get("subject"), canonical_record.get("when")
    if not subject or not when:
        return ((),)
    return ((f"event:{when.get('start')}:{when.get('end')}:{subject.casefold()}",),)


def _line(value: Any, _: Locality) -> str | None:
    """White space folded; case counts."""
    return line(value)


def _paragraph(value: Any, _: Locality) -> str | None:
    """Line ends as LF, runs of blanks folded, the ends trimmed; case counts."""
    return paragraph(value)


def _exceptions(value: Any, locality: Locality) -> list[dict[str, Any]]:
    """By the date that the rule gives each; what says nothing of its own is none."""
    found = {row["original"]: row for row in (_exception(item, locality) for item in value or ())}
    return [found[original] for original in sorted(found) if len(found[original]) > 1]


def _exception(value: Any, locality: Locality) -> dict[str, Any]:
    row: dict[str, Any] = {
        "original": (line(value.get("original")) or "")[: schedule.DATE_LENGTH].strip()
    }
    if value.get("cancelled"):
        return {**row, "cancelled": True}
    own = ("when", "subject", "location", "body")
    return row | {atom: _CANON[atom](value[atom], locality) for atom in own if atom in value}


def _reminder(value: Any, _: Locality) -> int | None:
    """Whole minutes; what is no number is no reminder."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _sensitivity(value: Any, _: Locality) -> str | None:
    """Graph's word; "normal" is as good as none."""
    text = word(value)
    return None if text in ("", "normal") else text


def _show_as(value: Any, _: Locality) -> str | None:
    """Graph's word; "unknown" is as good as none."""
    text = word(value)
    return None if text in ("", "unknown") else text


_CANON = {
    "subject": _line,
    "when": schedule.when,
    "location": _line,
    "body": _paragraph,
    "reminder": _reminder,
    "sensitivity": _sensitivity,
    "show_as": _show_as,
    "categories": categories.ours,
    "recurrence": schedule.recurrence,
    "exceptions": _exceptions,
}

KIND = Kind(
    name="calendar",
    atoms=ATOMS,
    version=1,
    canonical=canonical,
    strong_keys=strong_keys,
    named_by=("subject", "location"),
    shared=frozenset({"categories"}),
    woven=categories.woven,
    is_windowed=True,
    takes_place=meetings.takes_place,
    closed=meetings.closed,
    untold=meetings.untold,
    is_private=meetings.is_private,
    spends_stamps=True,
    keyed={"exceptions": "original"},
    later=frozenset({"exceptions"}),
    dropping=frozenset({"when", "recurrence"}),
    composed=frozenset({"body"}),
    turn_of=upcoming.turn_of_event,
)
