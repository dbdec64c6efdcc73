from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..journal import Journal
from .records import Calendar, Change, Event
from .store import Calendars


def dump(store: Calendars) -> dict[str, Any]:
    """Everything that outlives a restart. Fields of an event are replaced, never changed."""
    return {
        "calendars": [asdict(c) for c in store.calendars.values()],
        "events": [
            {**vars(e), "changes": {day: vars(own) for day, own in e.changes.items()}}
            for e in store.events.values()
        ],
        "journals": {name: dict(journal.latest) for name, journal in store.journals.items()},
        "touched": {key: dict(fields) for key, fields in store.touched.items()},
        "former": dict(store.former),
        "transactions": {name: list(made) for name, made in store.transactions.items()},
    }


def restore(store: Calendars, data: dict[str, Any]) -> None:
    """Put a dump into the calendars of a new mailbox."""
    store.calendars, store.journals = {}, {}
    for entry in data["calendars"]:
        store.keep_calendar(Calendar(**entry))
    for entry in data["events"]:
        changes = {day: Change(**own) for day, own in entry["changes"].items()}
        kept = {**entry, "changes": changes, "cancelled": tuple(entry["cancelled"])}
        store.keep(Event(**kept))
    for name, latest in data["journals"].items():
        store.journals[name] = Journal.read(latest)
    store.touched = data["touched"]
    store.former = data["former"]
    store.transactions = {
        name: (key, digest, at) for name, (key, digest, at) in data["transactions"].items()
    }
