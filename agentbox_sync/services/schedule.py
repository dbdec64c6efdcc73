"""Who is due, and handing them to the queue."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import connections, models, transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from agentbox_sync import conf
from agentbox_sync.models import Connection, Run
from agentbox_sync.services import chosen, heartbeat

log = logging.getLogger(__name__)

TICK = "agentbox_sync.tick"
# A job that was handed over and has not begun after this long is handed over again.
LOST = timedelta(minutes=5)
JUST_NOW = timedelta(seconds=10)


def ensure(*, using: str = "default") -> None:
    """Make the one schedule of a minute, if the queue's tables are there."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return
    with transaction.atomic(using=using):
        # Names of schedules are not unique in django-q2; a second tick would only be idle work.
        wanted = {"func": "agentbox_sync.jobs.tick", "schedule_type": Schedule.MINUTES}
        schedules = Schedule.objects.using(using)
        if not schedules.filter(name=TICK).exists():
            schedules.create(name=TICK, minutes=1, repeats=-1, **wanted)


def tick_at_once() -> None:
    """Tick when a worker starts, unless one ticked just now.

    The scheduler's own first pass comes half a minute after the start: until then the card would
    say that no worker is running, and a crashed run would wait.
    """
    beaten = heartbeat.last_beat()
    if beaten is None or timezone.now() - beaten > JUST_NOW:
        async_task("agentbox_sync.jobs.tick", group="agentbox_sync")


def due(*among: int, queued: bool = False) -> list[int]:
    """Return the ids of the connections that a run would be good for, longest waiting first.

    ``among`` narrows the question to these connections; ``queued``: those count as well whose run
    stands in the queue already.
    """
    now = timezone.now()
    asked = Run.objects.exclude(state=Run.State.FINISHED).values("connection_id")
    unqueued = models.Q(queued_at=None) | models.Q(queued_at__lte=now - LOST)
    waiting = (
        Connection.objects.filter(state=Connection.State.CONNECTED)
        .filter(models.Q(not_before=None) | models.Q(not_before__lte=now))
        .filter(models.Q() if queued else unqueued)
        .filter(
            models.Q(wake=True)
            | models.Q(polled_at=None)
            | models.Q(polled_at__lte=now - conf.seconds("POLL_INTERVAL"))
            | models.Q(pk__in=asked)
        )
        .order_by(models.F("polled_at").asc(nulls_first=True), "pk")
        .values_list("pk", "leaving_at")
    )
    found = dict(waiting.filter(pk__in=among) if among else waiting)
    approved = _approved(list(found)) if found else frozenset()
    return [pk for pk, leaving_at in found.items() if leaving_at or pk in approved]


def _approved(connection_ids: list[int]) -> frozenset[int]:
    """Return those of the ids with a kind that runs; a go for other settings is none."""
    return frozenset(pk for pk, kinds in chosen.running(connection_ids).items() if kinds)


def hand_over(connection_id: int) -> None:
    """Put one run into the queue, with the transaction that asked for it."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection_id).update(queued_at=timezone.now())
        async_task("agentbox_sync.jobs.poll", connection_id, group="agentbox_sync")


def hand_over_if_asked(connection_id: int) -> None:
    """Put a run into the queue that a person has asked for and nobody has begun."""
    asked = Run.objects.filter(connection_id=connection_id, state=Run.State.QUEUED)
    if asked.exists() and due(connection_id):
        hand_over(connection_id)


def hand_over_if_called(connection_id: int) -> None:
    """Put a run into the queue that was called while somebody else spoke to the mailbox.

    A job that finds it taken ends without a run. It may be about to say so: one run too many finds
    nothing to do, one too few would wait for the next tick.
    """
    called = Connection.objects.filter(pk=connection_id, wake=True)
    if called.exists() and due(connection_id, queued=True):
        hand_over(connection_id)


def hand_over_due(*among: int) -> int:
    """Put one job for everybody who is due into the queue; return how many that are.

    ``among``: the job is for the sake of these, and there is none where none of them is due.
    """
    ids = due(*among)
    if ids:
        with transaction.atomic():
            Connection.objects.filter(pk__in=ids).update(queued_at=timezone.now())
            async_task("agentbox_sync.jobs.poll_due", group="agentbox_sync")
        log.info("%s connections are due", len(ids))
    return len(ids)


def has_begun(ids: Sequence[int]) -> None:
    """Remember that the runs of these stand in the queue no more: a later call is one of its own.

    Nothing is written where none did.
    """
    Connection.objects.filter(pk__in=ids).exclude(queued_at=None).update(queued_at=None)
