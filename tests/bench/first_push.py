"""The first push of 2,000 contacts, against what Graph's own limits allow.

Graph works on four items of a mailbox at a time, so N items that take s seconds each, sent in
batches of twenty that travel r seconds, cannot take less than N x s/4 + N/20 x r.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from agentbox_sync.models import Link
from tests.bench import world
from tests.bench.measurement import Measurement
from tests.bench.o365 import create_one_by_one

CONTACTS = 2000
ITEM, ROUND_TRIP = 0.060, 0.040  # seconds
AT_ONCE, TOGETHER = 4, 20
MOST = 1.10
# Of python-o365 only so many are created, and the time is told for all: each takes the same.
SAMPLE = 200


def measure(scale: float) -> Iterator[Measurement]:
    """Yield our time against the ideal, and that of python-o365 against the same."""
    count = max(TOGETHER, round(CONTACTS * scale))
    ideal = count * ITEM / AT_ONCE + math.ceil(count / TOGETHER) * ROUND_TRIP
    setting = f"{count} contacts, {ITEM * 1000:.0f} ms an item, {ROUND_TRIP * 1000:.0f} ms a trip"
    with world.emulator() as at:
        connection = world.an_agent(at, "push", count)
        at.slow_down(item=ITEM, round_trip=ROUND_TRIP)
        at.control("stats", method="DELETE")
        begun = time.perf_counter()
        world.run(connection, forced=True)
        took = time.perf_counter() - begun
        told = at.look("stats")
        arrived = Link.objects.filter(connection=connection, state="active").count()
        if arrived != count or told["writes"] != count:
            raise SystemExit(f"{arrived} of {count} contacts arrived: nothing was measured.")
        yield Measurement(
            "first_push",
            took,
            "s",
            baseline=ideal,
            limit=MOST,
            setting=f"{setting}, {told['requests']} requests",
        )
        sample = min(SAMPLE, count)
        seconds = create_one_by_one(at, sample) * count / sample
        yield Measurement(
            "first_push_o365",
            seconds,
            "s",
            baseline=ideal,
            setting=f"{setting}, one by one, {sample} created and counted as {count}",
        )
