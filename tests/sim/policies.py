"""The settings that a world draws for each of its mailboxes."""

from __future__ import annotations

import random

from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Policy, Removal, Status
from agentbox_sync.core.safety import Limit


def draw_policy(rng: random.Random) -> Policy:
    """Return one of all the policies there are; two-way is drawn more often."""
    two_way = rng.random() < 0.7
    return Policy(
        status=Status.TWO_WAY if two_way else Status.ONE_WAY,
        removal=rng.choice(list(Removal)),
        strict=not two_way and rng.random() < 0.5,
        conflict=rng.choice(list(Conflict)),
        deletion=rng.choice(list(Deletion)),
        adoption=rng.choice(list(Adoption)),
    )


def draw_limit(rng: random.Random) -> Limit:
    """Return a guard that trips in small worlds, or the usual one."""
    return Limit(floor=2, share=0.3) if rng.random() < 0.4 else Limit()


def told(policy: Policy) -> str:
    """Return a policy in one line, for a trace."""
    if policy.status is Status.ONE_WAY:
        return f"one_way{' strict' if policy.strict else ''}, {policy.removal}"
    return (
        f"two_way, {policy.conflict}, deletion {policy.deletion}, "
        f"adoption {policy.adoption}, {policy.removal}"
    )
