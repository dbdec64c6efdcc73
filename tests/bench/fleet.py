"""200 mailboxes in which nothing has changed, on one worker process, sixteen at a time.

Each look is one request that travels for 100 ms, so sixteen at a time cannot do 200 of them in less
than 200/16 x 100 ms.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator

from django.db import connections
from django.utils import timezone

from agentbox_sync import jobs
from agentbox_sync.graph import batch
from agentbox_sync.models import Connection, Link
from agentbox_sync.services import fleet
from tests.bench import world
from tests.bench.measurement import Measurement

MAILBOXES, CONTACTS, FIRST = 200, 3, 2000
ITEM, ROUND_TRIP = 0.060, 0.100  # seconds
ROUNDS = 3
MOST, MOST_BESIDE = 2.0, 2.0
PATIENCE = 120.0


def measure(scale: float) -> Iterator[Measurement]:
    """Yield the time for all, and the same while one other mailbox does its first sync."""
    count, contacts = max(16, round(MAILBOXES * scale)), max(200, round(FIRST * scale))
    with world.emulator() as at:
        idle = [world.an_agent(at, f"idle{number}", CONTACTS) for number in range(count)]
        for one in idle:
            world.run_until_quiet(one)
        at.slow_down(round_trip=ROUND_TRIP)
        alone = statistics.median(_poll_all(idle) for _ in range(ROUNDS))
        setting = (
            f"{count} idle mailboxes, {ROUND_TRIP * 1000:.0f} ms a trip, {fleet.AT_ONCE} at a time"
        )
        yield Measurement(
            "many_mailboxes",
            alone,
            "s",
            baseline=count / fleet.AT_ONCE * ROUND_TRIP,
            limit=MOST,
            setting=setting,
        )
        slow = world.an_agent(at, "first", contacts)
        at.slow_down(item=ITEM, round_trip=ROUND_TRIP)
        beside = _poll_all_beside(idle, slow, contacts)
    yield Measurement(
        "many_mailboxes_beside_first_push",
        beside,
        "s",
        baseline=alone,
        limit=MOST_BESIDE,
        setting=f"{setting}, while one more pushes {contacts} contacts for the first time",
    )


def measure_organisation(scale: float) -> Iterator[Measurement]:
    """Yield the same for mailboxes that an organisation lets us into: twenty share a request."""
    count = max(20, round(MAILBOXES * scale))
    with world.emulator() as at:
        idle = world.an_organisation(at, count, CONTACTS)
        for one in idle:
            world.run_until_quiet(one)
        at.slow_down(round_trip=ROUND_TRIP)
        before = at.look("stats")["requests"]
        took = statistics.median(_poll_all(idle) for _ in range(ROUNDS))
        requests = (at.look("stats")["requests"] - before) / ROUNDS
    setting = f"{count} idle mailboxes of one organisation, {ROUND_TRIP * 1000:.0f} ms a trip"
    yield Measurement("many_mailboxes_by_organisation", took, "s", setting=setting)
    yield Measurement(
        "many_mailboxes_by_organisation_requests",
        requests,
        "requests",
        most=-(-count // batch.MAX_ITEMS),
        setting=setting,
    )


def _poll_all(idle: list[Connection]) -> float:
    """Let everybody be due, and take the job; return the seconds until all have been looked at."""
    world.make_due(idle)
    begun = time.perf_counter()
    ran = jobs.poll_due()
    took = time.perf_counter() - begun
    if ran != len(idle):
        raise SystemExit(f"{ran} of {len(idle)} mailboxes were polled: nothing was measured.")
    return took


def _poll_all_beside(idle: list[Connection], slow: Connection, contacts: int) -> float:
    """As above, while a first sync is under way; the job that does it polls the others as well."""
    thread = threading.Thread(target=_job)
    thread.start()
    pairs = Link.objects.filter(connection=slow, state="active")
    _wait_until(lambda: pairs.count() > 0)
    found: list[float] = []
    for _ in range(ROUNDS):
        called, begun = timezone.now(), time.perf_counter()
        world.make_due(idle)
        ids = [one.pk for one in idle]
        looked_at = Connection.objects.filter(pk__in=ids, polled_at__gte=called)
        _wait_until(lambda all_of=looked_at: all_of.count() == len(idle))
        found.append(time.perf_counter() - begun)
    if pairs.count() >= contacts:
        raise SystemExit("The first sync ended too early: nothing was measured.")
    thread.join()
    return statistics.median(found)


def _job() -> None:
    try:
        jobs.poll_due()
    finally:
        connections.close_all()


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit("It never came to that: nothing was measured.")
        time.sleep(0.05)
