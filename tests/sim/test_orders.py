"""What people order about items born in Exchange, and about rows that may be one of several."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import LinkState, LocalKey, Rest
from agentbox_sync.core.rules import Adoption, Order, Status
from tests.sim.crm import MODEL
from tests.sim.mailbox import OTHER
from tests.sim.ordering import (
    ambiguous,
    at_rest,
    causes,
    ending,
    names,
    offer_of,
    offered,
    order,
    quick,
    rows,
)
from tests.sim.stage import NAME, Stage

# ------------------------------------------------------------------------------ born in Exchange


@pytest.mark.parametrize("adoption", list(Adoption))
def test_an_accepted_item_is_imported_once(adoption: Adoption) -> None:
    stage, item, link = offered(adoption)
    number = order(stage, link, Order.ACCEPT)

    quick(stage)

    assert ending(stage, number) == "done"
    assert rows(stage) == ["Nina", "Other"]
    pair = offer_of(stage, item)
    assert (pair.id, pair.state, pair.key.pk != "") == (link.id, LinkState.ACTIVE, True)
    assert causes(stage)[-1] == ("import", "accepted by a person")
    at_rest(stage)


def test_one_way_accepts_nothing() -> None:
    stage, _, link = offered(status=Status.TWO_WAY)
    stage.world.policies[NAME] = Stage(status=Status.ONE_WAY).world.policies[NAME]
    number = order(stage, link, Order.ACCEPT)

    quick(stage)

    assert ending(stage, number) == "moot"
    assert rows(stage) == ["Other"]


def test_a_double_is_accepted_only_by_who_knows_that_it_is_one() -> None:
    stage, _, _ = offered()
    twin = stage.item("Other", company="Again")
    stage.sync()
    first = order(stage, offer_of(stage, twin), Order.ACCEPT)

    quick(stage)

    assert ending(stage, first) == "double"
    assert rows(stage) == ["Other"]

    second = order(stage, offer_of(stage, twin), Order.ACCEPT, double=True)
    quick(stage)

    assert ending(stage, second) == "done"
    assert rows(stage) == ["Other", "Other"]
    at_rest(stage)


def test_two_alike_are_not_both_accepted_by_one_word() -> None:
    stage, _, link = offered()
    twin = stage.item("Nina", company="Twin")
    stage.sync()
    numbers = [order(stage, link, Order.ACCEPT), order(stage, offer_of(stage, twin), Order.ACCEPT)]

    quick(stage)

    assert [ending(stage, number) for number in numbers] == ["done", "double"]
    assert rows(stage) == ["Nina", "Other"]


def test_a_dismissed_item_is_not_asked_about_again_until_a_person_thinks_again() -> None:
    stage, item, link = offered(Adoption.IMPORT)
    number = order(stage, link, Order.DISMISS)

    quick(stage)

    assert ending(stage, number) == "done"
    link = offer_of(stage, item)
    assert (link.state, link.reason) == (LinkState.RETAINED, Rest.DISMISSED)
    stage.mailbox.edit(item.remote_id, {"company": "Edited"})
    at_rest(stage)
    assert rows(stage) == ["Other"]

    order(stage, link, Order.ACCEPT)
    quick(stage)

    assert rows(stage) == ["Nina", "Other"]
    assert stage.said(offer_of(stage, item).key.pk, "company") == "Edited"
    at_rest(stage)


@pytest.mark.parametrize("what", [Order.ACCEPT, Order.DISMISS])
def test_an_item_that_has_gone_is_neither_accepted_nor_kept(what: Order) -> None:
    stage, item, link = offered()
    number = order(stage, link, what)
    stage.mailbox.remove(item.remote_id)

    quick(stage)
    quick(stage)

    assert ending(stage, number) == "moot"
    assert stage.world.stores[NAME].links[link.id].state is LinkState.DEAD
    assert rows(stage) == ["Other"]


def test_what_the_crm_does_not_take_is_told_and_can_be_accepted_again() -> None:
    stage, item, link = offered()
    stage.mailbox.edit(item.remote_id, {"company": "not here !!"})
    number = order(stage, link, Order.ACCEPT)

    quick(stage)

    assert ending(stage, number) == "refused"
    link = offer_of(stage, item)
    assert (link.state, link.error) == (LinkState.QUARANTINED, "invalid")

    stage.mailbox.edit(item.remote_id, {"company": "Better"})
    order(stage, link, Order.ACCEPT)
    quick(stage)
    assert rows(stage) == ["Nina", "Other"]
    at_rest(stage)


def test_an_offered_item_is_linked_to_the_row_that_a_person_names() -> None:
    stage, item, link = offered()
    pk = stage.row("Katharina", company="", notes="ours")
    number = order(stage, link, Order.LINK, key=LocalKey(MODEL, pk))

    quick(stage)

    assert ending(stage, number) == "done"
    assert names(stage) == ["Katharina", "Other"]
    assert stage.item_of(pk) is item
    assert (stage.said(pk, "company"), stage.shown(item, "notes")) == ("Theirs", "ours")
    assert ("link", "linked by a person") in causes(stage)
    at_rest(stage)


def test_an_offered_item_is_not_linked_to_a_row_with_a_pair_or_without_access() -> None:
    stage, item, link = offered()
    paired = next(iter(stage.world.crm.rows))
    first = order(stage, link, Order.LINK, key=LocalKey(MODEL, paired))
    quick(stage)
    second = order(stage, link, Order.LINK, key=LocalKey(MODEL, "77"))
    quick(stage)

    assert (ending(stage, first), ending(stage, second)) == ("moot", "moot")
    assert offer_of(stage, item).key.pk == ""


# ------------------------------------------------------------------------------------- ambiguous


def test_an_ambiguous_row_is_linked_to_the_item_that_a_person_names() -> None:
    stage, pk, items = ambiguous()
    number = order(stage, stage.link_of(pk), Order.LINK, remote_id=items[1].remote_id)

    quick(stage)

    assert ending(stage, number) == "done"
    assert stage.item_of(pk) is items[1]
    assert stage.said(pk, "company") == "Second"
    assert stage.shown(items[0], "company") == "First"
    at_rest(stage)


@pytest.mark.parametrize("how", ["removed", "moved", "never there"])
def test_an_ambiguous_row_goes_on_waiting_when_the_item_is_not_there(how: str) -> None:
    stage, pk, items = ambiguous()
    number = order(stage, stage.link_of(pk), Order.LINK, remote_id=items[1].remote_id)
    if how == "never there":
        order(stage, stage.link_of(pk), Order.LINK, remote_id="nonsense")
        stage.world.stores[NAME].orders.pop(number)
        number = max(stage.world.stores[NAME].orders)
    elif how == "removed":
        stage.mailbox.remove(items[1].remote_id)
    else:
        stage.mailbox.move(items[1].remote_id, OTHER)

    quick(stage)

    assert ending(stage, number) == "moot"
    assert stage.link_of(pk).error == "ambiguous"


def test_an_ambiguous_row_that_is_none_of_them_is_created() -> None:
    stage, pk, items = ambiguous()
    number = order(stage, stage.link_of(pk), Order.CREATE)

    quick(stage)

    assert ending(stage, number) == "done"
    assert names(stage) == ["Jane", "Jane", "Jane", "Other"]
    assert stage.item_of(pk) not in items
    assert ("create", "created for a person") in causes(stage)
    at_rest(stage)


def test_an_ambiguous_row_that_is_left_out_stays_out_until_a_person_thinks_again() -> None:
    stage, pk, items = ambiguous()
    order(stage, stage.link_of(pk), Order.DISMISS)
    quick(stage)
    link = stage.link_of(pk)
    assert (link.state, link.reason, link.error) == (LinkState.RETAINED, Rest.DISMISSED, "")
    stage.world.crm.save(pk, {"company": "Edited"})
    stage.mailbox.remove(items[0].remote_id)
    at_rest(stage)
    assert names(stage) == ["Jane", "Other"]

    number = order(stage, link, Order.LINK, remote_id=items[1].remote_id)
    quick(stage)

    assert ending(stage, number) == "done"
    assert stage.shown(items[1], "company") == "Edited"
    at_rest(stage)


def test_a_row_that_is_left_out_is_forgotten_when_it_is_deleted() -> None:
    stage, pk, _ = ambiguous()
    order(stage, stage.link_of(pk), Order.DISMISS)
    quick(stage)
    link = stage.link_of(pk)

    stage.world.crm.delete(pk)
    stage.sync()

    assert stage.world.stores[NAME].links[link.id].state is LinkState.DEAD
    assert names(stage) == ["Jane", "Jane", "Other"]


def test_two_rows_are_not_given_one_item() -> None:
    stage, pk, items = ambiguous()
    other = stage.row("Jane", company="Third")
    stage.sync()
    facts = {"remote_id": items[0].remote_id}
    numbers = [order(stage, stage.link_of(one), Order.LINK, **facts) for one in (pk, other)]

    quick(stage)

    assert [ending(stage, number) for number in numbers] == ["done", "moot"]
    assert stage.item_of(pk) is items[0]
    assert stage.link_of(other).error == "ambiguous"
