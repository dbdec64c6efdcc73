"""One kind of a connection, as a run works on it."""

from __future__ import annotations

from functools import cache

from agentbox_sync import conf
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Depth, Part
from agentbox_sync.host.registry import KINDS, get_mapping, get_sources
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import Connection, KindSettings, Review
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import preview, reach


def part_of(connection: Connection, settings: KindSettings, depth: Depth) -> Part:
    """Return what a run needs to know of one kind."""
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
            labels=settings.labels(),
            connection_id=connection.pk,
        ),
        locality=Locality(
            phone_region=str(conf.option("PHONE_REGION")),
            zone=connection.zone or "UTC",
            managed=tuple(sorted(set(settings.labels().values()))),
        ),
        depth=depth,
        window=reach.window(settings, connection, clocks.present().now()),
        limit=Limit(int(conf.option("GUARD_FLOOR")), float(conf.option("GUARD_SHARE"))),
        approved=lambda: frozenset(approved.all()),
        foreseen=cache(lambda: preview.foreseen(settings)),
    )
