"""One world: a CRM, its mailboxes, people, faults, and workers that run the real engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from agentbox_sync import engine
from agentbox_sync.core.actions import Side
from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.rules import Order, Policy, Target
from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Box, Depth, Part
from tests.sim import faults as f
from tests.sim.clock import SETTLE, START, TICK, SkewedClock, VirtualClock
from tests.sim.crm import FULL, GROUPS, MODEL, PRIMARY, VIEW_ONLY, Crm
from tests.sim.deciders import check_closed
from tests.sim.discipline import WatchedCrm, WatchedGraph
from tests.sim.faults import CommitFailed, Crash, Faults
from tests.sim.ghost import Ghost
from tests.sim.lease import acquire
from tests.sim.mailbox import MAIN, Item, Mailbox
from tests.sim.memory import Memory, Store
from tests.sim.people import People
from tests.sim.places import followed
from tests.sim.policies import draw_limit, draw_policy, told
from tests.sim.values import KIND, LOCALITY

TIMEOUT = timedelta(seconds=10)
FOREVER = timedelta(days=30)


@dataclass(slots=True)
class Worker:
    """One run in progress, and what it asked of the server."""

    graph: WatchedGraph
    local: WatchedCrm
    memory: Memory
    box: Box
    part: Part
    is_approved: bool = False
    """Whether a person has let go whatever the guard had stopped."""
    error: str = ""
    plans: list[Any] = field(default_factory=list)
    removed_before: tuple[int, ...] = (0, 0)
    """What the log holds of removals, in Exchange and in the CRM, when the run begins."""


@dataclass(slots=True)
class Shape:
    """What kind of world a seed makes."""

    faults: float = 0.12
    edits: float = 0.05
    mailboxes: int = 0
    """0: one to three, as the seed decides."""
    rounds: int = 0
    people_between: bool = True
    emphasis: Mapping[str, float] = field(default_factory=dict)
    """Faults that are so many times more frequent than elsewhere."""
    crowd: int = 4
    """How many contacts there are at most before the first run."""
    spared: frozenset[str] = frozenset()
    """Mailboxes in which nothing goes wrong."""
    populated: bool = True
    labels: bool = False
    """Whether each class has a category in Outlook, beside which people set their own."""


class World:
    """Everything that a seed decides; nothing here looks at the wall clock."""

    def __init__(self, seed: object, shape: Shape | None = None) -> None:
        self.shape = shape or Shape()
        self.rng = random.Random(f"{seed}")
        self.clock = VirtualClock()
        self.trace: list[Any] = []
        self.ghost = Ghost()
        self.crm = Crm()
        self.crm.on_change = self._notice
        self.crm.has_labels = self.shape.labels
        skew = self.rng.choice((-20.0, 0.0, 20.0))
        self.crm.wall = lambda: self.clock.seconds + skew
        self.poison: set[int] = set()
        self.faults = Faults(random.Random(f"{seed} faults"), self.shape.faults)
        self.faults.emphasis = self.shape.emphasis
        self.calm_faults = Faults(random.Random(0))
        self.crash_at = 0
        self.steps = 0
        self.requests = 0
        self.runs = 0
        self.active = True
        self.mailboxes: dict[str, Mailbox] = {}
        self.stores: dict[str, Store] = {}
        self.policies: dict[str, Policy] = {}
        self.limits: dict[str, Limit] = {}
        self.groups: dict[str, frozenset[str]] = {}
        self.levels: dict[str, frozenset[str]] = {}
        self.after_run: Callable[[World, Worker], None] = lambda world, worker: None
        self._unit: Memory | None = None
        self._workers = 0
        self._bound_for: list[tuple[str, Target]] = []
        for number in range(self.shape.mailboxes or self.rng.choice((1, 1, 2, 2, 3))):
            self._open("abc"[number])
        self.people = People(self, random.Random(f"{seed} people"))
        for mailbox in self.mailboxes.values():
            mailbox.refuses = lambda record: self.people.person_in(record) in self.poison
            mailbox.is_known = partial(self._is_known, mailbox.name)
        if self.shape.populated:
            self.people.populate()

    def _open(self, name: str) -> None:
        mailbox = self.mailboxes[name] = Mailbox(name, self.clock)
        mailbox.has_labels = self.shape.labels
        chance = self.rng.random()
        mailbox.soft_delete, mailbox.bin_answers = chance < 0.3, chance < 0.15
        self.stores[name] = Store(name)
        self.policies[name] = draw_policy(self.rng)
        self.limits[name] = draw_limit(self.rng)
        both = self.rng.random() < 0.5
        self.groups[name] = frozenset(GROUPS if both else (self.rng.choice(GROUPS),))
        everything = self.rng.random() < 0.7
        self.levels[name] = frozenset((PRIMARY, FULL, VIEW_ONLY) if everything else (PRIMARY,))
        self.note("mailbox", name, told(self.policies[name]), self.limits[name])

    # -------------------------------------------------------------------------------- what happens

    def note(self, *facts: Any) -> None:
        """Write a line of the trace."""
        self.trace.append((round(self.clock.seconds), *facts))

    def point(self, what: str) -> None:
        """Stand at a boundary: the process may die, people may act, another worker may come."""
        self.steps += 1
        if self.steps == self.crash_at:
            self.note("crash", what)
            raise Crash(what)
        if not self.active or what == "inside a unit":
            return
        if self.rng.random() < self.shape.edits:
            self.people.act()
            if self._unit is not None:
                self._unit.look_back()
        if self._unit is None and self.faults.rate:
            self._weather()

    def _weather(self) -> None:
        if self.faults.happens("mailbox looks empty, or again not", 0.004):
            names = sorted(self.mailboxes.keys() - self.shape.spared)
            mailbox = self.mailboxes[self.rng.choice(names)]
            mailbox.seems_empty = not mailbox.seems_empty
            self.note("seems empty", mailbox.name, mailbox.seems_empty)
        for name, mailbox in self.mailboxes.items():
            # A first listing that is wrongly empty is the one hazard that no protocol can see
            # (section 3.2): it needs a link to something that is there to be seen through.
            if mailbox.seems_empty and not self._is_known(name):
                mailbox.seems_empty = False
                self.note("seems empty", name, False)

    def _is_known(self, name: str, folder: str = "") -> bool:
        links = self.stores[name].links.values()
        return any(
            link.state is LinkState.ACTIVE
            and (item := self.mailboxes[name].items.get(link.remote_id)) is not None
            and item.container == (folder or self.home(name))
            for link in links
        )

    def _commits(self, name: str, where: str) -> None:
        """A transaction begins, is about to commit, or has committed."""
        if where == "before":
            self._fate = self.faults_of(name).draw(f.COMMIT, 0.25)
            self.point(f"{name}, before commit")
            if self._fate == "crash before commit":
                raise Crash(self._fate)
        elif where == "inside":
            if self._fate == "commit failed":
                self._fate = ""
                raise CommitFailed
        else:
            if self._fate == "crash after commit":
                raise Crash(self._fate)
            self.point(f"{name}, after commit")

    def faults_of(self, name: str) -> Faults:
        """Return what may go wrong in a mailbox."""
        spared = self.shape.spared and name in self.shape.spared
        return self.calm_faults if spared else self.faults

    def _notice(self, pk: str, by: str) -> None:
        """The host's signals: a hint for everybody concerned but the one who writes."""
        for row, staff in self.crm.access:
            if row == pk and staff != by:
                store = self.stores[staff]
                store.notices = [*store.notices, (store.number(), LocalKey(MODEL, pk))]

    # ------------------------------------------------------------------------------------- one run

    def sync(
        self,
        name: str,
        *,
        depth: Depth = Depth.FULL,
        approve: bool = False,
        retry: bool = False,
        until: timedelta = FOREVER,
        skew: float = 0.0,
        zombie: bool = False,
        relist: bool = False,
        leave: bool = False,
        confirmed: int | None = None,
    ) -> Worker | None:
        """Run a mailbox once; vendor errors, crashes and failed commits end the run."""
        store = self.stores[name]
        lease = acquire(store.lease, self.clock)
        if lease is None:  # a dead worker's; the minute tick waits until it has run out
            self.clock.sleep(store.lease.until - self.clock.seconds)
            self.mailboxes[name].land()
            lease = acquire(store.lease, self.clock)
        if lease is None:
            return None
        self.runs += 1
        self._workers += 1
        number = self._workers
        self.note("run", number, name, str(depth), "approving" if approve else "")
        clock = SkewedClock(self.clock, skew)
        graph = WatchedGraph(self, name, self._point_of(name, lease, zombie=zombie))
        local = WatchedCrm(self, name)
        memory = Memory(
            store,
            lease,
            clock,
            self.point,
            lambda where: self._commits(name, where),
            (self.crm.snapshot, self.crm.restore),
        )
        memory.on_closed = partial(check_closed, self, name)
        local.enter = lambda: self._enter(memory)
        box = Box(
            remote=graph,
            memory=memory,
            lease=lease,
            clock=clock,
            until=clock.now() + until,
            settle_delay=SETTLE,
            http_timeout=TIMEOUT,
            retry_refused=retry,
            relist_after=timedelta(0) if relist else None,
        )
        part = Part(
            kind=KIND,
            policy=self.policies[name],
            local=local,
            locality=LOCALITY,
            depth=depth,
            limit=self.limits[name],
            # Whoever finds an empty Outlook does not say that all of it may go.
            approved=lambda: frozenset(
                hold for hold, _ in store.holds if approve and not self.mailboxes[name].seems_empty
            ),
        )
        if leave:
            part = engine.leaving(part, len(store.links) if confirmed is None else confirmed)
        worker = Worker(graph, local, memory, box, part, is_approved=approve)
        worker.removed_before = tuple(
            memory.removals_since(KIND.name, side, START) for side in (Side.REMOTE, Side.LOCAL)
        )
        outer, self._unit = self._unit, None
        self._bound_for.append((name, part.policy.target))
        try:
            worker.plans = engine.run(box, [part])
            lease.release()
            worker.error = box.report.error or ("unfinished" if box.report.unfinished else "")
        except SyncError as error:
            worker.error = error.code
            lease.release()
        except CommitFailed:
            worker.error = "commit failed"
            lease.release()
        except Crash as crash:
            worker.error = f"crash: {crash}"
        finally:
            self._bound_for.pop()
            self._unit = outer
        self.requests += graph.requests
        self.after_run(self, worker)
        self.note("end of run", number, worker.error)
        return worker

    def _enter(self, memory: Memory) -> None:
        """Remember which unit is open, so that a person's save in it is not rolled back."""
        self._unit = memory if memory.in_unit else None

    def leave_unit(self) -> None:
        """What follows in the unit happens at once."""
        self._unit = None

    def _point_of(self, name: str, lease: Any, *, zombie: bool) -> Callable[[str], None]:
        """Return the boundary of one worker's requests, where another may take its lease over."""

        def point(what: str) -> None:
            self.point(what)
            # Once, and not in the worker that took over.
            if zombie or lease.unaware or not self.active:
                return
            if self.faults_of(name).happens("zombie worker", 0.006):
                lease.unaware = True
                self.stores[name].lease.until = self.clock.seconds - 1
                self.note("paused past its lease", name)
                self.sync(name, zombie=True, depth=Depth.FULL)
                self.note("goes on", name)

        return point

    # ------------------------------------------------------------------------------ the whole story

    def live(self) -> None:
        """Let people and workers and faults go on for a while."""
        rng = self.rng
        names = sorted(self.mailboxes)
        for _ in range(self.shape.rounds or rng.randint(3, 7)):
            name = rng.choice(names)
            skew = rng.choice((0.0, 0.0, 0.0, -20.0, 20.0)) if self.faults.rate else 0.0
            if skew:
                self.faults.struck["clock skew"] += 1
            hurried = bool(self.faults.rate) and rng.random() < 0.04
            if hurried:
                self.faults.struck["run out of time"] += 1
            self.sync(
                name,
                depth=Depth.FULL if rng.random() < 0.5 else Depth.INCREMENTAL,
                approve=rng.random() < 0.2 and not self.mailboxes[name].seems_empty,
                until=timedelta(seconds=TICK * rng.randint(2, 8)) if hurried else FOREVER,
                skew=skew,
                retry=rng.random() < 0.1,
                relist=rng.random() < 0.06,
            )
            for _ in range(rng.randint(0, 2)):
                if self.shape.people_between:
                    self.people.act()
            self.clock.sleep(TICK * rng.choice((0, 1, 1, 6, 20)))
            for mailbox in self.mailboxes.values():
                mailbox.land()

    def calm(self) -> None:
        """People stop, faults stop, everything that was on its way has landed."""
        self.active = False
        self.crash_at = 0
        self.faults.rate = 0.0
        if self.rng.random() < 0.5:
            self.poison.clear()
        self.clock.sleep(TICK * 20)
        for mailbox in self.mailboxes.values():
            mailbox.seems_empty = False
            mailbox.land()

    def local(self, name: str) -> WatchedCrm:
        """Return the CRM as the staff member of a mailbox sees it."""
        return WatchedCrm(self, name)

    def dismissed(self, name: str) -> set[int]:
        """Return the links that a person has ever dismissed."""
        orders = self.stores[name].orders.values()
        return {placed.link for placed in orders if placed.order is Order.DISMISS}

    def change_target(self, name: str) -> bool:
        """Choose the other folder for a mailbox."""
        policy = self.policies[name]
        other = Target.MAIN if policy.target is Target.OWN else Target.OWN
        self.policies[name] = replace(policy, target=other)
        self.note("target", name, other)
        return True

    def home(self, name: str, target: Target | None = None) -> str:
        """Return the folder that the settings choose, empty where ours is not made yet."""
        if (target or self.policies[name].target) is Target.MAIN:
            return MAIN
        return next(iter(self.mailboxes[name].owns()), "")

    def excuse_when_left(self, mailbox: Mailbox, item: Item, place: tuple[str, int]) -> None:
        """What is taken out of a folder that is being left may have been made anew by then.

        A run that goes on does not hear that the choice has changed once more.
        """
        home = self.home(mailbox.name)
        bound = {self.home(name, to) for name, to in self._bound_for if name == mailbox.name}
        if {item.container} != {home, followed(self, mailbox.name) or home, *bound}:
            self.ghost.excused[place] = "taken out of a folder that was being left"

    def is_home(self, name: str, remote_id: str) -> bool:
        """Tell whether an item is in the folder that is synced."""
        item = self.mailboxes[name].items.get(remote_id)
        return item is not None and item.container == self.home(name)
