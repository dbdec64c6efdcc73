"""Choosing in a browser: what is not saved yet stays, and a second window is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Dialog, Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import ContactClass
from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.models import Connection
from tests.builders.calendar_crm import ADAPTER as WITH_CALENDAR
from tests.builders.calendar_crm import CONTACTS_ALONE
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of
from tests.journeys.screenshots import PHONE
from tests.journeys.width import expect_to_fit

pytestmark = pytest.mark.browser
GROUPS = ("scope", "exchange", "one_way", "two_way")


@pytest.fixture
def connection(transactional_db: None, settings: Any) -> Connection:
    # One section: what is asked of it has nothing to do with how many there are.
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": CONTACTS_ALONE}
    ContactClass.objects.create(name="Buyers")
    connection = make.a_syncing_connection(a_staff_member("Jane Ashcroft"))
    # Nobody has said go: what somebody has said go to is folded.
    connection.contactsettings.approved = ""
    connection.contactsettings.save()
    return connection


@pytest.fixture
def address(page: Page, live_server: Any, settings: Any, connection: Connection) -> str:
    client = Client()
    client.force_login(a_login(None, MASTER_USERS))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return f"{live_server.url}{card_of(connection.staff)}"


def expect_marks(page: Page, *marks: str) -> None:
    expect(page.locator("[data-agentbox-mark]")).to_have_text(list(marks))


def test_saving_one_section_keeps_what_was_chosen_in_another(
    page: Page, address: str, connection: Connection, settings: Any
) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": WITH_CALENDAR}
    page.goto(address)
    contacts, days = (page.locator("[data-agentbox-settings]").nth(n) for n in (0, 1))
    days.get_by_label("Two-way").check()
    days.locator("[name=calendar-adoption][value=import]").check()
    days.locator("summary", has_text="In Exchange").first.click()
    days.locator("summary", has_text="Category in Outlook").click()
    days.get_by_role("textbox", name="Inspection").fill("Hot")
    expect_marks(page, "", "Not saved yet")
    contacts.get_by_label("Disabled").check()
    contacts.get_by_role("button", name="Save").click()
    expect(
        page.get_by_text("Saved. Nothing is synced while the status is Disabled.")
    ).to_be_visible()
    expect(days.get_by_label("Two-way")).to_be_checked()
    expect(days.locator("[name=calendar-adoption][value=import]")).to_be_checked()
    expect(days.locator("[name=calendar-category-inspection]")).to_have_value("Hot")
    expect(contacts.get_by_label("Disabled")).to_be_checked()
    expect_marks(page, "", "Not saved yet")
    page.goto("about:blank")
    page.goto(address)
    expect(days.get_by_label("Disabled")).to_be_checked()
    expect_marks(page, "", "")  # kept over the way to the next page, and not for ever


def test_leaving_with_something_unsaved_is_asked_about(
    page: Page, address: str, connection: Connection
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(address)
    page.get_by_label("Two-way").check()
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Disconnect this account").click()
    expect(page.get_by_label("Two-way")).to_be_checked()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Disconnect this account").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    assert asked == ["beforeunload"], "nothing is asked where nothing is unsaved"


def test_a_second_window_that_saved_is_noticed_and_decided_on(
    page: Page, address: str, connection: Connection
) -> None:
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.locator("summary", has_text="In Exchange").first.click()
    other.get_by_label("Delete from Exchange").check()
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.")).to_be_visible()

    page.get_by_label("Two-way").check()
    page.get_by_role("button", name="Save").click()
    notice = page.get_by_role("alert")
    expect(notice).to_be_focused()
    row = notice.get_by_role("row", name="When removed from the CRM")
    expect(row).to_contain_text("Retain in Exchange")
    expect(row).to_contain_text("Delete from Exchange")
    settings = connection.contactsettings
    settings.refresh_from_db()
    assert (settings.status, settings.removal) == (Status.ONE_WAY, Removal.DELETE)

    page.get_by_role("button", name="Save my answers over theirs").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    settings.refresh_from_db()
    assert (settings.status, settings.removal) == (Status.TWO_WAY, Removal.RETAIN)


def test_keeping_what_the_other_window_saved_asks_nothing_more(
    page: Page, address: str, connection: Connection
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(address)
    settings = connection.contactsettings
    settings.status, settings.version = "two_way", 2
    settings.save()
    page.get_by_label("Disabled").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Keep what was saved meanwhile").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Two-way")).to_be_checked()
    assert asked == []


def test_only_what_counts_under_the_chosen_status_is_drawn(page: Page, address: str) -> None:
    page.goto(address)
    groups = {name: page.locator(f"#agentbox-contacts-{name}") for name in GROUPS}
    for status, drawn in (
        ("One-way", {"scope", "exchange", "one_way"}),
        ("Two-way", {"scope", "exchange", "two_way"}),
        ("Disabled", set()),
    ):
        page.get_by_label(status).check()
        for name, group in groups.items():
            expect(group).to_be_visible(visible=name in drawn)
    page.get_by_label("Two-way").check()
    expect(page.get_by_label("Ask on the card")).to_be_visible()


def test_what_is_wrong_is_drawn_under_every_status(page: Page, address: str, settings: Any) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": WITH_CALENDAR}
    page.goto(address)
    days = page.locator("#agentbox-calendar")
    days.get_by_label("Two-way").check()
    days.get_by_label("Ahead").fill("")
    days.get_by_label("Disabled").check()
    days.get_by_role("button", name="Save").click()
    expect(days.locator("p", has_text="Type a number of days.")).to_be_visible()


def test_what_somebody_has_said_go_to_is_folded_until_they_want_to_change_it(
    page: Page, address: str, connection: Connection
) -> None:
    settings = connection.contactsettings
    settings.approved = settings.fingerprint
    settings.save()
    page.goto(address)
    contacts = page.locator("#agentbox-contacts")
    expect(contacts.get_by_text("One-way: CRM to Exchange · ")).to_be_visible()
    expect(contacts.get_by_role("radio").first).to_be_hidden()
    contacts.get_by_text("Change the settings").click()
    contacts.get_by_label("Two-way").check()
    # What is not saved yet is not folded away either when another button leads back to the card.
    page.get_by_role("button", name="Sync Contact Now").click()
    expect(page.get_by_role("heading", name="The sync is about to start.")).to_be_visible()
    expect(contacts.get_by_label("Two-way")).to_be_checked()
    expect(contacts.get_by_label("Two-way")).to_be_visible()


def test_without_a_script_every_answer_can_be_given(
    page: Page, address: str, connection: Connection
) -> None:
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(address)
    page.get_by_label("Two-way").check()
    page.locator("summary", has_text="Only with Two-way").click()
    page.get_by_label("Put it back in Exchange").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    settings = connection.contactsettings
    settings.refresh_from_db()
    assert (settings.status, settings.deletion) == ("two_way", "restore")


def test_it_is_a_thumb_that_chooses(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.get_by_label("Two-way").check()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    expect_to_fit(page.locator("#agentbox-contacts"))
    touched = page.locator(".agentbox-option, .agentbox-typed input, .agentbox-group > summary")
    touched = touched.filter(visible=True)
    heights = touched.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(heights) > 20
    assert min(heights) >= 44
