"""What really happened, as no engine can know it: the measure of every invariant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from agentbox_sync.core.changes import Link

Place = tuple[str, int]  # a mailbox and a person


@dataclass(slots=True)
class Ghost:
    """Who typed what, who removed what, and which outcome is legal therefore."""

    person_of: dict[int, int] = field(default_factory=dict)
    """Token -> person."""
    superseded: set[int] = field(default_factory=set)
    replaced: set[tuple[str, int]] = field(default_factory=set)
    """Rows and the tokens that a person typed over in them."""
    deleted: set[int] = field(default_factory=set)
    gone: dict[Place, str] = field(default_factory=dict)
    """The last thing a person did to the item: "deleted", "moved"; absent when it is there."""
    excused: dict[Place, str] = field(default_factory=dict)
    """Where the removed item may come back, and which of the legal outcomes that is."""
    removed_ids: set[str] = field(default_factory=set)
    """Remote ids that a person ever removed from the main folder."""
    unmade: set[int] = field(default_factory=set)
    """People whose row was deleted in the CRM."""
    anew: set[int] = field(default_factory=set)
    """People whose item was put back after its pair had ended: it is there anew."""
    rows_born: Counter[int] = field(default_factory=Counter)
    """Rows that were typed into the CRM by hand."""
    copied: set[int] = field(default_factory=set)
    twins: set[int] = field(default_factory=set)
    """People who were typed on both sides by hand; where the row is out of scope, both stay."""
    changed_level: set[Place] = field(default_factory=set)
    """Where the level of access was changed: what View Only decided may stand."""
    may_return: set[Place] = field(default_factory=set)
    """Where a removed item may be created again by policy: its row came back into scope."""
    let_go: set[tuple[str, str]] = field(default_factory=set)
    """Items that a person put somewhere while nobody was to adopt them."""
    doubled: set[int] = field(default_factory=set)
    """People whose row was out of scope when their twin in Outlook was imported."""
    released: set[Place] = field(default_factory=set)
    edits: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)
    true_bases: dict[tuple[str, int], Link] = field(default_factory=dict)
    """Links whose bases were looked at, and as they were then."""
    broken: list[str] = field(default_factory=list)
    """Invariants that were seen broken on the way."""

    def breaks(self, sentence: str) -> None:
        """Note that an invariant was broken in the middle of the sequence."""
        self.broken.append(sentence)
