"""The rules a person chose for one kind of one connection, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Which way a kind travels."""

    DISABLED = "disabled"
    ONE_WAY = "one_way"
    TWO_WAY = "two_way"


class Removal(StrEnum):
    """What happens in Exchange to an item of ours that left the CRM or its scope."""

    RETAIN = "retain"
    DELETE = "delete"


class Conflict(StrEnum):
    """Whose value stands when both sides changed the same atom; the other one is logged."""

    CRM_WINS = "crm_wins"
    EXCHANGE_WINS = "exchange_wins"


class Deletion(StrEnum):
    """What it means that a person removed an item in Exchange."""

    KEEP = "keep"
    """The CRM is not touched, and the item stays away."""
    RESTORE = "restore"
    """It is created in Exchange again."""
    APPLY = "apply"
    """The CRM follows: the staff member's access goes, never the contact itself."""


class Adoption(StrEnum):
    """What happens to items that were born in Exchange."""

    IGNORE = "ignore"
    REVIEW = "review"
    IMPORT = "import"


class Order(StrEnum):
    """What a person may decide about one pair; the next run carries it out."""

    ACCEPT = "accept"
    """Take an item that was born in Exchange into the CRM."""
    DISMISS = "dismiss"
    """Leave things as they are, and do not ask again."""
    LINK = "link"
    """The row and the item are the same one."""
    CREATE = "create"
    """The row is none of those in Exchange: a new item."""
    RESTORE = "restore"
    """Put it back in Exchange."""
    RELEASE = "release"
    """Let the CRM follow its removal in Exchange."""


class Target(StrEnum):
    """Where the items lie in Exchange."""

    MAIN = "main"
    """The mailbox's main folder, calendar or list: what a phone shows."""
    OWN = "own"
    """One of our own, made and stamped by us, never adopted by its name."""


class Mode(StrEnum):
    """How the atoms of one pair are merged."""

    ONE_WAY = "one_way"
    """An edit in Exchange stands until the CRM changes the same atom."""
    PUT_BACK = "put_back"
    """An edit in Exchange is put back: strict one-way, and View Only items of a two-way kind."""
    CRM_WINS = "crm_wins"
    EXCHANGE_WINS = "exchange_wins"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the engine may do for one kind.

    ``strict`` is the one-way variant "keep Exchange identical". ``conflict``, ``deletion`` and
    ``adoption`` count in two-way only. ``completed`` is what happens to completed items, where
    that is a question of its own. ``tells_guests``: writes that make Exchange send mail are wanted.
    """

    status: Status = Status.DISABLED
    removal: Removal = Removal.RETAIN
    strict: bool = False
    target: Target = Target.MAIN
    conflict: Conflict = Conflict.CRM_WINS
    deletion: Deletion = Deletion.KEEP
    adoption: Adoption = Adoption.IGNORE
    completed: Removal | None = None
    tells_guests: bool = False

    def mode(self, *, read_only: bool = False) -> Mode:
        """Return how a pair is merged; a View Only item never writes to the CRM."""
        if self.status is not Status.TWO_WAY:
            return Mode.PUT_BACK if self.strict else Mode.ONE_WAY
        return Mode.PUT_BACK if read_only else Mode(self.conflict.value)

    def meaning_of_deletion(self, *, read_only: bool = False) -> Deletion:
        """Return what a removal in Exchange means for a pair; View Only applies nothing."""
        if self.status is not Status.TWO_WAY:
            return Deletion.RESTORE if self.strict else Deletion.KEEP
        if read_only and self.deletion is Deletion.APPLY:
            return Deletion.KEEP
        return self.deletion

    def removal_of(self, *, is_completed: bool) -> Removal:
        """Return what happens in Exchange to an item that left; completed ones may differ."""
        return self.completed if is_completed and self.completed else self.removal

    @property
    def adopts(self) -> bool:
        """Tell whether items born in Exchange are looked at, beyond first meetings."""
        return self.status is Status.TWO_WAY and self.adoption is not Adoption.IGNORE
