"""The list of what was set aside: reasons, next steps, Retry, and every odd press."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.models import Connection, Link, Run
from agentbox_sync.services.aside import PAGE
from tests.builders.crm import a_contact
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, text_of, to


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return make.a_syncing_connection(jane)


def aside(connection: Connection, name: str = "Ada Lane", **fields: object) -> Link:
    values = {"error": "ErrorInvalidProperty", "refused": "as it is", "attempts": 1, **fields}
    state = {"state": LinkState.QUARANTINED.value, "remote_id": ""}
    return make.a_link(connection, a_contact(name), **{**state, **values})


@pytest.mark.usefixtures("midday")
def test_every_item_says_why_and_what_happens_next(
    connection: Connection, janes_browser: Client
) -> None:
    aside(connection)
    aside(connection, "Ben Hill", error="ItemProtected", state=LinkState.RETAINED.value)
    aside(connection, "Cleo Park", refused="")
    aside(connection, "Dora Finch", next_attempt=make.later(hours=2))
    page = text_of(janes_browser.get(to("set_aside", connection.pk)))
    for said in (
        "4 items set aside",
        "Ada Lane",
        "Exchange does not accept one of the values.",
        "as soon as it changes in the CRM or in Outlook, and with every sync that a person begins.",
        "Tried 1 time.",
        "It is not tried again. Remove or change it in Outlook by hand",
        "It is tried again with the next run.",
        "It is tried again at",
    ):
        assert said in page
    assert "Retry" not in page, "who only looks is offered no button"


def test_the_card_leads_to_the_list(connection: Connection, jane: Staff, master: Client) -> None:
    aside(connection)
    assert to("set_aside", connection.pk) in master.get(card_of(jane)).content.decode()


def test_an_empty_list_says_so(connection: Connection, master: Client) -> None:
    page = text_of(master.get(to("set_aside", connection.pk)))
    assert "Nothing is set aside" in page
    page = text_of(master.get(to("set_aside", connection.pk), {"after": "99999"}))
    assert "There is nothing left on this page. To the beginning of the list" in page


@pytest.mark.parametrize("after", ["-1", "abc", "1e9", "9" * 40, "\x00"])
def test_a_page_that_is_none_is_the_first(
    after: str, connection: Connection, master: Client
) -> None:
    aside(connection)
    page = master.get(to("set_aside", connection.pk), {"after": after})
    assert "Ada Lane" in text_of(page)


def test_it_is_shown_page_by_page_in_few_statements(connection: Connection, master: Client) -> None:
    links = [aside(connection, f"Person {number:03}") for number in range(PAGE + 2)]
    connection.tallies = None
    with CaptureQueriesContext(database) as asked:
        first = text_of(master.get(to("set_aside", connection.pk)))
    assert len(asked) <= 12
    assert f"{PAGE + 2} items set aside" in first
    assert "Person 000" in first
    assert f"Person {PAGE:03}" not in first
    second = master.get(to("set_aside", connection.pk), {"after": links[PAGE - 1].pk})
    assert f"Person {PAGE:03}" in text_of(second)
    assert "Next page" not in text_of(second)


@pytest.mark.parametrize("press", ["one", "ticked", "all"])
def test_retry_begins_one_run_and_says_so(
    press: str, connection: Connection, master: Client
) -> None:
    link = aside(connection)
    for _ in range(2):
        page = master.post(to("retry", connection.pk), {press: link.pk}, follow=True)
    assert "1 item is tried again now." in text_of(page)
    run = Run.objects.get()
    assert run.state == Run.State.QUEUED
    assert run.asked_by is not None


def test_what_is_not_set_aside_any_more_is_answered_in_words(
    connection: Connection, master: Client
) -> None:
    link = make.a_link(connection, a_contact())
    page = master.post(to("retry", connection.pk), {"ticked": [link.pk]}, follow=True)
    assert "1 item is not set aside any more, so there is nothing to try again." in text_of(page)
    page = master.post(to("retry", connection.pk), {}, follow=True)
    assert "Nothing was begun: tick what should be tried again." in text_of(page)
    assert not Run.objects.exists()


def test_of_another_connection_nothing_is_tried(
    connection: Connection, master: Client, jane: Staff
) -> None:
    link = aside(make.a_connection(None))
    page = master.post(to("retry", connection.pk), {"one": link.pk}, follow=True)
    assert "not set aside any more" in text_of(page)
    link.refresh_from_db()
    assert link.refused


def test_what_exchange_lets_nobody_change_is_not_tried(
    connection: Connection, master: Client
) -> None:
    link = aside(
        connection, state=LinkState.RETAINED.value, reason=Rest.DISMISSED, error="ItemProtected"
    )
    assert "Retry" not in text_of(master.get(to("set_aside", connection.pk)))
    page = master.post(to("retry", connection.pk), {"one": link.pk}, follow=True)
    assert "nothing to try again" in text_of(page)


@pytest.mark.parametrize(
    "state, said",
    [
        ("paused", "syncing is paused. Resume it first."),
        ("needs_sign_in", "Microsoft needs a sign-in first."),
    ],
)
def test_what_comes_first_is_said(
    state: str, said: str, connection: Connection, master: Client
) -> None:
    link = aside(connection)
    Connection.objects.update(state=state)
    page = master.post(to("retry", connection.pk), {"one": link.pk}, follow=True)
    assert said in text_of(page)
    assert not Run.objects.exists()


def test_a_disconnected_account_has_no_such_list(connection: Connection, master: Client) -> None:
    Connection.objects.update(state="disconnected")
    page = master.get(to("set_aside", connection.pk), follow=True)
    assert condition_of(page) == "not_connected"
