"""Choosing for the calendar in a browser: two kinds on one card, and numbers among the answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import CalendarSettings, Connection
from tests.builders.calendar_crm import ADAPTER
from tests.builders.crm import a_login, a_staff_member
from tests.environment.accessibility import in_every_look
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of
from tests.journeys.screenshots import PHONE
from tests.journeys.width import expect_to_fit

pytestmark = pytest.mark.browser


@pytest.fixture
def address(page: Page, live_server: Any, settings: Any, transactional_db: None) -> str:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": ADAPTER}
    connection = make.a_syncing_connection(a_staff_member("Jane Ashcroft"))
    client = Client()
    client.force_login(a_login(None, MASTER_USERS))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return f"{live_server.url}{card_of(connection.staff)}"


def test_what_is_typed_for_the_calendar_outlasts_saving_the_contacts(
    page: Page, address: str
) -> None:
    page.goto(address)
    contacts, calendar = (page.locator(f"#agentbox-{name}") for name in ("contacts", "calendar"))
    calendar.get_by_label("One-way").check()
    calendar.get_by_label("Ahead").fill("90")
    calendar.get_by_label("Show inspection times").uncheck()
    expect(calendar.locator("[data-agentbox-mark]")).to_have_text("Not saved yet")
    contacts.get_by_text("Change the settings").click()
    contacts.get_by_label("Disabled").check()
    contacts.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Nothing is synced while")).to_be_visible()
    expect(calendar.get_by_label("Ahead")).to_have_value("90")
    expect(calendar.get_by_label("Show inspection times")).not_to_be_checked()
    assert not CalendarSettings.objects.exists()
    calendar.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nothing is written before you say go")).to_be_visible()
    row = CalendarSettings.objects.get(connection=Connection.objects.get())
    assert (row.status, row.days_ahead, row.inspections) == ("one_way", 90, False)


def test_the_card_with_two_kinds_fits_a_phone_and_can_be_read_by_everybody(
    page: Page, address: str
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.locator("#agentbox-calendar").get_by_label("Two-way").check()
    for group in page.locator("#agentbox-calendar details").all():
        group.evaluate("group => { group.open = true; }")
    expect_to_fit(page.locator("#agentbox-calendar"))
    assert not any(in_every_look(page, "#agentbox-calendar").values())
