"""The part of the memory that follows change feeds, and the store behind all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.changes import LEFT_BEHIND, NO_ROW, Link, LinkState, LocalKey, Observation
from agentbox_sync.core.rules import Order
from agentbox_sync.core.ties import still_tied
from agentbox_sync.core.windows import Window
from agentbox_sync.ports import Chain, Clock, Own, Page, Staged
from tests.sim.lease import LeaseRow, SimulatedLease

if TYPE_CHECKING:
    from tests.sim.memory import Announced, Entry

Point = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A staged observation as it is stored."""

    row: Staged
    chain: int
    generation: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An order of a person as it is stored; ``ending`` is empty for as long as it is open."""

    order: Order
    link: int
    key: LocalKey = NO_ROW
    remote_id: str = ""
    double: bool = False
    ending: str = ""


@dataclass(slots=True)
class Store:
    """The rows of one connection. All values are immutable, so a snapshot copies dicts only."""

    name: str = "m"
    lease: LeaseRow = field(default_factory=LeaseRow)
    chains: dict[int, Chain] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    staged: dict[int, StagedRow] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    intents: dict[int, Announced] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    holds: list[tuple[str, int]] = field(default_factory=list)
    notices: list[tuple[int, LocalKey]] = field(default_factory=list)
    orders: dict[int, Placed] = field(default_factory=dict)
    numbers: int = 0
    own: Own | None = None

    def number(self) -> int:
        """Return the next primary key."""
        self.numbers += 1
        return self.numbers

    def snapshot(self) -> tuple[Any, ...]:
        """Return what a rolled-back transaction must leave behind."""
        return (
            dict(self.chains),
            set(self.closed),
            dict(self.staged),
            dict(self.links),
            dict(self.seen),
            dict(self.intents),
            list(self.log),
            list(self.holds),
            list(self.notices),
            dict(self.orders),
            self.numbers,
            self.own,
        )

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Roll back."""
        (
            self.chains,
            self.closed,
            self.staged,
            self.links,
            self.seen,
            self.intents,
            self.log,
            self.holds,
            self.notices,
            self.orders,
            self.numbers,
            self.own,
        ) = snapshot


class Staging:
    """Chains and staged observations."""

    def __init__(
        self,
        store: Store,
        lease: SimulatedLease,
        clock: Clock,
        point: Point,
        commits: Callable[[str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._point = point
        self._commits = commits
        self.in_unit = False

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        """Open a transaction that a newer holder of the lease keeps us out of.

        What the block does is done at once; what may go wrong goes wrong before or after it.
        """
        if self.in_unit:
            self._lease.check()
            yield
            return
        self._point(what)
        self._commits("before")
        self._lease.check()
        before = self._store.snapshot()
        try:
            yield
            self._commits("inside")
        except BaseException:
            self._store.restore(before)
            raise
        self._commits("after")

    def chain(self, kind: str) -> Chain | None:
        """Return the open chain of a kind."""
        open_ones = (c for n, c in self._store.chains.items() if n not in self._store.closed)
        found = next((chain for chain in open_ones if chain.kind == kind), None)
        asked = any(not placed.ending for placed in self._store.orders.values())
        unsettled = any(intent.is_open for intent in self._store.intents.values())
        return replace(found, asked=asked, unsettled=unsettled) if found else found

    def open_chain(
        self, kind: str, collection: str, *, stamp: str = "", window: Window | None = None
    ) -> Chain:
        """Begin a chain; one on another collection of the kind is closed, its staged rows go."""
        with self._transaction("open_chain"):
            before = self.chain(kind)
            if before is not None:
                self._store.closed.add(before.id)
                self._drop(lambda row: row.chain == before.id)
            chain = Chain(
                self._store.number(),
                kind,
                collection,
                generation=before.generation + 1 if before else 0,
                stamp=stamp,
                window=window,
                moving=before is not None or (not stamp and self._store.own is not None),
            )
            self._store.chains[chain.id] = chain
            if stamp and self._store.own is not None:
                self._store.own = replace(self._store.own, remote_id=collection)
        return chain

    def close_move(self, chain: Chain) -> None:
        """Remember that nothing of ours lies in another collection any more."""
        with self._transaction("close_move"):
            now = self._store.chains[chain.id]
            self._store.chains[chain.id] = replace(now, moving=False)

    def own(self, kind: str) -> Own | None:
        """Return our own collection of a kind."""
        return self._store.own

    def announce_own(self, kind: str) -> Own:
        """Remember a collection before it is created, under the stamp it has or a new one."""
        with self._transaction("announce_own"):
            before = self._store.own
            number = self._store.number()
            stamp = before.stamp if before else f"{self._store.name}-own-{number}"
            held = before.remote_id if before else ""
            self._store.own = Own(stamp, held, self._clock.now())
            chain = self.chain(kind)
            if chain is not None:
                stored = self._store.chains[chain.id]
                self._store.chains[chain.id] = replace(stored, moving=True)
        return self._store.own

    def forget_own(self, kind: str) -> None:
        """Forget our own collection."""
        with self._transaction("forget_own"):
            chain = self.chain(kind)
            if chain is not None and chain.stamp:
                self._store.closed.add(chain.id)
                self._drop(lambda row: row.chain == chain.id)
            self._store.own = None

    def left_behind(self, kind: str) -> list[Link]:
        """Return the ended links whose items are still to go."""
        links = self._store.links.values()
        return [x for x in links if x.state is LinkState.DEAD and x.reason == LEFT_BEHIND]

    def restart_chain(self, chain: Chain, *, window: Window | None = None) -> Chain:
        """Begin a new generation: marks of the abandoned listing must not hide losses (F1)."""
        with self._transaction("restart_chain"):
            now = self._store.chains[chain.id]
            again = replace(
                now,
                link="",
                complete=False,
                census=False,
                generation=now.generation + 1,
                window=window or now.window,
            )
            self._store.chains[chain.id] = again
            away = [x for x in self._current() if x.rehomed and x.collection != now.collection]
            there = {link.remote_id for link in away}  # no listing tells of them again
            # F8: the others may be stale.
            self._drop(lambda r: r.chain == chain.id and r.row.observation.remote_id not in there)
        return again

    def distrust(self, chain: Chain) -> None:
        """Forget that the whole was listed: what it showed stands, and it is listed once more."""
        with self._transaction("distrust"):
            now = self._store.chains[chain.id]
            self._store.chains[chain.id] = replace(now, listed_at=None)

    def stage(self, chain: Chain, page: Page) -> Chain:
        """Store a page and move the cursor, together or not at all."""
        if not page.observations and page.delta_link == chain.link and chain.complete:
            self._lease.check()
            return chain
        with self._transaction("stage"):
            now = self._store.chains[chain.id]
            self._merge(now, page.observations)
            ends = bool(page.delta_link) and not now.complete
            moved = replace(
                now,
                link=page.next_link or page.delta_link,
                complete=now.complete or ends,
                census=now.census or ends,
                listed_at=self._clock.now() if ends else now.listed_at,
            )
            self._store.chains[chain.id] = moved
            if ends:
                self._suspect_unseen(moved)
        return moved

    def _merge(self, chain: Chain, observations: Sequence[Observation]) -> None:
        for seen in observations:
            self._lay_over(chain, seen)
        shown = {seen.remote_id for seen in observations}
        for link in self._current():
            if link.remote_id in shown:
                self._store.seen[link.id] = chain.generation

    def _lay_over(self, chain: Chain, seen: Observation) -> None:
        old = self._row(chain, seen.remote_id)
        if old is not None:
            was = old.row.observation
            seen = replace(
                seen,
                # Two entries that disagree are in no known order: a read will tell (F4).
                removed=seen.removed or was.removed,
                record={**was.record, **seen.record},
                etag=seen.etag or was.etag,
                container=seen.container or was.container,
                ties=still_tied(seen, was.etag, was.ties),
            )
        number = old.row.id if old else self._store.number()
        # Until a read has told, it goes on to speak against the listing that left it out (F2).
        swept = old is not None and old.row.swept and not old.row.verified
        row = Staged(number, seen, swept=swept)
        self._store.staged[number] = StagedRow(row, chain.id, chain.generation)

    def _keep(self, kind: str, news: Observation) -> None:
        """Stage what was seen and could not be worked, over what is staged of it.

        The link is not marked as seen by the listing: this is evidence of another day (F10).
        """
        chain = self.chain(kind)
        if chain is not None:
            self._lay_over(chain, news)

    def _suspect_unseen(self, chain: Chain) -> None:
        """Stage every link that a whole listing did not show: a candidate, not a deletion."""
        if not chain.generation:
            return
        for link in self._current():
            if not link.remote_id or self._store.seen.get(link.id, 0) >= chain.generation:
                continue
            if link.collection not in ("", chain.collection):
                continue
            old = self._row(chain, link.remote_id)
            number = old.row.id if old else self._store.number()
            was = old.row.observation if old else Observation(link.remote_id)
            row = Staged(number, replace(was, removed=True), swept=True)
            self._store.staged[number] = StagedRow(row, chain.id, chain.generation)

    def staged(self, chain: Chain, *, after: int = 0, limit: int = 500) -> list[Staged]:
        """Return staged items in the order of their ids."""
        found = [
            row.row
            for number, row in sorted(self._store.staged.items())
            if row.chain == chain.id and number > after
        ]
        return found[:limit]

    def staged_for(self, chain: Chain, remote_ids: Sequence[str]) -> dict[str, Staged]:
        """Return the staged item of each remote id that has one."""
        wanted = set(remote_ids)
        return {
            row.row.observation.remote_id: row.row
            for row in self._store.staged.values()
            if row.chain == chain.id and row.row.observation.remote_id in wanted
        }

    def suspect(self, chain: Chain, remote_ids: Sequence[str]) -> None:
        """Stage items as removed that a write did not find."""
        with self._transaction("suspect"):
            now = self._store.chains[chain.id]
            self._merge(now, [Observation(remote_id, removed=True) for remote_id in remote_ids])

    def confirm(self, answers: Mapping[int, Observation | None]) -> None:
        """Store what a verifying read found; ``None`` is a proven absence."""
        if not answers:
            return
        with self._transaction("confirm"):
            for number, seen in answers.items():
                old = self._store.staged.get(number)
                if old is None:
                    continue
                gone = seen is None
                was = old.row.observation
                shown = seen or replace(was, removed=True)
                shown = replace(shown, ties=still_tied(shown, was.etag, was.ties))
                row = replace(old.row, observation=shown, verified=True, missing=gone)
                self._store.staged[number] = replace(old, row=row)

    def unstage(self, ids: Sequence[int]) -> None:
        """Forget staged items that were worked."""
        if ids:
            with self._transaction("unstage"):
                for number in ids:
                    self._store.staged.pop(number, None)

    def close_census(self, chain: Chain) -> None:
        """Forget every staged item that no row of ours is linked to."""
        with self._transaction("close_census"):
            linked = {
                link.remote_id
                for link in self._current()
                if link.remote_id and (link.key != NO_ROW or link.refused)
            }
            self._drop(
                lambda row: (
                    row.chain == chain.id
                    and row.row.observation.remote_id not in linked
                    and (row.row.verified or not row.row.observation.removed)
                )
            )
            now = self._store.chains[chain.id]
            self._store.chains[chain.id] = replace(now, census=False)

    # -------------------------------------------------------------------------------------- inside

    def _current(self) -> list[Link]:
        links = self._store.links.values()
        return [link for link in links if link.state is not LinkState.DEAD]

    def _row(self, chain: Chain, remote_id: str) -> StagedRow | None:
        for row in self._store.staged.values():
            if row.chain == chain.id and row.row.observation.remote_id == remote_id:
                return row
        return None

    def _forget(self, remote_id: str) -> None:
        if remote_id:
            self._drop(
                lambda row: (
                    row.row.observation.remote_id == remote_id
                    and row.chain not in self._store.closed
                )
            )

    def _drop(self, rejected: Callable[[StagedRow], bool]) -> None:
        self._store.staged = {n: r for n, r in self._store.staged.items() if not rejected(r)}
