"""Ten changes with 50,000 pairs against ten changes with 500: time and SQL statements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.changes import LinkState, Origin
from agentbox_sync.models import Connection, Link
from tests.bench import world
from tests.bench.measurement import Measurement
from tests.bench.offices import MODEL
from tests.bench.pages import counted

FEW, MANY = 500, 50_000
CHANGES = 10
ROUNDS = 9
MOST = 1.3


@dataclass(slots=True)
class Agent:
    """Somebody whose pairs all lie still, but for those of which each run finds changes."""

    connection: Connection
    moving: list[Contact]
    rounds: int = 0


def measure(scale: float) -> Iterator[Measurement]:
    """Yield time and statements; a change in the CRM and one in Exchange take turns."""
    real, many = max(2 * CHANGES, round(FEW * scale)), round(MANY * scale)
    with world.emulator() as at:
        few_agent = _an_agent(at, "few", real, 0)
        many_agent = _an_agent(at, "many", real, max(0, many - real))
        _analyse()
        times: dict[str, list[float]] = {"few": [], "many": []}
        said = {"few": 0, "many": 0}
        for _ in range(ROUNDS):
            for name, agent in (("few", few_agent), ("many", many_agent)):
                seconds, statements = _ten_changes(at, agent, name)
                times[name].append(seconds * 1000)
                said[name] = statements
    setting = f"{CHANGES} changes, {max(real, many)} pairs against {real}"
    yield Measurement(
        "growth_time",
        statistics.median(times["many"]),
        "ms",
        baseline=statistics.median(times["few"]),
        limit=MOST,
        setting=setting,
    )
    yield Measurement(
        "growth_sql",
        said["many"],
        "statements",
        baseline=said["few"],
        limit=MOST,
        setting=setting,
    )


def _an_agent(at: world.Microsoft, name: str, real: int, more: int) -> Agent:
    """Somebody with ``real`` pairs that were pushed, and as many more that merely stand there.

    The mailbox is the same for few and for many: what grows is what we remember.
    """
    connection = world.an_agent(at, name, real, status="two_way")
    world.run_until_quiet(connection)
    staff = Staff.objects.get(pk=connection.staff_id)
    pattern = Link.objects.filter(connection=connection).order_by("pk").first()
    made = world.some_contacts(staff, more, first=real)
    for start in range(0, len(made), world.ROWS):
        Link.objects.bulk_create(
            _like(pattern, contact, start + place)
            for place, contact in enumerate(made[start : start + world.ROWS])
        )
    moving = list(Contact.objects.filter(access__staff=staff).order_by("pk")[:CHANGES])
    return Agent(connection, moving)


def _like(pattern: Link, contact: Contact, number: int) -> Link:
    said = pattern.base_local | {"name": {"given": contact.first_name, "surname": str(number)}}
    return Link(
        connection_id=pattern.connection_id,
        kind=pattern.kind,
        local_model=MODEL,
        local_pk=str(contact.pk),
        remote_id=f"{pattern.remote_id}-{number}",
        collection=pattern.collection,
        etag=pattern.etag,
        stamp=f"{pattern.stamp}-{number}"[:64],
        state=LinkState.ACTIVE.value,
        origin=Origin.CRM.value,
        base_local=said,
        base_remote=said,
        mapping_version=pattern.mapping_version,
    )


def _ten_changes(at: world.Microsoft, agent: Agent, name: str) -> tuple[float, int]:
    """Change five people in the CRM and five in Exchange, and run; seconds and statements."""
    agent.rounds += 1
    half = CHANGES // 2
    for contact in agent.moving[:half]:
        contact.company = f"Company {agent.rounds}"
        contact.save()
    keys = [str(contact.pk) for contact in agent.moving[half:]]
    links = Link.objects.filter(connection=agent.connection, local_pk__in=keys)
    for link in links.exclude(state=LinkState.DEAD.value):
        edit = {"edit": link.remote_id, "values": {"jobTitle": f"Position {agent.rounds}"}}
        at.control(f"mailbox/{name}@{world.DOMAIN}", edit)
    with CaptureQueriesContext(database) as seen:
        begun = time.perf_counter()
        report = world.run(agent.connection)
        took = time.perf_counter() - begun
    told = report.kind("contacts")
    if (told.writes_remote, told.writes_local) != (half, half):
        raise SystemExit(f"{told} is not what was changed: nothing was measured.")
    return took, counted(seen.captured_queries)


def _analyse() -> None:
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if database.vendor == "postgresql" else "ANALYZE")
