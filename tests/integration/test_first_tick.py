"""What a worker does the moment it starts."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ
from django_q.signals import post_spawn

from agentbox_sync.services import heartbeat


def spawn() -> None:
    post_spawn.send(sender="django_q", proc_name="Process-1")


@pytest.mark.django_db
def test_a_worker_that_starts_ticks_at_once_and_not_again_within_seconds() -> None:
    spawn()
    assert [task.func() for task in OrmQ.objects.all()] == ["agentbox_sync.jobs.tick"]
    OrmQ.objects.all().delete()
    heartbeat.beat()
    spawn()
    assert not OrmQ.objects.exists()
