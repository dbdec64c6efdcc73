"""What the pages of a connection cost with 50,000 pairs and 10,000 runs, against a hundredth."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence

from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import Connection, Run
from tests.bench.measurement import Measurement
from tests.bench.offices import MODEL, an_agent_with
from tests.builders.crm import a_login

FEW, MANY = 500, 50_000
OTHERS, THEIRS = 198, 25  # connections beside these two, and how many pairs each of them has
ROUNDS = 30
MOST_STATEMENTS, MOST_GROWTH = 12, 1.3


def measure(scale: float) -> Iterator[Measurement]:
    """Yield two measurements a page: its time, in rounds that take turns, and its statements."""
    numbers = max(100, round(FEW * scale)), round(MANY * scale)
    others = round(OTHERS * scale)
    setting = f"{numbers[1]} pairs against {numbers[0]}, {others} more connections"
    for number in range(others):
        an_agent_with(THEIRS, f"Agent{number} Ashcroft")
    few = an_agent_with(numbers[0], "Few Ashcroft")
    many = an_agent_with(numbers[1], "Many Ashcroft")
    refresh_statistics()
    client = Client(headers={"host": "localhost"})
    client.force_login(a_login(None, MASTER_USERS))
    yield from _overview(client, few, many, setting)
    small, large = addresses(few), addresses(many)
    for name in small:
        times: tuple[list[float], list[float]] = [], []
        for number in range(ROUNDS):
            turns = [(times[0], small[name]), (times[1], large[name])]
            for spent, address in turns if number % 2 else reversed(turns):
                spent.append(milliseconds(client, address))
        counts = _statements_of(client, name, small), _statements_of(client, name, large)
        yield from _told(name, times, counts, setting)


def _overview(
    client: Client, few: Connection, many: Connection, setting: str
) -> Iterator[Measurement]:
    """Yield what the page of all connections costs with one of the two among them, or the other."""
    page = reverse("agentbox_sync:overview")
    times: tuple[list[float], list[float]] = [], []
    counts = [0, 0]
    for number in range(ROUNDS):
        for place in (0, 1) if number % 2 else (1, 0):
            shown, hidden = (many, few) if place else (few, many)
            rows = Connection.objects.all()
            rows.filter(pk=hidden.pk).update(state=Connection.State.DISCONNECTED)
            rows.filter(pk=shown.pk).update(state=Connection.State.CONNECTED)
            times[place].append(milliseconds(client, page))
            counts[place] = statements(client, page)
    Connection.objects.filter(pk=few.pk).update(state=Connection.State.CONNECTED)
    Connection.objects.filter(pk=many.pk).update(state=Connection.State.CONNECTED)
    yield from _told("overview", times, (counts[0], counts[1]), setting)


def refresh_statistics() -> None:
    """Let the database know how much lies in it, as it does by itself in the course of a day."""
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if database.vendor == "postgresql" else "ANALYZE")


def usual(times: Sequence[float]) -> float:
    """Return what a quarter of the rounds keep within: the machine's other work only adds."""
    return statistics.quantiles(times, n=4)[0]


def _told(
    name: str,
    times: tuple[Sequence[float], Sequence[float]],
    counts: tuple[int, int],
    setting: str,
) -> Iterator[Measurement]:
    before, after = (usual(spent) for spent in times)
    yield Measurement(
        f"page_{name}_time", after, "ms", baseline=before, limit=MOST_GROWTH, setting=setting
    )
    yield Measurement(
        f"page_{name}_sql",
        counts[1],
        "statements",
        baseline=counts[0],
        most=MOST_STATEMENTS,
        setting=setting,
    )


def _statements_of(client: Client, name: str, all_of: Mapping[str, str]) -> int:
    """Return the statements of a page; on a page of the host, those that the panel adds."""
    if name != "contact":
        return statements(client, all_of[name])
    without = statements(client, f"{all_of[name]}?_popup=1")
    return statements(client, all_of[name]) - without


def addresses(connection: Connection) -> dict[str, str]:
    """Return the pages of a connection by name."""
    run = Run.objects.filter(connection=connection).last()
    link = connection.links.filter(local_model=MODEL).order_by("pk")[7]
    named = {
        "card": ("admin:agentbox_crm_staff_connections", [connection.staff_id]),
        "preview": ("agentbox_sync:preview", [connection.pk, "contacts"]),
        "reviews": ("agentbox_sync:reviews", [connection.pk]),
        "changes": ("agentbox_sync:changes", [run.pk if run else 0]),
        "disconnect": ("agentbox_sync:disconnect", [connection.pk]),
        "runs": ("agentbox_sync:runs", [connection.pk]),
        "set_aside": ("agentbox_sync:set_aside", [connection.pk]),
        "progress": ("agentbox_sync:progress", [connection.pk]),
        "why": ("agentbox_sync:why", [MODEL, link.local_pk]),
        "contact": ("admin:agentbox_crm_contact_change", [link.local_pk]),
    }
    found = dict[str, str]()
    for name, (view, arguments) in named.items():
        try:
            found[name] = reverse(view, args=arguments)
        except NoReverseMatch as error:
            raise SystemExit(f"The page {name} has moved: tell tests/bench/pages.py.") from error
    for place in ("ambiguous", "born", "removed", "conflicts"):
        found[f"reviews_{place}"] = f"{found['reviews']}?list={place}"
    found["runs_failed"] = f"{found['runs']}?ending=failed&kind=contacts&from=2000-01-01"
    # None is found, so that all are looked through.
    found["runs_of_tasks"] = f"{found['runs']}?kind=tasks"
    return found


def statements(client: Client, address: str) -> int:
    """Return how many SQL statements a page takes, transactions not counted."""
    with CaptureQueriesContext(database) as seen:
        _get(client, address)
    return counted(seen.captured_queries)


def counted(queries: Sequence[Mapping[str, str]]) -> int:
    """Return how many of these are statements, and not the marks of a transaction."""
    marks = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE)", re.IGNORECASE)
    return sum(not marks.match(query["sql"]) for query in queries)


def milliseconds(client: Client, address: str) -> float:
    """Return how long a page takes."""
    begun = time.perf_counter()
    _get(client, address)
    return (time.perf_counter() - begun) * 1000


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: nothing was measured.")
