"""The lists of a full connection are found by indexes that hold little else.

A database uses an index of some rows only where it recognises its condition in the query: one that
is written otherwise on one of the two sides makes a page read all fifty thousand pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection as database

from agentbox_sync.models import Connection
from agentbox_sync.permissions import Standing
from agentbox_sync.services import aside, chart, runs, shelves
from agentbox_sync.services.card import present
from agentbox_sync.services.outcomes import Ending
from tests.bench.offices import an_agent_with

WAITING, ASIDE = "agentbox_sync_link_waiting", "agentbox_sync_link_aside"
TROUBLED, FINISHED = "agentbox_sync_run_troubled", "agentbox_sync_run_finished"


# PostgreSQL weighs what an index saves, and of a table of three pages it saves nothing; there the
# bench shows it. SQLite takes the most fitting one whatever lies in the table.
pytestmark = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3",
    reason="what PostgreSQL chooses depends on the size of the tables",
)


@pytest.fixture
def somebody(db: None) -> Connection:
    return an_agent_with(100, "Jane Ashcroft")


def plans(act: Callable[[], Any]) -> list[str]:
    """Return how the database goes about each statement of ``act``, a line a step."""
    found: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("EXPLAIN"):
            with database.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with database.execute_wrapper(explain):
        act()
    return found


def test_what_waits_is_counted_in_its_index_alone(somebody: Connection) -> None:
    [plan] = plans(lambda: shelves.standing_of(somebody))

    counted = [line for line in plan.splitlines() if WAITING in line]
    assert len(counted) == len(shelves.SHELVES), plan
    assert all("COVERING INDEX" in line for line in counted), plan


def test_a_page_of_what_was_set_aside_is_found_by_its_index(somebody: Connection) -> None:
    assert ASIDE in plans(lambda: aside.page_of(somebody))[0]


def test_the_lists_of_the_card_are_found_by_their_indexes(somebody: Connection) -> None:
    told = plans(lambda: present(somebody.staff, Standing(is_master=True)))

    [lists] = [plan for plan in told if ASIDE in plan]
    assert "agentbox_sync_link_partial" in lists
    assert "SCAN agentbox_sync_link" not in lists, lists


@pytest.mark.parametrize("ending", sorted(set(Ending) - {Ending.WELL}))
def test_runs_with_trouble_are_found_without_the_others(
    somebody: Connection, ending: Ending
) -> None:
    [plan] = plans(lambda: runs.history(somebody, runs.Filters(ending=ending)))

    assert TROUBLED in plan


def test_the_days_of_the_chart_are_summed_up_in_their_index_alone(somebody: Connection) -> None:
    [plan] = plans(lambda: chart.chart(somebody))

    assert f"COVERING INDEX {FINISHED}" in plan
