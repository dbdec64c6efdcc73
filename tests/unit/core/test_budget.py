"""How many requests a mailbox has left, over any ten minutes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from agentbox_sync.core.budget import Budget

NOON = datetime(2026, 11, 26, 12, 0, 3, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_microsoft_allows_is_not_used_up() -> None:
    assert (Budget().limit, Budget().window) == (9_600, 600)


def test_so_many_may_be_sent_at_once_and_not_one_more() -> None:
    budget = Budget(limit=100)
    spent = budget.after({}, NOON, 80)

    assert budget.wait(spent, NOON, 20) == 0
    assert budget.wait(spent, NOON, 21) > 0


def test_after_the_wait_it_may_be_sent_and_not_before() -> None:
    budget = Budget(limit=100)
    spent = budget.after({}, NOON, 100)

    wait = budget.wait(spent, NOON, 1)

    assert 600 <= wait <= 610
    assert budget.wait(spent, at(wait - 0.001), 1) > 0
    assert budget.wait(spent, at(wait), 1) == 0
    assert budget.wait(spent, at(wait), 100) == 0


def test_only_as_much_as_is_needed_has_to_grow_old() -> None:
    budget = Budget(limit=100)
    spent = budget.after(budget.after({}, NOON, 60), at(300), 40)

    assert 300 <= budget.wait(spent, at(300), 60) <= 310
    assert 600 <= budget.wait(spent, at(300), 61) <= 610


def test_more_than_a_whole_window_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="101 requests"):
        Budget(limit=100).wait({}, NOON, 101)


def test_what_was_sent_long_ago_is_not_kept() -> None:
    budget = Budget()
    spent = budget.after({}, NOON, 5)

    assert budget.after(spent, at(3600), 7) == {str(int(at(3600).timestamp()) // 10): 7}


def test_what_a_fast_clock_has_sent_counts() -> None:
    budget = Budget(limit=10)
    spent = budget.after({}, at(45), 10)

    assert budget.wait(spent, NOON, 1) > 600


@pytest.mark.parametrize("seed", range(20))
def test_no_ten_minutes_ever_hold_more(seed: int) -> None:
    dice, budget = random.Random(seed), Budget(limit=50)
    spent: dict[str, int] = {}
    sent: list[tuple[float, int]] = []
    now = dice.uniform(0, 1000)
    for _ in range(400):
        now += dice.choice((0.0, 0.1, 3.0, 30.0))
        count = dice.randint(1, 20)
        now += budget.wait(spent, at(now), count)
        spent = budget.after(spent, at(now), count)
        sent.append((now, count))

    for end, _ in sent:
        assert sum(n for moment, n in sent if end - 600 < moment <= end) <= 50
    assert max(sum(n for m, n in sent if end - 600 < m <= end) for end, _ in sent) > 40
