"""What can be ordered, and what is remembered once it was carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agentbox_sync.core.changes import Link, LocalKey


class Action(StrEnum):
    """What a row of the plan orders."""

    CREATE = "create"
    """Write a new item in Exchange."""
    UPDATE = "update"
    """Write the named atoms in Exchange."""
    LINK = "link"
    """Remember that two items are the same one, and fill what is empty in Exchange."""
    ABSORB = "absorb"
    """Write nothing; remember how both sides look now."""
    DELETE = "delete"
    """Remove from Exchange what we created there."""
    REST = "rest"
    """Leave the item in Exchange; the link rests and is picked up again when it may be."""
    END = "end"
    """Leave everything as it is and forget the pair."""
    REVIEW = "review"
    """Ask a person: several items in Exchange may be the same one."""


REMOTE_WRITES = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})


class Outcome(StrEnum):
    """How carrying out a row ended."""

    DONE = "done"
    SET_ASIDE = "set_aside"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: what was done to an item, why, and what it looked like before."""

    action: Action
    cause: str
    outcome: Outcome
    atoms: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the memory is told about one pair: the link as it is now, and the line of the log.

    ``link.id`` is 0 for a pair that was not remembered before. ``settled`` closes the intent of a
    create, whichever way it went. ``line`` is ``None`` where nothing happened that a person
    would look for.
    """

    link: Link
    line: Line | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a plan. It names, it holds no values: those are read again when it is applied.

    ``seen`` is the fingerprint of the local item that the decision was made from. ``blanks`` says
    that an update would empty an atom that is filled in Exchange.
    """

    action: Action
    cause: str
    key: LocalKey
    link_id: int = 0
    remote_id: str = ""
    atoms: tuple[str, ...] = ()
    blanks: bool = False
    seen: str = ""

    @property
    def removes(self) -> bool:
        """Tell whether the guard counts this row."""
        return self.action is Action.DELETE or self.blanks
