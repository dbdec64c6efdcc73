"""A day on which three requests in ten fail, in every way, at random: the faults, and the runs."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agentbox_sync.core.report import Report
from agentbox_sync.models import Connection
from tests.integration.sync.ahead import Ahead

from .world import TwoWay

MOST_ROUNDS = 80
SLOW = 3.0  # seconds
TIMEOUT = 2  # seconds that a run waits for an answer; less than SLOW
GIVEN_UP = timedelta(seconds=180)  # three settle delays after which a create is sent again

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


class FaultedDay:
    """Runs of everybody between edits on all sides, as a seed has it."""

    def __init__(self, worlds: Sequence[TwoWay], clock: Ahead, seed: int) -> None:
        self.worlds = worlds
        self.microsoft = worlds[0].microsoft
        self.clock = clock
        self.dice = random.Random(seed)
        self.seed = seed
        self.signed_in = 0
        self.told: dict[str, Report] = {}  # the last of each address
        self.lands = 0.0  # when the last that was given up on its way has landed, by a real clock
        self.latest = clock.now()  # how far ours may have come by then

    def begin_faults(self) -> None:
        """Let things go wrong from here on, each time in another order."""
        for number, rule in enumerate(FAULTS):
            seed = 10_000 * self.seed + 100 * self.signed_in + number
            self.microsoft.fault(**{"path": "/me|batch", **rule}, seed=seed)

    def come_to_rest(self) -> None:
        """Run everybody until two runs of each find nothing to do, and nobody did anything since.

        A run that fails before it gets anywhere tells nothing.
        """
        quiet = dict.fromkeys(self.worlds, 0)
        done: list[tuple[int, str, Report]] = []
        for number in range(MOST_ROUNDS):
            for world in self.worlds:
                quiet[world] += self.run(world)
                report = self.told[world.address]
                if report.unfinished or not replace(report, error="").is_idle:
                    done.append((number, world.address, report))
                    quiet = dict.fromkeys(self.worlds, 0)
            if min(quiet.values()) >= 2:
                return
        raise AssertionError(
            f"{[*quiet.values()]} quiet runs; the last that did something: {done[-3:]}"
        )

    def sign_in(self, world: TwoWay) -> None:
        """Somebody signs in again and agrees anew; this much goes well."""
        self.signed_in += 1
        world.no_faults()
        consent = {"upn": world.address, "client_id": world.client_id}
        self.microsoft.control("seed", {"consent": [consent]})
        world.connect()
        self.begin_faults()

    def run(self, world: TwoWay) -> bool:
        """Run once, when it is time; tell whether nothing was left to do."""
        self.clock.catch_up()
        self._let_it_land()
        began = time.monotonic()
        report = self.told[world.address] = world.report()
        if time.monotonic() - began >= TIMEOUT:
            self.lands, self.latest = time.monotonic() + SLOW, self.clock.now() + GIVEN_UP
        connection = world.connection
        if connection.state == Connection.State.NEEDS_SIGN_IN:
            self.sign_in(world)
            return False
        assert connection.state == Connection.State.CONNECTED, connection.reason
        if connection.not_before is not None:
            self.clock.sleep(60)
            Connection.objects.update(not_before=None)
        return not report.error and not report.unfinished and report.is_idle

    def _let_it_land(self) -> None:
        """Wait for what a run has given up on its way, when our clock has run far ahead of it.

        It may land when nobody expects it any more, but not ten settle delays after it was sent: it
        would be as old as a copy that a person makes.
        """
        if self.clock.now() > self.latest:
            time.sleep(max(0.0, self.lands - time.monotonic()))
