"""A worker of the queue, in the thread of the test."""

from __future__ import annotations

from django_q.models import OrmQ

from agentbox_sync import jobs

MOST_ROUNDS = 20
_JOBS = {
    f"agentbox_sync.jobs.{job.__name__}": job for job in (jobs.poll, jobs.poll_due, jobs.foresee)
}


def take_what_waits() -> int:
    """Carry out what stands in the queue now, oldest first; returns how much that was."""
    taken = list(OrmQ.objects.order_by("pk"))
    for task in taken:
        packed = task.task
        _JOBS[packed["func"]](*packed["args"])
        task.delete()
    return len(taken)


def work() -> None:
    """Carry out what stands in the queue until nothing follows any more."""
    for _ in range(MOST_ROUNDS):
        if not take_what_waits():
            return
    raise AssertionError("the queue does not come to rest")
