"""The LinkMemory contract, held by the memory that the simulation runs on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from agentbox_sync.core.changes import Link, LocalKey
from agentbox_sync.core.rules import Order
from tests.contracts.link_memory import *  # noqa: F403
from tests.contracts.memory_side import KIND
from tests.sim.clock import START, VirtualClock
from tests.sim.lease import TERM, SimulatedLease, acquire
from tests.sim.memory import Memory, Store
from tests.sim.staging import Placed


class SetClock:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.stands_at = START

    def now(self) -> datetime:
        return self.stands_at

    def sleep(self, seconds: float) -> None:
        raise AssertionError("a memory does not wait")


class Poisoned(Exception):
    """A value that could not be stored."""


class SimulatedSide:
    """A :class:`tests.contracts.memory_side.MemorySide` without a database."""

    keeps_kinds_apart = False  # a simulated mailbox has contacts only

    def __init__(self) -> None:
        self.clock, self.time, self.store = SetClock(), VirtualClock(), Store()
        self.is_poisoned = False
        self.memory = self._memory(self.store, self._lease(self.store))

    def _lease(self, store: Store) -> SimulatedLease:
        lease = acquire(store.lease, self.time)
        assert lease is not None
        return lease

    def _memory(self, store: Store, lease: SimulatedLease) -> Memory:
        return Memory(store, lease, self.clock, commits=self._commits)

    def _commits(self, moment: str) -> None:
        if moment == "inside" and self.is_poisoned:
            raise Poisoned

    def taken_over(self) -> Memory:
        self.time.sleep(TERM + 1)
        return self._memory(self.store, self._lease(self.store))

    def of_another_connection(self) -> Memory:
        other = Store("other")
        return self._memory(other, self._lease(other))

    def snapshot(self) -> Any:
        return self.store.snapshot()

    def lines(self) -> list[tuple[str, str, str]]:
        return [(str(e.line.action), str(e.line.outcome), e.key.pk) for e in self.store.log]

    def open_stops(self) -> list[tuple[str, int]]:
        return list(self.store.holds)

    def notice(self, key: LocalKey) -> None:
        self.store.notices.append((self.store.number(), key))

    def order(self, link: Link, order: Order, **partner: Any) -> int:
        number = self.store.number()
        self.store.orders[number] = Placed(order, link.id, **partner)
        return number

    def endings(self) -> dict[int, str]:
        return {number: placed.ending for number, placed in self.store.orders.items()}

    def poison(self) -> Any:
        self.is_poisoned = True
        return object()

    def put_clock(self, now: datetime) -> None:
        self.clock.stands_at = now


@pytest.fixture
def side() -> SimulatedSide:
    assert KIND == "contacts"
    return SimulatedSide()
