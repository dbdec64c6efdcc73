"""Two staff members and their task lists, people who work in them, and runs of the real engine."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from agentbox_sync.core.changes import Link, LocalItem, LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.tasks import KIND, is_completed
from agentbox_sync.core.rules import Policy, Removal, Status, Target
from agentbox_sync.engine import Depth, Part
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.clock import VirtualClock
from tests.sim.desk import Desk, drawn
from tests.sim.tasks import days, mailbox
from tests.sim.tasks.crm import MODEL, Crm, TaskStore
from tests.sim.tasks.faces import FaceDesk, drawn_face
from tests.sim.tasks.graph import TaskGraph
from tests.sim.tasks.mailbox import Habits, Mailbox, Task

TOKEN = re.compile(r"\bt\d+\b")
NAME = re.compile(r"\be\d+\b")
WINDOW = "edited between our look and our write"
COPY = "a copy that passed for its original"
UNREAD = "put elsewhere with words that nobody had read, and nothing else to know it by"


class Ghost:
    """What really happened, as no engine can know it.

    ``typed`` are all words of people, ``replaced`` those that one typed over or removed: they need
    not be anywhere. ``several``: tasks that people made more than one of themselves, ``apart``:
    those of which the two sides may go on differently; ``shifted``: those of which people put one
    on another day; ``gone_rows``: those of which people removed the row; ``handed``: those that
    went to a colleague before anybody had met them. ``unread`` are whose and of which id what
    nobody can know again is: see :meth:`TaskDesk.tells`.
    """

    def __init__(self) -> None:
        self.typed: set[str] = set()
        self.replaced: set[str] = set()
        self.several: set[str] = set()
        self.apart: set[str] = set()
        self.shifted: set[str] = set()
        self.gone_rows: set[str] = set()
        self.handed: set[str] = set()
        self.unread: set[tuple[str, str]] = set()
        self.legal: Counter[str] = Counter()

    def forgives(self, said: object) -> None:
        """A person lets go whatever stands here."""
        self.replaced.update(TOKEN.findall(repr(said)))


class World:
    """Everything that a seed decides."""

    def __init__(
        self,
        seed: object,
        policies: tuple[Policy, ...] = (),
        habits: Habits | None = None,
        zone: str = "",
        faces: bool | None = None,
    ) -> None:
        self.rng = random.Random(f"tasks {seed}")
        self.clock = VirtualClock()
        self.crm = Crm(self.clock.now)
        self.crm.on_going_on = self._goes_on
        self.ghost = Ghost()
        self.broken: list[str] = []
        self.numbers = 0
        rng = self.rng
        drawn_policies = policies or tuple(
            replace(drawn(rng), target=rng.choice((Target.MAIN, Target.MAIN, Target.OWN)))
            for _ in range(rng.choice((1, 2)))
        )
        self.lists = [
            TaskDesk(
                self,
                name,
                policy,
                Mailbox(
                    self.clock,
                    zone or rng.choice(days.ZONES),
                    habits or mailbox.drawn(rng),
                ),
            )
            for name, policy in zip("ab", drawn_policies, strict=False)
        ]
        for desk in self.lists:
            desk.mailbox.on_going_on = self._goes_on_there
        shows = rng.random() < 0.4 if faces is None else faces
        self.calendars = [FaceDesk(desk, drawn_face(rng)) for desk in self.lists if shows]

    @property
    def desks(self) -> Sequence[TaskDesk | FaceDesk]:
        """Return every connection of every staff member, kind by kind."""
        return [*self.lists, *self.calendars]

    def _goes_on(self, pk: str, day: str) -> None:
        """Note that a series comes to a day on which people have put one of it.

        The CRM goes on by itself, whoever said that one is done: a person there, or a run for
        somebody who ticked it off in the calendar, did it in To Do or removed it. It may come once
        more to a day on which an older one stands, because one was put back behind that: what was
        made too much is younger than what it was made beside. And it may come to a day on which one
        stands in To Do or in the calendar already, and of which the CRM is told only then.
        """
        rows, name = self.crm.rows, name_of(self.crm.rows[pk].values["title"])
        before = [row.values for other, row in rows.items() if int(other) < int(pk)]
        there = {(name_of(said["title"]), said["due"]) for said in before} | self.placed()
        if name in self.ghost.shifted and (name, day) in there:
            self.ghost.several.add(name)

    def _goes_on_there(self, title: object, day: str | None) -> None:
        """Note that To Do comes to a day to which people have put one of a series elsewhere.

        It goes on when a run says that one is done, before anybody has looked in the calendar.
        """
        name = name_of(title)
        if name in self.ghost.shifted and (name, day) in self.placed():
            self.ghost.several.add(name)

    def placed(self) -> set[tuple[str, str]]:
        """Return name and day of what people have put on its day, where the CRM follows them."""
        follow = [desk for desk in self.desks if desk.policy.status is Status.TWO_WAY]
        return {(name_of(title), day) for desk in follow for title, day in desk.placed()}

    # ------------------------------------------------------------------------------ what is typed

    def named(self) -> str:
        """Return a name that no other task has."""
        self.numbers += 1
        return f"e{self.numbers}"

    def token(self) -> str:
        """Return a word that nobody has typed before."""
        self.numbers += 1
        self.ghost.typed.add(f"t{self.numbers}")
        return f"t{self.numbers}"

    def monday(self, weeks: int) -> str:
        """Return a Monday so many weeks from now: everything here is due on one."""
        today = self.clock.now().date()
        return (today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)).isoformat()

    def typed(self, **atoms: Any) -> dict[str, Any]:
        """Return a new task, with a title that is nobody else's."""
        due = self.monday(self.rng.randint(1, 20))
        return {"title": f"{self.named()} call", "notes": self.token(), "due": due, **atoms}


class TaskDesk(Desk[TaskGraph]):
    """One staff member's tasks on both sides."""

    def __init__(self, world: World, name: str, policy: Policy, box: Mailbox) -> None:
        super().__init__(name, world.clock, world.rng, policy)
        self.name, self.world, self.mailbox = name, world, box
        self.broken = world.broken
        world.crm.noticed[name] = []
        completed = policy.completed or Removal.RETAIN
        self.local = TaskStore(world.crm, name, box.locality, completed)

    def wire(self) -> TaskGraph:
        """Return the way to the lists for one run."""
        graph = TaskGraph(self.mailbox, self.clock, self.rng)
        graph.check, graph.overwrites, graph.tells = self.check, self.overwrites, self.tells
        return graph

    def notices(self) -> list[LocalKey]:
        """Return what was noticed as changed since the last run, and forget it."""
        crm = self.world.crm
        noticed, crm.noticed[self.name] = crm.noticed[self.name], []
        return noticed

    def snapshot(self) -> object:
        """Return what the CRM says."""
        return dict(self.world.crm.rows)

    def restore(self, rows: object) -> None:
        """Roll the CRM back."""
        assert isinstance(rows, dict)
        self.world.crm.rows = rows

    def placed(self) -> Iterator[tuple[object, str]]:
        """Yield title and day of each task that stands where a person has put it."""
        for task in self.mailbox.tasks.values():
            if task.put and task.meant:
                yield task.values["title"], task.meant

    def sent(self) -> int:
        """Return how much the feeds have told so far."""
        return len(self.mailbox.log)

    def new_part(self, depth: Depth) -> Part:
        """Return what one run is about."""
        return Part(KIND, self.policy, self.local, self.mailbox.locality, depth=depth)

    # -------------------------------------------------------------------------------- at a write

    def check(self, write: Write, task: Task | None) -> None:
        """Look at a write before it is carried out."""
        if isinstance(write, Create):
            self._check_create(write)
            return
        if task is None:
            return
        if write.etag not in task.shown:
            self.broken.append("I15: a write was sent with an ETag that nobody has read")
        if isinstance(write, Delete) and not task.ours:
            # A copy takes the place of one that was put elsewhere and lost its stamp on the way.
            if self._is_a_copy(task) or name_of(task.values["title"]) in self.world.ghost.several:
                self.world.ghost.legal[COPY] += 1
            else:
                self.broken.append("I6: a task that a person put there was removed")

    def _is_a_copy(self, task: Task) -> bool:
        """Tell whether a copy has passed for its original, or for what had arrived late.

        It says what another one with its stamp says, or the original was removed unseen.
        """
        box = self.mailbox
        if task.stamp and name_of(task.values["title"]) in self.world.ghost.several:
            return True
        others = [x for x in box.tasks.values() if x is not task and x.stamp == task.stamp != ""]
        return any(box.canonical(x) == box.canonical(task) for x in others)

    def _check_create(self, write: Create) -> None:
        links = [link for link in self.store.links.values() if link.stamp == write.stamp]
        if not links:
            self.broken.append("I15: a create was sent that was never announced")
            return
        was_there = any(
            link.remote_id for link in self.store.links.values() if link.key == links[0].key
        )
        if is_completed(write.record) and not was_there:
            self.broken.append("I6: a task was created that was done before it was linked")

    def overwrites(self, was: Record, task: Task, atoms: tuple[str, ...]) -> None:
        """Count what a person typed after we had looked, and we wrote over."""
        now = self.mailbox.record(task)
        lost = [now.get(atom) for atom in atoms if now.get(atom) != was.get(atom)]
        if lost:
            self.world.ghost.forgives(lost)
            self.world.ghost.legal[WINDOW] += 1

    # -------------------------------------------------------------------------------- at an answer

    def tells(self, task: Task) -> None:
        """Take note of what a task is read to say, and whether it can be known again.

        In another list it has another id. Without our stamp and without a day, all that it says
        must tell which one it is; where a person has typed into it after anybody had last read it,
        it is as a new one of that name would be, to a person as to a program.
        """
        canonical = self.mailbox.canonical(task)
        said = {atom: value for atom, value in canonical.items() if atom not in KIND.stamped}
        is_bare = not (task.shown or task.stamp)
        if is_bare and task.told is not None and not any(KIND.strong_keys(task.told)):
            task.unread |= task.told != said
        if task.unread:
            self.world.ghost.unread.add((self.name, task.remote_id))
        task.told = said

    # ------------------------------------------------------------------------------- what is known

    def link_of(self, pk: str) -> Link:
        """Return the link of a row."""
        return next(x for x in self.links() if x.key == LocalKey(MODEL, pk))

    def task_of(self, pk: str) -> Task:
        """Return the task that a row is linked to."""
        return self.mailbox.tasks[self.link_of(pk).remote_id]

    def enter(self, *, rule: str = "", **atoms: Any) -> str:
        """A person enters a task in the CRM."""
        return self.world.crm.insert(self.world.typed(**atoms), self.name, rule)

    def put(self, *, client: str = "utc_midnight", place: str = mailbox.MAIN, **atoms: Any) -> Task:
        """A person enters a task in To Do."""
        values = self.world.typed(**atoms)
        due = self.mailbox.due_on(values.pop("due"), client)
        if recurrence := values.get("recurrence"):
            values["recurrence"] = {**recurrence, "start": due["meant"]}
        return self.mailbox.add(values, place, **due)

    def edit_due(self, task: Task, day: str, client: str, zone: str = "") -> None:
        """A person makes a task due on another day."""
        kept = self.mailbox.due_on(day, client, zone)
        task.due, task.meant, task.put = kept["due"], kept["meant"], True
        self.mailbox.bump(task)

    def in_scope(self, pk: str) -> LocalItem | None:
        """Return a row that this staff member has, done or not."""
        item = self.local.of(pk)
        return item if isinstance(item, LocalItem) else None


def name_of(title: object) -> str:
    """Return the name of a task in its title."""
    found = NAME.search(str(title))
    return found.group() if found else ""


def is_monday(day: str | None) -> bool:
    """Tell whether a day is one that somebody may have meant."""
    return day is None or date.fromisoformat(day).weekday() == 0
