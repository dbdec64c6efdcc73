"""Microsoft as the engine's port sees a calendar, with what goes wrong on the way."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import CursorExpired, ItemMissing, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from agentbox_sync.ports import Create, Cursor, Delete, Page, Write, Written
from tests.sim import wire
from tests.sim.calendar.mailbox import CALENDAR, Event, Mailbox, window_of
from tests.sim.clock import START, VirtualClock
from tests.sim.wire import Wire

REMOVED = "@removed for a live event"
ZOMBIE = "zombie worker"
FAULTS = wire.FAULTS | {REMOVED, ZOMBIE, "died among the dates", "guests not told"}
"""What may go wrong."""


class CalendarGraph(Wire):
    """A RemoteStore of one calendar."""

    def __init__(self, mailbox: Mailbox, clock: VirtualClock, rng: random.Random) -> None:
        super().__init__(mailbox, clock, rng)
        self.check: Callable[[Write, Event | None], None] = lambda write, event: None
        self.taken_over: Callable[[], None] = lambda: None
        self.listed: Callable[[], Window | None] = lambda: None
        self.window: Window | None = None
        """The one that this run goes by, whatever another one opens while it is paused."""
        self.may_go: Callable[[str], bool] = lambda id_: False
        self.let_go: set[Delete] = set()
        """Removals of what could go whenever it was, as they set out."""
        self._mailbox = mailbox

    def begin(self) -> None:
        """Begin a request; the worker may have been paused past its lease before it."""
        self.window = self.window or self.listed()
        if self.chance(0.1, ZOMBIE):
            self.taken_over()
        super().begin()

    def locate(self, kind: str, target: str) -> str:
        """Return the id of the calendar."""
        self.begin()
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
        self.begin()
        return [self._page(cursor) for cursor in cursors]

    def _page(self, cursor: Cursor) -> Page | SyncError:
        box = self._mailbox
        if cursor.link:
            window, since = window_of(cursor.link), int(cursor.link.split("|")[0])
            if self.chance(0.1, "410"):
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
                if event is not None and inside and not self.chance(0.2, REMOVED):
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
        self.begin()
        events = [self._mailbox.events.get(id_) for id_ in remote_ids]
        return [self.seen(e) if e else ItemMissing("no", code="404") for e in events]

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the events that carry each stamp."""
        if not stamps:
            return []
        self.begin()
        events = self._mailbox.events.values()
        return [[self.seen(e) for e in events if e.stamp == stamp] for stamp in stamps]

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find events with the same subject and times as each record."""
        if not records:
            return []
        self.begin()
        found: list[list[Observation] | SyncError] = []
        for record in records:
            keys = KIND.strong_keys(KIND.canonical(record, self._mailbox.locality))
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
        """Send writes together; what becomes of their rows on the way nobody can know."""
        deletes = [write for write in writes if isinstance(write, Delete)]
        self.let_go.update(one for one in deletes if self.may_go(one.remote_id))
        return super().write(kind, collection, writes)

    def carry_out(self, collection: str, write: Write) -> Written:
        """Carry a write out; raises Refused, or Died among the dates of a series."""
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
        tells = not feed or not self.chance(1.0, "guests not told")
        return Observation(
            event.id,
            event.etag,
            dict(event.record),
            container=CALENDAR,
            stamp="" if feed else event.stamp,
            created_at=START + timedelta(seconds=event.born),
            ties=event.ties if tells else None,
        )

    def _dies(self) -> bool:
        return self.chance(3.0, "died among the dates")


def _plain(record: Record) -> dict[str, Any]:
    return {atom: record[atom] for atom in KIND.atoms if atom in record}
