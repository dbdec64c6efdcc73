"""Where a connection stands among many, and what an address asks for."""

from __future__ import annotations

from itertools import product

import pytest

from agentbox_sync.services.sift import Wish
from agentbox_sync.services.wording.conditions import Condition
from agentbox_sync.services.wording.standings import (
    RANK,
    TITLES,
    Amounts,
    Standing,
    label_of,
    standing_of,
    tone_of,
)

NOTHING = Amounts()


def test_every_condition_has_a_standing_and_words() -> None:
    for condition in Condition:
        standing = standing_of(condition, NOTHING)
        assert label_of(condition, standing)
        assert tone_of(condition, standing)
    found = {standing_of(condition, NOTHING) for condition in Condition}
    assert found == set(Standing) - {Standing.ASKED}  # that one is made by what waits
    assert set(TITLES) == set(Standing)


@pytest.mark.parametrize(
    "amounts, expected",
    [
        (Amounts(stops=1, waiting=2, set_aside=3), Standing.STOPPED),
        (Amounts(waiting=2, set_aside=3), Standing.ASKED),
        (Amounts(set_aside=3), Standing.ASIDE),
        (NOTHING, Standing.FINE),
    ],
)
def test_of_what_waits_the_gravest_decides(amounts: Amounts, expected: Standing) -> None:
    assert standing_of(Condition.IN_ORDER, amounts) is expected
    is_busy = expected is Standing.FINE
    assert standing_of(Condition.SYNCING, amounts) is (Standing.BUSY if is_busy else expected)


@pytest.mark.parametrize(
    "condition",
    [
        Condition.NEEDS_SIGN_IN,
        Condition.SUSPENDED,
        Condition.UNREACHABLE,
        Condition.PAUSED,
        Condition.DISABLED,
        Condition.LEAVING,
        Condition.NOT_CONNECTED,
    ],
)
def test_what_waits_hides_nothing_else(condition: Condition) -> None:
    amounts = Amounts(stops=1, waiting=1, set_aside=1)
    assert standing_of(condition, amounts) is standing_of(condition, NOTHING)


def test_what_is_more_urgent_never_ranks_behind() -> None:
    """More that waits never moves a connection down."""
    numbers = (0, 1)
    for condition, stops, waiting, aside in product(Condition, numbers, numbers, numbers):
        less = RANK[standing_of(condition, Amounts(0, waiting, aside))]
        more = RANK[standing_of(condition, Amounts(stops, waiting, aside))]
        assert more <= less


WISHES = [
    Wish(),
    Wish(q="zoë & co", state="fine", office="3", kind="contacts", sort="name", backwards=True),
    Wish(page=3, sort="success"),
    Wish(sort="problem", backwards=True),
]


@pytest.mark.parametrize("wish", WISHES)
def test_an_address_says_all_of_a_wish(wish: Wish) -> None:
    assert Wish.read(wish.query()) == wish


def test_a_change_of_a_wish_begins_on_the_first_page() -> None:
    wish = Wish(q="ada", page=3)
    assert Wish.read(wish.query(state="fine")) == Wish(q="ada", state="fine")
    assert Wish.read(wish.query(page=4)) == Wish(q="ada", page=4)
    assert Wish.read(wish.query(q="")) == Wish()
