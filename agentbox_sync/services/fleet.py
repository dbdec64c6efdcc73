"""Polling: one mailbox after a call, or everybody who is due, up to sixteen at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextvars import copy_context
from datetime import datetime
from queue import Empty, SimpleQueue

from django.db import connection as database
from django.db import connections
from django.db.models import Exists, OuterRef

from agentbox_sync import conf
from agentbox_sync.graph.transport import POOL_SIZE
from agentbox_sync.models import Connection, Preview, Run
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import execute, glance, heartbeat, preview, schedule
from agentbox_sync.services.trouble import without_words

log = logging.getLogger(__name__)

AT_ONCE = POOL_SIZE  # what waits for Microsoft costs hardly anything
# Of these so many for mailboxes that were never read to the end: a first sync takes minutes, and
# nobody else's edit should have to wait for those of a whole office that was connected today.
FIRST_AT_ONCE = AT_ONCE // 2
LOOK_AGAIN = 1.0  # seconds between two looks at who is due, while others are being polled
SPARE = 30.0  # seconds before the job's end from which on nobody is begun any more
BEAT = 60.0  # seconds between two signs of life of a job that lasts

Job = tuple[int, ...]  # one connection to run, or several to look at together
Ended = SimpleQueue[tuple[Job, set[int], Exception | None]]


def poll(connection_id: int, until: datetime | None = None) -> bool:
    """Run one connection; return whether it was free and there was something to run."""
    ran = execute.execute(connection_id, until=until) is not None
    if ran:
        answer_calls(connection_id)
    return ran


def answer_calls(connection_id: int) -> None:
    """Hand over what was pressed while a run was on its way: now, and not at the next tick.

    Only for the one that has run: whoever found it busy would hand it over without an end.
    """
    calls = {
        "asked": Exists(Run.objects.filter(connection=OuterRef("pk"), state=Run.State.QUEUED)),
        "foreseen": Exists(
            Preview.objects.filter(connection=OuterRef("pk"), state__in=preview.OPEN)
        ),
    }
    here = Connection.objects.filter(pk=connection_id).annotate(**calls)
    for asked, foreseen in here.values_list(*calls):
        if asked:
            schedule.hand_over_if_asked(connection_id)
        if foreseen:
            preview.hand_over_due(connection_id)


def poll_due() -> int:
    """Poll everybody who is due, until nobody is or the time of the job is over.

    While one mailbox takes long the others are looked after as they become due. Returns how many
    runs there were; raises what the host's own code raised, when all have ended.
    """
    if database.in_atomic_block:  # what its transaction has written no other thread can see
        ids = _due_now()
        over = set[int]().union(*map(glance.look, glance.groups(ids)))
        return len(over) + sum(poll(pk) for pk in ids if pk not in over)
    return _Sweep().run()


def _due_now() -> list[int]:
    ids = schedule.due(queued=True)
    schedule.has_begun(ids)
    return ids


class _Sweep:
    """One job that polls: who is busy, who is left alone, and the threads that work."""

    def __init__(self) -> None:
        self._clock = clocks.present()
        length = conf.seconds("RUN_TIME")
        self._until = self._clock.now() + length
        self._closing = time.monotonic() + max(0.0, length.total_seconds() - SPARE)
        self._looked = self._beaten = time.monotonic()
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._ended: Ended = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy: dict[int, bool] = {}  # id -> whether it is a first sync
        self._jobs = 0  # so many are under way; one of them may be at many mailboxes
        self._left: set[int] = set()
        self._alone: set[int] = set()  # a look at many has shown that these want a run
        self._ran = 0
        self._failure: Exception | None = None

    def run(self) -> int:
        """Poll until nobody is due and nobody is busy."""
        try:
            due = self._look()
            while due or self._busy:
                due = [one for one in due if not self._begin(one)]
                self._await_one()
                if time.monotonic() - self._looked >= LOOK_AGAIN or not (due or self._busy):
                    due = self._look()
        finally:
            for _ in self._threads:
                self._waiting.put(None)
            for thread in self._threads:
                thread.join()
        if self._failure is not None:
            raise self._failure
        return self._ran

    def _look(self) -> list[tuple[Job, bool]]:
        """Return who is to be polled, and whether for the first time; those come last."""
        now = self._looked = time.monotonic()
        if now - self._beaten >= BEAT:
            self._beaten = now
            heartbeat.beat()
        if now >= self._closing:
            return []
        ids = [pk for pk in _due_now() if pk not in self._left and pk not in self._busy]
        known = Connection.objects.filter(pk__in=ids) if ids else Connection.objects.none()
        rows = list(known.values_list("pk", "succeeded_at", "organisation_id"))
        first = {pk for pk, succeeded_at, _ in rows if succeeded_at is None}
        ours = [pk for pk, _, of in rows if of is not None and pk not in self._alone]
        together = glance.groups(ours) if len(ours) >= glance.LEAST else []
        covered = {pk for group in together for pk in group}
        singles = [((pk,), pk in first) for pk in ids if pk not in covered]
        return [*((group, False) for group in together), *sorted(singles, key=lambda one: one[1])]

    def _begin(self, one: tuple[Job, bool]) -> bool:
        job, is_first = one
        firsts = sum(self._busy.values())
        if self._jobs >= AT_ONCE or (is_first and firsts >= FIRST_AT_ONCE):
            return False
        self._busy |= dict.fromkeys(job, is_first)
        self._jobs += 1
        if len(self._threads) < self._jobs:
            context = copy_context()
            thread = threading.Thread(target=context.run, args=(self._work,), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._waiting.put(job)
        return True

    def _await_one(self) -> None:
        """Wait until somebody has been polled, not for ever, and take note of all that have."""
        for job, over, error in self._arrived():
            for pk in job:
                del self._busy[pk]
            self._jobs -= 1
            self._ran += len(over)
            self._failure = self._failure or error
            if len(job) == 1:
                self._alone.difference_update(job)
                self._left.update(set(job) - over)  # busy, or nothing to run: the next job's matter
            elif len(over) < len(job):
                self._alone.update(set(job) - over)
                self._looked = -LOOK_AGAIN  # they have waited long enough

    def _arrived(self) -> Iterator[tuple[Job, set[int], Exception | None]]:
        wait = LOOK_AGAIN
        while self._busy:
            try:
                yield self._ended.get(timeout=wait)
            except Empty:
                return
            wait = 0.0

    def _work(self) -> None:
        try:
            while (job := self._waiting.get()) is not None:
                try:
                    self._ended.put((job, self._polled(job), None))
                except Exception as error:  # noqa: BLE001  raised when all have ended
                    told = without_words(error)
                    log.error("connections %s: their run failed: %s", job, told)  # noqa: TRY400
                    self._ended.put((job, set(), error))
        finally:
            connections.close_all()

    def _polled(self, job: Job) -> set[int]:
        """Return those of a job whose poll is over."""
        if len(job) > 1:
            return glance.look(job)
        return set(job) if poll(job[0], self._until) else set()
