"""Two worlds that differ in one thing, and what must be the same in both."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Depth
from tests.sim.script import Script, state_of
from tests.sim.sequence import Result, rest
from tests.sim.world import Shape, World

ALONE = "b"  # the mailbox in which nothing goes wrong


def requests_of_the_other(seed: int, faults: float) -> list[Any]:
    """I8: play two mailboxes that share nothing, and return every request about the second.

    What goes wrong in the first one must not show there.
    """
    shape = Shape(faults=faults, edits=0.0, mailboxes=2, spared=frozenset({ALONE}), populated=False)
    world = World(f"{seed} I8", shape)
    scripts = [Script(world, "a", seed, base=10), Script(world, ALONE, seed, base=50)]
    for number in range(5):
        for script, name in zip(scripts, ("a", ALONE), strict=True):
            script.perform(number)
            world.sync(name, depth=(Depth.FULL, Depth.INCREMENTAL)[number % 2])
    return [
        fact for fact in world.trace if fact[0] == ALONE and not str(fact[1]).startswith("deed")
    ]


def state_beside_poison(seed: int, poisoned: bool) -> tuple[list[str], list[str]]:
    """I9: return the final state of everybody else, and the errors that ended runs.

    A contact that Exchange refuses for ever must not slow or change another one.
    """
    world = World(f"{seed} I9", Shape(faults=0.0, edits=0.0, mailboxes=1, populated=False))
    script = Script(world, "a", seed, base=10, people=5)
    # The guard counts the removals of everybody together: here it has nothing to say.
    world.limits["a"] = Limit()
    victims = frozenset({11, 12})
    if poisoned:
        world.poison |= victims
    ends = []
    for number in range(8):
        script.perform(number)
        # With one pair less nobody may be left to bear witness: a person is asked, and says yes.
        worker = world.sync("a", approve=True)
        ends.append(worker.error if worker else "busy")
    return state_of(world, victims), [end for end in ends if end not in ("", "unfinished")]


def state_after_crash(seed: int, crash_at: int) -> tuple[list[str], Result, int]:
    """I11: play a history with faults, then one run that dies at its step ``crash_at``.

    Returns what both sides say in the end, what was broken, and the steps of that run.
    """
    world = World(f"{seed} I11", Shape(faults=0.1, edits=0.04, mailboxes=1, rounds=2))
    world.live()
    world.faults.rate = 0.0
    world.shape.edits = 0.0
    for mailbox in world.mailboxes.values():
        mailbox.seems_empty = False
        world.clock.sleep(200.0)
        mailbox.land()
    policies = dict(world.policies)
    for _ in range(4):
        world.people.act()
    # A move dies in tests/sim/test_moves.py. What stood in Exchange beside the CRM in one-way is in
    # the log alone when its create has to be sent again.
    world.policies |= policies
    before = world.steps
    world.crash_at = before + crash_at if crash_at else 0
    world.sync("a")
    steps = world.steps - before
    world.poison.clear()
    world.calm()
    result = Result(seed)
    rest(world, result)
    result.hold(world)
    return state_of(world), result, steps
