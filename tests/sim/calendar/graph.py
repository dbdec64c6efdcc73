"""Microsoft as the engine's port sees a calendar, with what goes wrong on the way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    ItemChanged,
    ItemMissing,
    OutcomeUnknown,
    SyncError,
    Unreachable,
)
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.ports import Create, Cursor, Delete, Landing, Page, Write, Written
from tests.sim.calendar.mailbox import CALENDAR, LOCALITY, Died, Event, Mailbox, Refused, window_of
from tests.sim.clock import START, TICK, VirtualClock
from tests.sim.faults import Crash
from tests.sim.landing import landing

REMOVED = "@removed for a live event"
FAULTS = frozenset(
    {
        "410",
        REMOVED,
        "crash after request",
        "crash before request",
        "never committed, no answer",
        "committed late",
        "500 committed",
        "died among the dates",
        "guests not told",
        "never arrived",
    }
)
"""What may go wrong."""


class CalendarGraph:
    """A RemoteStore; ``rate`` is how often something goes wrong at a request."""

    def __init__(self, mailbox: Mailbox, clock: VirtualClock, rng: random.Random) -> None:
        self.batch_size = 4
        self.rate = 0.0
        self.lost = 0
        self.struck: Counter[str] = Counter()
        self.requests = self.writes = 0
        self.between: Callable[[], None] = lambda: None
        self.check: Callable[[Write, Event | None], None] = lambda write, event: None
        self._mailbox, self._clock, self._rng = mailbox, clock, rng

    def locate(self, kind: str, target: str) -> str:
        """Return the id of the calendar."""
        self._begin()
        return target or CALENDAR

    def find_own(self, kind: str, stamp: str) -> str:
        """Return nothing: these worlds have one calendar."""
        return ""

    def create_own(self, kind: str, stamp: str) -> str:
        """Never asked."""
        raise AssertionError(kind)

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Never asked."""
        raise AssertionError(kind)

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor."""
        self._begin()
        return [self._page(cursor) for cursor in cursors]

    def _page(self, cursor: Cursor) -> Page | SyncError:
        box = self._mailbox
        if cursor.link:
            window, since = window_of(cursor.link), int(cursor.link.split("|")[0])
            if self._chance(0.1, "410"):
                return CursorExpired("gone", code="SyncStateNotFound")
        else:
            assert cursor.window is not None, "a listing without a window"
            window, since = cursor.window, -1
        if since < 0:
            ids = [e.id for e in box.events.values() if box.takes_place(e, window)]
            entries: list[Observation] = [self.seen(box.events[id_], feed=True) for id_ in ids]
        else:
            entries = []
            for id_ in dict.fromkeys(box.log[since:]):
                event = box.events.get(id_)
                inside = event is not None and box.takes_place(event, window)
                if event is not None and inside and not self._chance(0.2, REMOVED):
                    entries.append(self.seen(event, feed=True))
                else:
                    # The feed names what left the window, and even what was never in it.
                    entries.append(Observation(id_, removed=True))
        bounds = f"{window.start.isoformat()}|{window.end.isoformat()}"
        return Page(tuple(entries), delta_link=f"{len(box.log)}|{bounds}")

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole events, wherever they take place."""
        if not remote_ids:
            return []
        self._begin()
        events = [self._mailbox.events.get(id_) for id_ in remote_ids]
        return [self.seen(e) if e else ItemMissing("no", code="404") for e in events]

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the events that carry each stamp."""
        if not stamps:
            return []
        self._begin()
        events = self._mailbox.events.values()
        return [[self.seen(e) for e in events if e.stamp == stamp] for stamp in stamps]

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find events with the same subject and times as each record."""
        if not records:
            return []
        self._begin()
        found: list[list[Observation] | SyncError] = []
        for record in records:
            keys = KIND.strong_keys(KIND.canonical(record, LOCALITY))
            events = self._mailbox.events.values()
            found.append(
                [
                    self.seen(e)
                    for e in events
                    if keys != ((),) and KIND.strong_keys(self._mailbox.canonical(e)) == keys
                ]
            )
        return found

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send writes together; each may meet a fate of its own."""
        if not writes:
            return []
        self._begin()
        answers = [self._one(write) for write in writes]
        self.between()
        if self._chance(0.3, "crash after request"):
            raise Crash("after the request")
        return answers

    def begin_write(self, kind: str, collection: str, writes: Sequence[Write]) -> Landing:
        """Send writes whose answers are heard later."""
        return landing(lambda: self.write(kind, collection, writes))

    def _one(self, write: Write) -> Written | SyncError:
        if not isinstance(write, Create) and not write.etag:
            return ItemChanged("The item has to be read first.", code="NoETag")
        if self._chance(0.7, "never committed, no answer"):
            return _unknown()  # it never arrived, and nobody can tell
        if self._chance(0.4, "committed late"):
            due = self._clock.seconds + TICK * self._rng.randint(1, 6)
            self._mailbox.late.append((due, lambda: self._carried_out(write)))
            return _unknown()
        try:
            answer = self._carried_out(write)
        except Died:
            return _unknown()
        except Refused as refusal:
            if refusal.status == 409:
                return _unknown()  # it is found by its stamp
            if refusal.status == 404:
                return ItemMissing("not found", code="ErrorItemNotFound")
            return ItemChanged("changed", code="ErrorIrresolvableConflict")
        if self.lost:
            self.lost -= 1
            return _unknown()
        return _unknown() if self._chance(0.7, "500 committed") else answer

    def _carried_out(self, write: Write) -> Written:
        box = self._mailbox
        id_ = "" if isinstance(write, Create) else write.remote_id
        self.check(write, box.events.get(id_))
        if isinstance(write, Create):
            event = box.create(_plain(write.record), write.stamp, self._clock.seconds)
        elif isinstance(write, Delete):
            box.delete(write.remote_id, write.etag)
            self.writes += 1
            return Written(write.remote_id)
        else:
            values = {atom: write.record[atom] for atom in write.atoms}
            event = box.update(write.remote_id, write.etag, values, self._dies)
        self.writes += 1
        event.shown.add(event.etag)
        return Written(event.id, event.etag, dict(event.record))

    def seen(self, event: Event, *, feed: bool = False) -> Observation:
        """Return an event as an answer shows it; a feed shows no stamp, and not always guests."""
        event.shown.add(event.etag)
        tells = not feed or not self._chance(1.0, "guests not told")
        return Observation(
            event.id,
            event.etag,
            dict(event.record),
            container=CALENDAR,
            stamp="" if feed else event.stamp,
            created_at=START + timedelta(seconds=event.born),
            ties=event.ties if tells else None,
        )

    def _begin(self) -> None:
        self.requests += 1
        self.between()
        self._clock.sleep(TICK)
        self.land()
        if self._chance(0.3, "crash before request"):
            raise Crash("before the request")
        if self._chance(0.5, "never arrived"):
            raise Unreachable("no route", code="ConnectTimeout")

    def land(self) -> None:
        """Carry out what was sent earlier and has been on its way since."""
        box, now = self._mailbox, self._clock.seconds
        due = [deed for at, deed in box.late if at <= now]
        box.late = [entry for entry in box.late if entry[0] > now]
        for deed in due:
            try:
                deed()
            except (Refused, Died):
                continue  # nobody is waiting for the answer any more

    def _dies(self) -> bool:
        return self._chance(3.0, "died among the dates")

    def _chance(self, weight: float, what: str) -> bool:
        struck = self.rate > 0 and self._rng.random() < self.rate * weight
        self.struck[what] += struck
        return struck


def _plain(record: Record) -> dict[str, Any]:
    return {atom: record[atom] for atom in KIND.atoms if atom in record}


def _unknown() -> OutcomeUnknown:
    return OutcomeUnknown("no answer", code="500")
