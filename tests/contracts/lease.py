"""What the engine relies on in every Lease; a module with a ``leases`` fixture imports it."""

from __future__ import annotations

from typing import Protocol

import pytest

from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.ports import Lease

KEY = "connection:1"
SHORT = 15.0  # seconds; long enough for a test to act within, however busy the machine is


class LeaseSide(Protocol):
    """Whoever hands out leases, and the time that they are measured by."""

    def acquire(self, key: str, seconds: float) -> Lease | None:
        """Take a lease; ``None`` while somebody else holds it."""

    def wait(self, seconds: float) -> None:
        """Let time pass on the lease keeper's clock."""


def taken(leases: LeaseSide, seconds: float = 60.0, key: str = KEY) -> Lease:
    lease = leases.acquire(key, seconds)
    assert lease is not None
    return lease


def test_one_holds_it_at_a_time(leases: LeaseSide) -> None:
    taken(leases)

    assert leases.acquire(KEY, 60) is None


def test_each_key_has_its_own_holder(leases: LeaseSide) -> None:
    taken(leases)

    assert leases.acquire("connection:10", 60) is not None


def test_it_is_free_after_it_was_given_back(leases: LeaseSide) -> None:
    taken(leases).release()

    assert leases.acquire(KEY, 60) is not None


def test_the_token_grows_with_every_holder(leases: LeaseSide) -> None:
    fences = []
    for _ in range(4):
        lease = taken(leases)
        fences.append(lease.fence)
        lease.release()

    assert fences == sorted(set(fences))


def test_it_is_free_when_its_time_is_over_and_not_before(leases: LeaseSide) -> None:
    first = taken(leases, SHORT)
    assert leases.acquire(KEY, 60) is None

    leases.wait(2 * SHORT)

    assert first.remaining() < 0
    assert taken(leases).fence > first.fence


def test_the_time_left_runs_down(leases: LeaseSide) -> None:
    lease = taken(leases, 60)
    before = lease.remaining()
    leases.wait(2)

    assert 59 < before <= 60
    assert lease.remaining() <= before - 2


def test_renewing_begins_the_whole_time_again(leases: LeaseSide) -> None:
    lease = taken(leases, 2 * SHORT)
    for _ in range(3):
        leases.wait(SHORT)
        lease.renew()

    assert lease.remaining() > SHORT
    assert leases.acquire(KEY, 60) is None


def test_a_lease_that_ran_out_and_that_nobody_took_can_be_renewed(leases: LeaseSide) -> None:
    lease = taken(leases, SHORT)
    leases.wait(2 * SHORT)

    lease.renew()

    assert lease.remaining() > 0
    assert leases.acquire(KEY, 60) is None


def test_a_lease_that_another_has_taken_cannot_be_renewed(leases: LeaseSide) -> None:
    lost = taken(leases, SHORT)
    leases.wait(2 * SHORT)
    taken(leases)

    with pytest.raises(LeaseLost):
        lost.renew()


def test_a_lease_that_was_given_back_cannot_be_renewed(leases: LeaseSide) -> None:
    lease = taken(leases)
    lease.release()

    with pytest.raises(LeaseLost):
        lease.renew()


def test_giving_a_lost_lease_back_takes_nothing_from_its_new_holder(leases: LeaseSide) -> None:
    lost = taken(leases, SHORT)
    leases.wait(2 * SHORT)
    holder = taken(leases)

    lost.release()
    lost.release()

    holder.renew()
    assert leases.acquire(KEY, 60) is None
