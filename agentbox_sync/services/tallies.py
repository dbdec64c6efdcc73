"""How many pairs of a connection stand how: counted when a run ends, read by every page.

Pairs change in runs alone, and a page must not count fifty thousand of them.
"""

from __future__ import annotations

from agentbox_sync.memory.tally import (
    AWAY,
    CONDITIONS,
    DRIFTED,
    FROZEN,
    OURS,
    PARTIAL,
    SET_ASIDE,
    THEIRS,
    Tallies,
    count,
)
from agentbox_sync.models import Connection

__all__ = [
    "AWAY",
    "CONDITIONS",
    "DRIFTED",
    "FROZEN",
    "OURS",
    "PARTIAL",
    "SET_ASIDE",
    "THEIRS",
    "Tallies",
    "count",
    "of",
    "totals",
]


def of(connection: Connection) -> Tallies:
    """Return the numbers as they were when the last run ended; counted where none ever did."""
    stored: Tallies | None = connection.tallies
    return count(connection.pk) if stored is None else stored


def totals(tallies: Tallies) -> dict[str, int]:
    """Return the numbers of all kinds together."""
    return {name: sum(of_kind[name] for of_kind in tallies.values()) for name in CONDITIONS}
