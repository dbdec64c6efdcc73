"""A calendar in which the tasks of a staff member stand as entries, beside their list."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from agentbox_sync.core.changes import Link, LocalItem, LocalKey
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.core.rules import Adoption, Policy, Removal
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Depth, Part
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import Event, Mailbox
from tests.sim.desk import Desk, drawn
from tests.sim.tasks.crm import MODEL, TaskStore
from tests.sim.tasks.entries import MANAGED, TaskEntries

if TYPE_CHECKING:
    from tests.sim.tasks.world import TaskDesk

BACK, AHEAD = timedelta(days=60), timedelta(days=900)


def drawn_face(rng: random.Random) -> Policy:
    """Return some settings of a calendar that shows tasks; what is born there is no task."""
    return replace(drawn(rng), adoption=Adoption.IGNORE)


class FaceDesk(Desk[CalendarGraph]):
    """The entries of one staff member's tasks on both sides; ``desk`` has the tasks themselves."""

    def __init__(self, desk: TaskDesk, rules: Policy) -> None:
        super().__init__(f"{desk.name}-faces", desk.clock, desk.rng, rules)
        self.name, self.desk, self.broken = f"{desk.name}-faces", desk, desk.broken
        self.locality = Locality(zone=desk.mailbox.zone, managed=MANAGED)
        self.mailbox = Mailbox(self.locality)
        self.crm = desk.world.crm
        self.crm.noticed[self.name] = []
        tasks = TaskStore(
            self.crm, desk.name, desk.mailbox.locality, rules.completed or Removal.RETAIN
        )
        self.local = TaskEntries(tasks, self.locality, desk.clock.now)
        self.dragged: dict[str, str] = {}
        """The days to which people have dragged entries, by their ids."""

    def wire(self) -> CalendarGraph:
        """Return the way to the calendar for one run."""
        graph = CalendarGraph(self.mailbox, self.clock, self.rng)
        graph.check = self.check
        return graph

    def notices(self) -> list[LocalKey]:
        """Return what was noticed as changed since the last run, and forget it."""
        noticed, self.crm.noticed[self.name] = self.crm.noticed[self.name], []
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
        part = Part(KIND, self.policy, self.local, self.locality, depth=depth)
        day = datetime.combine(self.clock.now().date(), datetime.min.time(), UTC)
        part.window = Window(day - BACK, day + AHEAD)
        return part

    def check(self, write: Write, event: Event | None) -> None:
        """Look at a write before it is carried out."""
        if isinstance(write, Create):
            if DONE in (write.record.get("categories") or ()):
                self.broken.append("I6: an entry was created of a task that was done")
            return
        if isinstance(write, Delete) and event is not None and not event.ours:
            self.broken.append("I6: an event that a person put there was removed")

    # ------------------------------------------------------------------------------- what is known

    def link_of(self, pk: str) -> Link:
        """Return the link of a row."""
        return next(x for x in self.links() if x.key == LocalKey(MODEL, pk))

    def event_of(self, pk: str) -> Event:
        """Return the entry of a row."""
        return self.mailbox.events[self.link_of(pk).remote_id]

    def entry(self, pk: str) -> LocalItem | None:
        """Return the entry that a row is, done or not."""
        chain, key = self.chain(), LocalKey(MODEL, pk)
        item = self.local.read([key], chain.window if chain else None)[key]
        return item if isinstance(item, LocalItem) else None

    # ----------------------------------------------------------------------------- what people do

    def drag(self, event: Event, day: str, rng: random.Random) -> None:
        """A person drags an entry to another day, or to an hour of it."""
        if rng.random() < 0.7:
            end = str(date.fromisoformat(day) + timedelta(days=1))
            when = {"start": day, "end": end, "zone": self.locality.zone, "all_day": True}
        else:
            hours = {"start": f"{day}T14:00:00", "end": f"{day}T14:30:00"}
            when = {**hours, "zone": self.locality.zone, "all_day": False}
        self.mailbox.edit(event, {"when": when})
        self.dragged[event.id] = day

    def placed(self) -> Iterator[tuple[object, str]]:
        """Yield title and day of each entry that stands where a person has dragged it."""
        for id_, day in self.dragged.items():
            event = self.mailbox.events.get(id_)
            if event and event.record["when"]["start"].startswith(day):
                yield event.record["subject"], day

    def tick(self, event: Event) -> None:
        """A person gives an entry the category of what is done, or takes it off."""
        names = [x for x in event.record["categories"] if x != DONE]
        if DONE not in event.record["categories"]:
            names.append(DONE)
        self.mailbox.edit(event, {"categories": names})
