"""Ending a run in progress from outside: it cannot write any more, and its row is closed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from agentbox_sync.memory.lease import fence_off, lease_key
from agentbox_sync.models import Run
from agentbox_sync.services import outcomes


def cut_off(connection_id: int, *, error: str, **columns: Any) -> None:
    """Take the lease from whoever runs, and close the open run with the code of the reason.

    Called in a transaction; waits for that of a running worker.
    """
    fence_off(lease_key(connection_id))
    for run in Run.objects.filter(connection=connection_id).exclude(state=Run.State.FINISHED):
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.FINISHED,
            finished_at=timezone.now(),
            error=error,
            **outcomes.numbers(run.counts),
            **columns,
        )
