"""What people have decided: orders that a run carries out, each of them once.

An order is a fact of its pair and takes the way of every other fact: the plan, the guard, the
tables. Here it is only brought to its pair, and closed where it can no longer be carried out.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import Link, LinkState, LocalKey, is_free, is_met
from agentbox_sync.core.orders import Ending, Ordered, is_fulfilled
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.rules import Order
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.ports import Chain

_NEEDS_A_LOOK = frozenset({Order.RESTORE, Order.RELEASE})


class Orders:
    """The open orders of one part in one run; none are looked for unless ``is_asked``."""

    def __init__(self, box: Box, part: Part, *, is_asked: bool = True) -> None:
        self._box = box
        self._kind = part.kind.name
        found = box.memory.orders(self._kind) if is_asked else []
        self._open = {one.id: one for one in found}
        self._by_row: dict[LocalKey, Ordered] = {}
        self._offers: dict[str, Ordered] = {}
        self._endings: dict[int, Ending] = {}
        self._promised: set[str] = set()
        self._put_off: set[int] = set()
        if self._open:
            self._sort()

    @property
    def rows(self) -> list[LocalKey]:
        """Return the rows of the CRM that are ordered about: a run looks at each of them."""
        return list(self._by_row)

    @property
    def offers(self) -> list[Ordered]:
        """Return the orders to accept or to dismiss an item that was born in Exchange."""
        return list(self._offers.values())

    @property
    def accepts(self) -> bool:
        """Tell whether an item is to be taken into the CRM."""
        return any(one.order is Order.ACCEPT for one in self._offers.values())

    @property
    def promised(self) -> frozenset[str]:
        """Return the items that a person has linked to a row: no other row is met with them."""
        return frozenset(self._promised)

    def of_row(self, key: LocalKey) -> Ordered | None:
        """Return what is ordered about a row."""
        return self._by_row.get(key)

    def leaves_open_who_is_alike(self, key: LocalKey) -> bool:
        """Tell whether a row that is not linked has to be looked for in the mailbox."""
        ordered = self._by_row.get(key)
        return ordered is None or ordered.order is Order.RESTORE

    def concern(self, link: Link, *, left: bool) -> bool:
        """Tell whether something is ordered about an item that waits for a person.

        One that has ``left`` the folder is linked to nobody any more.
        """
        if link.has_row:
            return False
        if left and link.remote_id in self._promised:
            self._promised.discard(link.remote_id)
            self._by_row = {
                key: one for key, one in self._by_row.items() if one.item != link.remote_id
            }
        return link.remote_id in self._offers or link.remote_id in self._promised

    def look(self, chain: Chain) -> None:
        """Have the items read again that were removed, before the CRM follows or they return."""
        ids = [
            one.link.remote_id
            for one in self._by_row.values()
            if one.order in _NEEDS_A_LOOK and one.link.remote_id
        ]
        if ids:
            self._box.memory.suspect(chain, ids)

    def put_off(self, *orders: Ordered | None) -> None:
        """Leave orders open: nothing can be decided about their pairs now."""
        self._put_off.update(one.id for one in orders if one is not None)

    def give_up(self, pair: Pair) -> None:
        """Note that an order cannot be carried out as its pair stands."""
        if pair.order is not None:
            is_double = pair.double and pair.order.order is Order.ACCEPT
            self._endings[pair.order.id] = Ending.DOUBLE if is_double else Ending.MOOT

    def close(self, planned: Iterable[int]) -> None:
        """Close what is neither planned nor put off."""
        going_on = {*planned, *self._put_off}
        over = {
            one.id: self._endings.get(one.id, Ending.MOOT)
            for one in self._open.values()
            if one.id not in going_on
        }
        if over:
            memos = [closing(self._open[number], ending) for number, ending in over.items()]
            self._box.memory.remember(self._kind, memos)

    def _sort(self) -> None:
        ids = dict.fromkeys(one.item or one.link.remote_id for one in self._open.values())
        taken = self._box.memory.links_by_remote(self._kind, [one for one in ids if one])
        for one in self._open.values():
            owner = taken.get(one.item or one.link.remote_id)
            ending = self._ending(one, owner)
            if ending is not None:
                self._endings[one.id] = ending
            elif one.order is Order.LINK or one.link.has_row:
                self._by_row[one.row] = one
                self._promised |= {one.item} if one.order is Order.LINK else set()
            else:
                self._offers[one.link.remote_id] = one

    def _ending(self, ordered: Ordered, owner: Link | None) -> Ending | None:
        """Return what has become of an order already; ``owner`` has the item that it names."""
        if is_fulfilled(ordered, owner):
            return Ending.DONE
        if ordered.row in self._by_row:
            return Ending.MOOT  # somebody was first
        link = ordered.link
        if link.has_row and link.remote_id and not is_met(link) and link.remote_id != ordered.item:
            return Ending.MOOT  # it was linked to another one already, and that goes on
        if ordered.order is Order.LINK:
            if owner is not None and owner.key == ordered.row:
                return None  # a first meeting that was begun, and cut off
            if ordered.item in self._promised or not (owner is None or is_free(owner)):
                return Ending.MOOT
        return Ending.MOOT if ordered.link.state is LinkState.DEAD else None


def closing(ordered: Ordered, ending: Ending) -> Memo:
    """Return what closes an order and changes nothing else."""
    return Memo(ordered.link, log_only=True, order=ordered.id, ending=ending)
