"""The guard: a run that would remove too much removes nothing and asks a person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from agentbox_sync.core.actions import Row

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be removed within :data:`WINDOW`: ``floor``, or ``share`` of the links."""

    floor: int = 10
    share: float = 0.10

    def of(self, active: int) -> int:
        """Return the limit for a number of active links."""
        return max(self.floor, int(active * self.share))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says to one plan. ``plan_hash`` names exactly this list of removals."""

    allowed: bool
    planned: int
    limit: int
    plan_hash: str


def plan_hash(removals: Sequence[Row]) -> str:
    """Return a name for a list of removals: the same list in another order has the same name."""
    lines = sorted(f"{row.action}:{row.key.model}:{row.key.pk}:{row.remote_id}" for row in removals)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def judge(
    removals: Sequence[Row],
    *,
    active: int,
    removed_before: int,
    limit: Limit,
    approved: frozenset[str] = frozenset(),
) -> Verdict:
    """Judge the removals of a plan against the rolling window.

    ``removed_before`` counts what was removed within the window, so that ten small runs weigh as
    much as a big one; ``approved`` are the hashes that a Master User has let go.
    """
    name = plan_hash(removals)
    most = limit.of(active + removed_before)
    allowed = not removals or name in approved or len(removals) + removed_before <= most
    return Verdict(allowed=allowed, planned=len(removals), limit=most, plan_hash=name)
