"""The chart, the history, what was set aside: at the keyboard, on a phone, in both themes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Run
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to
from tests.journeys.screenshots import PHONE, take
from tests.journeys.width import expect_to_fit

pytestmark = pytest.mark.browser


@pytest.fixture
def jane(transactional_db: None) -> Staff:
    return a_staff_member("Jane Ashcroft", email="jane.ashcroft@harbourvale.example")


@pytest.fixture
def connection(jane: Staff) -> Connection:
    """A month as it goes: quiet days, busy days, and some trouble."""
    mary = a_login(None, first_name="Mary", last_name="Stone")
    connection = make.a_syncing_connection(
        jane, user_name="jane.ashcroft@harbourvale.example", polled_at=make.ago(minutes=2)
    )
    for ago in range(28, -1, -1):
        at = timezone.now() - timedelta(days=ago, minutes=3)
        if ago % 7 in (1, 2):
            continue
        numbers = {"updated": (ago * 37) % 23, "created": 40 if ago == 25 else 0}
        numbers |= {"set_aside": 2} if ago == 12 else {}
        error = "Unreachable" if ago in (5, 17) else ""
        by = {"asked_by": mary} if ago % 5 == 0 else {"cause": Run.Cause.SCHEDULE}
        counts = {} if error else {"contacts": numbers}
        make.a_run(connection, started_at=at, counts=counts, error=error, **by)
    return connection


@pytest.fixture
def enter(page: Page, live_server: Any, settings: Any) -> Any:
    """A Master User opens an address."""

    def enter(address: str) -> Page:
        client = Client()
        client.force_login(a_login(None, MASTER_USERS, first_name="Mary", last_name="Stone"))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{address}")
        return page

    return enter


def test_the_chart_is_read_as_a_table_with_the_keyboard(
    jane: Staff, connection: Connection, enter: Any
) -> None:
    page = enter(card_of(jane))
    take(page, "card")
    summary = page.get_by_text("In the last 30 days:")
    expect(summary).to_be_visible()
    summary.scroll_into_view_if_needed()
    take(page, "card-chart")
    page.get_by_text("The same as a table").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Set aside or held back")).to_be_visible()
    page.set_viewport_size(PHONE)
    summary.scroll_into_view_if_needed()
    take(page, "card-chart-table")
    expect_to_fit(summary)


def test_the_history_is_filtered_with_the_keyboard(connection: Connection, enter: Any) -> None:
    page = enter(to("runs", connection.pk))
    take(page, "runs")
    page.get_by_label("How it ended").focus()
    page.keyboard.press("F")  # the one that begins with it
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Show everything")).to_be_visible()
    assert "ending=failed" in page.url
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_label("How it ended")).to_have_value("failed")
    take(page, "runs-failed")
    page.set_viewport_size(PHONE)
    expect_to_fit(page.get_by_role("button", name="Show", exact=True))


def test_what_was_set_aside_is_tried_again_with_the_keyboard(
    connection: Connection, enter: Any
) -> None:
    for name, error in (
        ("Ada Lane", "ErrorInvalidProperty"),
        ("Ben Hill", "RequestEntityTooLarge"),
        ("Cleo Park", "ErrorOfTomorrow"),
    ):
        fields = {"state": "quarantined", "refused": "as it is", "attempts": 2, "remote_id": ""}
        make.a_link(connection, a_contact(name), error=error, **fields)
    page = enter(to("set_aside", connection.pk))
    expect(page.get_by_text("Ada Lane").first).to_be_visible()
    take(page, "set-aside")
    page.get_by_label("Ben Hill", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 item is tried again now.")).to_be_visible()
    expect(page.get_by_text("It is tried again with the next run.")).to_have_count(1)
    assert connection.runs.get(state="queued").cause == Run.Cause.RETRY
    take(page, "set-aside-retried")
    page.set_viewport_size(PHONE)
    expect_to_fit(page.get_by_role("button", name="Retry all"))
