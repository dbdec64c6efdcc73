"""What a row of the decision table is made of; the rows stand in :mod:`.decisions`."""

from __future__ import annotations

from dataclasses import dataclass

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import Origin
from agentbox_sync.core.rules import Adoption, Deletion, Order, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table. ``because`` is the sentence that the card and the log show.

    A column that is left out admits everything, but for a person's order: a rule answers to the
    order that it names, and without one to none.
    """

    name: str
    action: Action
    because: str
    pairing: frozenset[Pairing] | None = None
    local: frozenset[Local] | None = None
    remote: frozenset[Remote] | None = None
    origin: frozenset[Origin] | None = None
    removal: frozenset[Removal] | None = None
    deletion: frozenset[Deletion] | None = None
    adoption: frozenset[Adoption] | None = None
    edited: bool | None = None
    tied: bool | None = None
    order: Order | None = None

    def admits(self, situation: Situation) -> bool:
        """Tell whether every column admits the situation."""
        return (
            (self.pairing is None or situation.pairing in self.pairing)
            and (self.local is None or situation.local in self.local)
            and (self.remote is None or situation.remote in self.remote)
            and (self.origin is None or situation.origin in self.origin)
            and (self.removal is None or situation.removal in self.removal)
            and (self.deletion is None or situation.deletion in self.deletion)
            and (self.adoption is None or situation.adoption in self.adoption)
            and (self.edited is None or situation.edited is self.edited)
            and (self.tied is None or situation.tied is self.tied)
            and situation.order is self.order
        )
