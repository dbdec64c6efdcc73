"""What the overview costs with 200 connections, 50,000 pairs and 10,000 runs, against a tenth."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import Connection, Run
from tests.bench.measurement import Measurement
from tests.bench.offices import an_agent_with
from tests.bench.pages import (
    MOST_STATEMENTS,
    ROUNDS,
    milliseconds,
    refresh_statistics,
    statements,
    usual,
)
from tests.builders.crm import a_login

CONNECTIONS, LINKS, RUNS = 200, 50_000, 10_000
MOST_TIME, MOST_BULK = 1000.0, 5000.0  # milliseconds


def measure(scale: float) -> Iterator[Measurement]:
    """Yield time and statements of the page, and the time of an order to all of them."""
    number = max(10, round(CONNECTIONS * scale))
    setting = f"{number} connections, {LINKS // CONNECTIONS * number} pairs, "
    setting += f"{RUNS // CONNECTIONS * number} runs"
    client = Client(headers={"host": "localhost"})
    client.force_login(a_login(None, MASTER_USERS))
    page = reverse("agentbox_sync:overview")
    _grow(number // 10)
    few = _page(client, page)
    _grow(number - number // 10)
    many = _page(client, page)
    yield Measurement(
        "overview_time", many[0], "ms", baseline=few[0], most=MOST_TIME, setting=setting
    )
    yield Measurement(
        "overview_sql",
        many[1],
        "statements",
        baseline=few[1],
        most=MOST_STATEMENTS,
        setting=setting,
    )
    for order in ("sync", "pause", "resume"):
        yield Measurement(
            f"overview_{order}_all",
            _order(client, order),
            "ms",
            most=MOST_BULK,
            setting=setting,
        )


def _grow(number: int) -> None:
    """Connect more people, each with as many pairs and runs as the others."""
    already = Connection.objects.count()
    for one in range(already, already + number):
        connection = an_agent_with(LINKS // CONNECTIONS, f"Agent{one} Ashcroft")
        ended = timezone.now() - timedelta(days=1)
        Run.objects.bulk_create(
            Run(
                connection=connection,
                state=Run.State.FINISHED,
                asked_at=ended,
                finished_at=ended,
                error="unreachable" if one % 7 == 0 else "",
            )
            for _ in range(RUNS // CONNECTIONS - 1)
        )
    refresh_statistics()


def _page(client: Client, address: str) -> tuple[float, int]:
    spent = usual([milliseconds(client, address) for _ in range(ROUNDS)])
    return spent, statements(client, address)


def _order(client: Client, order: str) -> float:
    """Return how long it takes to do it to everybody, from the press to the answer."""
    address = reverse("agentbox_sync:at_once")
    question = client.post(address, {"all": order}).content.decode()
    told = re.search(r'name="ids" value="([\d,]+)"', question)
    if told is None or told.group(1).count(",") + 1 != Connection.objects.count():
        raise SystemExit(f"{order} was not offered for everybody: nothing was measured.")
    begun = time.perf_counter()
    client.post(address, {"order": order, "ids": told.group(1)})
    return (time.perf_counter() - begun) * 1000
