"""One staff member's connection in a small world: what is remembered, and runs of the engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

from agentbox_sync import engine
from agentbox_sync.core.changes import Link, LinkState, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Policy, Removal, Status
from agentbox_sync.core.safety import Limit
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Box, Depth, Part
from agentbox_sync.ports import Chain
from tests.sim.clock import SETTLE, VirtualClock
from tests.sim.faults import Crash
from tests.sim.lease import SimulatedLease, acquire
from tests.sim.memory import Memory, Store
from tests.sim.staging import Placed
from tests.sim.wire import Wire

TIMEOUT = timedelta(seconds=10)

W = TypeVar("W", bound=Wire)


class Desk(Generic[W]):
    """A connection; ``broken`` is what was seen at a write.

    ``approves``: a person lets go whatever the guard has stopped.
    """

    part: Part
    lease: SimulatedLease

    def __init__(
        self, name: str, clock: VirtualClock, rng: random.Random, policy: Policy | None = None
    ) -> None:
        self.rng, self.clock = rng, clock
        self.store = Store(name)
        self.policy = policy or drawn(rng)
        self.limit = Limit(floor=1000)
        self.broken: list[str] = []
        self.rate = 0.0
        self.between: Callable[[], None] = lambda: None
        self.requests = self.runs = 0
        self.struck: Counter[str] = Counter()
        self.approves = False

    def wire(self) -> W:
        """Return the way to the mailbox for one run."""
        raise NotImplementedError

    def notices(self) -> list[LocalKey]:
        """Return what was noticed as changed since the last run, and forget it."""
        raise NotImplementedError

    def snapshot(self) -> object:
        """Return what the CRM says."""
        raise NotImplementedError

    def restore(self, rows: object) -> None:
        """Roll the CRM back."""
        raise NotImplementedError

    def sent(self) -> int:
        """Return how much the mailbox's change feed has told so far."""
        raise NotImplementedError

    def new_part(self, depth: Depth) -> Part:
        """Return what one run is about."""
        raise NotImplementedError

    def closed(self, placed: Placed, link: Link) -> None:
        """Look at an order of a person that is closed."""

    def sync(
        self,
        *,
        depth: Depth = Depth.FULL,
        relist: bool = False,
        leave: bool = False,
        window: Window | None = None,
        lost: int = 0,
        fate: str = "",
    ) -> W:
        """Run once; what ends a run early ends it. So many answers to writes are ``lost``.

        ``fate`` is a fault that strikes at its first occasion.
        """
        lease = acquire(self.store.lease, self.clock)
        if lease is None:
            self.clock.sleep(self.store.lease.until - self.clock.seconds + 1)
            lease = acquire(self.store.lease, self.clock)
        assert lease is not None
        self.lease = lease
        wire = self.wire()
        wire.rate, wire.between, wire.lost, wire.fate = self.rate, self.between, lost, fate
        wire.land()
        for key in self.notices():
            self.store.notices = [*self.store.notices, (self.store.number(), key)]
        memory = Memory(self.store, lease, self.clock, crm=(self.snapshot, self.restore))
        memory.on_closed = self.closed
        box = Box(
            remote=wire,  # type: ignore[arg-type]  # each subclass is a RemoteStore
            memory=memory,
            lease=lease,
            clock=self.clock,
            until=self.clock.now() + timedelta(days=1),
            settle_delay=SETTLE,
            http_timeout=TIMEOUT,
            relist_after=timedelta(0) if relist else None,
        )
        part = self.new_part(depth)
        part.limit = self.limit
        part.window = window or part.window
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
        self.runs, self.requests = self.runs + 1, self.requests + wire.requests
        self.struck += wire.struck
        return wire

    # ------------------------------------------------------------------------------- what is known

    def chain(self) -> Chain | None:
        """Return the chain that is open."""
        return next((c for n, c in self.store.chains.items() if n not in self.store.closed), None)

    def links(self) -> list[Link]:
        """Return the links that have not ended."""
        return [x for x in self.store.links.values() if x.state is not LinkState.DEAD]

    def calm(self) -> None:
        """Nothing goes wrong any more, and what was on its way has landed."""
        self.rate, self.between, self.approves = 0.0, lambda: None, True
        self.clock.sleep(600.0)


def drawn(rng: random.Random) -> Policy:
    """Return some settings."""
    return Policy(
        status=rng.choice((Status.ONE_WAY, Status.TWO_WAY, Status.TWO_WAY)),
        removal=rng.choice(list(Removal)),
        strict=rng.random() < 0.2,
        conflict=rng.choice(list(Conflict)),
        deletion=rng.choice(list(Deletion)),
        adoption=rng.choice(list(Adoption)),
        completed=rng.choice((None, *Removal)),
    )
