"""What every page keeps: no inline script or style, few queries, no token."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import (
    AuditEntry,
    Change,
    Connection,
    ContactSettings,
    ProviderSwitch,
    StaffSettings,
)
from agentbox_sync.services import invite, tallies
from tests.builders.crm import a_contact, a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, to
from tests.integration.reviews import builders as waits

BUDGET = 12  # SQL statements of the whole page, session and permissions among them


class InlineFinder(HTMLParser):
    """Collects what a Content-Security-Policy of `default-src 'self'` would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        for name in ("href", "src", "action"):
            if (given.get(name) or "").strip().lower().startswith(("javascript:", "data:")):
                self.found.append(f"{name}={given[name]}")


@pytest.mark.parametrize(
    "planted",
    [
        "<script>1</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<p onclick="x()">',
        '<a href=" JavaScript:x()">',
    ],
)
def test_planted_inline_code_is_found(planted: str) -> None:
    assert InlineFinder(f"<html><body>{planted}</body></html>").found


def full_card(staff: Staff) -> Connection:
    """Everything that a card can show at once."""
    connection = make.a_syncing_connection(staff, failures=1, not_before=make.later(minutes=2))
    contacts = [a_contact(f"Person {n}") for n in range(30)]
    for number, contact in enumerate(contacts):
        if number < 10:
            make.set_aside(connection, contact, "ErrorInvalidProperty")
        else:
            make.a_link(connection, contact, left_out=["emails"], drift=["notes"])
    make.a_stop(connection, contacts[10:])
    user = a_login(None, AGENTS)
    for number in range(15):
        make.a_run(connection, asked_by=user, counts={"contacts": {"updated": number}})
    make.a_run(connection, "running", counts={"contacts": {"planned": 9, "worked": 3}})
    Connection.objects.filter(pk=connection.pk).update(tallies=tallies.count(connection.pk))
    return connection


def test_no_page_needs_inline_script_or_style(jane: Staff, master: Client, control: Any) -> None:
    connection = full_card(jane)
    pages = [
        master.get(card_of(jane)),
        master.get(reverse("admin:agentbox_crm_staff_change", args=[jane.pk])),
        master.get(to("disconnect", connection.pk)),
        master.get(to("preview", connection.pk, "contacts")),
        master.get(to("callback")),
        master.get(to("card", jane.pk)),
        master.get(to("offer"), {"back": jane.pk}),
        master.get(to("help", jane.pk)),
        master.get(to("invite", jane.pk)),
    ]
    connection.delete()
    a_login(jane)
    pages += [
        master.get(card_of(jane)),
        master.get(to("invite", jane.pk)),
        master.post(to("invite", jane.pk), {"way": "link"}),
    ]
    for page in pages:
        assert "<html" in page.content.decode()
        assert InlineFinder(page.content.decode()).found == []
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_fullest_card_of_a_master_user_keeps_the_budget(jane: Staff, master: Client) -> None:
    full_card(jane)
    assert_in_budget(master, card_of(jane))


def test_the_fullest_card_of_its_owner_keeps_the_budget(jane: Staff) -> None:
    full_card(jane)
    StaffSettings.objects.create(staff=jane, self_managed=True)
    client = Client()
    client.force_login(a_login(jane, AGENTS))
    assert_in_budget(client, card_of(jane))


def test_the_fullest_card_outside_of_the_admin_keeps_the_budget(jane: Staff) -> None:
    full_card(jane)
    StaffSettings.objects.create(staff=jane, self_managed=True)
    client = Client()
    client.force_login(a_login(jane, AGENTS, is_staff=False))
    assert_in_budget(client, to("card", jane.pk))


def test_the_fullest_card_that_waits_for_a_go_keeps_the_budget(jane: Staff, master: Client) -> None:
    connection = full_card(jane)
    connection.runs.exclude(state="finished").delete()
    ContactSettings.objects.update(approved="")
    Connection.objects.update(failures=0, not_before=None)
    make.a_preview(ContactSettings.objects.get(), "making", counts={"read": 12})
    assert condition_of(master.get(card_of(jane))) == "looking"
    assert_in_budget(master, card_of(jane))


def assert_in_budget(client: Client, address: str) -> None:
    with CaptureQueriesContext(database) as queries:
        assert client.get(address).status_code == 200
    asked = [query["sql"] for query in queries.captured_queries]
    assert len(asked) <= BUDGET, "\n".join(asked)


def test_progress_is_cheap(jane: Staff, master: Client) -> None:
    connection = full_card(jane)
    with CaptureQueriesContext(database) as queries:
        master.get(to("progress", connection.pk))
    assert len(queries) <= 8, "\n".join(query["sql"] for query in queries.captured_queries)


# --------------------------------------------------------------------------- the admin's log

LOGS = ["connection", "run", "change", "link", "review", "decision", "staffsettings", "invitation"]
LOGS += ["providerswitch", "auditentry"]


@pytest.fixture
def logged(jane: Staff) -> dict[str, Any]:
    connection = full_card(jane)
    change = Change.objects.create(
        connection=connection, kind="contacts", action="create", outcome="done", at=make.ago()
    )
    return {
        "connection": connection,
        "run": connection.runs.last(),
        "change": change,
        "link": connection.links.first(),
        "review": connection.reviews.first(),
        "decision": waits.a_decision(connection.links.first()),
        "invitation": invite.invite(a_login(jane), jane)[0],
        "staffsettings": StaffSettings.objects.create(staff=jane),
        "providerswitch": ProviderSwitch.objects.create(provider="microsoft"),
        "auditentry": AuditEntry.objects.latest("pk"),  # of the invitation
    }


@pytest.mark.parametrize("name", LOGS)
def test_master_users_read_the_log_and_nobody_writes_it(
    name: str, logged: dict[str, Any], master: Client, admin_client: Client
) -> None:
    for client in (master, admin_client):
        row = reverse(f"admin:agentbox_sync_{name}_change", args=[logged[name].pk])
        assert client.get(reverse(f"admin:agentbox_sync_{name}_changelist")).status_code == 200
        page = client.get(row)
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(row, {"state": "x"}).status_code == 403
        assert client.get(reverse(f"admin:agentbox_sync_{name}_add")).status_code == 403
        delete = reverse(f"admin:agentbox_sync_{name}_delete", args=[logged[name].pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", LOGS)
def test_an_agent_does_not_read_the_log(
    name: str, logged: dict[str, Any], janes_browser: Client
) -> None:
    assert janes_browser.get(reverse(f"admin:agentbox_sync_{name}_changelist")).status_code == 403


def test_no_page_shows_a_token_open_or_sealed(
    jane: Staff, logged: dict[str, Any], master: Client
) -> None:
    connection = logged["connection"]
    with database.cursor() as cursor:
        cursor.execute("SELECT tokens FROM agentbox_sync_connection")
        sealed = cursor.fetchone()[0]
    assert sealed.startswith("f1:"), "the control: there is a sealed token that could be shown"
    for address in (
        card_of(jane),
        reverse("admin:agentbox_sync_connection_change", args=[connection.pk]),
        reverse("admin:agentbox_sync_connection_changelist"),
        to("progress", connection.pk),
    ):
        text = master.get(address).content.decode()
        assert connection.tokens not in text
        assert sealed not in text
        said = re.search(r"(?is).{0,80}\btokens?\b.{0,40}", text)
        assert said is None, said
