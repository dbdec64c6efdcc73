"""One staff member's calendar on both sides, people who work in it, and runs of the real engine."""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agentbox_sync.core.changes import Absence, Cause, Link, LocalKey
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Policy
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Depth, Part
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.calendar.crm import MODEL, AppointmentStore, Office
from tests.sim.calendar.deciders import check_closed
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import LOCALITY, Event, Mailbox
from tests.sim.clock import VirtualClock
from tests.sim.desk import Desk
from tests.sim.staging import Placed

TOKEN = re.compile(r"\bt\d+\b")
BACK, AHEAD = timedelta(days=30), timedelta(days=365)


class Ghost:
    """What really happened: all words of people, and those that one typed over or let go."""

    def __init__(self) -> None:
        self.typed: set[str] = set()
        self.replaced: set[str] = set()

    def forgives(self, said: object) -> None:
        """A person lets go whatever stands here."""
        self.replaced.update(TOKEN.findall(repr(said)))


class CalendarDesk(Desk[CalendarGraph]):
    """One staff member's calendar on both sides."""

    def __init__(
        self,
        name: str,
        clock: VirtualClock,
        rng: random.Random,
        policy: Policy | None,
        office: Office,
    ) -> None:
        super().__init__(name, clock, rng, policy)
        self.name = name
        self.mailbox = Mailbox()
        self.crm = AppointmentStore(name, office)
        self._is_taken_over = False

    # ---------------------------------------------------------------------------------- one run

    def window(self) -> Window:
        """Return what is wanted today."""
        day = datetime.combine(self.clock.now().date(), datetime.min.time(), UTC)
        return Window(day - BACK, day + AHEAD)

    def wire(self) -> CalendarGraph:
        """Return the way to the calendar for one run."""
        graph = CalendarGraph(self.mailbox, self.clock, self.rng)
        graph.listed, graph.taken_over = self.listed, self._taken_over
        graph.may_go = self._may_go
        graph.check = lambda write, event: self.check(write, event, graph.window, graph.let_go)
        return graph

    def notices(self) -> list[LocalKey]:
        """Return what was noticed as changed since the last run, and forget it."""
        notices = self.crm.office.notices
        noticed, notices[self.name] = notices[self.name], []
        return noticed

    def snapshot(self) -> object:
        """Return what the CRM says."""
        return dict(self.crm.rows)

    def restore(self, rows: object) -> None:
        """Roll the CRM back."""
        assert isinstance(rows, dict)
        self.crm.office.rows = rows

    def sent(self) -> int:
        """Return how much the feed has told so far."""
        return len(self.mailbox.log)

    def new_part(self, depth: Depth) -> Part:
        """Return what one run is about."""
        part = Part(KIND, self.policy, self.crm, LOCALITY, depth=depth)
        part.window = self.window()
        return part

    def closed(self, placed: Placed, link: Link) -> None:
        """Look at an order of a person that is closed."""
        check_closed(self, placed)

    def check(
        self,
        write: Write,
        event: Event | None,
        window: Window | None,
        let_go: Collection[Delete],
    ) -> None:
        """Look at a write before it is carried out; ``window`` is that of the run that sent it.

        Whoever has lost the lease since it was renewed for this write cannot know of another.
        ``let_go`` are the removals of what could go whenever it was, as they set out.
        """
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
        if not self.mailbox.takes_place(event, window) and write not in let_go:
            self.broken.append("I18: something outside the window was removed")

    def _may_go(self, id_: str) -> bool:
        """Tell whether an event goes whenever it was: nobody may see it, or everything goes.

        What the run was told of its row counts, not what a person does to it while the removal
        is on its way: to delete a row does not give back to anybody what they may not see.
        """
        links = [x for x in self.store.links.values() if x.remote_id == id_]
        told = [self.crm.told.get(x.key.pk) for x in links]
        hidden = any(isinstance(x, Absence) and x.cause is Cause.LOST_ACCESS for x in told)
        return hidden or self.part.stays

    def _taken_over(self) -> None:
        """Another worker takes the lease over, and this one goes on without knowing it."""
        if self._is_taken_over:
            return
        lease, part, self._is_taken_over = self.lease, self.part, True
        lease.unaware, self.store.lease.until = True, self.clock.seconds - 1
        self.sync()
        self.lease, self.part, self._is_taken_over = lease, part, False

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


class World(CalendarDesk):
    """Everything that a seed decides: one desk, and perhaps a colleague's beside it."""

    def __init__(self, seed: object, policy: Policy | None = None) -> None:
        office, clock, rng = Office(), VirtualClock(), random.Random(f"calendar {seed}")
        super().__init__("c", clock, rng, policy, office)
        self.ghost = Ghost()
        self.desks: list[CalendarDesk] = [self]
        self.numbers = 0
        if policy is None and rng.random() < 0.4:
            self.beside(None)

    def beside(self, policy: Policy | None) -> CalendarDesk:
        """Return a colleague's desk, who may take part in the same appointments."""
        desk = CalendarDesk("d", self.clock, self.rng, policy, self.crm.office)
        desk.broken = self.broken
        self.desks.append(desk)
        return desk

    def token(self) -> str:
        """Return a word that nobody has typed before."""
        self.numbers += 1
        self.ghost.typed.add(f"t{self.numbers}")
        return f"t{self.numbers}"

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
