"""Two processes with one mailbox: whose lease is over writes nothing any more."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection

from agentbox_sync.memory.lease import acquire
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import Change
from agentbox_sync.services.clock import SystemClock
from tests.builders.connections import a_mailbox_connection
from tests.contracts import racing
from tests.contracts.memory_side import linked

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def race(mode: str, processes: int = 2, seconds: float = 1.5) -> list[dict[str, int]]:
    """What each process did; their lines in the log hold the tokens they wrote under."""
    mailbox = a_mailbox_connection()
    lease = acquire(f"connection:{mailbox.pk}", 60)
    assert lease is not None
    linked(OrmMemory(mailbox.pk, lease, SystemClock()))
    lease.release()
    names = [str(connection.settings_dict["NAME"]), str(mailbox.pk), str(seconds), mode]
    told: list[dict[str, int]] = racing.race("tests.contracts.fence_racer", names, processes)
    return told


def late_writes() -> list[tuple[int, int]]:
    """Pairs of neighbouring writes of which the later one has the older token."""
    lines = Change.objects.filter(cause="race").order_by("pk").values_list("detail", flat=True)
    return [(a, b) for a, b in pairwise(map(int, lines)) if a > b]


def test_who_was_overtaken_writes_nothing() -> None:
    told = race("fenced")

    assert all(one["wrote"] > 3 for one in told), told
    assert sum(one["kept out"] for one in told) > 0, told
    assert Change.objects.filter(cause="race").count() == sum(one["wrote"] for one in told)
    assert late_writes() == []


def test_a_memory_without_a_fence_would_be_noticed() -> None:
    told = race("without a fence")

    assert late_writes() != [], told
