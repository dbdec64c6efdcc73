"""The pages of a full connection take no more statements for much than for little.

`python -m tests.bench --only pages` measures the same with 50,000 pairs and 10,000 runs.
"""

from __future__ import annotations

import pytest
from django.test import Client

from agentbox_sync.models import Connection
from tests.bench.offices import an_agent_with
from tests.bench.pages import MOST_STATEMENTS, addresses, statements
from tests.builders.connections import a_mailbox_connection

FEW, MANY, OTHERS = 100, 600, 40
PAGES = ("card", "runs", "runs_failed", "set_aside", "progress")


@pytest.fixture
def both(db: None) -> tuple[Connection, Connection]:
    for _ in range(OTHERS):
        a_mailbox_connection()
    return an_agent_with(FEW, "Few Ashcroft"), an_agent_with(MANY, "Many Ashcroft")


def test_much_costs_as_many_statements_as_little(
    both: tuple[Connection, Connection], master: Client
) -> None:
    few, many = (addresses(connection) for connection in both)
    for name in PAGES:
        small, large = statements(master, few[name]), statements(master, many[name])
        assert large == small <= MOST_STATEMENTS, name
