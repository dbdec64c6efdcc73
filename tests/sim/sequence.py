"""One sequence: a world lives, comes to rest, and every invariant is held against it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.sim.invariants import AFTER_A_RUN, AT_REST
from tests.sim.places import out_of_reach
from tests.sim.runs import bounded_requests, guarded
from tests.sim.world import Shape, Worker, World

PATIENCE = 18  # rounds of quiet runs after which a world that still moves never will rest


@dataclass(slots=True)
class Result:
    """What one sequence showed."""

    seed: object
    broken: list[str] = field(default_factory=list)
    requests: int = 0
    edits: int = 0
    runs: int = 0
    steps: int = 0
    rounds: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    trace: list[Any] = field(default_factory=list)

    def hold(self, world: World) -> None:
        """Hold every invariant against a world at rest."""
        for check in AT_REST:
            self.broken += check(world)
        self.broken = [*dict.fromkeys(world.ghost.broken), *self.broken]
        self.trace = world.trace

    def digest(self) -> str:
        """Return a name for everything that happened (I13)."""
        return hashlib.sha256(repr(self.trace).encode()).hexdigest()


def play(seed: object, shape: Shape | None = None, *, crash_at: int = 0) -> Result:
    """Play a seed to its end."""
    world = World(seed, shape)
    world.crash_at = crash_at
    world.after_run = hold_against_a_run
    result = Result(seed)
    try:
        world.live()
        result.steps = world.steps
        world.calm()
        result.rounds = rest(world, result)
        result.hold(world)
    except Exception as error:  # noqa: BLE001  whatever the product raises is a finding
        result.broken.append(f"{type(error).__name__}: {error}")
        result.trace = world.trace
    result.requests, result.runs = world.requests, world.runs
    result.edits = sum(world.ghost.edits.values())
    result.struck, result.legal = world.faults.struck, world.ghost.legal
    result.deeds, result.trace = world.ghost.edits, world.trace
    return result


def hold_against_a_run(world: World, worker: Worker) -> None:
    """Hold what must be true after every run against the state that it left."""
    for check in AFTER_A_RUN:
        for sentence in check(world):
            world.ghost.breaks(sentence)
    for look in (bounded_requests, guarded):
        for sentence in look(worker):
            world.ghost.breaks(sentence)


def rest(world: World, result: Result) -> int:
    """Run until two rounds in a row ask once and write nothing; return the rounds it took.

    What the CRM refused to take from a folder that is not followed any more is looked at again
    with the next whole listing, which is made then.
    """
    quiet = 0
    looked_at = relisting = frozenset[str]()
    for number in range(1, PATIENCE + 1):
        before = {name: store.snapshot() for name, store in world.stores.items()}
        moved = False
        for name in world.mailboxes:
            # Whoever has mended what was refused presses the button.
            # A folder is left only when nothing can land in it any more, which takes its time.
            mended = number <= 10 and not world.poison
            worker = world.sync(name, approve=True, retry=mended, relist=name in relisting)
            if worker is None:
                moved = True
                continue
            moved |= bool(worker.error) or worker.graph.requests != 1
            moved |= bool(worker.graph.writes or worker.local.writes)
            if worker.error.startswith("crash"):
                result.broken.append(f"{worker.error} in a world without faults")
        moved |= any(before[n][:10] != s.snapshot()[:10] for n, s in world.stores.items())
        quiet = 0 if moved else quiet + 1
        relisting = frozenset[str]()
        if quiet == 2:
            relisting = out_of_reach(world) - looked_at
            if not relisting:
                return number - 2
            quiet, looked_at = 0, looked_at | relisting
        world.clock.sleep(70.0)
    result.broken.append("I2: the world never comes to rest")
    return PATIENCE
