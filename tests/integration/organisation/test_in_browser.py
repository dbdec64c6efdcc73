"""The organisation connection walked in a browser, with the administrator at Microsoft.

With SCREENSHOTS_APART in the environment a picture of each page goes there.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection
from agentbox_sync.services import microsoft as ours
from tests.builders import crm
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.integration.card.pages import card_of, to
from tests.journeys.screenshots import PHONE, take
from tests.journeys.width import expect_to_fit

from .office import Office
from .test_page import register

pytestmark = pytest.mark.browser


@pytest.fixture
def office(
    transactional_db: None, microsoft: Microsoft, settings: Settings, live_server: Any
) -> Office:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "BASE_URL": live_server.url}
    return Office(microsoft, settings)


@pytest.fixture
def entered(office: Office, page: Page, live_server: Any, settings: Settings) -> Page:
    client = Client()
    client.force_login(office.master)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return page


def see(shown: Locator, name: str) -> None:
    """Take a picture of the page that shows this; on a phone nothing of it is cut off."""
    expect(shown).to_be_visible()
    page = shown.page
    take(page, name)
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    expect_to_fit(shown)
    if before:
        page.set_viewport_size(before)


def crowd(office: Office) -> None:
    """People of every sort."""
    for name, values in {
        "Una Lacey": {"mailbox": False},
        "Dora Finch": {"enabled": False},
        "Sam Park": {},
    }.items():
        upn = f"{name.split()[0].lower()}@agency.example"
        crm.a_staff_member(name, email=upn)
        office.seed({"upn": upn, "display_name": name, "password": PASSWORD, **values})
    more = {"upn": "s.park@agency.example", "aliases": ["sam@agency.example"]}
    office.seed({"display_name": "Samuel Park", "password": PASSWORD, **more})
    crm.a_staff_member("Nora Blake", email="nora@agency.example")


def test_an_organisation_is_connected_and_let_go(
    office: Office, entered: Page, live_server: Any
) -> None:
    register(office)
    crowd(office)
    page = entered
    page.goto(f"{live_server.url}{to('offer')}")
    page.get_by_role("link", name="Connect the whole organisation").click()
    see(page.get_by_role("heading", name="Two ways to connect"), "organisation-begin")

    page.get_by_role("button", name="Connect the organisation").click()
    onward = page.get_by_role("link", name="Continue to Microsoft")
    see(onward, "organisation-departure")
    onward.click()
    page.locator("input[name=email]").fill("admin@agency.example")
    page.keyboard.press("Enter")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("The organisation is connected.")).to_be_visible()
    take(page, "organisation-before-the-look")
    expect(page.get_by_role("navigation", name="Which to show")).to_have_count(0)

    page.get_by_role("button", name="Look up whose mailbox is whose").click()
    expect(page.locator("[data-verdict=matched]")).to_have_count(2)
    for verdict in ("several", "no_mailbox", "disabled", "not_found"):
        expect(page.locator(f"[data-verdict={verdict}]")).to_have_count(1)
    see(page.locator("[data-verdict=matched]").first, "organisation-mailboxes")

    # At the keyboard: Tom is not wanted.
    tom = page.get_by_role("checkbox", name="Tom Reed")
    tom.focus()
    page.keyboard.press("Space")
    expect(tom).not_to_be_checked()
    page.get_by_role("button", name="Connect those that are ticked").click()
    expect(page.get_by_text("1 mailbox is connected.")).to_be_visible()
    expect(tom).not_to_be_checked()  # whoever was left out stays out with the next press
    expect(page.get_by_role("checkbox", name="Jane Ashcroft")).to_have_count(0)
    take(page, "organisation-connected")
    connection = Connection.objects.get()
    assert connection.object_id == office.oid(JANE)

    page.goto(f"{live_server.url}{card_of(office.staff)}")
    see(page.get_by_text("Connected through the organisation by"), "organisation-card")

    office.restrict()
    Connection.objects.update(state="suspended", reason="ErrorAccessDenied")
    page.reload()
    page.get_by_role("link", name="Look at the organisation").click()
    see(page.get_by_role("button", name="Check"), "organisation-trouble")
    office.seed()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("1 mailbox goes on.")).to_be_visible()
    take(page, "organisation-in-order")

    page.get_by_role("link", name="Disconnect the organisation").click()
    see(page.get_by_role("heading", name="Disconnect the organisation?"), "organisation-end")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("and with it 1 mailbox")).to_be_visible()
    assert not Connection.objects.get().is_live
    assert Staff.objects.filter(pk=office.staff.pk).exists()
    assert ours.callback_url().startswith(live_server.url)
