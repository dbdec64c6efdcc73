"""Syncing, pausing and resuming many connections at once: exactly those that were named."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from agentbox_sync.models import Connection
from agentbox_sync.services import pause, sync
from agentbox_sync.services.sift import by_name
from agentbox_sync.services.survey import Row, survey
from agentbox_sync.services.wording.many import Hindrance, Wholesale

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one order would do. ``able`` are the rows it can be done to, ``left`` the others."""

    order: Wholesale
    able: tuple[Row, ...]
    left: Mapping[Hindrance, tuple[Row, ...]]

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the connections that it is about, by name."""
        return tuple(row.connection.pk for row in self.able if row.connection is not None)

    @property
    def number(self) -> int:
        """Return how many were asked for."""
        return len(self.able) + sum(len(rows) for rows in self.left.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done: the ids, and how many were left for which reason."""

    order: Wholesale
    ids: tuple[int, ...]
    left: Mapping[Hindrance, int]


def plan(order: Wholesale, rows: Iterable[Row], ids: Collection[int]) -> Plan:
    """Return what an order would do to those of ``rows`` whose connections are named; no query."""
    wanted = set(ids)
    able: list[Row] = []
    left: dict[Hindrance, list[Row]] = {}
    for row in by_name(rows):
        if row.connection is None or row.connection.pk not in wanted:
            continue
        why = hindrance(order, row)
        if why is None:
            able.append(row)
        else:
            left.setdefault(why, []).append(row)
    return Plan(order, tuple(able), {why: tuple(left[why]) for why in Hindrance if why in left})


def hindrance(order: Wholesale, row: Row) -> Hindrance | None:
    """Return what keeps an order from being carried out, the one to mend first."""
    connection = row.connection
    if connection is None:
        return Hindrance.GONE
    if connection.is_leaving:
        return Hindrance.LEAVING
    is_paused = connection.state == Connection.State.PAUSED
    if order is Wholesale.RESUME:
        return None if is_paused else Hindrance.NOT_PAUSED
    if is_paused:
        return Hindrance.PAUSED
    return _keeps_from_running(connection, row) if order is Wholesale.SYNC else None


def _keeps_from_running(connection: Connection, row: Row) -> Hindrance | None:
    if connection.state == Connection.State.NEEDS_SIGN_IN:
        return Hindrance.SIGN_IN
    if connection.state == Connection.State.SUSPENDED:
        return Hindrance.SUSPENDED
    if not row.on:
        return Hindrance.OFF
    if not row.approved:
        return Hindrance.UNDECIDED
    return Hindrance.RUNNING if row.open_run else None


def carry_out(order: Wholesale, ids: Collection[int], user: AbstractBaseUser) -> Outcome:
    """Do it to those of ``ids`` to which it can still be done; looks at all of them anew."""
    planned = plan(order, survey().rows, ids)
    left = {why: len(found) for why, found in planned.left.items()}
    able = [(row.connection, row.approved) for row in planned.able if row.connection is not None]
    if order is Wholesale.SYNC:
        done = sync.ask_many(able, user=user)
    else:
        verb = pause.pause if order is Wholesale.PAUSE else pause.resume
        done = [connection.pk for connection, _ in able if verb(connection, user)]
    left[Hindrance.CHANGED] = len(able) - len(done)
    left[Hindrance.GONE] = len(set(ids)) - planned.number
    log.info("user %s: %s for %s connections at once", user.pk, order.value, len(done))
    return Outcome(order, tuple(done), {why: number for why, number in left.items() if number})
