"""Events as Graph writes them (resources/event.md): single ones and whole series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import ATOMS, EventRecord
from agentbox_sync.graph.codecs import Encoded
from agentbox_sync.graph.codecs.bodies import read_body, written_body
from agentbox_sync.graph.codecs.series import (
    EXCEPTION_NAMES,
    read_exceptions,
    read_place,
    read_recurrence,
    written_series,
)
from agentbox_sync.graph.codecs.times import NAMES as TIMES
from agentbox_sync.graph.codecs.times import read_times, written_times

# PidTagSubject: Exchange cuts or refuses what is longer.
LONGEST_SUBJECT = 255
# What Exchange shows where nobody said anything.
DEFAULT_SHOW_AS, DEFAULT_SENSITIVITY = "busy", "normal"
_SHOW_AS = {
    word.casefold(): word
    for word in ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown")
}
_SENSITIVITY = ("normal", "personal", "private", "confidential")
# A word that we do not know is taken for the one that shows least of the event to others.
_SAFEST_SENSITIVITY = "private"

GUESTS, FOREIGN, ONLINE = "guests", "foreign", "online"
"""The ties of an event: it has attendees, another one's meeting it is, its body holds a meeting."""
TIED = frozenset({"attendees", "isOrganizer", "isOnlineMeeting"})
"""The properties that say so."""
MASTER = "seriesMaster"
EXCEPTION = "exception"
PARTS = ("occurrence", EXCEPTION)
"""The types of what belongs to a series and is no event of its own."""

# Atoms that are written in requests of their own, to single dates of a series.
LATER = frozenset({"exceptions"})
# Exchange forgets what single dates have of their own when one of these is written.
SCHEDULE = frozenset({"when", "recurrence"})


def decode(row: Mapping[str, Any]) -> EventRecord:
    """Return the atoms that ``row`` shows; a property that is not there leaves its atom out.

    An atom of several properties is shown when all of them are. What differs on single dates of
    a series is shown where both lists of it are; a single event has none.
    """
    record = EventRecord()
    shown = {atom: read(row) for atom, (names, read) in _READ.items() if names <= row.keys()}
    if row.get("type") == "singleInstance" or row.keys() >= EXCEPTION_NAMES | _READ_SERIES:
        exceptions = read_exceptions(row)
        shown |= {} if exceptions is None else {"exceptions": exceptions}
    record.update(shown)  # type: ignore[typeddict-item]  # the keys are those of _READ: the atoms
    return record


def half_shown(row: Mapping[str, Any]) -> bool:
    """Tell whether ``row`` shows too little of the event to be relied on.

    Some property of an atom and not all of them, or a series: its dates are told elsewhere.
    """
    if row.get("type") == MASTER:
        return True
    # Times without the event's own zone are instants, and no times on anybody's clock.
    groups = [TIED, TIMES | {"originalStartTimeZone"}, *(names for names, _ in _READ.values())]
    return any(names & row.keys() and not names <= row.keys() for names in groups)


def ties_of(row: Mapping[str, Any]) -> frozenset[str] | None:
    """Return who or what else an event is tied to; ``None`` where ``row`` does not show all of it.

    An online meeting lives in the body of its event: whoever writes the body ends it.
    """
    if not row.keys() >= TIED:
        return None
    found = {
        GUESTS: bool(row.get("attendees")),
        FOREIGN: row.get("isOrganizer") is False,
        ONLINE: row.get("isOnlineMeeting") is True,
    }
    return frozenset(tie for tie, is_so in found.items() if is_so)


def encode(record: Record, atoms: Collection[str], *, creating: bool = False) -> Encoded:
    """Return the payload that writes ``atoms`` of the whole local ``record``.

    Emptied atoms are cleared in an update and not mentioned in a create. What does not fit into
    Graph's limits stays behind, and its atom is named in ``left_out``. When a series takes place
    is written whole, whichever atom of it is asked for: Graph holds its range against its start.
    Raises ItemRefused for times and rules that nobody could carry out.
    """
    payload: dict[str, Any] = {}
    left_out = []
    for atom in ATOMS:
        if atom not in atoms or atom not in record or atom not in _WRITE:
            continue
        properties, fits = _WRITE[atom](record[atom])
        payload.update(properties)
        if not fits:
            left_out.append(atom)
    payload.update(_schedule(record, atoms))
    if creating:
        payload = {name: value for name, value in payload.items() if not _is_nothing(value)}
    return Encoded(payload, tuple(left_out))


def _schedule(record: Record, atoms: Collection[str]) -> dict[str, Any]:
    asked = SCHEDULE & set(atoms) & record.keys()
    if not asked:
        return {}
    if record.get("recurrence"):
        return written_series(record)
    payload = written_times(record["when"]) if "when" in record else {}
    return payload | ({"recurrence": None} if "recurrence" in asked else {})


def _is_nothing(value: Any) -> bool:
    return value in (None, "", [], {"displayName": ""}, written_body(""))


# ----------------------------------------------------------------------------------------- reading

Reader = Callable[[Mapping[str, Any]], Any]


def _reminder(row: Mapping[str, Any]) -> int | None:
    return row["reminderMinutesBeforeStart"] if row["isReminderOn"] else None


_READ_SERIES = frozenset({"recurrence", *TIMES})
_READ: dict[str, tuple[frozenset[str], Reader]] = {
    "subject": (frozenset({"subject"}), lambda row: row["subject"] or ""),
    "when": (TIMES, read_times),
    "location": (frozenset({"location"}), read_place),
    "body": (frozenset({"body"}), lambda row: read_body(row["body"])),
    "reminder": (frozenset({"isReminderOn", "reminderMinutesBeforeStart"}), _reminder),
    "sensitivity": (frozenset({"sensitivity"}), lambda row: row["sensitivity"] or ""),
    "show_as": (frozenset({"showAs"}), lambda row: row["showAs"] or ""),
    "categories": (
        frozenset({"categories"}),
        lambda row: [n for n in row["categories"] or () if n],
    ),
    "recurrence": (_READ_SERIES, read_recurrence),
}

PROPERTIES: Mapping[str, frozenset[str]] = {
    **{atom: names for atom, (names, _) in _READ.items()},
    "exceptions": EXCEPTION_NAMES,
}
"""The properties that make up each atom."""

# ----------------------------------------------------------------------------------------- writing

# Each writer returns the properties, and whether all of the value is in them.
Writer = Callable[[Any], tuple[dict[str, Any], bool]]


def _subject_of(value: Any) -> tuple[dict[str, Any], bool]:
    text = str(value or "")
    return {"subject": text[:LONGEST_SUBJECT]}, len(text) <= LONGEST_SUBJECT


def _location_of(value: Any) -> tuple[dict[str, Any], bool]:
    return {"location": {"displayName": str(value or "")}}, True


def _reminder_of(value: Any) -> tuple[dict[str, Any], bool]:
    # Said in a create too: where nobody says anything Exchange reminds a quarter of an hour before.
    try:
        minutes = max(0, int(value))
    except (TypeError, ValueError, OverflowError):  # none, or no number: as the canonical form says
        return {"isReminderOn": False}, True
    return {"isReminderOn": True, "reminderMinutesBeforeStart": minutes}, True


def _sensitivity_of(value: Any) -> tuple[dict[str, Any], bool]:
    word = str(value or DEFAULT_SENSITIVITY).strip().casefold()
    known = word in _SENSITIVITY
    return {"sensitivity": word if known else _SAFEST_SENSITIVITY}, known


def _show_as_of(value: Any) -> tuple[dict[str, Any], bool]:
    word = str(value or DEFAULT_SHOW_AS).strip().casefold()
    return {"showAs": _SHOW_AS.get(word, DEFAULT_SHOW_AS)}, word in _SHOW_AS


def _categories_of(value: Any) -> tuple[dict[str, Any], bool]:
    kept = {name.strip().casefold(): name.strip() for name in reversed(list(value or ()))}
    return {"categories": [name for key, name in reversed(kept.items()) if key]}, True


_WRITE: dict[str, Writer] = {
    "subject": _subject_of,
    "location": _location_of,
    "body": lambda value: ({"body": written_body(value)}, True),
    "reminder": _reminder_of,
    "sensitivity": _sensitivity_of,
    "show_as": _show_as_of,
    "categories": _categories_of,
}
