"""Task lists as the server holds them: ids that name the list, series that go on, a feed each."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from agentbox_sync.core.kinds import Canonical, Locality
from agentbox_sync.core.kinds.tasks import KIND, is_completed
from tests.sim.clock import VirtualClock
from tests.sim.tasks import days
from tests.sim.wire import Refused

MAIN, OTHER = "list-tasks", "list-private"
OPEN = {"status": "notStarted"}
WEEK = timedelta(days=7)
EMPTY: dict[str, Any] = {
    "title": "",
    "notes": "",
    "reminder": None,
    "importance": "normal",
    "progress": OPEN,
    "recurrence": None,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """How the server behaves where nobody has told us.

    ``heeds``: it heeds If-Match. ``rolls``: of a completed series the item goes on as the next
    one, and what was done stays as another item; otherwise the next one is the other item.
    ``goes_on_for_us``: a completion of ours continues a series as a person's does.
    ``keeps_links``: the other item carries what is linked. ``keeps_midnight``: see :mod:`.days`.
    """

    heeds: bool = False
    rolls: bool = False
    goes_on_for_us: bool = True
    keeps_links: bool = True
    keeps_midnight: bool = False


def drawn(rng: random.Random) -> Habits:
    """Return some habits."""
    return Habits(
        heeds=rng.random() < 0.3,
        goes_on_for_us=rng.random() < 0.7,
        keeps_links=rng.random() < 0.6,
        keeps_midnight=rng.random() < 0.5,
    )


@dataclass(slots=True)
class Task:
    """A task; ``ours``: a request of ours created it. ``shown`` are the ETags that were named.

    ``due`` is kept as :mod:`.days` tells, ``meant`` is the day that it was written for, ``put``: a
    person has put it on that day. ``told`` is what it said when it was last read, under whatever
    id; ``unread``: it came under another id, and nothing tells that it is the same.
    """

    id: str
    place: str
    values: dict[str, Any]
    due: datetime | None = None
    meant: str | None = None
    put: bool = False
    linked: dict[str, str] | None = None
    ours: bool = False
    etag: str = ""
    born: float = 0.0
    shown: set[str] = field(default_factory=set)
    told: Canonical | None = None
    unread: bool = False

    @property
    def remote_id(self) -> str:
        """Return the id by which we know the task: it has another one in another list."""
        return f"{self.place}|{self.id}"

    @property
    def stamp(self) -> str:
        """Return the stamp that it carries."""
        return self.linked["stamp"] if self.linked else ""


class Mailbox:
    """The server's side of one mailbox; ``lists`` holds the stamp of each list, ours or none."""

    def __init__(self, clock: VirtualClock, zone: str, habits: Habits) -> None:
        self.clock, self.zone, self.habits = clock, zone, habits
        self.lists: dict[str, str] = {MAIN: "", OTHER: ""}
        self.tasks: dict[str, Task] = {}
        self.log: list[tuple[str, str]] = []
        self.late: list[tuple[float, Callable[[], object]]] = []
        self._ids = 0
        self.on_going_on: Callable[[object, str | None], None] = lambda title, day: None

    # ------------------------------------------------------------------------------- what is shown

    @property
    def locality(self) -> Locality:
        """Return what canonical forms depend on here."""
        return Locality(zone=self.zone)

    def record(self, task: Task) -> dict[str, Any]:
        """Return what a task says, as our codec reads it."""
        due = days.shown(task.due, self.zone) if task.due else None
        ours = task.linked
        reference = {"name": ours["name"], "url": ours["url"]} if ours else None
        return {**task.values, "due": due, "reference": reference}

    def canonical(self, task: Task) -> Canonical:
        """Return what a task says in canonical form."""
        return KIND.canonical(self.record(task), self.locality)

    # ------------------------------------------------------------------------------ what is stored

    def add(self, values: Mapping[str, Any], place: str = MAIN, **facts: Any) -> Task:
        """Store a new task."""
        self._ids += 1
        task = Task(f"t{self._ids}", place, {**EMPTY, **values}, born=self.clock.seconds, **facts)
        return self._keep(task)

    def _keep(self, task: Task) -> Task:
        self.tasks[task.remote_id] = task
        self.bump(task)
        return task

    def bump(self, task: Task) -> None:
        """Give a task a new ETag, and the feed of its list an entry."""
        self.log.append((task.place, task.remote_id))
        task.etag = f"W/{len(self.log)}"

    def remove(self, task: Task) -> None:
        """A task goes."""
        del self.tasks[task.remote_id]
        self.log.append((task.place, task.remote_id))

    def drop_list(self, place: str) -> None:
        """A list goes with all that is in it."""
        for task in [task for task in self.tasks.values() if task.place == place]:
            self.remove(task)
        del self.lists[place]

    def due_on(self, day: str | None, client: str, zone: str = "") -> dict[str, Any]:
        """Return how a task is kept that a client makes due on a day."""
        if day is None:
            return {"due": None, "meant": None}
        keeps = self.habits.keeps_midnight
        at = days.written(date.fromisoformat(day), client, zone or self.zone, keeps_midnight=keeps)
        return {"due": at, "meant": day}

    def edit(self, task: Task, values: Mapping[str, Any], *, by_us: bool = False) -> None:
        """Change atoms; a series goes on when it is completed."""
        was_open = not is_completed(task.values)
        task.values = {**task.values, **values}
        goes_on = self.habits.goes_on_for_us or not by_us
        if was_open and is_completed(task.values) and task.values["recurrence"] and goes_on:
            self._go_on(task)
        self.bump(task)

    def _go_on(self, task: Task) -> None:
        assert task.due is not None, "a series without a day"
        linked = dict(task.linked) if task.linked and self.habits.keeps_links else None
        done = {**task.values, "recurrence": None}
        upcoming = {**task.values, "progress": OPEN}
        if upcoming["reminder"]:
            at = datetime.fromisoformat(upcoming["reminder"]) + WEEK
            upcoming["reminder"] = at.isoformat()
        due, meant = days.later(task.due, WEEK, self.zone), _weeks_later(task.meant)
        self.on_going_on(task.values["title"], meant)
        if self.habits.rolls:
            self.add(done, task.place, due=task.due, meant=task.meant, linked=linked)
            task.values, task.due, task.meant = upcoming, due, meant
        else:
            task.values = done
            self.add(upcoming, task.place, due=due, meant=meant, linked=linked)

    def move(self, task: Task, place: str, *, carries: bool = True) -> Task:
        """A person puts a task into another list, where it is another item."""
        self.remove(task)
        self._ids += 1
        linked = task.linked if carries else None
        there = replace(
            task,
            id=f"t{self._ids}",
            place=place,
            linked=linked,
            shown=set(),
        )
        return self._keep(there)

    def copy(self, task: Task, place: str, *, carries: bool) -> Task:
        """A person copies a task."""
        linked = dict(task.linked) if task.linked and carries else None
        return self.add(task.values, place, due=task.due, meant=task.meant, linked=linked)

    # --------------------------------------------------------------------------------- by requests

    def create(self, record: Mapping[str, Any], stamp: str, place: str) -> Task:
        """Carry a create of ours out."""
        if place not in self.lists:
            raise Refused(410)
        values = {atom: record[atom] for atom in EMPTY if record.get(atom) is not None}
        due = self.due_on(record.get("due"), "utc_midnight")
        return self.add(values, place, linked=linked_of(record, stamp), ours=True, **due)

    def found(self, remote_id: str, etag: str) -> Task:
        """Return the task that a write of ours names; raises Refused."""
        task = self.tasks.get(remote_id)
        if task is None:
            raise Refused(404)
        if etag and task.etag != etag:
            raise Refused(412)
        return task

    def update(self, task: Task, record: Mapping[str, Any], atoms: tuple[str, ...]) -> None:
        """Carry an update of ours out."""
        if "due" in atoms:
            kept = self.due_on(record.get("due"), "utc_midnight")
            task.due, task.meant, task.put = kept["due"], kept["meant"], False
        self.edit(task, {a: record[a] for a in atoms if a in EMPTY}, by_us=True)


def linked_of(record: Mapping[str, Any], stamp: str) -> dict[str, str]:
    """Return what leads from a task to its record."""
    told = record.get("reference") or {}
    return {"stamp": stamp, "name": told.get("name") or "", "url": told.get("url") or ""}


def _weeks_later(day: str | None) -> str | None:
    return (date.fromisoformat(day) + WEEK).isoformat() if day else None
