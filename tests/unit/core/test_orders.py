"""What a person may decide about a pair, by what it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import (
    AMBIGUOUS,
    BORN_IN_EXCHANGE,
    NO_ROW,
    Link,
    LinkState,
    Rest,
)
from agentbox_sync.core.orders import possible
from agentbox_sync.core.rules import Order
from tests.builders.records import a_link

OFFER = {"key": NO_ROW, "state": LinkState.QUARANTINED, "reason": BORN_IN_EXCHANGE}
UNMET = {"remote_id": "", "state": LinkState.QUARANTINED, "error": AMBIGUOUS}


def resting(reason: Rest, **columns: Any) -> Link:
    return a_link(state=LinkState.RETAINED, reason=reason, **columns)


CASES: dict[str, tuple[Link, set[Order]]] = {
    "offered": (a_link(**OFFER), {Order.ACCEPT, Order.DISMISS, Order.LINK}),
    "refused by the CRM": (
        a_link(**OFFER, error="CrmValidation", refused="f"),
        {Order.ACCEPT, Order.DISMISS, Order.LINK},
    ),
    "offered and dismissed": (
        resting(Rest.DISMISSED, key=NO_ROW),
        {Order.ACCEPT, Order.LINK},
    ),
    "ambiguous": (a_link(**UNMET), {Order.LINK, Order.CREATE, Order.DISMISS}),
    "ambiguous, and linked just now": (a_link(**{**UNMET, "remote_id": "AAMk1"}), set()),
    "ambiguous and dismissed": (
        resting(Rest.DISMISSED, remote_id=""),
        {Order.LINK, Order.CREATE},
    ),
    "removed": (resting(Rest.REMOVED_IN_EXCHANGE), {Order.RESTORE, Order.DISMISS}),
    "contested": (resting(Rest.CONTESTED), {Order.RESTORE, Order.RELEASE, Order.DISMISS}),
    "let go": (resting(Rest.DISMISSED), {Order.RESTORE}),
    "moved": (resting(Rest.MOVED_AWAY), {Order.DISMISS}),
    "protected in Exchange": (resting(Rest.DISMISSED, error="ErrorCannotDeleteObject"), set()),
    "left the filter": (resting(Rest.LEFT_FILTER), set()),
    "active": (a_link(), set()),
    "refused in Exchange": (a_link(state=LinkState.QUARANTINED, error="HTTP413"), set()),
    "on its way": (a_link(state=LinkState.CREATING, remote_id=""), set()),
    "ended": (a_link(state=LinkState.DEAD, reason=Rest.REMOVED_IN_EXCHANGE), set()),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_possible(name: str) -> None:
    link, orders = CASES[name]

    assert possible(link) == orders


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_written_to_the_crm_in_one_way(name: str) -> None:
    link, orders = CASES[name]

    assert possible(link, two_way=False) == orders - {Order.ACCEPT, Order.RELEASE}


@pytest.mark.parametrize("name", CASES)
def test_a_view_only_row_is_never_released(name: str) -> None:
    link, orders = CASES[name]

    assert possible(link, read_only=True) == orders - {Order.RELEASE}


def test_every_order_is_possible_somewhere() -> None:
    assert set().union(*(orders for _, orders in CASES.values())) == set(Order)
