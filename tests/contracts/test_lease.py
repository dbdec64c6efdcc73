"""The Lease contract, held by the lease on the ORM, and by two processes at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from django.db import connection

from agentbox_sync.memory.lease import OrmLease, acquire
from tests.architecture.source import ROOT
from tests.contracts.lease import *  # noqa: F403

pytestmark = pytest.mark.django_db

Held = tuple[int, float, float]  # token, from, until


class OrmLeases:
    """A :class:`tests.contracts.lease.LeaseSide` on the ORM: the database's own clock."""

    def acquire(self, key: str, seconds: float) -> OrmLease | None:
        return acquire(key, seconds)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@pytest.fixture
def leases() -> OrmLeases:
    return OrmLeases()


def overlaps(held: list[Held]) -> list[tuple[Held, Held]]:
    """The pairs that held at the same moment, or whose tokens are out of order."""
    in_order = sorted(held, key=lambda one: one[1])
    return [(a, b) for a, b in pairwise(in_order) if a[2] > b[1] or a[0] >= b[0]]


def race(processes: int, seconds: float) -> list[list[Held]]:
    """What each process held; they begin without a row, which is a race of its own."""
    command = [sys.executable, "-m", "tests.contracts.lease_racer"]
    command += [str(connection.settings_dict["NAME"]), "race", str(seconds)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    racers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    told = [racer.communicate(timeout=60)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * processes
    return [[tuple(one) for one in json.loads(text)] for text in told]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_processes_never_hold_it_at_once() -> None:
    held = race(2, 1.5)

    assert all(len(one) > 3 for one in held), [len(one) for one in held]
    assert overlaps([one for racer in held for one in racer]) == []


def test_holding_at_once_would_be_noticed() -> None:
    assert overlaps([(1, 0.0, 1.0), (2, 0.9, 2.0)])
    assert overlaps([(2, 0.0, 1.0), (2, 1.1, 2.0)])
    assert not overlaps([(2, 1.1, 2.0), (1, 0.0, 1.0)])
