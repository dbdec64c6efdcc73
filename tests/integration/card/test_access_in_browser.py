"""The pages about who may connect what, as a person sees them: at the keyboard, wide and narrow.

With SCREENSHOTS_APART in the environment a picture of each goes there.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.graph.account import Profile
from agentbox_sync.models import Connection, ProviderSwitch, StaffSettings
from agentbox_sync.oauth.flow import SignedIn
from agentbox_sync.services.confirm import hold
from tests.builders.crm import a_login, a_staff_member, an_office
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to
from tests.journeys.screenshots import PHONE, take
from tests.journeys.width import expect_to_fit

pytestmark = pytest.mark.browser


@pytest.fixture
def jane(transactional_db: None) -> Staff:
    for name in ("Balmain", "Manly", "Neutral Bay"):
        an_office(name)
    return a_staff_member("Jane Ashcroft", email="jane.ashcroft@harbourvale.example")


@pytest.fixture
def enter(page: Page, live_server: Any, settings: Any) -> Any:
    """Sign somebody in and open an address."""

    def enter(user: Any, address: str) -> Page:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{address}")
        return page

    return enter


def see(shown: Locator, name: str) -> None:
    """Take a picture of the page that shows this; on a phone nothing of it is cut off."""
    expect(shown).to_be_visible()
    take(shown.page, name)
    shown.page.set_viewport_size(PHONE)
    expect_to_fit(shown)


def titled(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, exact=True)


def test_the_card_outside_of_the_admin(jane: Staff, enter: Any) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    make.a_syncing_connection(jane, user_name="jane.ashcroft@harbourvale.example")
    page = enter(a_login(jane, AGENTS, is_staff=False, first_name="Jane"), to("mine"))
    see(titled(page, "My connections"), "my-connections")


def test_the_checkbox_is_ticked_by_keyboard(jane: Staff, enter: Any) -> None:
    page = enter(a_login(None, MASTER_USERS, first_name="Mary"), card_of(jane))
    take(page, "master-not-connected")
    page.get_by_label("Let this staff member manage their own settings").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    see(page.get_by_text("Jane Ashcroft may manage this card from now on."), "master-allowed")
    assert StaffSettings.objects.get(staff=jane).self_managed


def hold_another_account(user: Any, settings: Any, staff: Staff) -> tuple[str, str]:
    """A session in which another account than the card's has signed in, and the question."""
    client = Client()
    client.force_login(user)
    session = client.session
    kept = {"user": str(user.pk), "staff": str(staff.pk), "begun_at": timezone.now().isoformat()}
    tom = "tom.reed@harbourvale.example"
    signed_in = SignedIn("tenant", "object", tom, "Tom Reed", (), "{}")
    ended = hold(session, kept, signed_in, Profile("object", "Tom Reed", tom, tom, "UTC"))
    session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return cookie, to("confirm", ended.parameters["key"])


def test_enter_keeps_no_account_that_the_card_does_not_know(
    jane: Staff, page: Page, live_server: Any, settings: Any
) -> None:
    cookie, address = hold_another_account(a_login(None, MASTER_USERS), settings, jane)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{address}")
    see(titled(page, "Is this the right account?"), "question")
    page.keyboard.press("Enter")
    expect(page.get_by_text("the account that signed in was not kept")).to_be_visible()
    assert not Connection.objects.exists()


def test_an_invitation_is_made_by_keyboard_and_followed(jane: Staff, enter: Any) -> None:
    login = a_login(jane, AGENTS, is_staff=False, first_name="Jane")
    page = enter(a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen"), card_of(jane))
    page.get_by_role("link", name="Invite them to sign in").press("Enter")
    see(titled(page, "Invite Jane Ashcroft to connect"), "invite")
    page.get_by_role("button", name="Make a link to copy").press("Enter")
    field = page.get_by_label("Link")
    expect(field).to_be_focused()
    see(field, "invite-link")
    path = urlsplit(field.input_value()).path
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).press("Enter")
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    enter(login, path)
    expect(page.get_by_role("button", name="Connect")).to_be_focused()
    see(titled(page, "Connect your Microsoft 365 account"), "invitation")


def test_the_help(jane: Staff, enter: Any, control: Any) -> None:
    page = enter(a_login(None, MASTER_USERS, first_name="Mary"), card_of(jane))
    page.get_by_role("link", name="Trouble connecting?").press("Enter")
    see(titled(page, "When connecting does not work"), "help")
    page.goto(f"{page.url}#approval")
    heading = page.get_by_role("heading", name="An administrator has to approve first")
    expect(heading).to_be_in_viewport()
    take(page, "help-approval")


def test_the_switches(jane: Staff, enter: Any) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    page = enter(a_login(None, MASTER_USERS, first_name="Mary"), card_of(jane))
    take(page, "not-offered")
    page.get_by_role("link", name="Switch it on").click()
    see(titled(page, "Where Microsoft 365 (Office 365) is offered"), "offer")
    page.get_by_label("Mosman").select_option("On")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("button", name="Connect")).to_be_visible()


def test_pausing_and_resuming_by_keyboard(jane: Staff, enter: Any) -> None:
    make.a_syncing_connection(jane, user_name="jane.ashcroft@harbourvale.example")
    page = enter(a_login(None, MASTER_USERS, first_name="Mary", last_name="Stone"), card_of(jane))
    page.get_by_role("button", name="Pause syncing").scroll_into_view_if_needed()
    take(page, "card-before-pause")
    page.get_by_role("button", name="Pause syncing").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Syncing is paused")).to_be_visible()
    see(page.get_by_text("Mary Stone paused it at"), "card-paused")
    page.get_by_role("button", name="Resume syncing").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The sync is about to start.")).to_be_visible()
