"""What people decide about pairs of a calendar that wait for them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agentbox_sync.core.changes import Link, LinkState
from agentbox_sync.core.orders import Ending, possible
from agentbox_sync.core.rules import Order, Status
from tests.sim.staging import Placed

if TYPE_CHECKING:
    from tests.sim.calendar.world import CalendarDesk, World

ORDERS = (Order.ACCEPT, Order.DISMISS, Order.CREATE, Order.RESTORE, Order.RELEASE)


class Deciders:
    """Draws what people order, of what is possible."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world, self._rng = world, rng
        self.deeds: list[tuple[float, Callable[[], bool]]] = [
            (12, self._order),
            (1, self._withdraw),
        ]

    def _order(self) -> bool:
        desk = self._rng.choice(self._world.desks)
        found = [(x, o) for x in desk.links() for o in ORDERS if o in _possible(desk, x)]
        if not found:
            return False
        link, order = self._rng.choice(found)
        for number, placed in desk.store.orders.items():
            if placed.link == link.id and not placed.ending:
                desk.store.orders[number] = replace(placed, ending="replaced")
        desk.store.orders[desk.store.number()] = Placed(order, link.id)
        return True

    def _withdraw(self) -> bool:
        for desk in self._world.desks:
            for number, placed in desk.store.orders.items():
                if not placed.ending:
                    desk.store.orders[number] = replace(placed, ending="withdrawn")
                    return True
        return False


def _possible(desk: CalendarDesk, link: Link) -> frozenset[Order]:
    two_way = desk.policy.status is Status.TWO_WAY
    return possible(link, two_way=two_way, read_only=False)


def undone(desk: CalendarDesk) -> Iterator[str]:
    """I16: no order waits for ever, and what is closed as done was done."""
    for placed in desk.store.orders.values():
        if not placed.ending:
            yield f"I16: {placed.order} about link {placed.link} still waits"


def check_closed(desk: CalendarDesk, placed: Placed) -> None:
    """I16: an order is closed as done with what it ordered, in one transaction."""
    if placed.ending != Ending.DONE:
        return
    about = desk.store.links[placed.link]
    is_done = {
        Order.ACCEPT: any(
            x.remote_id == about.remote_id and x.has_row for x in desk.store.links.values()
        ),
        Order.DISMISS: about.state in (LinkState.RETAINED, LinkState.DEAD),
        Order.CREATE: about.state is LinkState.ACTIVE,
        Order.RESTORE: about.state is LinkState.ACTIVE,
        Order.RELEASE: about.state is LinkState.DEAD,
    }[placed.order]
    if not is_done:
        desk.broken.append(f"I16: {placed.order} is closed as done, and its link is {about.state}")
