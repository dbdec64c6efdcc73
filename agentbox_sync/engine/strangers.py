"""Items in Exchange that no link knows: nobody's business, born there, or a late echo of ours."""

from __future__ import annotations

from collections.abc import Iterator

from agentbox_sync.core.changes import Absence, Link, LocalItem, Observation
from agentbox_sync.core.errors import ItemError, ItemMissing
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.matching import Index
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.rules import Order
from agentbox_sync.engine.context import Box, Depth, Part, chunks
from agentbox_sync.engine.late import arrived_late
from agentbox_sync.engine.orders import Orders
from agentbox_sync.engine.task import is_elsewhere, is_wanted, pair_of, reading
from agentbox_sync.ports import Chain, Intent, Staged


class Strangers:
    """Collects the strangers of one planning, and says what each of them is."""

    def __init__(self, box: Box, part: Part, chain: Chain, orders: Orders) -> None:
        self._box = box
        self._part = part
        self._chain = chain
        self._orders = orders
        self._ours = Index(part.kind)
        self._suspicious: bool | None = None
        self._new: list[str] = []
        self._rows: dict[str, int] = {}
        self._ghosts: list[tuple[Intent, tuple[Canonical, ...], Observation]] = []
        self._refused: dict[str, Link] = {}
        self._offered: list[tuple[Staged, Link]] = []
        self._accepted: dict[str, Ordered] = {}
        self.count = 0
        self.has_doubles = False

    def meet(self, row: Staged, link: Link | None) -> None:
        """Take note of a staged item; ``link`` is set where a person was asked about it before."""
        self.count += 1
        seen = row.observation
        self._rows[seen.remote_id] = row.id
        left = row.missing or is_elsewhere(seen, self._chain)
        if link is not None and (left or not link.refused):
            self._offered.append((row, link))
        elif link is not None and self._is_refused(seen, link):
            return
        elif not (left or seen.removed) and (self._part.policy.adopts or self._is_suspicious()):
            self._new.append(seen.remote_id)
            if link is not None:
                self._refused[seen.remote_id] = link

    def done_with(self, ignored: list[Pair]) -> list[int]:
        """Return the staged rows of items that nobody has to look at again.

        In a first listing they stay: a row of the CRM may be met with them yet.
        """
        if self._chain.census:
            return []
        ids = [pair.remote.remote_id for pair in ignored if pair.remote]
        return [self._rows[remote_id] for remote_id in ids if remote_id in self._rows]

    def _is_refused(self, seen: Observation, link: Link) -> bool:
        """Tell whether an import that the CRM refused would be refused again."""
        as_it_is = link.refused == reading(self._part, Pair(None, remote=seen))
        return as_it_is and not self._box.retry_refused

    def _is_suspicious(self) -> bool:
        # Asked only where there is a stranger: an idle run must not pay for it.
        if self._suspicious is None:
            self._suspicious = self._box.memory.has_ghosts(self._part.kind.name)
        return self._suspicious

    def know(self, item: LocalItem | Absence) -> None:
        """Take note of an item of the CRM, so that a stranger that is like it is not imported.

        Nor what is like one that has left for being done: it would come back open, as another one.
        """
        if item.record is None:
            return
        if self._part.policy.adopts or self._orders.accepts:
            canonical = self._part.kind.canonical(item.record, self._part.locality)
            self._ours.add("/".join(item.key), canonical)

    def _know_the_rest(self) -> None:
        """Take note of what this run did not look at, and of pairs whose row is out of scope."""
        if self._part.depth is not Depth.FULL:
            for item in self._part.scan():
                self.know(item)
        after = 0
        while links := self._box.memory.walk(self._part.kind.name, after=after):
            after = links[-1].id
            for link in links:
                if link.key.pk:
                    self._ours.add("/".join(link.key), link.base_local)

    def pairs(self, claimed: frozenset[str]) -> Iterator[Pair]:
        """Yield a pair for every stranger that is not ``claimed`` by a first meeting."""
        for row, link in self._offered:
            if not row.observation.removed or row.verified:
                yield pair_of(None, link, row, self._chain)
        yield from self._decided(claimed)
        new = [remote_id for remote_id in self._new if remote_id not in claimed]
        if self._accepted or (new and self._part.policy.adopts):
            self._know_the_rest()
        for group in chunks([*self._accepted, *new], self._box.remote.batch_size):
            yield from self._read(group)
        yield from self._landed()

    def _decided(self, claimed: frozenset[str]) -> Iterator[Pair]:
        """Yield what a person has decided about; what is to be taken in is read first."""
        offers = self._orders.offers
        ids = [one.link.remote_id for one in offers]
        staged = self._box.memory.staged_for(self._chain, ids) if ids else {}
        for one in offers:
            row = staged.get(one.link.remote_id)
            pair = pair_of(None, one.link, row, self._chain, order=one)
            is_rumour = row is not None and row.observation.removed and not row.verified
            if is_rumour or one.link.remote_id in claimed:
                self._orders.put_off(one)
            elif one.order is Order.ACCEPT and not (pair.gone or pair.moved):
                self._accepted[one.link.remote_id] = one
            else:
                yield pair

    def _read(self, remote_ids: list[str]) -> Iterator[Pair]:
        """Read strangers whole: a feed shows no stamps, and may show parts only."""
        self._box.check()
        kind = self._part.kind.name
        seen: list[Observation] = []
        missing: list[str] = []
        answers = self._box.remote.fetch(kind, remote_ids)
        for remote_id, answer in zip(remote_ids, answers, strict=True):
            if isinstance(answer, Observation):
                seen.append(answer)
            elif isinstance(answer, ItemMissing):
                missing.append(remote_id)
            elif not isinstance(answer, ItemError):
                raise answer
        if missing:  # not yet a proof that it is gone
            self._box.memory.suspect(self._chain, missing)
            self._orders.put_off(*(self._accepted.get(remote_id) for remote_id in missing))
        # What a person has put elsewhere since is theirs, and no create of ours that has landed.
        here = [item for item in seen if not is_elsewhere(item, self._chain)]
        late = arrived_late(self._box, self._part, here)
        for item in here:
            if item.remote_id in late:
                self._ghosts.append((*late[item.remote_id], item))
            elif not self._part.is_outside({}, item.record):
                yield self._stranger(item)

    def _stranger(self, item: Observation) -> Pair:
        shown = self._part.kind.canonical(item.record, self._part.locality)
        # What carries a stamp was ours once, or is a person's copy of what is ours.
        double = bool(item.stamp or self._ours.alike(shown))
        self._ours.add(item.remote_id, shown)  # its twin in the same listing is a double
        order = self._accepted.get(item.remote_id)
        link = order.link if order else self._refused.get(item.remote_id)
        return Pair(None, link, item, double=double, order=order)

    def _landed(self) -> Iterator[Pair]:
        """Yield what landed late; of several with one stamp the oldest one is what we created.

        The others are doubles as soon as it is adopted: they stay staged for the next run.
        """
        self._ghosts.sort(key=lambda one: (str(one[2].created_at), one[2].remote_id))
        taken: set[str] = set()
        for intent, payloads, item in self._ghosts:
            if is_wanted(intent.link) and item.stamp in taken:
                self.has_doubles = True
                continue
            taken.add(item.stamp)
            yield Pair(None, intent.link, item, ghost=payloads)
