"""The LinkMemory contract, held by the memory on the ORM."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync import models
from agentbox_sync.core.changes import NO_ROW, Link, LocalKey
from agentbox_sync.core.rules import Order
from agentbox_sync.memory.lease import OrmLease, acquire
from agentbox_sync.memory.store import OrmMemory
from tests.builders.connections import a_mailbox_connection
from tests.contracts.link_memory import *  # noqa: F403
from tests.contracts.memory_side import KIND

pytestmark = pytest.mark.django_db

STORED = (
    models.Collection,
    models.Inbox,
    models.Link,
    models.Intent,
    models.Change,
    models.Review,
    models.LocalChange,
    models.Decision,
)


class SetClock:
    """A clock that stands where it was put, and runs with the system until then."""

    def __init__(self) -> None:
        self.stands_at: datetime | None = None

    def now(self) -> datetime:
        return self.stands_at or timezone.now()

    def sleep(self, seconds: float) -> None:
        raise AssertionError("a memory does not wait")


class OrmSide:
    """A :class:`tests.contracts.memory_side.MemorySide` on the ORM."""

    keeps_kinds_apart = True

    def __init__(self) -> None:
        self.clock = SetClock()
        self.connection = a_mailbox_connection()
        self.key = f"connection:{self.connection.pk}"
        self.memory = self._memory(self._lease(0.02))

    def _lease(self, seconds: float) -> OrmLease:
        lease = acquire(self.key, seconds)
        assert lease is not None
        return lease

    def _memory(self, lease: OrmLease) -> OrmMemory:
        return OrmMemory(self.connection.pk, lease, self.clock)

    def taken_over(self) -> OrmMemory:
        time.sleep(0.03)
        return self._memory(self._lease(60))

    def of_another_connection(self) -> OrmMemory:
        other = a_mailbox_connection()
        lease = acquire(f"connection:{other.pk}", 60)
        assert lease is not None
        return OrmMemory(other.pk, lease, self.clock)

    def snapshot(self) -> Any:
        return {model: list(model.objects.order_by("pk").values()) for model in STORED}

    def lines(self) -> list[tuple[str, str, str]]:
        rows = models.Change.objects.filter(connection=self.connection).order_by("pk")
        return list(rows.values_list("action", "outcome", "local_pk"))

    def open_stops(self) -> list[tuple[str, int]]:
        stops = models.Review.objects.filter(connection=self.connection, closed_at=None)
        return [(stop.plan_hash, len(stop.rows)) for stop in stops]

    def notice(self, key: LocalKey) -> None:
        models.LocalChange.objects.create(
            connection=self.connection, kind=KIND, local_model=key.model, local_pk=key.pk
        )

    def order(self, link: Link, order: Order, **partner: Any) -> int:
        key = partner.pop("key", NO_ROW)
        named = {"model": key.model, "pk": key.pk} if key.pk else {}
        row = models.Decision.objects.create(
            connection=self.connection,
            kind=KIND,
            link_id=link.id,
            verb=order.value,
            parameters={**named, **partner},
            decided_at=self.clock.now(),
        )
        return row.pk

    def endings(self) -> dict[int, str]:
        return dict(models.Decision.objects.values_list("pk", "outcome"))

    def poison(self) -> Any:
        return object()  # no JSON

    def put_clock(self, now: datetime) -> None:
        self.clock.stands_at = now


@pytest.fixture
def side() -> OrmSide:
    return OrmSide()
