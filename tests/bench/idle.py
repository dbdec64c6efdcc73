"""One cycle of a connection on which nothing has changed: requests, SQL statements, CPU."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Collection, Connection, TaskSettings
from agentbox_sync.services import microsoft
from agentbox_sync.services.tokens import ConnectionTokens
from tests.bench import world
from tests.bench.measurement import Measurement
from tests.bench.pages import counted
from tests.builders.connections import calendar_settings, chosen, contact_settings
from tests.builders.crm import a_task, an_appointment

CONTACTS = 200
ROUNDS = 60
STATEMENTS = 12
MOST_CPU = 2.0


def measure(scale: float) -> Iterator[Measurement]:
    """Yield requests, statements and CPU; cycles take turns with the bare work beside them."""
    count, rounds = max(20, round(CONTACTS * scale)), max(10, round(ROUNDS * scale))
    with world.emulator() as at:
        connection = world.an_agent(at, "idle", count)
        world.run_until_quiet(connection)
        world.run(connection)
        setting = f"{count} pairs, nothing has changed"
        yield from looked_at(at, connection, "idle", setting)
        ours = bare = 0.0
        work = _bare_work(connection)
        work()
        for _ in range(rounds):
            ours += _cpu(lambda: world.run(connection))
            bare += _cpu(work)
        yield Measurement(
            "idle_cpu",
            ours / rounds * 1000,
            "ms",
            baseline=bare / rounds * 1000,
            limit=MOST_CPU,
            setting=f"{setting}; beside the same request and {STATEMENTS} bare ORM statements",
        )
        _let_everything_travel(connection, count)
        world.run_until_quiet(connection)
        setting = (
            f"{count} pairs of each kind and as many tasks in the calendar, nothing has changed"
        )
        yield from looked_at(at, connection, "all_kinds_idle", setting, statements=0)


def looked_at(
    at: world.Microsoft,
    connection: Connection,
    name: str,
    setting: str,
    *,
    statements: int = STATEMENTS,
) -> Iterator[Measurement]:
    """Yield the requests and the statements of a job that finds nothing new."""
    world.run(connection)
    before = at.look("stats")["requests"]
    with CaptureQueriesContext(database) as seen:
        world.run(connection)
    requests = at.look("stats")["requests"] - before
    yield Measurement(f"{name}_requests", requests, "requests", most=1, setting=setting)
    asked = counted(seen.captured_queries)
    yield Measurement(f"{name}_sql", asked, "statements", most=statements, setting=setting)


def _let_everything_travel(connection: Connection, count: int) -> None:
    """Let calendar and tasks travel beside the contacts, with the tasks in the calendar too."""
    staff = Staff.objects.get(pk=connection.staff_id)
    contact_settings(connection, status="two_way")
    calendar_settings(connection, status="two_way", tasks=True)
    chosen(TaskSettings, connection, status="two_way")
    first = timezone.now() + timedelta(days=1)
    for number in range(count):
        starts = first + timedelta(hours=number)
        an_appointment(staff, starts_at=starts, title=f"Visit {number}")
        a_task(staff, f"Call {number}", due_on=starts.date())


def _bare_work(connection: Connection) -> Callable[[], None]:
    """Return what does the same request, and twelve plain reads of one row, and nothing else."""
    client = microsoft.graph_client(ConnectionTokens(connection), turn=None)
    link = Collection.objects.get(connection=connection, is_open=True).link
    path = link.removeprefix(client.base_url)

    def work() -> None:
        answer = client.get(path)
        if not answer.ok:
            raise SystemExit(f"The bare request was answered {answer.status}.")
        for _ in range(STATEMENTS):
            Connection.objects.get(pk=connection.pk)

    return work


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
