"""How a small world lives: people and faults for a while, then rest; and what must hold then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Protocol

from agentbox_sync.engine import Depth
from tests.sim.desk import Desk

PATIENCE = 40
"""Rounds after which a world that still moves never will rest."""


@dataclass(slots=True)
class Result:
    """What a sequence showed."""

    seed: object
    broken: list[str] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    runs: int = 0
    rounds: int = 0

    @property
    def edits(self) -> int:
        """Return how many things people did."""
        return self.deeds.total()


Deed = Callable[[], bool]


class Crowd:
    """Draws what people do; a deed tells whether it was possible."""

    def __init__(self, rng: random.Random, deeds: Sequence[tuple[float, Deed]]) -> None:
        self.rng = rng
        self.done: Counter[str] = Counter()
        self.deeds = deeds
        self._chances = list(accumulate(weight for weight, _ in deeds))

    def act(self) -> None:
        """Do one thing, whatever is possible."""
        for _ in range(4):
            ((_, deed),) = self.rng.choices(self.deeds, cum_weights=self._chances)
            if deed():
                self.done[deed.__name__.strip("_")] += 1
                return


class Inhabited(Protocol):
    """A world of desks; ``broken`` is what was seen so far."""

    rng: random.Random
    broken: list[str]

    @property
    def desks(self) -> Sequence[Desk[Any]]:
        """Return every connection."""


def live(
    world: Inhabited, people: Crowd, check: Callable[[], Iterable[str]], seed: object
) -> Result:
    """Play one sequence and hold everything against it that ``check`` finds broken at rest."""
    rng, result = world.rng, Result(seed)
    for _ in range(rng.randint(1, 5)):
        people.act()
    rate = rng.choice((0.0, 0.05, 0.1))
    edits = rng.choice((0.0, 0.05, 0.1))
    for desk in world.desks:
        desk.rate = rate
        desk.between = lambda: people.act() if rng.random() < edits else None
    try:
        for _ in range(rng.randint(3, 7)):
            for desk in world.desks:
                depth = Depth.FULL if rng.random() < 0.6 else Depth.INCREMENTAL
                desk.sync(depth=depth, relist=rng.random() < 0.1)
            for _ in range(rng.randint(0, 3)):
                people.act()
        for desk in world.desks:
            desk.calm()
        result.rounds = _rest(world)
        world.broken += list(check())
    except Exception as error:  # noqa: BLE001  a world that breaks down is a failure like others
        world.broken.append(f"{type(error).__name__}: {error}")
    result.broken, result.deeds = list(dict.fromkeys(world.broken)), people.done
    for desk in world.desks:
        result.struck += desk.struck
        result.requests, result.runs = result.requests + desk.requests, result.runs + desk.runs
    return result


def _rest(world: Inhabited) -> int:
    quiet = 0
    for number in range(PATIENCE):
        before, writes = _state(world), 0
        for desk in world.desks:
            writes += desk.sync(relist=quiet == 1).writes
        quiet = quiet + 1 if before == _state(world) and not writes else 0
        if quiet == 3:
            return number - 2
        world.desks[0].clock.sleep(70.0)
    world.broken.append("I2: the world never comes to rest")
    return PATIENCE


def _state(world: Inhabited) -> list[object]:
    return [(d.snapshot(), d.sent(), dict(d.store.links)) for d in world.desks]


def doubles(desk: Desk[Any], items: Mapping[str, Any]) -> Iterator[str]:
    """I4: what we created stands once, and a link knows it."""
    linked = {link.remote_id for link in desk.links()}
    ours = Counter(item.stamp for item in items.values() if item.ours)
    yield from (f"I4: two items came of one create: {x}" for x, n in ours.items() if n > 1)
    for id_, item in items.items():
        ended = any(x.remote_id == id_ for x in desk.store.links.values())
        if item.ours and id_ not in linked and not ended:
            yield f"I4: {id_} was created by us, and nobody knows it"
