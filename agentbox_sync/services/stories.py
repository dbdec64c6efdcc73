"""What is told of one item to whoever asks why it is, or is not, in somebody's Outlook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentbox_sync.services.wording.why import Answer


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log: when, what, why, and who asked for it (empty: nobody)."""

    at: datetime
    what: str
    why: str
    who: str
    account: str


@dataclass(frozen=True, slots=True)
class Account:
    """One staff member's mailbox and this item. ``compared_at``: when both were last compared.

    ``place`` says where, of an item that is shown in a second one.
    """

    connection: int
    staff: str
    name: str
    answer: Answer
    compared_at: datetime | None
    staff_record: Any = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one item that its reader may know; ``more`` accounts are not shown.

    ``is_part``: asked was about one date of it, which is no item of its own. ``beside`` are the
    same accounts once more, where they show the item among those of another kind.
    """

    kind: str
    label: str
    url: str
    accounts: tuple[Account, ...]
    events: tuple[Event, ...]
    more: int = 0
    is_part: bool = False
    beside: tuple[Account, ...] = ()

    @property
    def answers(self) -> tuple[Account, ...]:
        """Return every place where somebody has it, or might."""
        return (*self.accounts, *self.beside)

    @property
    def newest(self) -> datetime | None:
        """Return when any of the accounts was last compared with the CRM."""
        return max((a.compared_at for a in self.accounts if a.compared_at), default=None)
