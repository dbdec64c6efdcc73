"""The ports of the engine: what it asks of Microsoft, the CRM, its memory, and the clock.

Protocols and the values that pass through them, nothing else. ``tests/contracts/`` runs one
suite per port on every implementation. A ``kind`` argument is a name such as ``"contacts"``;
records are the plain dicts of :mod:`agentbox_sync.core.kinds`; moments are aware ``datetime``
values in UTC. Where a method answers for several items, the answers come in the order of the
questions, and an answer may be the error that this one item met: one bad item never hides
another. An error that concerns the whole mailbox is raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agentbox_sync.core.actions import Memo, Row, Side
from agentbox_sync.core.changes import Absence, Link, LocalItem, LocalKey, Observation
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.safety import Verdict

# ------------------------------------------------------------------------------- the remote side


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a collection's change feed is read on. ``link`` is empty for a first listing."""

    kind: str
    collection: str
    link: str = ""


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
    """Write ``atoms`` of ``record`` if the item still has ``etag``.

    ``record`` is the whole local record: some atoms need their neighbours (a display name).
    """

    remote_id: str
    etag: str
    record: Record
    atoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item if it still has ``etag``."""

    remote_id: str
    etag: str


Write = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Written:
    """What the remote side answered to a write.

    ``record`` is what it now holds, ``left_out`` the atoms of which only a part fitted.
    """

    remote_id: str
    etag: str = ""
    record: Record | None = None
    left_out: tuple[str, ...] = ()


class RemoteStore(Protocol):
    """One mailbox. Every method may raise TryLater, SignInAgain or SuspendConnection."""

    batch_size: int
    """How many writes go out together; the engine remembers the answers after each such group."""

    def locate(self, kind: str, target: str) -> str:
        """Return the remote id of the collection that ``target`` names (empty: the main one)."""

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor, all in one request; CursorExpired is an answer."""

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items, all in one group; ItemMissing is an answer, not yet a proof."""

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the items that carry each stamp; a copied item may carry its original's."""

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find items that may be the same as each record, by its strongest key."""

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send at most ``batch_size`` writes together; OutcomeUnknown is an answer."""


class TokenSource(Protocol):
    """Where the Graph client gets its access token."""

    def token(self, *, claims: str = "") -> str:
        """Return a valid access token; ``claims`` is a decoded challenge that forces a new one.

        Raises SignInAgain, FixConfiguration or TryLater.
        """


# -------------------------------------------------------------------------------- the local side


class LocalStore(Protocol):
    """The CRM's items of one kind for one staff member, as the settings select them."""

    def scan(self) -> Iterator[LocalItem]:
        """Yield every item in scope, without holding them all in memory."""

    def read(self, keys: Sequence[LocalKey]) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh; a row out of scope is answered with its cause, never left out."""

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write ``atoms`` of ``record`` if the row still reads as ``seen``; return it read back.

        Under a row lock, through the host's own validation and ``save()``. ItemChanged when a
        person saved meanwhile, ItemRefused when the host does not accept a value.
        """

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new row for the staff member; return it read back. ItemRefused as above."""

    def release(self, seen: LocalItem) -> SyncError | None:
        """Follow a removal in Exchange if the row still reads as ``seen``; never delete a contact.

        What that means is the kind's: a contact loses this staff member's access row.
        """


# ------------------------------------------------------------------------------------- our memory


@dataclass(frozen=True, slots=True)
class Chain:
    """One collection's change feed as remembered.

    ``link`` is where to read on, ``complete`` whether a whole round was read. ``census`` says
    that the staged items still show the whole collection, so that a first meeting needs no look
    into the mailbox. ``listed_at``: when a whole listing last came to its end.
    """

    id: int
    kind: str
    collection: str
    link: str = ""
    complete: bool = False
    census: bool = False
    generation: int = 0
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """An observation that waits to be worked.

    ``verified``: a read has confirmed it, ``missing``: the read proved that it is gone.
    ``swept``: nothing said that it was removed, a whole listing merely did not show it.
    """

    id: int
    observation: Observation
    verified: bool = False
    missing: bool = False
    swept: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that was announced and whose outcome is not known.

    ``payloads`` are all records that were tried under the stamp, oldest first.
    """

    link: Link
    payloads: tuple[Record, ...]
    sent_at: datetime


class LinkMemory(Protocol):
    """What we remember of one connection. Each method is one transaction under the run's lease.

    Raises LeaseLost, and changes nothing, when another worker has taken over.
    """

    def unit(self) -> AbstractContextManager[None]:
        """Open one transaction for a write to the CRM and what is remembered of it.

        Both happen or neither: a crash between the two would import an item twice.
        """

    def chain(self, kind: str) -> Chain | None:
        """Return the chain of a kind, ``None`` before the first run."""

    def open_chain(self, kind: str, collection: str) -> Chain:
        """Begin a chain on a collection; a chain on another collection of the kind is closed."""

    def restart_chain(self, chain: Chain) -> Chain:
        """Begin a new generation from the start; links and bases stay, staged rows are dropped."""

    def stage(self, chain: Chain, page: Page) -> Chain:
        """Store a page and move the cursor, together or not at all."""

    def staged(self, chain: Chain, *, after: int = 0, limit: int = 500) -> list[Staged]:
        """Return staged items in the order of their ids."""

    def staged_for(self, chain: Chain, remote_ids: Sequence[str]) -> dict[str, Staged]:
        """Return the staged item of each remote id that has one."""

    def suspect(self, chain: Chain, remote_ids: Sequence[str]) -> None:
        """Stage items as removed that a write did not find, so that the next run verifies them."""

    def confirm(self, answers: Mapping[int, Observation | None]) -> None:
        """Store what a verifying read found, by staged id; ``None`` is a proven absence."""

    def unstage(self, ids: Sequence[int]) -> None:
        """Forget staged items that were worked."""

    def close_census(self, chain: Chain) -> None:
        """Forget every staged item that is nobody's business of ours.

        What is in doubt (said to be removed, and not verified) stays.
        """

    def links(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, Link]:
        """Return the current link of each key; dead links are not returned.

        A create whose outcome is open is returned as well, in the state ``creating``.
        """

    def links_by_remote(self, kind: str, remote_ids: Sequence[str]) -> dict[str, Link]:
        """Return the current link of each remote id (case-sensitive)."""

    def walk(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return current links in the order of their ids."""

    def unresolved(self, kind: str) -> list[Intent]:
        """Return the creates whose outcome is not known, oldest first."""

    def announce(self, kind: str, creates: Sequence[tuple[LocalKey, Record]]) -> list[Link]:
        """Issue a stamp and remember the payload before it is sent.

        A create that never arrived goes out again under its old stamp. An item that was linked
        before (a person removed it, and it is to be created again) gets a new link and stamp;
        the old link ends, and what is staged of its item goes with it.
        """

    def announce_updates(self, kind: str, updates: Sequence[tuple[Link, Pending]]) -> list[Link]:
        """Remember updates before they are sent, behind those that are pending already.

        A link that is not stored yet (``id`` 0: a first meeting) is stored with its update.
        Returns the links as stored.
        """

    def remember(self, kind: str, memos: Sequence[Memo]) -> list[Link]:
        """Store what was done or found, and its lines in the log; return the links as stored.

        What is staged of an item goes when its pair is stored, but for a memo's ``news``. A link
        that is free (:func:`~agentbox_sync.core.changes.is_free`) ends when a pair takes its item.
        """

    def has_ghosts(self, kind: str) -> bool:
        """Tell whether a create is unresolved or was ever given up (F7).

        From the first one on, and for good, every new item is suspicious.
        """

    def ghosts(self, kind: str, stamps: Sequence[str]) -> dict[str, Intent]:
        """Return creates that are unresolved or were given up, by stamp; links may have ended."""

    def hold(self, kind: str, verdict: Verdict, removals: Sequence[Row]) -> None:
        """Keep the list of removals that the guard has stopped, for a person to look at."""

    def release_holds(self, kind: str) -> None:
        """Close the guard's open stops: the plan does not remove too much any more."""

    def removals_since(self, kind: str, side: Side, moment: datetime) -> int:
        """Count the removals carried out on a side since ``moment``: the guard's window."""

    def count_active(self, kind: str) -> int:
        """Count the active links of a kind: the guard's measure."""

    def noticed(self, kind: str, *, after: int = 0, limit: int = 500) -> list[tuple[int, LocalKey]]:
        """Return local items noticed as changed, by number: a hint, never the truth."""

    def unnotice(self, ids: Sequence[int]) -> None:
        """Delete worked notices by id; later ones about the same item stay."""


class Lease(Protocol):
    """The right of one worker to write for one connection, with a fencing token."""

    fence: int

    def remaining(self) -> float:
        """Return the seconds left, on the lease keeper's own clock."""

    def renew(self) -> None:
        """Extend the lease; raises LeaseLost when another worker has it."""

    def release(self) -> None:
        """Give the lease back; harmless when it is lost already."""


class Clock(Protocol):
    """The only source of time for everything that waits or dates."""

    def now(self) -> datetime:
        """Return the present moment."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
