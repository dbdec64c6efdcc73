"""Who else is concerned by an item in Exchange, and what we therefore never write there."""

from __future__ import annotations

from agentbox_sync.core.changes import Link, Observation
from agentbox_sync.core.kinds import Canonical, Kind
from agentbox_sync.core.rules import Policy

GUESTS = "guests"
"""Others are invited: what is written into the item makes Exchange send them mail."""

FOREIGN = "foreign"
"""It is somebody else's: a meeting that they have called, a task in a list that is theirs."""

ONLINE = "online"
"""What the item says holds an online meeting that is not ours to write over."""


def ties_of(link: Link | None, seen: Observation | None) -> frozenset[str]:
    """Return who is concerned by an item: as it was shown now, else as it was remembered."""
    if seen is not None and seen.ties is not None:
        return seen.ties
    return frozenset(link.ties if link else ())


def still_tied(seen: Observation, etag: str, known: frozenset[str] | None) -> frozenset[str] | None:
    """Return who is concerned by an item that ``etag`` and ``known`` were seen of before.

    A change that does not tell may have been an invitation: that nobody is concerned is known no
    more, and the item is read before it is written (seed 61001149 of the simulated calendars).
    """
    if seen.ties is not None:
        return seen.ties
    is_as_before = seen.etag in ("", etag)
    return known if is_as_before or is_tied(known or frozenset()) else None


def is_tied(ties: frozenset[str]) -> bool:
    """Tell whether others are concerned: whoever removes the item tells them."""
    return not ties.isdisjoint({GUESTS, FOREIGN})


def closed_atoms(
    kind: Kind, ties: frozenset[str], shown: Canonical, policy: Policy
) -> frozenset[str]:
    """Return the atoms that may not be written; ``shown`` is what the item says in Exchange.

    Where guests may be told, the schedule of a series stays closed all the same: a changed
    pattern would have Exchange call off every single date before it calls a new one.
    """
    if not policy.tells_guests or GUESTS not in ties:
        return kind.closed(ties)
    return kind.closed(ties - {GUESTS}) | kind.untold(shown)
