"""One staff member's calendar on both sides, people who work in it, and runs of the real engine."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agentbox_sync import engine
from agentbox_sync.core.changes import Cause, Link, LinkState, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Policy, Removal, Status
from agentbox_sync.core.safety import Limit
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Box, Depth, Part
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.calendar.crm import MODEL, AppointmentStore
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import LOCALITY, Event, Mailbox
from tests.sim.clock import SETTLE, START, VirtualClock
from tests.sim.faults import Crash
from tests.sim.lease import acquire
from tests.sim.memory import Memory, Store

BACK, AHEAD = timedelta(days=30), timedelta(days=365)
TIMEOUT = timedelta(seconds=10)


class World:
    """Everything that a seed decides; ``broken`` is what was seen at a write."""

    def __init__(self, seed: object, policy: Policy | None = None) -> None:
        self.rng = random.Random(f"calendar {seed}")
        self.clock = VirtualClock()
        self.mailbox = Mailbox()
        self.crm = AppointmentStore()
        self.store = Store("c")
        self.policy = policy or self._drawn()
        self.limit = Limit(floor=1000)
        self.broken: list[str] = []
        self.rate = 0.0
        self.between = lambda: None
        self.numbers = self.requests = self.runs = 0
        self.struck: Counter[str] = Counter()
        self.approves = False
        """Whether a person lets go whatever the guard has stopped."""

    def _drawn(self) -> Policy:
        rng = self.rng
        return Policy(
            status=rng.choice((Status.ONE_WAY, Status.TWO_WAY, Status.TWO_WAY)),
            removal=rng.choice(list(Removal)),
            strict=rng.random() < 0.2,
            conflict=rng.choice(list(Conflict)),
            deletion=rng.choice(list(Deletion)),
            adoption=rng.choice(list(Adoption)),
            completed=rng.choice((None, *Removal)),
        )

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

    def sync(
        self,
        *,
        depth: Depth = Depth.FULL,
        relist: bool = False,
        leave: bool = False,
        window: Window | None = None,
        lost: int = 0,
    ) -> CalendarGraph:
        """Run once; what ends a run early ends it. So many answers to writes are ``lost``."""
        lease = acquire(self.store.lease, self.clock)
        if lease is None:
            self.clock.sleep(self.store.lease.until - self.clock.seconds + 1)
            lease = acquire(self.store.lease, self.clock)
        assert lease is not None
        graph = CalendarGraph(self.mailbox, self.clock, self.rng)
        graph.rate, graph.between, graph.check = self.rate, self.between, self.check
        graph.lost = lost
        graph.land()
        for key in self.crm.notices:
            self.store.notices = [*self.store.notices, (self.store.number(), key)]
        self.crm.notices.clear()
        memory = Memory(
            self.store, lease, self.clock, crm=(lambda: dict(self.crm.rows), self._restored)
        )
        box = Box(
            remote=graph,
            memory=memory,
            lease=lease,
            clock=self.clock,
            until=self.clock.now() + timedelta(days=1),
            settle_delay=SETTLE,
            http_timeout=TIMEOUT,
            relist_after=timedelta(0) if relist else None,
        )
        part = Part(KIND, self.policy, self.crm, LOCALITY, depth=depth, limit=self.limit)
        part.window = window or self.window()
        part.approved = lambda: frozenset(x for x, _ in self.store.holds if self.approves)
        if leave:
            part = engine.leaving(part, len(self.store.links))
        self.part = part
        try:
            engine.run(box, [part])
            lease.release()
        except SyncError:
            lease.release()
        except Crash:
            pass
        self.runs, self.requests = self.runs + 1, self.requests + graph.requests
        self.struck += graph.struck
        return graph

    def _restored(self, rows: object) -> None:
        assert isinstance(rows, dict)
        self.crm.rows = rows

    def check(self, write: Write, event: Event | None) -> None:
        """Look at a write before it is carried out."""
        chain = self.chain()
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
        if not self.mailbox.takes_place(event, chain) and not self._may_go(event):
            self.broken.append("I18: something outside the window was removed")

    def _may_go(self, event: Event) -> bool:
        """Tell whether an event goes whenever it was: nobody may see it, or everything goes."""
        links = [x for x in self.store.links.values() if x.remote_id == event.id]
        rows = [self.crm.rows.get(x.key.pk) for x in links]
        hidden = any(row is not None and row.away is Cause.LOST_ACCESS for row in rows)
        return hidden or self.part.stays

    def chain(self) -> Window | None:
        """Return the window of the chain that is open."""
        open_ = [c for n, c in self.store.chains.items() if n not in self.store.closed]
        return open_[0].window if open_ else None

    # ------------------------------------------------------------------------------- what is known

    def links(self) -> list[Link]:
        """Return the links that have not ended."""
        return [x for x in self.store.links.values() if x.state is not LinkState.DEAD]

    def link_of(self, pk: str) -> Link:
        """Return the link of a row."""
        return next(x for x in self.links() if x.key == LocalKey(MODEL, pk))

    def event_of(self, pk: str) -> Event:
        """Return the event that a row is linked to."""
        return self.mailbox.events[self.link_of(pk).remote_id]

    def calm(self) -> None:
        """Nothing goes wrong any more, and what was on its way has landed."""
        self.rate, self.between, self.approves = 0.0, lambda: None, True
        self.clock.sleep(600.0)


__all__ = ["START", "World"]
