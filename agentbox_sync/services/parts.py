"""One kind of a connection, as a run works on it."""

from __future__ import annotations

from functools import cache

from agentbox_sync import conf
from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Depth, Part
from agentbox_sync.host.registry import KINDS
from agentbox_sync.models import Connection, KindSettings, Review
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import preview, reach
from agentbox_sync.services.rows import locality_of, store_of


def part_of(connection: Connection, settings: KindSettings, depth: Depth) -> Part:
    """Return what a run needs to know of one kind."""
    kind = settings.KIND
    stops = Review.objects.filter(connection=connection, kind=kind, closed_at=None)
    approved = stops.exclude(approved_at=None).values_list("plan_hash", flat=True)
    return Part(
        kind=KINDS[kind],
        policy=settings.policy(),
        local=store_of(connection, kind, settings, is_run=True),
        locality=locality_of(connection, settings),
        depth=depth,
        window=reach.window(settings, connection, clocks.present().now()),
        limit=Limit(int(conf.option("GUARD_FLOOR")), float(conf.option("GUARD_SHARE"))),
        approved=lambda: frozenset(approved.all()),
        foreseen=cache(lambda: preview.foreseen(settings)),
    )
