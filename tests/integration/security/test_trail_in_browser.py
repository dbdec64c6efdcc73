"""The audit trail as a Master User reads it. With SCREENSHOTS_APART a picture goes there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.models import AuditEntry
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.office import a_desk
from tests.integration.card.pages import card_of
from tests.integration.security.deeds import DEEDS
from tests.journeys.screenshots import PHONE, take

pytestmark = pytest.mark.browser


def test_who_did_what_is_read_from_the_card(
    transactional_db: None, page: Page, live_server: Any, settings: Any
) -> None:
    desk = a_desk(a_staff_member("Jane Ashcroft", email="jane@harbourvale.example"))
    client = Client()
    client.force_login(a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen"))
    chosen = make.answers(
        desk.connection.contactsettings, status="two_way", conflict="exchange_wins"
    )
    client.post(desk.address("configure"), chosen)
    for deed in DEEDS:
        if deed.name not in ("configure", "offer"):
            client.post(desk.address(deed.name), deed.pressed(desk))
    assert AuditEntry.objects.count() > 8
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{card_of(desk.staff)}#agentbox-allowance")
    take(page, "card-with-trail")
    page.get_by_role("link", name="Who did what on this card").press("Enter")
    row = page.get_by_role("row").filter(has_text="Changed settings")
    expect(row).to_contain_text("Mary Chen")
    expect(row).to_contain_text("Sync Status: One-way: CRM to Exchange → Two-way")
    take(page, "trail")
    page.set_viewport_size(PHONE)
    expect(row).to_be_visible()
    row.get_by_role("link").first.press("Enter")
    expect(page.get_by_text("View audit entry")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    take(page, "trail-entry")
