"""One row of a plan on its way."""

from __future__ import annotations

from dataclasses import dataclass

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.plan import Decision, Pair


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the plan, the pair as it is now, and what was decided for it now."""

    row: Row
    pair: Pair
    decision: Decision

    @property
    def action(self) -> Action:
        """Return what is to be done now."""
        return self.decision.row.action if self.decision.row else Action.ABSORB
