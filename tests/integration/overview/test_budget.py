"""What the overview costs: as many statements for sixty as for three, and no more than twelve."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import Connection
from agentbox_sync.services.invite import invite
from tests.bench.pages import counted
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import to
from tests.integration.card.test_pages import BUDGET, InlineFinder
from tests.integration.overview.builders import an_agent, an_office_without, everybody


def fill(number: int) -> None:
    """Everything that a row can say, so many times, and somebody who may not sign in any more."""
    for _ in range(number):
        everybody()
        invited = a_staff_member("Iris Invited")
        a_login(invited)
        invite(a_login(), invited)
    an_office_without()
    # Whose first run has not ended: their pairs are counted, in one statement.
    untallied = an_agent("Una Example")
    make.set_aside(untallied, a_contact(), "ErrorInvalidProperty")


def statements(client: Client, **query: str) -> int:
    with CaptureQueriesContext(database) as seen:
        assert client.get(to("overview"), query).status_code == 200
    asked = counted(seen.captured_queries)
    assert asked <= BUDGET, "\n".join(query["sql"] for query in seen.captured_queries)
    return asked


def test_sixty_rows_cost_as_many_statements_as_a_few(master: Client, db: None) -> None:
    fill(1)
    before = statements(master)
    fill(4)
    assert statements(master) == before
    assert statements(master, q="example", state="not-connected", sort="-name") == before
    assert Connection.objects.count() > 50


@pytest.mark.skipif(database.vendor != "postgresql", reason="only PostgreSQL compiles statements")
def test_postgresql_does_not_compile_the_overview_before_it_knows_how_large_it_is(
    master: Client, db: None
) -> None:
    """What it expects where nothing is analyzed yet made it optimize machine code for 2.4 s."""
    everybody()
    costs: list[float] = []

    def explain(execute, sql, params, many, context):
        if sql.startswith("SELECT") and not many:
            execute(f"EXPLAIN (FORMAT JSON) {sql}", params, many, context)
            [(plan,)] = context["cursor"].fetchall()
            costs.append(plan[0]["Plan"]["Total Cost"])
        return execute(sql, params, many, context)

    with database.execute_wrapper(explain):
        assert master.post(to("at_once"), {"all": "sync"}).status_code == 200

    with database.cursor() as cursor:
        cursor.execute("SHOW jit_optimize_above_cost")
        [limit] = cursor.fetchone()
    assert costs
    assert max(costs) < float(limit)


def test_a_master_user_outside_of_the_admin_keeps_the_budget(db: None, client: Client) -> None:
    fill(1)
    client.force_login(a_login(None, MASTER_USERS, is_staff=False))
    statements(client)


def test_no_page_needs_inline_script_or_style(master: Client, db: None) -> None:
    fill(1)
    pages = [master.get(to("overview")), master.post(to("at_once"), {"all": "sync"})]
    for page in pages:
        assert InlineFinder(page.content.decode()).found == []
