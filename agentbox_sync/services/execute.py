"""Carrying out one run of one connection: ports are made, the engine runs, the end is recorded."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from agentbox_sync import conf, engine
from agentbox_sync.core.errors import (
    LeaseLost,
    SyncError,
)
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.report import Report
from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Box, Depth, Part
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.host.registry import KINDS, get_mapping, get_sources
from agentbox_sync.host.store import HostStore
from agentbox_sync.memory.lease import OrmLease, acquire
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import SETTINGS, Connection, KindSettings, Review
from agentbox_sync.services import microsoft
from agentbox_sync.services.clock import SystemClock
from agentbox_sync.services.consequence import consequence, must_wait
from agentbox_sync.services.recorder import Recorder
from agentbox_sync.services.tokens import ConnectionTokens

log = logging.getLogger(__name__)


def lease_key(connection_id: int) -> str:
    """Return the name of the lease that whoever writes for a connection must hold."""
    return f"connection:{connection_id}"


def execute(
    connection_id: int,
    *,
    kinds: Sequence[str] = (),
    dry: bool = False,
    forced: bool = False,
    patience: float = 0.0,
) -> tuple[Report, list[Plan]] | None:
    """Run a connection now; ``None`` when it is not live, waits, has nothing to run, or is busy.

    ``kinds`` narrows the run, ``forced`` looks at everything in the CRM and tries refused items
    again; a run that a person asked for is forced. ``patience`` is how many seconds to wait for
    a run that is in progress. Vendor errors are recorded, not raised.
    """
    Connection.objects.filter(pk=connection_id).update(queued_at=None)
    lease = _wait_for_lease(connection_id, patience)
    if lease is None:
        return None
    try:
        # Read under the lease: a disconnect that came first must be seen.
        connection = (
            Connection.objects.select_related("staff")
            .filter(pk=connection_id)
            .exclude(staff=None)
            .first()
        )
        if connection is None:
            return None
        if connection.state != Connection.State.CONNECTED:
            Recorder(connection).nothing_to_do()
            return None
        if must_wait(connection, forced=forced):
            return None  # a run that was asked for stays in line: the tick comes back in time
        settings = _switched_on(connection, kinds, approved_only=not dry)
        recorder = Recorder(connection, forced=forced)
        if not settings:
            recorder.nothing_to_do()
            return None
        return _run(connection, settings, lease, recorder, dry=dry)
    finally:
        lease.release()


def _wait_for_lease(connection_id: int, patience: float) -> OrmLease | None:
    clock = SystemClock()
    until = clock.now() + timedelta(seconds=patience)
    while True:
        lease = acquire(lease_key(connection_id), float(conf.option("LEASE_TIME")))
        if lease is not None or clock.now() >= until:
            return lease
        clock.sleep(0.2)


def _switched_on(
    connection: Connection, kinds: Sequence[str], *, approved_only: bool
) -> list[KindSettings]:
    # A dry run shows what a go would be given for, so it needs none.
    found = [
        model.objects.filter(connection=connection).first()
        for kind, model in SETTINGS.items()
        if kind in get_sources() and (not kinds or kind in kinds)
    ]
    on = [row for row in found if row is not None and row.is_on]
    return [row for row in on if row.is_approved or not approved_only]


def _run(
    connection: Connection,
    settings: list[KindSettings],
    lease: OrmLease,
    recorder: Recorder,
    *,
    dry: bool,
) -> tuple[Report, list[Plan]]:
    clock = SystemClock()
    client = microsoft.graph_client(ConnectionTokens(connection), seed=str(connection.pk))
    box = Box(
        remote=GraphMailbox(client),
        memory=OrmMemory(connection.pk, lease, clock, recorder.run_id),
        lease=lease,
        clock=clock,
        until=clock.now() + conf.seconds("RUN_TIME"),
        settle_delay=conf.seconds("SETTLE_DELAY"),
        http_timeout=conf.seconds("HTTP_TIMEOUT"),
        retry_refused=recorder.is_forced,
        relist_after=conf.seconds("FULL_LISTING_INTERVAL"),
        report=recorder.start(),
        on_progress=recorder.progress,
    )
    depth = Depth.FULL if recorder.wants_full else Depth.INCREMENTAL
    if depth is Depth.FULL and not dry:
        recorder.begin_scan()
    parts = [_part(connection, row, depth) for row in settings]
    begun = time.monotonic()
    plans: list[Plan] = []
    failure: SyncError | None = None
    try:
        plans = engine.run(box, parts, dry=dry)
    except LeaseLost as error:
        log.warning("connection %s: %s", connection.pk, error)
        box.report.unfinished, box.report.error = True, error.code
        return box.report, plans  # the one who has the lease records what becomes of the run
    except SyncError as error:
        failure = error
        box.report.error = error.code
        log.warning("connection %s: %s (%s)", connection.pk, error.code, error.next_step)
    except Exception as error:
        # The host's own code: told to the card without its words, and to the queue's log with them.
        mistake = SyncError(type(error).__name__, code="unexpected")
        recorder.finish(mistake, **consequence(connection, mistake, box.report, depth))
        raise
    box.report.seconds += time.monotonic() - begun
    box.report.requests += client.round_trips
    if not dry:
        recorder.finish(failure, **consequence(connection, failure, box.report, depth))
    return box.report, plans


def _part(connection: Connection, settings: KindSettings, depth: Depth) -> Part:
    kind = settings.KIND
    stops = Review.objects.filter(connection=connection, kind=kind, closed_at=None)
    approved = stops.exclude(approved_at=None).values_list("plan_hash", flat=True)
    return Part(
        kind=KINDS[kind],
        policy=settings.policy(),
        local=HostStore(
            get_sources()[kind],
            get_mapping(kind),
            connection.staff,
            settings.selection(),
            connection_id=connection.pk,
        ),
        locality=Locality(
            phone_region=str(conf.option("PHONE_REGION")), zone=connection.zone or "UTC"
        ),
        depth=depth,
        limit=Limit(int(conf.option("GUARD_FLOOR")), float(conf.option("GUARD_SHARE"))),
        approved=lambda: frozenset(approved.all()),
    )
