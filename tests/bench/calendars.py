"""A busy agent: 2,000 appointments, of which 100 are series with one date cancelled."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Appointment, Staff
from agentbox_sync.core.changes import LinkState
from agentbox_sync.models import Connection, Link
from tests.bench import world
from tests.bench.first_push import AT_ONCE, ITEM, ROUND_TRIP, TOGETHER
from tests.bench.growth import CHANGES
from tests.bench.idle import looked_at
from tests.bench.kind import FEWER, Agent, growth
from tests.bench.measurement import Measurement
from tests.builders.connections import calendar_settings, contact_settings

EVENTS = 2000
ONE_IN = 20  # of so many appointments one is a series
DAYS = 300  # over which they are spread


def measure(scale: float) -> Iterator[Measurement]:
    """Yield the first push, an idle run, and how ten changes grow with the calendar."""
    many = max(10 * ONE_IN, round(EVENTS * scale))
    with world.emulator() as at:
        connection = _an_agent(at, "many", many)
        at.slow_down(item=ITEM, round_trip=ROUND_TRIP)
        yield _first_push(at, connection, many)
        at.slow_down()
        world.run_until_quiet(connection)
        yield from looked_at(at, connection, "calendar_idle", f"{many} events, nothing has changed")
        few = many // FEWER
        other = _an_agent(at, "few", few)
        world.run_until_quiet(other)
        setting = f"{CHANGES} changes, {many} events against {few}"
        yield from growth(at, _moving(connection, "many"), _moving(other, "few"), setting)


def _first_push(at: world.Microsoft, connection: Connection, count: int) -> Measurement:
    series = count // ONE_IN
    items = count + 2 * series  # the dates of each series are read, and one is deleted
    ideal = items * ITEM / AT_ONCE + math.ceil(items / TOGETHER) * ROUND_TRIP
    at.control("stats", method="DELETE")
    begun = time.perf_counter()
    world.run(connection, forced=True)
    took = time.perf_counter() - begun
    told = at.look("stats")
    arrived = Link.objects.filter(connection=connection, state=LinkState.ACTIVE.value).count()
    if arrived != count:
        raise SystemExit(f"{arrived} of {count} appointments arrived: nothing was measured.")
    kept = at.look(f"mailbox/many@{world.DOMAIN}")["events"]
    if sum(len(event["cancelled"]) for event in kept) != series:
        raise SystemExit("Not every series has its cancelled date: nothing was measured.")
    return Measurement(
        "calendar_first_push",
        took,
        "s",
        baseline=ideal,
        setting=f"{count} events, {series} of them series, {ITEM * 1000:.0f} ms an item, "
        f"{ROUND_TRIP * 1000:.0f} ms a trip, {told['requests']} requests",
    )


def _an_agent(at: world.Microsoft, name: str, count: int) -> Connection:
    connection = world.an_agent(at, name, 0)
    contact_settings(connection, status="disabled")
    calendar_settings(connection, status="two_way")
    staff = Staff.objects.get(pk=connection.staff_id)
    # Past appointments too, but all within the days that are synced.
    first = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [_an_appointment(staff, first, number, count) for number in range(count)]
    for start in range(0, count, world.ROWS):
        made = Appointment.objects.bulk_create(rows[start : start + world.ROWS])
        through: type[models.Model] = Appointment.staff.through
        through._default_manager.bulk_create(through(appointment=row, staff=staff) for row in made)
    return connection


def _an_appointment(staff: Staff, first: datetime, number: int, count: int) -> Appointment:
    day = first + timedelta(days=1 + number * DAYS // count)
    starts_at = day + timedelta(hours=number % 10, minutes=15 * (number % 4))
    is_series = number % ONE_IN == 0
    return Appointment(
        title=f"Inspection {number}",
        kind=Appointment.Kind.INSPECTION,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        time_zone="UTC",
        location=f"{number % 300 + 1} Ocean Street, Mosman NSW 2088",
        notes="Bring the keys and the contract.",
        organiser=staff,
        reminder_minutes=15,
        recurrence="FREQ=DAILY;INTERVAL=7;COUNT=8" if is_series else "",
        excluded_starts=[(starts_at + timedelta(days=7)).isoformat()] if is_series else [],
    )


def _moving(connection: Connection, name: str) -> Agent:
    rows = Appointment.objects.filter(staff=connection.staff_id, recurrence="").order_by("pk")
    upn = f"{name}@{world.DOMAIN}"
    return Agent(connection, upn, "calendar", list(rows[:CHANGES]), _moved_here, _renamed_there)


def _moved_here(row: Appointment, number: int) -> None:
    row.location = f"{number} Pine Avenue"


def _renamed_there(remote_id: str, number: int) -> dict[str, Any]:
    return {"edit_event": remote_id, "values": {"subject": f"Visit {number}"}}
