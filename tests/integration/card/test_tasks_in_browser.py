"""Choosing for tasks in a browser: three kinds on one card, and the calendar's tick for tasks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import CalendarSettings, Connection, TaskSettings
from tests.builders.crm import a_login, a_staff_member
from tests.builders.task_crm import ADAPTER
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


def test_both_questions_about_tasks_are_answered_by_themselves(page: Page, address: str) -> None:
    page.goto(address)
    tasks = page.locator("#agentbox-tasks")
    tasks.get_by_label("Two-way").check()
    tasks.locator("summary", has_text="In Exchange").first.click()
    completed = tasks.get_by_role("group", name="When completed in the CRM")
    removed = tasks.get_by_role("group", name="When removed from the CRM")
    completed.get_by_label("Delete from Exchange").check()
    expect(removed.get_by_label("Retain in Exchange")).to_be_checked()
    tasks.get_by_label("Complete the task in the CRM").check()
    tasks.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nothing is written before you say go")).to_be_visible()
    row = TaskSettings.objects.get(connection=Connection.objects.get())
    chosen = (row.status, row.completed, row.removal, row.deletion)
    assert chosen == ("two_way", "delete", "retain", "apply")


def test_the_tick_for_tasks_comes_with_a_category(page: Page, address: str) -> None:
    page.goto(address)
    calendar = page.locator("#agentbox-calendar")
    calendar.get_by_label("One-way").check()
    calendar.get_by_label("Show tasks").check()
    calendar.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nothing is written before you say go")).to_be_visible()
    row = CalendarSettings.objects.get(connection=Connection.objects.get())
    assert (row.tasks, row.labels()["task"]) == (True, "Task")
    expect(calendar.get_by_label("Show tasks")).to_be_checked()


def test_the_card_with_three_kinds_fits_a_phone_and_can_be_read_by_everybody(
    page: Page, address: str
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.locator("#agentbox-tasks").get_by_label("Two-way").check()
    for group in page.locator("#agentbox-tasks details").all():
        group.evaluate("group => { group.open = true; }")
    expect_to_fit(page.locator("#agentbox-tasks"))
    assert not any(in_every_look(page, "#agentbox-tasks").values())
