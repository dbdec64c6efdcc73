"""What the engine asks of Microsoft: one mailbox, and the tokens for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.windows import Window


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a collection's change feed is read on. ``link`` is empty for a first listing.

    ``window`` is what the listing shows of a windowed kind; its links carry it with them.
    """

    kind: str
    collection: str
    link: str = ""
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a change feed; exactly one of the two links is set.

    ``next_link``: the round goes on. ``delta_link``: the round is complete.
    """

    observations: tuple[Observation, ...]
    next_link: str = ""
    delta_link: str = ""


@dataclass(frozen=True, slots=True)
class Create:
    """Write a new item that carries ``stamp``."""

    stamp: str
    record: Record


@dataclass(frozen=True, slots=True)
class Update:
    """Write ``atoms`` of ``record`` if the item still has ``etag``; ``stamp`` is what it carries.

    ``record`` is the whole local record: some atoms need their neighbours (a display name).
    """

    remote_id: str
    etag: str
    record: Record
    atoms: tuple[str, ...]
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item if it still has ``etag``."""

    remote_id: str
    etag: str


Write = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Lost:
    """An item that is not where it was: the stamp that it may carry, and what it last said.

    Without a stamp it may carry any.
    """

    stamp: str
    record: Record


@dataclass(frozen=True, slots=True)
class Written:
    """What the remote side answered to a write.

    ``record`` is what it now holds, ``left_out`` the atoms of which only a part fitted.
    ``is_edited``: something else has changed since the item was read, and is not in ``record``.
    """

    remote_id: str
    etag: str = ""
    record: Record | None = None
    left_out: tuple[str, ...] = ()
    is_edited: bool = False


Landing = Callable[[], list[Written | SyncError]]
"""Waits until a group of writes has been answered, and returns the answers in their order."""


class RemoteStore(Protocol):
    """One mailbox. Every method may raise TryLater, SignInAgain or SuspendConnection."""

    batch_size: int
    """How many writes go out together; the engine remembers the answers after each such group."""

    def locate(self, kind: str, target: str) -> str:
        """Return the remote id of the collection that ``target`` names (empty: the main one)."""

    def find_own(self, kind: str, stamp: str) -> str:
        """Return the remote id of our own collection with a stamp, empty where there is none.

        One that a person deleted is not found, even where it can still be read by its id.
        """

    def create_own(self, kind: str, stamp: str) -> str:
        """Create a collection of our own that carries ``stamp``; returns its remote id.

        One that has our name already is a person's and stays theirs: ours is numbered. Raises
        OutcomeUnknown when no answer came.
        """

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Remove our own collection if nothing lies in it; tell whether it is gone.

        What does not carry ``stamp`` is never removed.
        """

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor, all in one request; CursorExpired is an answer."""

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items, all in one group; ItemMissing is an answer, not yet a proof.

        An item that a person deleted is missing, even where it still answers from its bin.
        """

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the items that carry each stamp; a copied item may carry its original's."""

    def find_strayed(self, kind: str, lost: Sequence[Lost]) -> list[list[Observation] | SyncError]:
        """Find in all collections of the mailbox the items that may be each of those lost ones.

        What carries its stamp, and what carries none and is called as it was; where no stamp is
        named, whatever is called so. Asked only for kinds whose ids do not outlive a move. What
        lies in somebody else's collection tells so.
        """

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find items that may be the same as each record, by its strongest key."""

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send at most ``batch_size`` writes together; OutcomeUnknown is an answer."""

    def begin_write(self, kind: str, collection: str, writes: Sequence[Write]) -> Landing:
        """Send as :meth:`write` does, and return what waits for the answers.

        Nothing else is asked of the mailbox until it has been called: one group is under way at a
        time. It raises what :meth:`write` raises.
        """


class TokenSource(Protocol):
    """Where the Graph client gets its access token."""

    def token(self, *, claims: str = "") -> str:
        """Return a valid access token; ``claims`` is a decoded challenge that forces a new one.

        Raises SignInAgain, FixConfiguration or TryLater.
        """
