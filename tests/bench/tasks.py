"""A busy agent: 1,000 tasks, of which 50 come again every week."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Staff, Task
from agentbox_sync.core.changes import LinkState
from agentbox_sync.graph.stores.todo import list_of
from agentbox_sync.models import Connection, Link, TaskSettings
from tests.bench import world
from tests.bench.first_push import AT_ONCE, ITEM, ROUND_TRIP, TOGETHER
from tests.bench.growth import CHANGES
from tests.bench.idle import looked_at
from tests.bench.kind import FEWER, Agent, growth
from tests.bench.measurement import Measurement
from tests.builders.connections import chosen, contact_settings

TASKS = 1000
ONE_IN = 20  # of so many tasks one comes again every week
DAYS = 300  # over which they are spread


def measure(scale: float) -> Iterator[Measurement]:
    """Yield the first push, an idle run, and how ten changes grow with the list."""
    many = max(10 * ONE_IN, round(TASKS * scale))
    with world.emulator() as at:
        connection = _an_agent(at, "many", many)
        at.slow_down(item=ITEM, round_trip=ROUND_TRIP)
        yield _first_push(at, connection, many)
        at.slow_down()
        world.run_until_quiet(connection)
        yield from looked_at(at, connection, "tasks_idle", f"{many} tasks, nothing has changed")
        few = many // FEWER
        other = _an_agent(at, "few", few)
        world.run_until_quiet(other)
        setting = f"{CHANGES} changes, {many} tasks against {few}"
        yield from growth(at, _moving(connection, "many"), _moving(other, "few"), setting)


def _first_push(at: world.Microsoft, connection: Connection, count: int) -> Measurement:
    ideal = count * ITEM / AT_ONCE + math.ceil(count / TOGETHER) * ROUND_TRIP
    at.control("stats", method="DELETE")
    begun = time.perf_counter()
    world.run(connection, forced=True)
    took = time.perf_counter() - begun
    told = at.look("stats")
    arrived = Link.objects.filter(connection=connection, state=LinkState.ACTIVE.value).count()
    kept = at.look(f"mailbox/many@{world.DOMAIN}")["tasks"]
    if not arrived == len(kept) == count:
        raise SystemExit(f"{arrived} of {count} tasks arrived: nothing was measured.")
    return Measurement(
        "tasks_first_push",
        took,
        "s",
        baseline=ideal,
        setting=f"{count} tasks, {ITEM * 1000:.0f} ms an item, "
        f"{ROUND_TRIP * 1000:.0f} ms a trip, {told['requests']} requests",
    )


def _an_agent(at: world.Microsoft, name: str, count: int) -> Connection:
    connection = world.an_agent(at, name, 0)
    contact_settings(connection, status="disabled")
    chosen(TaskSettings, connection, status="two_way")
    staff, today = Staff.objects.get(pk=connection.staff_id), timezone.localdate()
    rows = [_a_task(staff, today, number, count) for number in range(count)]
    for start in range(0, count, world.ROWS):
        Task.objects.bulk_create(rows[start : start + world.ROWS])
    return connection


def _a_task(staff: Staff, today: date, number: int, count: int) -> Task:
    return Task(
        staff=staff,
        title=f"Call back about inspection {number}",
        notes="Ask about the price, and whether the contract has come.",
        due_on=today + timedelta(days=1 + number * DAYS // count),
        priority=Task.Priority.HIGH if number % 7 == 0 else Task.Priority.NORMAL,
        recurrence="" if number % ONE_IN else "FREQ=WEEKLY",
    )


def _moving(connection: Connection, name: str) -> Agent:
    rows = Task.objects.filter(staff=connection.staff_id, recurrence="").order_by("pk")
    upn = f"{name}@{world.DOMAIN}"
    return Agent(connection, upn, "tasks", list(rows[:CHANGES]), _noted_here, _renamed_there)


def _noted_here(row: Task, number: int) -> None:
    row.notes = f"Called {number} times."


def _renamed_there(remote_id: str, number: int) -> dict[str, Any]:
    task = remote_id.removeprefix(list_of(remote_id))[1:]  # without its list
    return {"edit_task": task, "values": {"title": f"Call back, try {number}"}}
