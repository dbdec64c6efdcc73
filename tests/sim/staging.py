"""The part of the memory that follows change feeds, and the store behind all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.changes import Link, LinkState, LocalKey, Observation
from agentbox_sync.ports import Chain, Clock, Page, Staged
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
    numbers: int = 0

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
            self.numbers,
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
            self.numbers,
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
        return next((chain for chain in open_ones if chain.kind == kind), None)

    def open_chain(self, kind: str, collection: str) -> Chain:
        """Begin a chain; one on another collection of the kind is closed."""
        with self._transaction("open_chain"):
            for number, chain in self._store.chains.items():
                if chain.kind == kind:
                    self._store.closed.add(number)
            chain = Chain(self._store.number(), kind, collection)
            self._store.chains[chain.id] = chain
        return chain

    def restart_chain(self, chain: Chain) -> Chain:
        """Begin a new generation: marks of the abandoned listing must not hide losses (F1)."""
        with self._transaction("restart_chain"):
            now = self._store.chains[chain.id]
            again = replace(
                now, link="", complete=False, census=False, generation=now.generation + 1
            )
            self._store.chains[chain.id] = again
            self._drop(lambda row: row.chain == chain.id)  # F8: they may be stale
        return again

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
            )
        number = old.row.id if old else self._store.number()
        row = StagedRow(Staged(number, seen), chain.id, chain.generation)
        self._store.staged[number] = row

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
                shown = seen or replace(old.row.observation, removed=True)
                row = replace(old.row, observation=shown, verified=True, missing=gone)
                self._store.staged[number] = replace(old, row=row)

    def unstage(self, ids: Sequence[int]) -> None:
        """Forget staged items that were worked."""
        if ids:
            with self._transaction("unstage"):
                for number in ids:
                    self._store.staged.pop(number, None)

    def close_census(self, chain: Chain) -> None:
        """Forget every staged item that nobody is linked to."""
        with self._transaction("close_census"):
            linked = {link.remote_id for link in self._current() if link.remote_id}
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
