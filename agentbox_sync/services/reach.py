"""How far the calendar of a mailbox reaches today, and what lies outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.core.windows import Window
from agentbox_sync.host.registry import KINDS, get_mapping
from agentbox_sync.models import Connection, KindSettings, Link

DATE_MARK = "@"
"""Stands in the key of one date of a series, between the key of the row and the date."""


def window(settings: KindSettings, connection: Connection, now: datetime) -> Window | None:
    """Return the days that count at ``now``, as the mailbox's own clocks have them."""
    clock = zone_of(connection.zone or "UTC").info
    return settings.window(now.astimezone(clock).date(), clock)


def is_outside(
    settings: KindSettings,
    connection: Connection,
    link: Link | None,
    record: Record,
    now: datetime,
) -> bool:
    """Tell whether an item takes place outside those days; ``record`` is what the CRM says."""
    reach, kind = window(settings, connection, now), KINDS[settings.KIND]
    if reach is None:
        return False
    known = kind.canonical(record, Locality(zone=connection.zone or "UTC"))
    if link is not None and DATE_MARK in link.local_pk:
        known = link.base_local  # one date, and not the series
    return bool(known) and not kind.takes_place(known, reach)


def is_of(kind: str, key: LocalKey) -> Q:
    """Select what is of the row: itself, and the dates of a series that stand by themselves."""
    keys = Q(local_pk=key.pk)
    if KINDS[kind].is_windowed:
        keys |= Q(local_pk__startswith=f"{key.pk}{DATE_MARK}")
    return keys & Q(local_model=key.model)


def timely(kind: str, row: Any) -> Record:
    """Return what the row says where its dates may stand by themselves; else nobody asks for it."""
    is_read = row is not None and KINDS[kind].is_windowed
    return get_mapping(kind).read(row) if is_read else {}
