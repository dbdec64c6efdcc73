"""What we remember of one connection, in memory: every method is one transaction or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Row, Side
from agentbox_sync.core.changes import (
    LEFT_BEHIND,
    NO_ROW,
    SPENT,
    Cause,
    Link,
    LinkState,
    LocalKey,
    is_free,
)
from agentbox_sync.core.kinds import Record, is_empty
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.safety import Verdict
from agentbox_sync.ports import Clock, Intent
from tests.sim.lease import SimulatedLease
from tests.sim.staging import Placed, Point, StagedRow, Staging, Store

__all__ = ["Clash", "Entry", "Memory", "StagedRow", "Store"]


class Clash(Exception):
    """Two current links would name the same row or the same item: the database refuses."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; ``at`` is the worker's time, ``happened`` the true one."""

    key: LocalKey
    at: datetime
    line: Line
    remote_id: str
    happened: tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Announced:
    """A create that was announced; ``given_up``: looked for in vain at least once."""

    payloads: tuple[Record, ...]
    sent_at: datetime
    is_open: bool = True
    given_up: bool = False


class Memory(Staging):
    """A LinkMemory on a :class:`Store`; ``snapshot`` and ``restore`` are those of the CRM."""

    def __init__(
        self,
        store: Store,
        lease: SimulatedLease,
        clock: Clock,
        point: Point = lambda _: None,
        commits: Callable[[str], None] = lambda _: None,
        crm: tuple[Callable[[], object], Callable[[object], None]] = (
            lambda: None,
            lambda _: None,
        ),
    ) -> None:
        super().__init__(store, lease, clock, point, commits)
        self._crm_snapshot, self._crm_restore = crm
        self.on_closed: Callable[[Placed, Link], None] = lambda placed, link: None
        self.look_back()

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Open one transaction over the CRM and what is remembered."""
        self._commits("before")
        self._lease.check()
        self.in_unit = True
        self.look_back()
        try:
            yield
            self._commits("inside")
        except BaseException:
            self._store.restore(self._before[0])
            self._crm_restore(self._before[1])
            raise
        finally:
            self.in_unit = False
        self._commits("after")

    def look_back(self) -> None:
        """Take the state that a rollback returns to: what others commit meanwhile stays."""
        self._before = self._store.snapshot(), self._crm_snapshot()

    # --------------------------------------------------------------------------------------- pairs

    def links(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, Link]:
        """Return the current link of each key; items born in Exchange have no key."""
        wanted = set(keys) - {NO_ROW}
        return {link.key: link for link in self._current() if link.key in wanted}

    def links_by_remote(self, kind: str, remote_ids: Sequence[str]) -> dict[str, Link]:
        """Return the current link of each remote id."""
        wanted = set(remote_ids) - {""}
        return {link.remote_id: link for link in self._current() if link.remote_id in wanted}

    def links_by_stamp(self, kind: str, stamps: Sequence[str]) -> dict[str, Link]:
        """Return the current link of each stamp."""
        return {link.stamp: link for link in self._current() if link.stamp in stamps}

    def rehomed(self, kind: str) -> list[Link]:
        """Return the current links whose items a person has put into another collection."""
        return [link for link in self._current() if link.rehomed]

    def walk(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return current links in the order of their ids."""
        return [link for link in self._current() if link.id > after][:limit]

    def walk_left(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return the links whose row was deleted while their item stays, in the order of ids."""
        left = [link for link in self._current() if is_free(link) and link.key != NO_ROW]
        return [link for link in left if link.remote_id and link.id > after][:limit]

    def walk_ended(self, kind: str, *, after: int = 0, limit: int = 500) -> list[Link]:
        """Return links that have ended, in the order of ids."""
        every = self._store.links.values()
        return [x for x in every if x.state is LinkState.DEAD and x.id > after][:limit]

    def unresolved(self, kind: str) -> list[Intent]:
        """Return the creates whose outcome is not known, oldest first."""
        found = [(number, it) for number, it in self._store.intents.items() if it.is_open]
        found.sort(key=lambda pair: (pair[1].sent_at, pair[0]))
        return [Intent(self._store.links[n], it.payloads, it.sent_at) for n, it in found]

    def announce(
        self, kind: str, creates: Sequence[tuple[LocalKey, Record]], *, anew: bool = False
    ) -> list[Link]:
        """Issue a stamp and remember the payload before it is sent."""
        announced = []
        with self._transaction("announce"):
            store = self._store
            for key, record in creates:
                spent = self._spent(kind, key) if anew else 0
                link = self._begun_anew(kind, key, spent)
                tried = store.intents.get(spent or link.id)
                store.intents[link.id] = Announced(
                    payloads=(*(tried.payloads if tried else ()), record),
                    sent_at=self._clock.now(),
                    given_up=bool(tried and tried.given_up),
                )
                announced.append(link)
        return announced

    def date_creates(self, kind: str, links: Sequence[Link]) -> None:
        """Let open creates count from now on."""
        with self._transaction("date_creates"):
            for number in [link.id for link in links]:
                intent = self._store.intents.get(number)
                if intent is not None and intent.is_open:
                    self._store.intents[number] = replace(intent, sent_at=self._clock.now())

    def begin_anew(self, kind: str, keys: Sequence[LocalKey]) -> list[Link]:
        """End links that name an item, and begin new ones, which no item is known of."""
        with self._transaction("begin_anew"):
            return [self._begun_anew(kind, key) for key in keys]

    def _spent(self, kind: str, key: LocalKey) -> int:
        old = self.links(kind, [key]).get(key)
        intent = self._store.intents.get(old.id) if old else None
        is_given_up = intent is not None and intent.given_up and not intent.is_open
        is_spent = is_given_up and old and not old.remote_id and old.state is LinkState.CREATING
        return old.id if old and is_spent else 0

    def _begun_anew(self, kind: str, key: LocalKey, spent: int = 0) -> Link:
        old = self.links(kind, [key]).get(key)
        if old is not None and not old.remote_id and old.id != spent:
            return old
        link = self._new(key)
        self._store.links[link.id] = link
        if old is not None:
            reason = SPENT if old.id == spent else old.reason
            self._store.links[old.id] = replace(old, state=LinkState.DEAD, reason=reason)
            if old.remote_id:
                self._forget(old.remote_id)
            self._pass_on(old.id, link.id)
        return link

    def announce_updates(self, kind: str, updates: Sequence[tuple[Link, Pending]]) -> list[Link]:
        """Remember updates before they are sent."""
        stored = []
        with self._transaction("announce_updates"):
            for link, pending in updates:
                if not link.id:
                    fresh = self._new(link.key)
                    link = replace(link, id=fresh.id, stamp=fresh.stamp)  # noqa: PLW2901
                    self._refuse_clash(link)
                    self._store.links[link.id] = link
                now = self._store.links[link.id]
                if not now.remote_id:
                    now = replace(
                        now,
                        origin=link.origin,
                        remote_id=link.remote_id,
                        collection=link.collection,
                        rehomed=link.rehomed,
                    )
                    self._refuse_clash(now)
                self._store.links[link.id] = replace(now, pending=(*now.pending, pending))
                stored.append(self._store.links[link.id])
        return stored

    def remember(self, kind: str, memos: Sequence[Memo]) -> list[Link]:
        """Store how pairs stand, the log's lines, and forget what was staged for them."""
        if not memos:
            return []
        stored = []
        with self._transaction("remember"):
            for memo in memos:
                stored.append(self._stored(kind, memo))
        return stored

    def _stored(self, kind: str, memo: Memo) -> Link:
        store, link = self._store, memo.link
        if not link.id:
            fresh = self._new(link.key)
            link = replace(link, id=fresh.id, stamp=link.stamp or fresh.stamp)
        if not memo.log_only:
            self._refuse_clash(link)
            store.links[link.id] = link
        if memo.settled and (intent := store.intents.get(link.id)):
            arrived = bool(link.remote_id)
            if arrived and not intent.given_up:
                del store.intents[link.id]
            else:
                by_now = intent.is_open and not arrived
                store.intents[link.id] = replace(
                    intent,
                    sent_at=self._clock.now() if by_now else intent.sent_at,
                    is_open=False,
                    given_up=intent.given_up or not arrived,
                )
        if link.reason == LEFT_BEHIND and not link.error and (chain := self.chain(kind)):
            store.chains[chain.id] = replace(store.chains[chain.id], moving=True)
        placed = store.orders.get(memo.order)
        if placed is not None and not placed.ending:
            placed = store.orders[memo.order] = replace(placed, ending=memo.ending.value)
            self.on_closed(placed, link)
        if memo.news is not None:
            self._keep(kind, memo.news)
        elif memo.worked or not memo.log_only:
            self._forget(memo.worked or link.remote_id)
        if memo.line:
            now = self._clock.now()
            worked = memo.worked or link.remote_id
            store.log.append(Entry(link.key, now, memo.line, worked, self._lease.event()))
        return link

    def _refuse_clash(self, link: Link) -> None:
        if link.state is LinkState.DEAD:
            return
        for other in self._current():
            if other.id == link.id:
                continue
            if is_free(other) and link.key != NO_ROW and other.remote_id == link.remote_id:
                self._store.links[other.id] = replace(other, state=LinkState.DEAD)
                continue
            if link.remote_id and other.remote_id == link.remote_id:
                raise Clash(f"{link.remote_id} is linked already")
            if link.key != NO_ROW and other.key == link.key:
                raise Clash(f"{link.key} is linked already")

    def orders(self, kind: str, *, among: Sequence[int] = ()) -> list[Ordered]:
        """Return the open orders of people, oldest first."""
        return [
            Ordered(
                number,
                placed.order,
                self._store.links[placed.link],
                placed.key,
                placed.remote_id,
                placed.double,
            )
            for number, placed in sorted(self._store.orders.items())
            if not placed.ending and (not among or number in among)
        ]

    def _pass_on(self, ended: int, begun: int) -> None:
        for number, placed in self._store.orders.items():
            if placed.link == ended and not placed.ending:
                self._store.orders[number] = replace(placed, link=begun)

    def has_ghosts(self, kind: str) -> bool:
        """Tell whether a create is unresolved or was ever given up."""
        return bool(self._store.intents)

    def given_up_at(self, kind: str) -> datetime | None:
        """Return when the last create went out of which something may land yet."""
        store = self._store
        sent = [
            intent.sent_at
            for number, intent in store.intents.items()
            if intent.given_up and (len(intent.payloads) > 1 or not store.links[number].remote_id)
        ]
        return max(sent, default=None)

    def ghosts(self, kind: str, stamps: Sequence[str]) -> dict[str, Intent]:
        """Return the creates that are unresolved or were given up, by stamp."""
        found = {}
        for number, intent in self._store.intents.items():
            link = self._store.links[number]
            if link.stamp in stamps:
                present = self.links(kind, [link.key]) if link.reason == SPENT else {}
                heir = present.get(link.key, link)
                found[link.stamp] = Intent(heir, intent.payloads, intent.sent_at)
        return found

    def _new(self, key: LocalKey) -> Link:
        number = self._store.number()
        return Link(number, key, LinkState.CREATING, f"{self._store.name}-stamp-{number}")

    # ----------------------------------------------------------------------------------- the guard

    def hold(self, kind: str, verdict: Verdict, removals: Sequence[Row]) -> None:
        """Keep the list of removals that the guard has stopped."""
        with self._transaction("hold"):
            self._store.holds = [(verdict.plan_hash, len(removals))]

    def release_holds(self, kind: str) -> None:
        """Close the guard's open stops."""
        self._lease.check()
        if self._store.holds:
            with self._transaction("release_holds"):
                self._store.holds = []

    def removals_since(self, kind: str, side: Side, moment: datetime) -> int:
        """Count the removals carried out on a side since ``moment``."""
        return sum(
            entry.at >= moment
            and entry.line.side is side
            and entry.line.cause != Cause.DETACHED
            and _removes(entry.line)
            for entry in self._store.log
        )

    def count_active(self, kind: str) -> int:
        """Count the active links."""
        return sum(link.state is LinkState.ACTIVE for link in self._store.links.values())

    # ------------------------------------------------------------------------------------- notices

    def noticed(self, kind: str, *, after: int = 0, limit: int = 500) -> list[tuple[int, LocalKey]]:
        """Return local items noticed as changed, by number."""
        return [notice for notice in self._store.notices if notice[0] > after][:limit]

    def unnotice(self, ids: Sequence[int]) -> None:
        """Delete worked notices by id."""
        if ids:
            with self._transaction("unnotice"):
                gone = set(ids)
                self._store.notices = [n for n in self._store.notices if n[0] not in gone]


def _removes(line: Line) -> bool:
    if line.outcome is not Outcome.DONE:
        return False
    if line.action in (Action.DELETE, Action.RELEASE):
        return True
    return line.action is Action.UPDATE and any(
        is_empty(line.after.get(atom)) and not is_empty(was) for atom, was in line.before.items()
    )
