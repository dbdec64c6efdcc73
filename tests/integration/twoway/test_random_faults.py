"""Three requests in ten fail, in every way, at random: both sides still come together.

``FAULT_SEEDS=20`` plays more of them than a run of all tests can wait for.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any

import pytest

from agentbox_sync.models import Connection
from agentbox_sync.services import clock as clocks
from tests.integration.sync.ahead import Ahead
from tests.integration.sync.world import JANE, stamps

from .world import TwoWay

SEEDS = range(int(os.environ.get("FAULT_SEEDS", "2")))
MOST_RUNS = 80
SLOW = 3.0  # seconds

# Each strikes a request or an item of a batch; what a batch meets as a whole, all its items meet.
FAULTS: list[dict[str, Any]] = [
    {"probability": 0.06, "status": 429, "headers": {"Retry-After": "2"}},
    {"probability": 0.04, "status": 429, "code": "ApplicationThrottled"},
    {"probability": 0.03, "status": 429, "headers": {"Retry-After": "40"}},
    {"probability": 0.06, "status": 503, "headers": {"Retry-After": "3"}},
    {"probability": 0.04, "status": 500},
    {"probability": 0.04, "status": 504, "commit": "after"},
    {"probability": 0.03, "status": 502, "commit": "after"},
    {"probability": 0.03, "action": "drop"},
    {"probability": 0.04, "action": "drop", "commit": "after"},
    {"probability": 0.03, "action": "truncate", "commit": "after"},
    {"probability": 0.03, "status": 401, "code": "InvalidAuthenticationToken"},
    {"probability": 0.15, "status": 410, "path": "token="},
    {"probability": 0.08, "status": 412, "method": "PATCH", "code": "ErrorIrresolvableConflict"},
    {"probability": 0.05, "path": r"/\$batch", "after_items": 3},
    {"probability": 0.01, "effect": "challenge"},
    {"probability": 0.01, "effect": "kill_delta"},
    {"probability": 0.005, "effect": "revoke_sessions"},
    {"probability": 0.005, "effect": "revoke_consent"},
    # Microsoft's own clock; less than a create is waited for, or one under way would seem to
    # have come into being long after it was sent, as a copy does that a person makes.
    {"probability": 0.02, "clock": 240},
    {"probability": 0.02, "delay": 0.05},
    {"probability": 0.004, "delay": SLOW, "commit": "after"},  # longer than a run waits
]


class Day:
    """Edits on both sides, and runs between them, as a seed has it."""

    def __init__(self, world: TwoWay, clock: Ahead, seed: int) -> None:
        self.world = world
        self.clock = clock
        self.dice = random.Random(seed)
        self.contacts = world.contacts(8)
        self.seed = seed
        self.signed_in = 0

    def begin_faults(self) -> None:
        """Let things go wrong from here on, each time in another order."""
        for number, rule in enumerate(FAULTS):
            seed = 10_000 * self.seed + 100 * self.signed_in + number
            self.world.fault(**{"path": "/me|batch", **rule}, seed=seed)

    def come_to_rest(self) -> None:
        """Run until two runs in a row find nothing to do."""
        quiet = 0
        for _ in range(MOST_RUNS):
            quiet = quiet + 1 if self.run() else 0
            if quiet == 2:
                return
        raise AssertionError("the two sides do not come to rest")

    def sign_in(self) -> None:
        """Jane signs in again and agrees anew; this much goes well."""
        self.signed_in += 1
        self.world.no_faults()
        consent = {"upn": JANE, "client_id": self.world.client_id}
        self.world.microsoft.control("seed", {"consent": [consent]})
        self.world.connect()
        self.begin_faults()

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

    def run(self) -> bool:
        """Run once, when it is time; tell whether nothing was left to do."""
        report = self.world.report()
        connection = self.world.connection
        if connection.state == Connection.State.NEEDS_SIGN_IN:
            self.sign_in()
            return False
        assert connection.state == Connection.State.CONNECTED, connection.reason
        if connection.not_before is not None:
            self.clock.sleep(60)
            Connection.objects.update(not_before=None)
        return not report.error and not report.unfinished and report.is_idle


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_come_together_while_three_requests_in_ten_fail(
    world: TwoWay, seed: int
) -> None:
    clock = Ahead(world.microsoft)
    world.set(HTTP_TIMEOUT=2)  # less than SLOW
    with clocks.under(clock):
        day = Day(world, clock, seed)
        day.begin_faults()
        for _ in range(16):
            day.edit()
            day.run()
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
