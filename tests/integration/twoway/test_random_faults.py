"""Three requests in ten fail, in every way, at random: both sides still come together.

``FAULT_SEEDS=20`` plays more of them than a run of all tests can wait for.
"""

from __future__ import annotations

import os
import time

import pytest

from agentbox_sync.services import clock as clocks
from tests.integration.sync.ahead import Ahead
from tests.integration.sync.world import stamps

from .faulted import SLOW, TIMEOUT, FaultedDay
from .world import TwoWay

SEEDS = range(int(os.environ.get("FAULT_SEEDS", "2")))


class Day(FaultedDay):
    """Contacts of one staff member, edited on both sides."""

    def __init__(self, world: TwoWay, clock: Ahead, seed: int) -> None:
        super().__init__([world], clock, seed)
        self.world = world
        self.contacts = world.contacts(8)

    def edit(self) -> None:
        contact = self.dice.choice(self.contacts)
        word = f"{self.dice.choice('abcdefgh')}{self.dice.randrange(1000)}"
        item = self.world.in_exchange(contact)
        if self.dice.random() < 0.5 or item is None:
            contact.refresh_from_db()
            self.world.change(contact, job_title=f"ours {word}")
        else:
            self.world.edit(item["id"], companyName=f"theirs {word}")
        if self.dice.random() < 0.2:
            self.contacts += [self.world.contact(f"New{word} Person", email=f"{word}@example.com")]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_come_together_while_three_requests_in_ten_fail(
    world: TwoWay, seed: int
) -> None:
    clock = Ahead(world.microsoft)
    world.set(HTTP_TIMEOUT=TIMEOUT)
    with clocks.under(clock):
        day = Day(world, clock, seed)
        day.begin_faults()
        for _ in range(16):
            day.edit()
            day.run(world)
        day.come_to_rest()
        stats = world.microsoft.look("stats")
        world.no_faults()
        # Our clock has run ahead of what is on its way: it may land when everybody has given it up.
        time.sleep(SLOW)
        day.come_to_rest()
    assert stats["retry_after_broken"] == 0
    assert stats["faults"] > 0.2 * (stats["items"] + stats["batches"])  # 0.3 over many seeds
    mailbox = world.mailbox()
    assert len(stamps(mailbox)) == len(set(stamps(mailbox))) == len(day.contacts)
    for contact in day.contacts:
        contact.refresh_from_db()
        item = world.item(contact)
        assert (item["companyName"] or "") == contact.company
        assert (item["jobTitle"] or "") == contact.job_title
