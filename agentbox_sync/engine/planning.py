"""Step 4: bring both sides together, pair by pair, and let the pure core decide.

What is held in memory is one chunk of rows at a time, the plan (which names and holds no
values), and the keys of a first listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import (
    NO_ROW,
    RESUMABLE,
    Absence,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Origin,
    is_met,
)
from agentbox_sync.core.pairs import Pair, is_astray, is_left_out, may_meet_anew
from agentbox_sync.core.plan import Plan, resolve
from agentbox_sync.engine.context import CHUNK, Box, Depth, Part, chunks
from agentbox_sync.engine.orders import Orders
from agentbox_sync.engine.strangers import Strangers
from agentbox_sync.engine.successions import Successions
from agentbox_sync.engine.task import at_home, is_elsewhere, pair_of, reading
from agentbox_sync.engine.twins import Twins
from agentbox_sync.ports import Chain, Staged


class Planner:
    """Makes the plan of one part; one use, one run. ``news``: something is staged.

    A collection that is not the chosen one any more is left: its pairs are brought up to date,
    and whoever is new waits for the chosen one. ``foretells``: the plan is for people to look at,
    and shows what the chosen one will see.
    """

    def __init__(
        self,
        box: Box,
        part: Part,
        chain: Chain,
        waiting: frozenset[LocalKey],
        orders: Orders,
        *,
        news: bool,
        foretells: bool = False,
    ) -> None:
        self._news = news
        self._leaves = part.leaves
        self._foretells = foretells and part.leaves
        self._box = box
        self._part = part
        self._kind = part.kind.name
        self._chain = chain
        self._waiting = waiting
        self._orders = orders
        self._twins = Twins(box, part, chain, orders.promised)
        self._seen: set[LocalKey] = set()
        self._noticed: list[tuple[int, LocalKey]] = []
        self._put_off = set(waiting)
        self._is_late = False
        self._successions = Successions(box, part)
        self.strangers = Strangers(box, part, chain, orders)
        self.plan = Plan(self._kind)

    @property
    def is_complete(self) -> bool:
        """Tell whether every item that was looked at could be decided."""
        return not (self._twins.unsure or self.strangers.has_doubles or self._is_late)

    def build(self) -> Plan:
        """Return the plan; rows that need nothing are worked off on the way."""
        touched = self._read_staged() if self._news else set()
        for group in chunks(self._candidates(touched)):
            self._decide(group)
        self.plan.refuse_double_claims()
        ignored = [
            pair for pair in self.strangers.pairs(self.plan.claimed()) if not self._resolve(pair)
        ]
        if self._leaves:  # what was born there is nobody's business, unless it is chosen again
            self.plan.rows = [row for row in self.plan.rows if row.link_id or row.key != NO_ROW]
        else:
            self._box.memory.unstage(self.strangers.done_with(ignored))
        self._wait_for_arrivals()
        return self.plan

    def _wait_for_arrivals(self) -> None:
        """Put orders off about pairs whose create has landed after all: they look different then.

        Nobody looked for what is alike where a person has said who is who. And so is put off what
        may be the next one of a series that the other side goes on with by itself.
        """
        landed = {row.link_id for row in self.plan.rows if row.action is Action.DEDUPE}
        held, waiting = self._successions.held()
        late = held + [row for row in self.plan.rows if row.order and row.link_id in landed]
        self._is_late |= bool(late or waiting)
        self.plan.rows = [row for row in self.plan.rows if row not in late]
        self._put_off |= {row.key for row in late} | waiting
        self._orders.put_off(*(self._orders.of_row(row.key) for row in late if row.order))

    def notices(self) -> list[int]:
        """Return the numbers of the notices that are worked when the plan is carried out."""
        return [number for number, key in self._noticed if key not in self._put_off]

    def close_moot_orders(self) -> None:
        """Close the orders of people that the plan cannot carry out."""
        self._orders.close(row.order for row in self.plan.rows)

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
                left = row.missing or is_elsewhere(seen, self._chain)
                if link is not None and self._orders.concern(link, left=left):
                    pass  # a person has decided about it
                elif link is None or link.key == NO_ROW:
                    self.strangers.meet(row, link)
                else:
                    touched.add(link.key)
                # Said to be gone it may be there: its keys outlive a rumour (F9), and it is read.
                if not row.missing and not is_elsewhere(seen, self._chain):
                    self._twins.know(seen)
        return touched

    def _candidates(self, touched: set[LocalKey]) -> Iterator[LocalItem | Absence]:
        """Yield every local item that this run looks at, each once."""
        memory = self._box.memory
        # What is to be moved has no news: it is looked for in every link.
        if self._part.depth is Depth.FULL or self._chain.moving or self._foretells:
            for item in self._part.scan():
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
        for group in chunks([*sorted(touched), *self._orders.rows]):
            yield from self._read(group)

    def _read(self, keys: Iterable[LocalKey]) -> Iterator[LocalItem | Absence]:
        wanted = [key for key in dict.fromkeys(keys) if key not in self._seen]
        self._seen.update(wanted)
        yield from self._part.read(wanted).values() if wanted else ()

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
        if self._leaves and not self._foretells:
            new = {x.key for x in items if not ((link := links.get(x.key)) and link.remote_id)}
            self._put_off |= new
            items = [item for item in items if item.key not in new]
        alike = self._twins.find(
            []
            if self._leaves
            else [
                item
                for item in items
                if self._is_to_meet(item, links, rows)
                and self._orders.leaves_open_who_is_alike(item.key)
            ]
        )
        self._successions.put_off(*(x for x in items if x.key in self._twins.unsure))
        items = [item for item in items if item.key not in self._twins.unsure]
        # A first meeting that did not come to its end goes on with the item that it had found.
        alike |= {
            key: (link.remote_id,)
            for key, link in links.items()
            if not is_met(link) and self._goes_on(link, rows[key]) and key not in alike
        }
        worked: list[int] = []
        for item in items:
            link, row = links.get(item.key), rows.get(item.key)
            ordered = self._orders.of_row(item.key)
            if ordered and ordered.item and not (link and link.remote_id):
                alike[item.key] = (ordered.item,)
            if self._waiting and alike.get(item.key):
                # It may be what one of the creates of unknown outcome has left there.
                self._put_off.add(item.key)
                self._orders.put_off(ordered)
                self._successions.put_off(item)
                continue
            pair = pair_of(item, link, row, self._chain, alike.get(item.key, ()), ordered)
            pair = replace(pair, thaws=self._box.retry_refused)
            if not self._resolve(pair) and row is not None and not _is_put_off(pair):
                worked.append(row.id)
        self._box.memory.unstage(worked)

    def _resolve(self, pair: Pair) -> bool:
        """Add the row of a pair to the plan; return whether there is one."""
        part = self._part
        decision = resolve(at_home(part, pair), part.kind, part.policy, part.locality)
        self._successions.note(pair, decision)
        if pair.order and not decision.rule.order:
            self._orders.give_up(pair)
            key = pair.local.key if pair.local else NO_ROW
            if not (is_met(pair.link) or self._orders.leaves_open_who_is_alike(key)):
                self._put_off.add(key)  # nobody looked for its twins: it is for the next run
                return True
        row = decision.row
        later = self._foretold(pair) if self._foretells else None
        told = [row] if later is None or (row and row.action is not Action.ABSORB) else []
        for one in [*told, later] if later else told:
            self.plan.add(one)
        return row is not None

    def _foretold(self, pair: Pair) -> Row | None:
        """Return what becomes of a pair when it has been brought up to date, and is left."""
        pair = replace(pair, astray=not pair.astray and not pair.moved)
        if not is_astray(pair):
            return None
        row = resolve(pair, self._part.kind, self._part.policy, self._part.locality).row
        return row and replace(row, push=(), pull=(), blanks=frozenset(), conflicts=())

    def _is_left_alone(
        self, item: LocalItem | Absence, link: Link | None, row: Staged | None
    ) -> bool:
        self.strangers.know(item)
        ordered = self._orders.of_row(item.key)
        is_gone = row is not None and row.missing
        is_out = is_left_out(item, link, is_gone, is_done=self._successions.is_done(item))
        if is_out and not (link and (ordered or item.key in self._waiting)):
            return True
        # Said to be gone, not proven: nothing is decided on a rumour.
        is_rumour = row is not None and row.observation.removed and not row.verified
        if item.key in self._waiting or is_rumour:
            self._orders.put_off(ordered)
            return True
        is_refused = link is not None and link.refused and link.state is LinkState.QUARANTINED
        if link is None or not is_refused or self._box.retry_refused or ordered:
            return False  # one that rested since is about to be taken up
        # Refused as it is; it is not tried again until either side reads differently.
        if not isinstance(item, LocalItem):
            return False
        return link.refused == reading(self._part, pair_of(item, link, row, self._chain))

    def _goes_on(self, link: Link | None, row: Staged | None) -> bool:
        """Tell whether a link names an item, and one that a first meeting can go on with."""
        if link and (is_met(link) or (link.remote_id and row is None)):
            return True
        if link is None or not link.remote_id or row is None or row.missing:
            return False
        # It may have been found where a person keeps it: there it is met to the end.
        stays = link.rehomed and row.observation.container == link.collection
        return stays or not is_elsewhere(row.observation, self._chain)

    def _is_to_meet(
        self,
        item: LocalItem | Absence,
        links: dict[LocalKey, Link],
        rows: dict[LocalKey, Staged | None],
    ) -> bool:
        """Tell whether items that are alike are asked for: of a new row, and of one that moves.

        So they are where a pair is created again and was in another collection.
        """
        link, row = links.get(item.key), rows.get(item.key)
        if not self._goes_on(link, row):
            return True
        ours = link is not None and link.origin is Origin.CRM
        ordered = self._orders.of_row(item.key)
        pair = at_home(self._part, pair_of(item, link, row, self._chain, order=ordered))
        return (ours and is_astray(pair)) or may_meet_anew(pair, self._part.policy)

    def _links_by_remote(self, ids: Iterable[str]) -> dict[str, Link]:
        wanted = list(dict.fromkeys(ids))
        return self._box.memory.links_by_remote(self._kind, wanted) if wanted else {}


def _is_put_off(pair: Pair) -> bool:
    """Tell whether news of a pair wait until its row is back."""
    link = pair.link
    return isinstance(pair.local, Absence) and link is not None and link.reason in RESUMABLE
