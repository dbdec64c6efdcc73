"""The guard: a run that would remove too much removes nothing and asks a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agentbox_sync.core.actions import Action, Row, Side

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


def removals_of(row: Row) -> frozenset[str]:
    """Return names for everything that a row would remove: the item, or what fills it.

    Where an update empties anything on a side, all that it writes there counts.
    """
    marks = [str(row.action)] if row.action in (Action.DELETE, Action.RELEASE) else []
    marks += [f"{Side.REMOTE}:{atom}" for atom in row.push if Side.REMOTE in row.blanks]
    marks += [f"{Side.LOCAL}:{atom}" for atom in row.pull if Side.LOCAL in row.blanks]
    return frozenset(f"{row.key.model}:{row.key.pk}:{row.remote_id}:{mark}" for mark in marks)


def foreseen_by(rows: Iterable[Row]) -> frozenset[str]:
    """Return the removals that a person has seen in a preview, and so said go to."""
    return frozenset().union(*map(removals_of, rows))


def is_foreseen(row: Row, foreseen: frozenset[str] | None) -> bool:
    """Tell whether a row removes nothing else than ``foreseen``; ``None``: nobody was shown any."""
    return foreseen is None or removals_of(row) <= foreseen


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
