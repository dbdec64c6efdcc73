"""What the engine asks of our memory: chains, what is staged, links, and what was noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agentbox_sync.core.actions import Memo, Row, Side
from agentbox_sync.core.changes import Link, LocalKey, Observation
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.safety import Verdict
from agentbox_sync.core.windows import Window
from agentbox_sync.ports.remote import Page


@dataclass(frozen=True, slots=True)
class Chain:
    """One collection's change feed as remembered.

    ``link`` is where to read on, ``complete`` whether a whole round was read. ``census`` says
    that the staged items still show the whole collection, so that a first meeting needs no look
    into the mailbox. ``listed_at``: when a whole listing last came to its end, ``None`` where that
    one is not to be trusted. As it was asked for, orders of people were open (``asked``), or
    creates of unknown outcome (``unsettled``): an idle run need not ask a second time.
    ``stamp`` is that of a collection of our own. ``moving``: items of ours may still lie in the one
    before. ``window`` is what is listed of a windowed kind, for the whole generation.
    """

    id: int
    kind: str
    collection: str
    link: str = ""
    complete: bool = False
    census: bool = False
    generation: int = 0
    listed_at: datetime | None = None
    asked: bool = False
    unsettled: bool = field(default=True, compare=False)
    stamp: str = ""
    moving: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A collection of our own: announced at ``sent_at``; without a ``remote_id`` until found."""

    stamp: str
    remote_id: str
    sent_at: datetime


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

    ``payloads`` are all records that were tried under the stamp, oldest first. ``sent_at`` is when
    it was announced, or given up: nobody knows how long after its announcement it went out, but it
    had by then.
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

    def open_chain(
        self, kind: str, collection: str, *, stamp: str = "", window: Window | None = None
    ) -> Chain:
        """Begin a chain on a collection; a chain on another collection of the kind is closed.

        What was staged of that one is forgotten, its links stay, and the new chain is moving.
        The generation goes on counting: marks of another listing must not hide a loss.
        """

    def close_move(self, chain: Chain) -> None:
        """Remember that nothing of ours lies in another collection any more."""

    def own(self, kind: str) -> Own | None:
        """Return our own collection of a kind, ``None`` where none was ever announced."""

    def announce_own(self, kind: str) -> Own:
        """Remember a collection before it is created, under the stamp it has or a new one.

        The chain that is open is moving from now on.
        """

    def forget_own(self, kind: str) -> None:
        """Forget our own collection: it is gone, and the next one is another."""

    def left_behind(self, kind: str) -> list[Link]:
        """Return the ended links whose items were created anew elsewhere and are still to go."""

    def restart_chain(self, chain: Chain, *, window: Window | None = None) -> Chain:
        """Begin a new generation from the start; links and bases stay, staged rows are dropped.

        Those of items that a person has put into another collection stay: the new listing does not
        tell of them. It has the window of the one before unless another one is given.
        """

    def distrust(self, chain: Chain) -> None:
        """Forget that the whole was listed: what it showed stands, and it is listed once more."""

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

    def links_by_stamp(self, kind: str, stamps: Sequence[str]) -> dict[str, Link]:
        """Return the current link of each stamp; an item may carry that of another one."""

    def rehomed(self, kind: str) -> list[Link]:
        """Return the current links whose items a person has put into another collection."""

    def walk(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return current links in the order of their ids."""

    def walk_left(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return the links whose row was deleted while their item stays, in the order of ids."""

    def walk_ended(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return links that have ended, in the order of ids; items may carry their stamps yet."""

    def unresolved(self, kind: str) -> list[Intent]:
        """Return the creates whose outcome is not known, oldest first."""

    def announce(
        self, kind: str, creates: Sequence[tuple[LocalKey, Record]], *, anew: bool = False
    ) -> list[Link]:
        """Issue a stamp and remember the payload before it is sent.

        A create that never arrived goes out again under its old stamp; ``anew``: under one of its
        own, if it was given up and not refused, and its link ends as SPENT. An item that was linked
        before (a person removed it, and it is to be created again) gets a new link and stamp;
        the old link ends, what is staged of its item goes with it, and an open order about it
        is about the new one from then on.
        """

    def date_creates(self, kind: str, links: Sequence[Link]) -> None:
        """Let open creates count from now on: they went out later than they were announced."""

    def begin_anew(self, kind: str, keys: Sequence[LocalKey]) -> list[Link]:
        """End the links of pairs that meet another item, and return new ones that name none.

        What was remembered of the old item ends with its link; what is staged of it goes, and an
        open order about it is about the new link from then on. A link that names no item stays.
        """

    def announce_updates(self, kind: str, updates: Sequence[tuple[Link, Pending]]) -> list[Link]:
        """Remember updates before they are sent, behind those that are pending already.

        A link that is not stored yet (``id`` 0: a first meeting) is stored with its update; one
        that names no item yet names that of the update from now on.
        Returns the links as stored.
        """

    def remember(self, kind: str, memos: Sequence[Memo]) -> list[Link]:
        """Store what was done or found, and its lines in the log; return the links as stored.

        What is staged of an item goes when its pair is stored, but for a memo's ``news``. A link
        that is free (:func:`~agentbox_sync.core.changes.is_free`) ends when a pair takes its item.
        The order that a memo names is closed with it, unless it is closed already. The open chain
        is moving from then on that a link is left behind, unless its item could not be removed.
        """

    def orders(self, kind: str, *, among: Sequence[int] = ()) -> list[Ordered]:
        """Return the open orders of people, oldest first; only those of these numbers, if any.

        The link of an order may have ended.
        """

    def has_ghosts(self, kind: str) -> bool:
        """Tell whether a create is unresolved or was ever given up (F7).

        From the first one on, and for good, every new item is suspicious.
        """

    def given_up_at(self, kind: str) -> datetime | None:
        """Return when the last create went out that was given up, and of which something may land.

        Of one that was found something may where it was sent more than once.
        """

    def ghosts(self, kind: str, stamps: Sequence[str]) -> dict[str, Intent]:
        """Return creates that are unresolved or were given up, by stamp; links may have ended.

        Of one that went out again under another stamp it is the link of that.
        """

    def hold(self, kind: str, verdict: Verdict, removals: Sequence[Row]) -> None:
        """Keep the list of removals that the guard has stopped, for a person to look at."""

    def release_holds(self, kind: str) -> None:
        """Close the guard's open stops: the plan does not remove too much any more."""

    def removals_since(self, kind: str, side: Side, moment: datetime) -> int:
        """Count the removals carried out on a side since ``moment``: the guard's window.

        Those of a farewell (``Cause.DETACHED``) do not count: each was confirmed beforehand.
        """

    def count_active(self, kind: str) -> int:
        """Count the active links of a kind: the guard's measure."""

    def noticed(self, kind: str, *, after: int = 0, limit: int = 500) -> list[tuple[int, LocalKey]]:
        """Return local items noticed as changed, by number: a hint, never the truth."""

    def unnotice(self, ids: Sequence[int]) -> None:
        """Delete worked notices by id; later ones about the same item stay."""
