"""The overview as a person uses it: at the keyboard, on a phone, and without a script.

With SCREENSHOTS_APART in the environment a picture of each page goes there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import Connection
from tests.builders.crm import a_login
from tests.integration.card.pages import to
from tests.integration.overview.builders import an_agent, an_office_without, everybody
from tests.journeys.keyboard import press, tab_to
from tests.journeys.screenshots import PHONE, take

pytestmark = pytest.mark.browser


@pytest.fixture
def browsing(transactional_db: None, live_server: Any, page: Page) -> Iterator[Page]:
    """A Master User's page; a complaint of the console fails the test."""
    client = Client()
    client.force_login(a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    assert complaints == []


def fits(page: Page) -> None:
    """Nothing is wider than a phone."""
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everybody_on_a_screen_and_on_a_phone(live_server: Any, browsing: Page) -> None:
    everybody()
    an_office_without()
    browsing.goto(live_server.url + to("overview"))
    take(browsing, "overview")
    fits(browsing)
    first = browsing.get_by_role("row").nth(1)
    expect(first).to_contain_text("Needs sign-in")  # a card, and a row of a table still
    browsing.goto(live_server.url + to("overview") + "?state=not-connected")
    take(browsing, "overview-not-connected")
    fits(browsing)
    browsing.goto(live_server.url + to("overview") + "?q=nobody")
    take(browsing, "overview-no-match")
    fits(browsing)


def test_two_are_paused_by_keyboard_and_it_is_undone(live_server: Any, browsing: Page) -> None:
    for name in ("Ada Lane", "Bea Moss", "Cy Noon"):
        an_agent(name)
    browsing.goto(live_server.url + to("overview"))
    for name in ("Ada Lane", "Cy Noon"):
        tab_to(browsing, browsing.get_by_label(f"Tick {name}"))
        browsing.keyboard.press("Space")
    buttons = browsing.get_by_role("button", name="Pause", description="The ticked ones:")
    buttons.focus()
    browsing.keyboard.press("Enter")
    expect(browsing.get_by_role("heading", name="Pause 2 accounts?")).to_be_visible()
    take(browsing, "overview-pause")
    fits(browsing)
    press(browsing, browsing.get_by_role("button", name="Pause 2 accounts"))
    expect(browsing.get_by_text("2 accounts were paused.")).to_be_visible()
    take(browsing, "overview-paused")
    fits(browsing)
    assert Connection.objects.filter(state="paused").count() == 2
    press(browsing, browsing.get_by_role("button", name="Undo"))
    expect(browsing.get_by_text("2 accounts go on.")).to_be_visible()
    assert not Connection.objects.filter(state="paused").exists()


def test_one_box_ticks_the_page(live_server: Any, browsing: Page) -> None:
    everybody()
    browsing.goto(live_server.url + to("overview"))
    browsing.get_by_label("All on this page").check()
    expect(browsing.get_by_label("Tick Fiona Example")).to_be_checked()
    browsing.get_by_label("Tick Fiona Example").uncheck()
    expect(browsing.get_by_label("All on this page")).not_to_be_checked()
    browsing.get_by_role("button", name="Sync now", description="The ticked ones:").click()
    expect(browsing.get_by_role("heading", name="Sync 4 accounts now?")).to_be_visible()
    take(browsing, "overview-sync")
    fits(browsing)


def test_without_a_script_it_works_as_well(
    live_server: Any, browser: Browser, browsing: Page
) -> None:
    an_agent("Ada Lane")
    an_agent("Bea Moss")
    context = browser.new_context(
        java_script_enabled=False, storage_state=browsing.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(live_server.url + to("overview"))
    expect(plain.get_by_text("All on this page")).to_be_hidden()
    plain.get_by_label("Name or address").fill("bea")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_text("1 staff member.")).to_be_visible()
    plain.get_by_role("button", name="Pause", description="The 1 that is found:").click()
    plain.get_by_role("button", name="Pause 1 account").click()
    expect(plain.get_by_text("1 account was paused.")).to_be_visible()
    context.close()
    assert Connection.objects.get(state="paused").user_name == "bea@harbourvale.example"
