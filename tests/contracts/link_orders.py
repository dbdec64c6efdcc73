"""What the engine relies on where people have decided; part of ``link_memory``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import NO_ROW, LinkState, Rest
from agentbox_sync.core.orders import Ending, Ordered
from agentbox_sync.core.rules import Order
from tests.builders.records import a_key, a_record
from tests.contracts.memory_side import (
    KIND,
    MemorySide,
    chain_of,
    changed,
    linked,
    offered,
    page,
    shown,
)


def test_open_orders_are_read_with_their_links_oldest_first(side: MemorySide) -> None:
    removed, waiting = linked(side.memory, 1), offered(side.memory, "theirs")

    second = side.order(waiting, Order.LINK, key=a_key("7"))
    third = side.order(removed, Order.RESTORE)

    assert side.memory.orders(KIND) == [
        Ordered(second, Order.LINK, waiting, key=a_key("7")),
        Ordered(third, Order.RESTORE, removed),
    ]
    assert [one.id for one in side.memory.orders(KIND, among=[third])] == [third]


def test_a_chain_tells_whether_people_have_decided_something(side: MemorySide) -> None:
    link = linked(side.memory)
    chain_of(side.memory)
    assert not chain_of(side.memory).asked

    number = side.order(link, Order.DISMISS)
    assert chain_of(side.memory).asked

    side.memory.remember(KIND, [Memo(link, log_only=True, order=number)])
    assert not chain_of(side.memory).asked


def test_everything_that_an_order_names_is_read(side: MemorySide) -> None:
    link = offered(side.memory, "theirs")
    side.order(link, Order.ACCEPT, double=True)

    (accept,) = side.memory.orders(KIND)
    assert (accept.double, accept.key, accept.remote_id) == (True, NO_ROW, "")

    row = linked(side.memory, 1)
    side.order(row, Order.LINK, remote_id="AAMkChosen")
    link_order = side.memory.orders(KIND)[-1]
    assert (link_order.remote_id, link_order.row) == ("AAMkChosen", row.key)


def test_another_connection_has_no_orders_of_ours(side: MemorySide) -> None:
    side.order(linked(side.memory), Order.RESTORE)

    assert side.memory.orders(KIND)
    assert side.of_another_connection().orders(KIND) == []


@pytest.mark.parametrize("ending", list(Ending))
def test_an_order_is_closed_with_what_came_of_it(side: MemorySide, ending: Ending) -> None:
    link = linked(side.memory)
    number = side.order(link, Order.DISMISS)
    memo = changed(link, state=LinkState.RETAINED, reason=Rest.DISMISSED)

    side.memory.remember(KIND, [replace(memo, order=number, ending=ending)])

    assert side.memory.orders(KIND) == []
    assert side.endings() == {number: ending.value}
    assert side.memory.links(KIND, [link.key])[link.key].reason == Rest.DISMISSED


def test_an_order_stays_open_when_what_came_of_it_cannot_be_stored(side: MemorySide) -> None:
    link = linked(side.memory)
    number = side.order(link, Order.RESTORE)
    memo = changed(link, base_local={"name": side.poison()})

    with pytest.raises(Exception):  # noqa: B017, PT011  what a store says to it is its own matter
        side.memory.remember(KIND, [replace(memo, order=number)])

    assert [one.id for one in side.memory.orders(KIND)] == [number]


def test_an_order_in_a_unit_is_closed_with_it_or_not_at_all(side: MemorySide) -> None:
    link = offered(side.memory, "theirs")
    number = side.order(link, Order.ACCEPT)

    class TheCrmFails(Exception):
        pass

    def taken(*, fails: bool) -> None:
        with side.memory.unit():
            side.memory.remember(KIND, [replace(changed(link, key=a_key("9")), order=number)])
            if fails:
                raise TheCrmFails

    with pytest.raises(TheCrmFails):
        taken(fails=True)
    assert side.endings() == {number: ""}

    taken(fails=False)
    assert side.endings() == {number: "done"}


def test_an_order_is_closed_once(side: MemorySide) -> None:
    link = linked(side.memory)
    number = side.order(link, Order.RESTORE)
    first = Memo(link, log_only=True, order=number, ending=Ending.MOOT)

    side.memory.remember(KIND, [first])
    side.memory.remember(KIND, [replace(first, ending=Ending.DONE)])

    assert side.endings() == {number: "moot"}


def test_closing_an_order_alone_leaves_its_pair_as_it_is(side: MemorySide) -> None:
    link = linked(side.memory)
    number = side.order(link, Order.RESTORE)
    stale = replace(link, etag="W/older", base_remote={})

    side.memory.remember(KIND, [Memo(stale, log_only=True, order=number, ending=Ending.MOOT)])

    assert side.memory.links(KIND, [link.key])[link.key] == link


def test_an_order_goes_over_to_the_link_of_what_is_created_again(side: MemorySide) -> None:
    old = linked(side.memory)
    number = side.order(old, Order.RESTORE)

    (new,) = side.memory.announce(KIND, [(old.key, a_record())])

    assert new.id != old.id
    assert side.memory.orders(KIND) == [Ordered(number, Order.RESTORE, new)]


def test_a_closed_order_stays_with_the_link_that_it_was_about(side: MemorySide) -> None:
    old = linked(side.memory)
    number = side.order(old, Order.DISMISS)
    side.memory.remember(KIND, [Memo(old, log_only=True, order=number)])

    side.memory.announce(KIND, [(old.key, a_record())])

    assert side.memory.orders(KIND) == []
    assert side.endings() == {number: "done"}


def test_an_order_outlives_its_link(side: MemorySide) -> None:
    link = offered(side.memory, "theirs")
    side.order(link, Order.ACCEPT)

    side.memory.remember(KIND, [changed(link, state=LinkState.DEAD)])

    (order,) = side.memory.orders(KIND)
    assert order.link.state is LinkState.DEAD


def test_a_pair_that_meets_another_item_is_begun_anew_with_its_orders(side: MemorySide) -> None:
    old, other = linked(side.memory, 1), linked(side.memory, 2)
    chain = side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("AAMk2")))
    number = side.order(old, Order.RESTORE)

    (link,) = side.memory.begin_anew(KIND, [old.key])

    assert link.id != old.id
    assert link.stamp not in ("", old.stamp)
    assert (link.key, link.remote_id, link.state) == (old.key, "", LinkState.CREATING)
    assert (link.base_local, link.base_remote, link.pending) == ({}, {}, ())
    assert side.memory.links(KIND, [old.key, other.key]) == {old.key: link, other.key: other}
    assert list(side.memory.staged_for(chain, ["AAMk1", "AAMk2"])) == ["AAMk2"]
    assert side.memory.orders(KIND) == [Ordered(number, Order.RESTORE, link)]
    assert side.memory.unresolved(KIND) == []
    # What names no item has nothing to begin anew.
    assert side.memory.begin_anew(KIND, [old.key]) == [link]
