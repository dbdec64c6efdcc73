"""The Lease contract, held by the lease on the ORM, and by two processes at once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import F

from agentbox_sync import models
from agentbox_sync.memory.lease import OrmLease, acquire
from tests.contracts import racing
from tests.contracts.lease import *  # noqa: F403

pytestmark = pytest.mark.django_db

Held = tuple[int, float, float]  # token, from, until


class OrmLeases:
    """A :class:`tests.contracts.lease.LeaseSide` on the ORM: the database's own clock.

    Nobody can put that forward; what was granted by it is put back instead.
    """

    def __init__(self) -> None:
        self._granted: list[OrmLease] = []

    def acquire(self, key: str, seconds: float) -> OrmLease | None:
        lease = acquire(key, seconds)
        self._granted += [lease] if lease else []
        return lease

    def wait(self, seconds: float) -> None:
        models.Lease.objects.update(until=F("until") - timedelta(seconds=seconds))
        for lease in self._granted:
            lease._since -= seconds


@pytest.fixture
def leases() -> OrmLeases:
    return OrmLeases()


def overlaps(held: list[Held]) -> list[tuple[Held, Held]]:
    """The pairs that held at the same moment, or whose tokens are out of order."""
    in_order = sorted(held, key=lambda one: one[1])
    return [(a, b) for a, b in pairwise(in_order) if a[2] > b[1] or a[0] >= b[0]]


def race(processes: int, seconds: float) -> list[list[Held]]:
    """What each process held; they begin without a row, which is a race of its own."""
    names = [str(connection.settings_dict["NAME"]), "race", str(seconds)]
    told = racing.race("tests.contracts.lease_racer", names, processes)
    return [[tuple(one) for one in held] for held in told]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_processes_never_hold_it_at_once() -> None:
    held = race(2, 1.5)

    assert all(len(one) > 3 for one in held), [len(one) for one in held]
    first, second = held
    assert first[0][1] < second[-1][2]  # they really raced
    assert second[0][1] < first[-1][2]
    assert overlaps([*first, *second]) == []


def test_holding_at_once_would_be_noticed() -> None:
    assert overlaps([(1, 0.0, 1.0), (2, 0.9, 2.0)])
    assert overlaps([(2, 0.0, 1.0), (2, 1.1, 2.0)])
    assert not overlaps([(2, 1.1, 2.0), (1, 0.0, 1.0)])
