"""Three kinds, three people, and three requests in ten that fail: nothing is lost or doubled.

``FAULT_SEEDS=20`` plays more of them, as of :mod:`tests.integration.twoway.test_random_faults`.
"""

from __future__ import annotations

import time

import pytest
from pytest_django import Settings

from agentbox_sync.services import clock as clocks
from tests.contracts.emulated import Microsoft
from tests.integration.sync.ahead import Ahead

from .everybody import OfficeDay, everybody
from .faulted import SLOW, TIMEOUT
from .test_random_faults import SEEDS

EDITS = 40


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_comes_together_in_all_kinds_while_three_requests_in_ten_fail(
    db: None, microsoft: Microsoft, settings: Settings, seed: int
) -> None:
    adds = bool(seed % 2)
    chosen = {"adoption": "import" if adds else "ignore"}
    people = everybody(microsoft, settings, **chosen)
    people[0].set(HTTP_TIMEOUT=TIMEOUT)
    clock = Ahead(microsoft)
    with clocks.under(clock):
        day = OfficeDay(people, clock, seed, adds=adds)
        # A first push asks of every item whether it has a twin, and plans when all have answered:
        # with so many at once that hardly ever happens while three requests in ten fail.
        day.come_to_rest()
        day.begin_faults()
        for _ in range(EDITS):
            day.edit()
            if day.dice.random() < 0.5:
                day.run(day.dice.choice(people))
        day.come_together()
        stats = microsoft.look("stats")
        people[0].no_faults()
        # Our clock has run ahead of what is on its way: it may land when everybody has given it up.
        time.sleep(SLOW)
        day.come_to_rest()
    assert stats["retry_after_broken"] == 0
    assert stats["faults"] > 0.2 * (stats["items"] + stats["batches"])  # 0.3 over many seeds
    assert {world.address: day.differences(world) for world in people} == {
        world.address: [] for world in people
    }
    assert day.lost() == set()
    assert microsoft.look("mail")["mail"] == []
