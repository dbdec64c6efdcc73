"""A calendar as the server holds it: series, guests who are told, and a feed with a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agentbox_sync.core.kinds import Canonical, Locality
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from tests.sim.wire import Died, Refused

LOCALITY = Locality(zone="UTC")
CALENDAR = "calendar"
PERSONAL = frozenset({"categories", "reminder", "show_as"})
EMPTY: dict[str, Any] = {
    "location": "",
    "body": "",
    "reminder": None,
    "sensitivity": "normal",
    "show_as": "busy",
    "categories": [],
    "recurrence": None,
    "exceptions": [],
}


@dataclass(slots=True)
class Event:
    """An event; ``ours``: a request of ours created it. ``shown`` are the ETags that were named."""

    id: str
    record: dict[str, Any]
    stamp: str = ""
    ours: bool = False
    ties: frozenset[str] = frozenset()
    etag: str = ""
    born: float = 0.0
    shown: set[str] = field(default_factory=set)


class Mailbox:
    """The server's side. ``mails`` is what guests were told because of a request of ours."""

    def __init__(self, locality: Locality = LOCALITY) -> None:
        self.locality = locality
        self.events: dict[str, Event] = {}
        self.log: list[str] = []
        self.mails: list[str] = []
        self.late: list[tuple[float, Callable[[], object]]] = []
        self.used_up: set[str] = set()
        """The transaction ids that are known."""
        self.dies = 0
        """How many writes in several requests are cut off behind their first one."""
        self._ids = 0

    def canonical(self, event: Event) -> Canonical:
        """Return what an event says in canonical form."""
        return KIND.canonical(event.record, self.locality)

    def takes_place(self, event: Event, window: Window | None) -> bool:
        """Tell whether an event takes place in a window."""
        return window is None or KIND.takes_place(self.canonical(event), window)

    def put(self, record: Mapping[str, Any], now: float, **facts: Any) -> Event:
        """Store a new event."""
        self._ids += 1
        event = Event(f"event-{self._ids}", {**EMPTY, **record}, born=now, **facts)
        self.events[event.id] = event
        self.bump(event)
        return event

    def bump(self, event: Event) -> None:
        """Give an event a new ETag, and the feed an entry."""
        self.log.append(event.id)
        event.etag = f"W/{len(self.log)}"

    def edit(self, event: Event, values: Mapping[str, Any]) -> None:
        """Change atoms; a changed rule or time drops every date that differs."""
        if {"when", "recurrence"} & values.keys():
            event.record = {**event.record, "exceptions": []}
        event.record = {**event.record, **values}
        self.bump(event)

    def create(self, record: Mapping[str, Any], stamp: str, now: float) -> Event:
        """Carry a create of ours out; the dates of a series come in requests of their own."""
        if stamp in self.used_up:
            raise Refused(409)  # whatever has become of the event
        self.used_up.add(stamp)
        values = {atom: value for atom, value in record.items() if atom != "exceptions"}
        return self.put(values, now, stamp=stamp, ours=True)

    def found(self, id_: str, etag: str) -> Event:
        """Return the event that a write of ours names; raises Refused."""
        event = self.events.get(id_)
        if event is None:
            raise Refused(404)
        if event.etag != etag:
            raise Refused(412)
        return event

    def update(
        self, id_: str, etag: str, values: Mapping[str, Any], step: Callable[[], bool]
    ) -> Event:
        """Carry an update of ours out, one request a date; ``step`` tells whether it dies there."""
        event = self.found(id_, etag)
        self._tell(event, values.keys() - PERSONAL, "update")
        at_once = {atom: value for atom, value in values.items() if atom != "exceptions"}
        if at_once:
            self.edit(event, at_once)
        if "exceptions" in values:
            self._dates(event, values["exceptions"] or [], step, begun=bool(at_once))
        return event

    def _dates(
        self, event: Event, wanted: list[Any], step: Callable[[], bool], *, begun: bool
    ) -> None:
        there = {row["original"]: row for row in event.record["exceptions"]}
        ours = {row["original"]: row for row in wanted}
        for day in sorted(there.keys() | ours.keys()):
            if there.get(day) == ours.get(day):
                continue
            if begun and (self.dies or step()):
                self.dies = max(0, self.dies - 1)
                raise Died
            begun = True
            there = {k: v for k, v in there.items() if k != day}
            there |= {day: ours[day]} if day in ours else {}
            event.record = {**event.record, "exceptions": [there[k] for k in sorted(there)]}
            self.bump(event)

    def delete(self, id_: str, etag: str) -> None:
        """Carry a delete of ours out."""
        event = self.found(id_, etag)
        self._tell(event, {"all"}, "delete")
        self.remove(event)

    def remove(self, event: Event) -> None:
        """An event goes."""
        del self.events[event.id]
        self.log.append(event.id)

    def _tell(self, event: Event, atoms: Any, what: str) -> None:
        if event.ties and atoms:
            self.mails.append(f"{what} of {event.id}: {sorted(atoms)}")


def window_of(link: str) -> Window:
    """Return the window that a link of the feed carries."""
    start, end = link.split("|")[1:]
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))
