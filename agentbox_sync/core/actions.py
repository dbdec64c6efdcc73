"""What can be ordered, and what is remembered once it was carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agentbox_sync.core.changes import Link, LocalKey, Observation
from agentbox_sync.core.orders import Ending


class Action(StrEnum):
    """What a row of the plan orders."""

    CREATE = "create"
    """Write a new item in Exchange."""
    MOVE = "move"
    """Create it anew in the chosen collection, and remove what we had created in the other."""
    UPDATE = "update"
    """Write the named atoms, each on the side where it is older."""
    LINK = "link"
    """Remember that two items are the same one, and fill what is empty."""
    ABSORB = "absorb"
    """Write nothing; remember how both sides look now."""
    DELETE = "delete"
    """Remove from Exchange what we created there."""
    REST = "rest"
    """Leave the item in Exchange; the link rests and is picked up again when it may be."""
    END = "end"
    """Leave everything as it is and forget the pair."""
    REVIEW = "review"
    """Ask a person: several items may be the same one, or a removal meets an edit."""
    IMPORT = "import"
    """Write an item that was born in Exchange into the CRM."""
    OFFER = "offer"
    """Let a person decide about an item that was born in Exchange."""
    RELEASE = "release"
    """Follow a removal in Exchange in the CRM, as the kind understands it."""
    DEDUPE = "dedupe"
    """A create of ours that landed after we gave it up: adopt it, or remove the double."""
    IGNORE = "ignore"
    """Nobody's business of ours."""


REMOTE_WRITES = frozenset({Action.CREATE, Action.MOVE, Action.UPDATE, Action.DELETE, Action.DEDUPE})
LOCAL_WRITES = frozenset({Action.MOVE, Action.UPDATE, Action.LINK, Action.IMPORT, Action.RELEASE})


class Side(StrEnum):
    """Where something was written."""

    LOCAL = "local"
    REMOTE = "remote"
    NEITHER = "neither"


class Outcome(StrEnum):
    """How carrying out a row ended."""

    DONE = "done"
    SET_ASIDE = "set_aside"
    WAITING = "waiting"


PUT_BACK = "put back"
"""The detail of an update in Exchange that only undid what was edited there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: what was done to an item, why, and what it looked like before.

    ``side`` is where it was done; ``before`` are the values that were replaced there, so that
    nothing that anybody typed is ever lost; ``conflicts`` are atoms that both sides had changed.
    """

    action: Action
    cause: str
    outcome: Outcome
    side: Side
    atoms: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the memory is told about one pair: the link as it is now, and the line of the log.

    ``link.id`` is 0 for a pair that was not remembered before. ``settled`` closes the intent of a
    create, whichever way it went. ``worked`` is another remote id whose staged observation is
    done with. ``news`` was seen and could not be worked: it stays staged, or is staged again.
    ``log_only``: the link is named for the log, and stays as it is stored. ``line`` is ``None``
    where nothing happened that a person would look for. ``order`` is the number of a person's
    order that is closed with it, ``ending`` what became of it.
    """

    link: Link
    line: Line | None = None
    settled: bool = False
    worked: str = ""
    news: Observation | None = None
    log_only: bool = False
    order: int = 0
    ending: Ending = Ending.DONE


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a plan. It names, it holds no values: those are read again when it is applied.

    ``push`` are the atoms to write in Exchange, ``pull`` those to write in the CRM; ``seen`` is
    the fingerprint of the local item that the decision was made from. ``blanks`` names the side
    where an update would empty what is filled; ``conflicts`` are atoms in which a value of either
    side would be replaced although a person meant it. ``order`` is the number of the person's
    order that the row carries out.
    """

    action: Action
    cause: str
    key: LocalKey
    link_id: int = 0
    remote_id: str = ""
    push: tuple[str, ...] = ()
    pull: tuple[str, ...] = ()
    blanks: frozenset[Side] = frozenset()
    seen: str = ""
    conflicts: tuple[str, ...] = ()
    order: int = 0

    @property
    def meets(self) -> bool:
        """Tell whether the row takes an item that was in Exchange before."""
        return self.action is Action.LINK or (self.action is Action.MOVE and bool(self.remote_id))

    def removes(self, side: Side) -> bool:
        """Tell whether the guard of a side counts this row."""
        if side is Side.REMOTE:
            return self.action is Action.DELETE or side in self.blanks
        return self.action is Action.RELEASE or side in self.blanks

    @property
    def removes_anything(self) -> bool:
        """Tell whether any guard counts this row."""
        return self.removes(Side.REMOTE) or self.removes(Side.LOCAL)
