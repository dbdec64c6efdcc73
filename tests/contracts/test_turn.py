"""Whose turn it is at a mailbox: one at a time, and so many requests, over all processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from agentbox_sync.core.budget import Budget
from agentbox_sync.core.errors import LeaseLost, Throttled
from agentbox_sync.memory.lease import OrmLease, acquire, fence_off, hand_on_account
from agentbox_sync.memory.turn import UNSAVED, OrmTurn
from agentbox_sync.models import Lease
from tests.contracts import racing
from tests.contracts.emulated import JANE, Microsoft, SignedIn

pytestmark = pytest.mark.django_db

KEY = "connection:1"


class VirtualClock:
    """Time that passes when a test says so, or when somebody waits."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 26, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def taken(seconds: float = 60.0, key: str = KEY) -> OrmLease:
    lease = acquire(key, seconds)
    assert lease is not None
    return lease


def turn(clock: VirtualClock, lease: OrmLease, limit: int = 100) -> OrmTurn:
    return OrmTurn(lease, clock, 30, Budget(limit=limit))


def test_what_one_worker_has_sent_counts_for_the_next(clock: VirtualClock) -> None:
    first = taken()
    turn(clock, first).take(90)
    first.release()

    with pytest.raises(Throttled) as caught:
        turn(clock, taken()).take(11)

    assert caught.value.code == "requestbudget"
    assert caught.value.retry_after is not None
    assert 600 <= caught.value.retry_after <= 610


def test_when_the_wait_is_over_there_is_room_again(clock: VirtualClock) -> None:
    mine = turn(clock, taken())
    mine.take(100)
    with pytest.raises(Throttled) as caught:
        mine.take(1)
    assert caught.value.retry_after is not None

    clock.sleep(caught.value.retry_after)

    mine.take(100)


def test_a_worker_that_dies_takes_one_batch_at_most_out_of_the_count(clock: VirtualClock) -> None:
    mine = turn(clock, taken(), limit=9_600)
    for _ in range(50):
        mine.take(20)
    for _ in range(7):
        mine.take(1)

    stored = sum(Lease.objects.get(key=KEY).spent.values())

    assert 1007 - UNSAVED <= stored <= 1007


def test_a_pause_that_one_was_asked_for_holds_for_all(clock: VirtualClock) -> None:
    first = taken()
    turn(clock, first).pause(300)
    fence_off(KEY)  # it dies, or a disconnect takes the lease away

    clock.sleep(299)
    second = turn(clock, taken())
    with pytest.raises(Throttled) as caught:
        second.take(1)
    assert caught.value.retry_after == 1
    clock.sleep(1)

    second.take(1)


def test_a_shorter_pause_does_not_end_a_longer_one(clock: VirtualClock) -> None:
    mine = turn(clock, taken())
    mine.pause(300)
    mine.pause(5)

    with pytest.raises(Throttled) as caught:
        mine.take(1)

    assert caught.value.retry_after == 300


def test_nothing_is_sent_that_could_outlive_the_lease(clock: VirtualClock) -> None:
    lease = taken(59)  # less than two requests of 30 s
    turn(clock, lease).take(1)
    assert sum(Lease.objects.get(key=KEY).spent.values()) == 1  # it was renewed, and kept
    fence_off(KEY)

    with pytest.raises(LeaseLost):
        turn(clock, lease).take(1)


def test_who_was_overtaken_changes_no_account(clock: VirtualClock) -> None:
    old = taken(600)  # it does not know yet
    fence_off(KEY)
    turn(clock, taken()).pause(300)
    late = turn(clock, old)

    late.take(1)
    late.pause(1)
    old.release()

    assert Lease.objects.get(key=KEY).quiet_until == clock.now() + timedelta(seconds=300)
    assert Lease.objects.get(key=KEY).spent == {}


def test_a_mailbox_that_moves_to_another_card_takes_its_account_along(clock: VirtualClock) -> None:
    first = taken()
    turn(clock, first).take(90)
    first.release()

    hand_on_account(KEY, "connection:2")
    hand_on_account("connection:7", "connection:8")  # nothing was ever sent

    with pytest.raises(Throttled):
        turn(clock, taken(key="connection:2")).take(11)
    turn(clock, taken(key="connection:8")).take(100)


# ------------------------------------------------------------------------------- several processes


def race(microsoft: Microsoft, mode: str, limit: int, batches: int) -> list[dict[str, Any]]:
    """What each process did: it sends batches of four to one mailbox, in its turn or out of it."""
    microsoft.control("latency", {"item_ms": 40, "round_trip_ms": 0})
    token = SignedIn(microsoft).token()
    microsoft.control("stats", method="DELETE")
    arguments = [str(connection.settings_dict["NAME"]), microsoft.url, token]
    options = [mode, str(limit), str(batches)]
    told: list[dict[str, Any]] = racing.race("tests.contracts.turn_racer", [*arguments, *options])
    microsoft.control("latency", {})
    return told


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_processes_never_speak_to_a_mailbox_at_once(microsoft: Microsoft) -> None:
    told = race(microsoft, "in turn", limit=9_600, batches=8)

    stats = microsoft.look("stats")
    assert [one["sent"] for one in told] == [8, 8]
    assert stats["max_concurrent"][JANE] == 4
    assert stats["throttled"] == 0


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_speaking_at_once_would_be_noticed(microsoft: Microsoft) -> None:
    race(microsoft, "at once", limit=9_600, batches=8)

    assert microsoft.look("stats")["throttled"] > 0


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_processes_share_one_budget(microsoft: Microsoft) -> None:
    told = race(microsoft, "in turn", limit=40, batches=30)

    assert sum(one["sent"] for one in told) == 10
    assert all(one["refused"] for one in told)
    assert microsoft.look("stats")["items"] == 40
