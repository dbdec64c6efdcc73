"""One staff member's calendar on both sides, people who work in it, and runs of the real engine."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agentbox_sync.core.changes import Cause, Link, LocalKey
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Policy
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Depth, Part
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.calendar.crm import MODEL, AppointmentStore
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import LOCALITY, Event, Mailbox
from tests.sim.clock import VirtualClock
from tests.sim.desk import Desk

BACK, AHEAD = timedelta(days=30), timedelta(days=365)


class World(Desk[CalendarGraph]):
    """Everything that a seed decides."""

    def __init__(self, seed: object, policy: Policy | None = None) -> None:
        super().__init__("c", VirtualClock(), random.Random(f"calendar {seed}"), policy)
        self.mailbox = Mailbox()
        self.crm = AppointmentStore()
        self.desks = [self]
        self.numbers = 0

    # ------------------------------------------------------------------------------ what is typed

    def typed(self, **atoms: Any) -> dict[str, Any]:
        """Return a new event in the window, with a subject that is nobody else's."""
        self.numbers += 1
        offset = self.rng.randint(1, 60)
        return {
            "subject": f"e{self.numbers} visit",
            "when": self.at(offset),
            "location": "",
            "body": "",
            "reminder": None,
            "sensitivity": "normal",
            "show_as": "busy",
            "recurrence": None,
            "exceptions": [],
            **atoms,
        }

    def at(self, days: int) -> dict[str, Any]:
        """Return an hour on a day from now on."""
        day = self.today() + timedelta(days=days)
        return {"start": f"{day}T09:00:00", "end": f"{day}T10:00:00", "zone": "UTC"}

    def today(self) -> date:
        """Return the day."""
        return self.clock.now().date()

    def weekly(self, record: dict[str, Any], count: int = 0) -> dict[str, Any]:
        """Return an event as a series that comes every week."""
        start = record["when"]["start"]
        rule = f"FREQ=WEEKLY;COUNT={count}" if count else "FREQ=WEEKLY"
        return {**record, "recurrence": {"rule": rule, "start": start, "zone": "UTC"}}

    def dates(self, record: dict[str, Any]) -> list[str]:
        """Return the first dates of a weekly series."""
        first = datetime.fromisoformat(record["when"]["start"]).date()
        return [str(first + timedelta(days=7 * n)) for n in range(5)]

    # ---------------------------------------------------------------------------------- one run

    def window(self) -> Window:
        """Return what is wanted today."""
        day = datetime.combine(self.today(), datetime.min.time(), UTC)
        return Window(day - BACK, day + AHEAD)

    def wire(self) -> CalendarGraph:
        """Return the way to the calendar for one run."""
        graph = CalendarGraph(self.mailbox, self.clock, self.rng)
        graph.check = self.check
        return graph

    def notices(self) -> list[LocalKey]:
        """Return what was noticed as changed since the last run, and forget it."""
        noticed, self.crm.notices = self.crm.notices, []
        return noticed

    def snapshot(self) -> object:
        """Return what the CRM says."""
        return dict(self.crm.rows)

    def restore(self, rows: object) -> None:
        """Roll the CRM back."""
        assert isinstance(rows, dict)
        self.crm.rows = rows

    def sent(self) -> int:
        """Return how much the feed has told so far."""
        return len(self.mailbox.log)

    def new_part(self, depth: Depth) -> Part:
        """Return what one run is about."""
        part = Part(KIND, self.policy, self.crm, LOCALITY, depth=depth)
        part.window = self.window()
        return part

    def check(self, write: Write, event: Event | None) -> None:
        """Look at a write before it is carried out."""
        window = self.listed()
        if isinstance(write, Create):
            announced = {link.stamp for link in self.store.links.values()}
            if write.stamp not in announced:
                self.broken.append("I15: a create was sent that was never announced")
            return
        if event is None or event.etag != write.etag:
            return
        if write.etag not in event.shown:
            self.broken.append("I15: a write was sent with an ETag that nobody has read")
        if not isinstance(write, Delete):
            return
        if event.ties:
            self.broken.append("I18: something that concerns others was removed")
        if not event.ours:
            self.broken.append("I6: an event that a person put there was removed")
        if not self.mailbox.takes_place(event, window) and not self._may_go(event):
            self.broken.append("I18: something outside the window was removed")

    def _may_go(self, event: Event) -> bool:
        """Tell whether an event goes whenever it was: nobody may see it, or everything goes."""
        links = [x for x in self.store.links.values() if x.remote_id == event.id]
        rows = [self.crm.rows.get(x.key.pk) for x in links]
        hidden = any(row is not None and row.away is Cause.LOST_ACCESS for row in rows)
        return hidden or self.part.stays

    def listed(self) -> Window | None:
        """Return the window of the chain that is open."""
        chain = self.chain()
        return chain.window if chain else None

    # ------------------------------------------------------------------------------- what is known

    def link_of(self, pk: str) -> Link:
        """Return the link of a row."""
        return next(x for x in self.links() if x.key == LocalKey(MODEL, pk))

    def event_of(self, pk: str) -> Event:
        """Return the event that a row is linked to."""
        return self.mailbox.events[self.link_of(pk).remote_id]
