from __future__ import annotations

from typing import Any

import pytest

from .clients import JANE, Client, Control

PATH = "/me/outlook/masterCategories"
ALL = "User.Read Contacts.ReadWrite MailboxSettings.ReadWrite offline_access openid profile"


@pytest.fixture
def outlook(control: Control) -> Any:
    """Jane's mailbox for an app that may change her settings."""
    with Client(control.url, control.token(JANE, scope=ALL)) as client:
        yield client


def test_a_mailbox_begins_with_six_coloured_categories(outlook: Client) -> None:
    found = outlook.get(PATH)["value"]
    assert [c["displayName"] for c in found][:2] == ["Red category", "Orange category"]
    assert len(found) == 6
    assert outlook("GET", f"{PATH}/$count").text == "6"
    page = outlook.get(f"{PATH}?$top=2&$skip=1&$select=color&$count=true")
    assert page["@odata.count"] == 6
    assert [set(c) for c in page["value"]] == [{"id", "color"}] * 2


def test_a_category_is_made_coloured_anew_and_deleted(outlook: Client, control: Control) -> None:
    made = outlook.create(PATH, displayName="Vendors", color="preset9")
    assert outlook.get(f"{PATH}/{made['id']}")["color"] == "preset9"
    changed = outlook("PATCH", f"{PATH}/{made['id']}", {"color": "Preset15"})
    assert changed.json()["color"] == "preset15"
    assert outlook("DELETE", f"{PATH}/{made['id']}").status_code == 204
    assert outlook("GET", f"{PATH}/{made['id']}").status_code == 404
    assert "Vendors" not in [c["name"] for c in control.mailbox()["categories"]]


def test_without_a_colour_it_has_none(outlook: Client) -> None:
    assert outlook.create(PATH, displayName="Plain")["color"] == "none"


def test_a_name_is_for_good(outlook: Client) -> None:
    made = outlook.create(PATH, displayName="Vendors", color="preset0")
    answer = outlook("PATCH", f"{PATH}/{made['id']}", {"displayName": "Sellers"})
    assert answer.status_code == 400
    assert outlook.get(f"{PATH}/{made['id']}")["displayName"] == "Vendors"


@pytest.mark.parametrize(
    "body,status",
    [
        ({"displayName": "red CATEGORY"}, 409),
        ({"color": "preset1"}, 400),
        ({"displayName": "A", "color": "preset25"}, 400),
        ({"displayName": "A", "moon": 1}, 400),
        ({"displayName": "A", "id": "1"}, 400),
        ({"displayName": 7}, 400),
        (["A"], 400),
    ],
)
def test_what_a_category_may_not_be(outlook: Client, body: Any, status: int) -> None:
    assert outlook("POST", PATH, body).status_code == status
    assert len(outlook.get(PATH)["value"]) == 6


def test_contacts_keep_the_name_of_a_category_that_is_gone(outlook: Client) -> None:
    made = outlook.create(PATH, displayName="Vendors", color="preset0")
    contact = outlook.create(surname="Wong", categories=["Vendors", "Never made"])
    outlook("DELETE", f"{PATH}/{made['id']}")
    assert outlook.get(f"/me/contacts/{contact['id']}")["categories"] == ["Vendors", "Never made"]


def test_reading_takes_the_settings_scope_and_writing_more(graph: Client, control: Control) -> None:
    assert graph("GET", PATH).status_code == 200
    assert graph("POST", PATH, {"displayName": "A"}).status_code == 403
    with Client(control.url, control.token(JANE, scope="openid Contacts.ReadWrite")) as other:
        assert other("GET", PATH).status_code == 403
