"""One seed: people and faults for a while, then rest; and what must hold then."""

from __future__ import annotations

from tests.sim.lives import Result, live
from tests.sim.tasks.checks import broken
from tests.sim.tasks.people import People
from tests.sim.tasks.world import World


def play(seed: object) -> Result:
    """Play one sequence and hold everything against it."""
    world = World(seed)
    result = live(world, People(world), lambda: broken(world), seed)
    result.legal = world.ghost.legal
    return result
