"""Step 4: bring both sides together, pair by pair, and let the pure core decide.

What is held in memory is one chunk of rows at a time, the plan (which names and holds no
values), and the keys of a first listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentbox_sync.core.changes import (
    NO_ROW,
    RESUMABLE,
    Absence,
    Link,
    LocalItem,
    LocalKey,
    is_met,
)
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Plan, resolve
from agentbox_sync.engine.context import CHUNK, Box, Depth, Part, chunks
from agentbox_sync.engine.strangers import Strangers
from agentbox_sync.engine.task import is_elsewhere, pair_of, reading
from agentbox_sync.engine.twins import Twins
from agentbox_sync.ports import Chain, Staged


class Planner:
    """Makes the plan of one part; one use, one run. ``news``: something is staged."""

    def __init__(
        self, box: Box, part: Part, chain: Chain, waiting: frozenset[LocalKey], *, news: bool
    ) -> None:
        self._news = news
        self._box = box
        self._part = part
        self._kind = part.kind.name
        self._chain = chain
        self._waiting = waiting
        self._twins = Twins(box, part, chain)
        self._seen: set[LocalKey] = set()
        self._noticed: list[tuple[int, LocalKey]] = []
        self._put_off = set(waiting)
        self.strangers = Strangers(box, part, chain)
        self.plan = Plan(self._kind)

    @property
    def is_complete(self) -> bool:
        """Tell whether every item that was looked at could be decided."""
        return not self._twins.unsure

    def build(self) -> Plan:
        """Return the plan; rows that need nothing are worked off on the way."""
        touched = self._read_staged() if self._news else set()
        for group in chunks(self._candidates(touched)):
            self._decide(group)
        self.plan.refuse_double_claims()
        ignored = [
            pair for pair in self.strangers.pairs(self.plan.claimed()) if not self._resolve(pair)
        ]
        self._box.memory.unstage(self.strangers.done_with(ignored))
        return self.plan

    def notices(self) -> list[int]:
        """Return the numbers of the notices that are worked when the plan is carried out."""
        return [number for number, key in self._noticed if key not in self._put_off]

    def _read_staged(self) -> set[LocalKey]:
        """Index what nobody is linked to; return the keys of the links that have news."""
        touched: set[LocalKey] = set()
        after = 0
        while rows := self._box.memory.staged(self._chain, after=after, limit=CHUNK):
            after = rows[-1].id
            linked = self._links_by_remote(row.observation.remote_id for row in rows)
            for row in rows:
                seen = row.observation
                self._twins.doubt(row)
                link = linked.get(seen.remote_id)
                if link is None or link.key == NO_ROW:
                    self.strangers.meet(row, link)
                else:
                    touched.add(link.key)
                # What is merely said to be gone may be there: its keys must outlive a rumour
                # (F9). The item is read before anything is linked to it.
                if not row.missing and not is_elsewhere(seen, self._chain):
                    self._twins.know(seen)
        return touched

    def _candidates(self, touched: set[LocalKey]) -> Iterator[LocalItem | Absence]:
        """Yield every local item that this run looks at, each once."""
        memory, local = self._box.memory, self._part.local
        if self._part.depth is Depth.FULL:
            for item in local.scan():
                self._seen.add(item.key)
                yield item
            after = 0
            while links := memory.walk(self._kind, after=after, limit=CHUNK):
                after = links[-1].id
                yield from self._read(link.key for link in links if link.key != NO_ROW)
        after = 0
        while noticed := memory.noticed(self._kind, limit=CHUNK, after=after):
            after = noticed[-1][0]
            self._noticed.extend(noticed)
            yield from self._read(key for _, key in noticed)
        for group in chunks(sorted(touched)):
            yield from self._read(group)

    def _read(self, keys: Iterable[LocalKey]) -> Iterator[LocalItem | Absence]:
        wanted = [key for key in dict.fromkeys(keys) if key not in self._seen]
        self._seen.update(wanted)
        yield from self._part.local.read(wanted).values() if wanted else ()

    def _decide(self, items: list[LocalItem | Absence]) -> None:
        links = self._box.memory.links(self._kind, [item.key for item in items])
        staged = self._box.memory.staged_for(
            self._chain, [link.remote_id for link in links.values() if link.remote_id]
        )
        rows = {link.key: staged.get(link.remote_id) for link in links.values()}
        items = [
            item
            for item in items
            if not self._is_left_alone(item, links.get(item.key), rows.get(item.key))
        ]
        alike = self._twins.find(
            [item for item in items if not self._goes_on(links.get(item.key), rows.get(item.key))]
        )
        items = [item for item in items if item.key not in self._twins.unsure]
        # A first meeting that did not come to its end goes on with the item that it had found.
        alike |= {
            key: (link.remote_id,)
            for key, link in links.items()
            if not is_met(link) and self._goes_on(link, rows[key])
        }
        worked: list[int] = []
        for item in items:
            link, row = links.get(item.key), rows.get(item.key)
            if self._waiting and alike.get(item.key):
                # It may be what one of the creates of unknown outcome has left there.
                self._put_off.add(item.key)
                continue
            pair = pair_of(item, link, row, self._chain, alike.get(item.key, ()))
            if not self._resolve(pair) and row is not None and not _is_put_off(pair):
                worked.append(row.id)
        self._box.memory.unstage(worked)

    def _resolve(self, pair: Pair) -> bool:
        """Add the row of a pair to the plan; return whether there is one."""
        decision = resolve(pair, self._part.kind, self._part.policy, self._part.locality)
        self.plan.add(decision.row)
        return decision.row is not None

    def _is_left_alone(
        self, item: LocalItem | Absence, link: Link | None, row: Staged | None
    ) -> bool:
        if isinstance(item, LocalItem):
            self.strangers.know(item)
        if item.key in self._waiting or (link is None and isinstance(item, Absence)):
            return True
        if row is not None and row.observation.removed and not row.verified:
            return True  # said to be gone, not proven: nothing is decided on a rumour
        if link is None or not link.refused or self._box.retry_refused:
            return False
        # Refused as it is; it is not tried again until either side reads differently.
        seen = row.observation if row else None
        return isinstance(item, LocalItem) and link.refused == reading(self._part, item, link, seen)

    def _goes_on(self, link: Link | None, row: Staged | None) -> bool:
        """Tell whether a link names an item, and one that a first meeting can go on with."""
        if link is None or not link.remote_id:
            return False
        if is_met(link) or row is None:
            return True
        return not row.missing and not is_elsewhere(row.observation, self._chain)

    def _links_by_remote(self, ids: Iterable[str]) -> dict[str, Link]:
        wanted = list(dict.fromkeys(ids))
        return self._box.memory.links_by_remote(self._kind, wanted) if wanted else {}


def _is_put_off(pair: Pair) -> bool:
    """Tell whether news of a pair wait until its row is back."""
    link = pair.link
    return isinstance(pair.local, Absence) and link is not None and link.reason in RESUMABLE
