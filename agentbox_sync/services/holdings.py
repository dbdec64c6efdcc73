"""What of a connection lies in Exchange: put there by us, and there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentbox_sync.models import Connection
from agentbox_sync.services import tallies


@dataclass(frozen=True, slots=True)
class Holdings:
    """What of a connection lies in Exchange, by kind: put there by us, and there before."""

    ours: Mapping[str, int]
    theirs: Mapping[str, int]

    @property
    def removable(self) -> int:
        """Return how many items a removal would take, of all kinds together."""
        return sum(self.ours.values())

    @property
    def kept(self) -> int:
        """Return how many linked items were born in Exchange and stay in any case."""
        return sum(self.theirs.values())


def holdings(connection: Connection) -> Holdings:
    """Return what lay in Exchange when the last run ended; one query at most."""
    found = tallies.of(connection)
    ours = {kind: numbers["ours"] for kind, numbers in found.items() if numbers["ours"]}
    theirs = {kind: numbers["theirs"] for kind, numbers in found.items() if numbers["theirs"]}
    return Holdings(ours, theirs)
