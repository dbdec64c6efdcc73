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


@dataclass(frozen=True, slots=True)
class Policy:
    """What the engine may do for one kind.

    ``strict`` is the one-way variant "keep Exchange identical". ``target`` names the remote
    collection; empty means the mailbox's main one, which is what a phone shows.
    """

    status: Status = Status.DISABLED
    removal: Removal = Removal.RETAIN
    strict: bool = False
    target: str = ""
