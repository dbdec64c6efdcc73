"""One cycle of a connection on which nothing has changed: requests, SQL statements, CPU."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from agentbox_sync.models import Collection, Connection
from agentbox_sync.services import microsoft
from agentbox_sync.services.tokens import ConnectionTokens
from tests.bench import world
from tests.bench.measurement import Measurement
from tests.bench.pages import counted

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
        before = at.look("stats")["requests"]
        with CaptureQueriesContext(database) as seen:
            world.run(connection)
        requests = at.look("stats")["requests"] - before
        setting = f"{count} pairs, nothing has changed"
        yield Measurement("idle_requests", requests, "requests", most=1, setting=setting)
        statements = counted(seen.captured_queries)
        yield Measurement("idle_sql", statements, "statements", most=STATEMENTS, setting=setting)
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
