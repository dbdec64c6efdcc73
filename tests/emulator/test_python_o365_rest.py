"""python-o365 on what lies beside contacts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from O365 import Account
from O365.category import CategoryColor

from .clients import Control
from .endpoint import Endpoint
from .o365 import SCOPES, o365_account
from .test_photos import jpeg

MORE = (*SCOPES, "MailboxSettings.ReadWrite")


@pytest.fixture
def account(control: Control) -> Iterator[Account]:
    with o365_account(control.url, scopes=MORE) as account:
        yield account


def test_categories_are_made_coloured_and_deleted(account: Account, control: Control) -> None:
    categories = account.outlook_categories()
    assert len(categories.get_categories()) == 6
    made = categories.create_category("Vendors", color=CategoryColor.CRANBERRY)
    assert categories.get_category(made.object_id).color is CategoryColor.CRANBERRY
    assert made.update_color(CategoryColor.ORANGE)
    kept = next(c for c in control.mailbox()["categories"] if c["name"] == "Vendors")
    assert kept["color"] == "preset1"
    assert made.delete()
    assert len(categories.get_categories()) == 6


def test_a_photo_is_set_and_read(account: Account, control: Control) -> None:
    contact = account.address_book().new_contact()
    contact.name = "Mia"
    assert contact.save()
    assert contact.get_profile_photo() is None
    assert contact.update_profile_photo(jpeg())
    assert contact.get_profile_photo() == jpeg()


def test_settings_are_read(account: Account) -> None:
    settings = account.mailbox().get_settings()
    assert settings.timezone == "AUS Eastern Standard Time"
    assert settings.workinghours


def test_a_subscription_lives_its_life(account: Account, control: Control) -> None:
    subscriptions = account.subscriptions()
    with Endpoint() as crm:
        control.post("subscriptions", {"address": crm.url})
        made = subscriptions.create_subscription(
            "https://crm.example/hook",
            "/me/contacts",
            ["created", "updated", "deleted"],
            expiration_minutes=600,
            client_state="s3cret",
        )
        control.person({"add": {"surname": "Wong"}})
        assert crm.wait(1)[0]["clientState"] == "s3cret"
        moved = subscriptions.update_subscription(
            made["id"], notification_url="https://crm.example/elsewhere"
        )
        assert moved["notificationUrl"] == "https://crm.example/elsewhere"
    renewed = subscriptions.renew_subscription(made["id"], expiration_minutes=1200)
    assert renewed["expirationDateTime"] > made["expirationDateTime"]
    assert [s["id"] for s in subscriptions.list_subscriptions()] == [made["id"]]
    assert subscriptions.get_subscription(made["id"])["resource"] == "/me/contacts"
    assert subscriptions.delete_subscription(made["id"])
    assert control.get("subscriptions")["subscriptions"] == []
