"""Carrying out one run of one connection: ports are made, the engine runs, the end is recorded."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from agentbox_sync import conf, engine
from agentbox_sync.core.errors import LeaseLost, SyncError
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.report import Report
from agentbox_sync.engine import Box, Depth, Part
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.memory.lease import OrmLease
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import Connection, KindSettings
from agentbox_sync.services import chosen, farewell, microsoft, preview, schedule, tallies, turns
from agentbox_sync.services import clock as clocks
from agentbox_sync.services.consequence import consequence, must_wait
from agentbox_sync.services.looker import Looker
from agentbox_sync.services.parts import part_of
from agentbox_sync.services.recorder import Recorder
from agentbox_sync.services.speak import speak

log = logging.getLogger(__name__)

Stage = Callable[[Depth], list[Part]]


def execute(
    connection_id: int,
    *,
    kinds: Sequence[str] = (),
    dry: bool = False,
    forced: bool = False,
    patience: float = 0.0,
    looker: Looker | None = None,
    until: datetime | None = None,
) -> tuple[Report, list[Plan]] | None:
    """Run a connection now; ``None`` when it is not live, waits, has nothing to run, or is busy.

    ``kinds`` narrows the run, ``forced`` looks at everything in the CRM and tries refused items
    again; a run that a person asked for is forced. ``patience`` is how many seconds to wait for
    a run that is in progress; ``looker`` is shown what a dry run finds, under the lease; ``until``
    is when it has to end, if that is earlier than it would. Vendor errors are recorded, not raised.
    """
    lease = turns.wait_for(connection_id, float(conf.option("LEASE_TIME")), patience=patience)
    if lease is None:
        if not dry:
            schedule.has_begun([connection_id])
        return None
    try:
        # Read under the lease: a disconnect that came first must be seen.
        connection = (
            Connection.objects.select_related("staff", "organisation", *chosen.related())
            .filter(pk=connection_id)
            .exclude(staff=None)
            .first()
        )
        if connection is None:
            return None
        if not dry and connection.queued_at is not None:
            schedule.has_begun([connection_id])
        if connection.state != Connection.State.CONNECTED:
            if not dry:
                Recorder(connection).nothing_to_do()
            return None
        if must_wait(connection, forced=forced):
            return None  # a run that was asked for stays in line: the tick comes back in time
        recorder = Recorder(connection, forced=forced)
        settings = _switched_on(connection, kinds, approved_only=not dry)
        if dry:
            return _look(connection, settings, lease, recorder, looker)
        stages = _stages(connection, settings)
        if not stages:
            recorder.nothing_to_do()
            return None
        return _run(connection, stages, lease, recorder, until)
    finally:
        lease.release()


def _switched_on(
    connection: Connection, kinds: Sequence[str], *, approved_only: bool
) -> list[KindSettings]:
    # A dry run shows what a go would be given for, so it needs none.
    found = [row for row in chosen.settings_of(connection) if not kinds or row.KIND in kinds]
    on = [row for row in found if row.is_on]
    return [row for row in on if row.is_approved or not approved_only]


def _stages(connection: Connection, settings: list[KindSettings]) -> list[Stage]:
    """Return what a run does one after the other; a stage makes its parts when its turn comes.

    Whoever leaves a mailbox takes in first what was edited there.
    """
    if not connection.is_leaving:
        return [lambda depth: [part_of(connection, row, depth) for row in settings]] * bool(
            settings
        )
    stages: list[Stage] = [lambda _: farewell.last_parts(connection, part_of)]
    if settings and not connection.leaving_merged:
        stages.insert(0, lambda _: farewell.first_parts(connection, settings, part_of))
    return stages


def _run(
    connection: Connection,
    stages: list[Stage],
    lease: OrmLease,
    recorder: Recorder,
    until: datetime | None,
) -> tuple[Report, list[Plan]]:
    memory = OrmMemory(connection.pk, lease, clocks.present(), recorder.run_id)
    box, client = _box(
        connection,
        memory,
        lease,
        until,
        report=recorder.start(),
        on_progress=recorder.progress,
        retry_refused=recorder.is_forced,
    )
    depth = Depth.FULL if recorder.wants_full else Depth.INCREMENTAL
    if depth is Depth.FULL:
        recorder.begin_scan()
    begun = time.monotonic()
    parts: list[Part] = []
    plans: list[Plan] = []
    failure: SyncError | None = None
    try:
        for stage in stages:
            if not box.report.unfinished:
                parts = stage(depth)
                plans = engine.run(box, parts)
    except LeaseLost as error:
        return _lost(connection, box.report, error), plans
    except SyncError as error:
        failure = error
        box.report.error = error.code
        log.warning("connection %s: %s (%s)", connection.pk, error.code, error.next_step)
    except Exception as error:
        # The host's own code: told to the card without its words, and to the queue's log with them.
        mistake = SyncError(type(error).__name__, code="unexpected")
        recorder.finish(mistake, **_ending(connection, mistake, box, memory, depth))
        raise
    box.report.seconds += time.monotonic() - begun
    box.report.requests += client.round_trips
    if depth is Depth.FULL:  # as every run is that carries a go out
        carried_out = [part.kind.name for part in parts if part.is_carried_out]
        preview.carried_out(connection.pk, carried_out)
    recorder.finish(failure, **_ending(connection, failure, box, memory, depth))
    if connection.is_leaving and failure is None:
        farewell.end(connection, box.report)
    return box.report, plans


def _ending(
    connection: Connection, failure: SyncError | None, box: Box, memory: OrmMemory, depth: Depth
) -> dict[str, Any]:
    """Return what the end of a run means for the connection, with its pairs counted.

    A full run counts all of them whatever it did: it may go on where another one was killed.
    """
    end = consequence(connection, failure, box.report, depth)
    if depth is Depth.FULL or connection.tallies is None or not memory.tally.is_sure:
        end["tallies"] = tallies.count(connection.pk)
    elif memory.has_changed:
        end["tallies"] = memory.tally.update(connection.tallies)
    return end


def _look(
    connection: Connection,
    settings: list[KindSettings],
    lease: OrmLease,
    recorder: Recorder,
    looker: Looker | None,
) -> tuple[Report, list[Plan]] | None:
    """Plan and write nothing; what was read is kept, so that the run need not read it again."""
    leaves = connection.is_leaving
    if (leaves and looker is not None) or not (settings or leaves):
        return None  # who leaves is asked on another page
    box, client = _box(
        connection,
        OrmMemory(connection.pk, lease, clocks.present()),
        lease,
        None,
        on_progress=looker.progress if looker else lambda _: None,
        retry_refused=recorder.is_forced,
    )
    depth = Depth.FULL if recorder.wants_full else Depth.INCREMENTAL
    parts = (
        farewell.parts(connection, part_of)
        if leaves
        else [part_of(connection, row, depth) for row in settings]
    )
    begun = time.monotonic()
    plans: list[Plan] = []
    if looker is not None:
        looker.begin(settings)
    try:
        plans = engine.run(box, parts, dry=True)
        if looker is not None:
            looker.found(box, parts, plans)
    except LeaseLost as error:
        return _lost(connection, box.report, error), plans
    except SyncError as error:
        box.report.error = error.code
        log.warning("connection %s: %s (%s)", connection.pk, error.code, error.next_step)
        if looker is not None:
            looker.failed(error, box.report)
    except Exception as error:
        if looker is not None:
            looker.failed(SyncError(type(error).__name__, code="unexpected"), box.report)
        raise
    box.report.seconds += time.monotonic() - begun
    box.report.requests += client.round_trips
    return box.report, plans


def _lost(connection: Connection, report: Report, error: LeaseLost) -> Report:
    log.warning("connection %s: %s", connection.pk, error)
    report.unfinished, report.error = True, error.code
    return report  # the one who has the lease records what becomes of the run


def _box(
    connection: Connection, memory: OrmMemory, lease: OrmLease, until: datetime | None, **more: Any
) -> tuple[Box, GraphClient]:
    clock = clocks.present()
    own_end = clock.now() + conf.seconds("RUN_TIME")
    client = speak(connection, turn=microsoft.turn(lease))
    box = Box(
        remote=GraphMailbox(client, connection.zone or "UTC"),
        memory=memory,
        lease=lease,
        clock=clock,
        until=min(until or own_end, own_end),
        settle_delay=conf.seconds("SETTLE_DELAY"),
        http_timeout=conf.seconds("HTTP_TIMEOUT"),
        relist_after=conf.seconds("FULL_LISTING_INTERVAL"),
        **more,
    )
    return box, client
