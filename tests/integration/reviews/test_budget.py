"""What the pages cost: few statements, whatever the number of links."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import Rest
from agentbox_sync.models import StaffSettings
from tests.builders.crm import a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import to
from tests.integration.card.test_pages import BUDGET, InlineFinder

from . import builders as waits


@pytest.fixture
def addresses(jane: Staff) -> list[str]:
    """Every page, each of them full."""
    connection = waits.a_two_way_connection(jane)
    names = [f"Person{n:02} Example" for n in range(25)]
    contacts = waits.people(jane, *names)
    run = make.a_run(connection, counts={"contacts": {"updated": 25}})
    for number, contact in enumerate(contacts):
        waits.born(connection, {"name": {"given": f"Nina{number}"}} if number % 2 else None)
        waits.a_change(connection, contact, run=run, side="remote", cause="put back")
        waits.a_conflict(connection, contact, run=run)
        reason = [Rest.REMOVED_IN_EXCHANGE, Rest.CONTESTED][number % 2]
        link = waits.rests(connection, contact, reason)
        if number % 3 == 0:
            waits.a_decision(link, decided_by=a_login(None, AGENTS))
        if number % 4 == 0:
            contact.delete()
    make.a_stop(connection, contacts[1:3])
    lists = ("born", "removed", "contested", "conflicts", "decided")
    change = run.changes.last()
    assert change is not None
    return [
        *(f"{to('reviews', connection.pk)}?list={name}" for name in lists),
        to("review", connection.pk, "contested", connection.links.get(local_pk=contacts[1].pk).pk),
        to("changes", run.pk),
        f"{to('undo', change.pk)}?conflict=1",
    ]


def test_every_page_keeps_the_budget(addresses: list[str], jane: Staff, master: Client) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    herself = Client()
    herself.force_login(a_login(jane, AGENTS))
    for client in (master, herself):
        for address in addresses:
            with CaptureQueriesContext(database) as queries:
                page = client.get(address)
            assert page.status_code == 200
            asked = [query["sql"] for query in queries.captured_queries]
            assert len(asked) <= BUDGET, "\n".join([address, *asked])


def test_no_page_needs_inline_script_or_style(addresses: list[str], master: Client) -> None:
    for address in addresses:
        page = master.get(address)
        assert InlineFinder(page.content.decode()).found == []
