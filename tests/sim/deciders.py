"""What people decide about pairs that wait for them, and how such pairs come about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.changes import NO_ROW, Link, LinkState, LocalItem, LocalKey
from agentbox_sync.core.orders import Ending, possible
from agentbox_sync.core.rules import Order, Status
from tests.sim.crm import GROUPS, MODEL
from tests.sim.staging import Placed
from tests.sim.values import host_form, tokens_of

if TYPE_CHECKING:
    from tests.sim.people import People
    from tests.sim.world import World


class Deciders:
    """Draws what people order: everything that is possible."""

    def __init__(self, world: World, rng: random.Random, people: People) -> None:
        self._world = world
        self._rng = rng
        self._people = people
        self.deeds: list[tuple[float, Callable[[], bool]]] = [
            (8, self._accept),
            (6, self._dismiss),
            (6, self._link),
            (14, self._create),
            (16, self._restore),
            (16, self._release),
            (2, self._withdraw),
            (4, self._type_thrice),
            (6, self._edit_and_remove),
            (5, self._change_target),
        ]

    def _change_target(self) -> bool:
        """Choose the other folder on the card."""
        return self._world.change_target(self._rng.choice(sorted(self._world.mailboxes)))

    def _type_thrice(self) -> bool:
        """Type somebody into Outlook twice and into the CRM once: which of them is it?"""
        name = self._rng.choice(sorted(self._world.mailboxes))
        person = self._people.new_person()
        self._world.ghost.copied.add(person)
        for _ in range(2):
            self._people.born(name, person)
        self._people.insert(person, name)
        return True

    def _edit_and_remove(self) -> bool:
        """Edit in the CRM what is removed in Outlook, before anybody has noticed."""
        pairs = [
            (name, link)
            for name in sorted(self._world.stores)
            for link in self._world.stores[name].links.values()
            if link.state is LinkState.ACTIVE
            and link.key.pk in self._world.crm.rows
            and self._world.is_home(name, link.remote_id)
            and not self._world.mailboxes[name].seems_empty
        ]
        if not pairs:
            return False
        name, link = self._rng.choice(pairs)
        self._people.edit_row(link.key.pk)
        self._people.remove(name, link.remote_id)
        return True

    def _accept(self) -> bool:
        found = self._drawn(Order.ACCEPT)
        if found is None:
            return False
        name, link = found
        is_double = self._rng.random() < 0.3
        person = self._person_of(name, link)
        if is_double:
            self._world.ghost.copied.add(person)
        self._world.ghost.unmade.discard(person)
        return self._place(name, link, Order.ACCEPT, double=is_double)

    def _dismiss(self) -> bool:
        found = self._drawn(Order.DISMISS)
        return found is not None and self._place(*found, Order.DISMISS)

    def _create(self) -> bool:
        found = self._drawn(Order.CREATE)
        if found is None:
            return False
        self._world.ghost.copied.add(self._person_of(*found))
        return self._place(*found, Order.CREATE)

    def _link(self) -> bool:
        found = self._drawn(Order.LINK)
        if found is None:
            return False
        name, link = found
        person = self._person_of(name, link)
        if not person:
            return False
        if not link.has_row:
            # The order may come too late: then the row has got an item of its own.
            self._world.ghost.copied.add(person)
            self._world.ghost.unmade.discard(person)
            key = LocalKey(MODEL, self._row_unlike(person, name))
            return self._place(name, link, Order.LINK, key=key)
        alike = [
            item.remote_id
            for item in self._world.mailboxes[name].listed()
            if self._people.person_in(item.record) == person
        ]
        if not alike:
            return False
        return self._place(name, link, Order.LINK, remote_id=self._rng.choice(alike))

    def _row_unlike(self, person: int, staff: str) -> str:
        """Type a row by which nobody would find the person's item again."""
        world, record = self._world, self._people.record(person)
        apart = {"emails": [f"elsewhere{world.steps}@example.net"], "mobile_phone": ""}
        world.ghost.superseded |= tokens_of({atom: record[atom] for atom in apart})
        form = {atom: host_form(atom, value) for atom, value in (record | apart).items()}
        pk = world.crm.insert(form, self._rng.choice(GROUPS), staff)
        world.ghost.rows_born[person] += 1
        world.note("CRM: new row, unlike", pk, form)
        return pk

    def _restore(self) -> bool:
        found = self._drawn(Order.RESTORE)
        if found is None:
            return False
        self._world.ghost.may_return.add((found[0], self._person_of(*found)))
        return self._place(*found, Order.RESTORE)

    def _release(self) -> bool:
        found = self._drawn(Order.RELEASE)
        return found is not None and self._place(*found, Order.RELEASE)

    def _withdraw(self) -> bool:
        for name, store in self._world.stores.items():
            for number, placed in store.orders.items():
                if not placed.ending:
                    store.orders[number] = replace(placed, ending="withdrawn")
                    self._world.note("withdrawn", name, number)
                    return True
        return False

    def _drawn(self, order: Order) -> tuple[str, Link] | None:
        found = [
            (name, link)
            for name in sorted(self._world.stores)
            for link in self._world.stores[name].links.values()
            if link.state is not LinkState.DEAD and order in self._possible(name, link)
        ]
        return self._rng.choice(found) if found else None

    def _possible(self, name: str, link: Link) -> frozenset[Order]:
        two_way = self._world.policies[name].status is Status.TWO_WAY
        return possible(link, two_way=two_way, read_only=self._is_read_only(name, link))

    def _is_read_only(self, name: str, link: Link) -> bool:
        row = self._world.local(name).read([link.key])[link.key] if link.has_row else None
        return isinstance(row, LocalItem) and row.read_only

    def _person_of(self, name: str, link: Link) -> int:
        row = self._world.crm.rows.get(link.key.pk)
        item = self._world.mailboxes[name].items.get(link.remote_id)
        shown = row.record if row else item.record if item else {}
        return self._people.person_in(shown)

    def _place(self, name: str, link: Link, order: Order, **facts: Any) -> bool:
        store = self._world.stores[name]
        for number, placed in store.orders.items():
            if placed.link == link.id and not placed.ending:
                store.orders[number] = replace(placed, ending="replaced")
        store.orders[store.number()] = Placed(order, link.id, **facts)
        self._world.note("ordered", name, str(order), link.id, facts)
        return True


def check_closed(world: World, name: str, placed: Placed, link: Link) -> None:
    """I16: an order is closed as done with what it ordered, in one transaction."""
    world.note("closed", name, str(placed.order), placed.link, placed.ending)
    if placed.ending != Ending.DONE:
        return
    links = world.stores[name].links
    about = links[placed.link]
    pairs = [x for x in links.values() if x.state is LinkState.ACTIVE or x.remote_id]
    is_done = {
        Order.ACCEPT: lambda: any(
            x.remote_id == about.remote_id and x.key != NO_ROW for x in links.values()
        ),
        Order.DISMISS: lambda: about.state in (LinkState.RETAINED, LinkState.DEAD),
        Order.LINK: lambda: any(
            (x.key, x.remote_id) in ((placed.key, about.remote_id), (about.key, placed.remote_id))
            for x in pairs
        ),
        Order.CREATE: lambda: about.state is LinkState.ACTIVE,
        Order.RESTORE: lambda: about.state is LinkState.ACTIVE,
        Order.RELEASE: lambda: about.state is LinkState.DEAD,
    }[placed.order]
    if not is_done():
        world.ghost.breaks(f"I16: {placed.order} is closed as done, and link {link.id} is {about}")
