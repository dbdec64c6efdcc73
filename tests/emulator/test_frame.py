"""What is around every page for people: the navigation, and who one is."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from .clients import JANE, Control

PLACES = {
    "/": None,
    f"/mailbox/{JANE}": "People",
    f"/mailbox/{JANE}/calendar": "Calendar",
    "/_emulator/requests": "Requests",
    "/_emulator/faultboard": "Faults",
    "/_emulator/switchboard": "Switches",
    "/_emulator/": "Control",
}


def read(control: Control, path: str) -> str:
    return control.session.get(control.url + path).text


def rail(html: str) -> str:
    return html.partition('<nav class="rail"')[2].partition("</nav>")[0]


def me(html: str) -> str:
    """Who the bar says that one is."""
    found = re.search(r"<summary>.*?<b>([^<]+)</b>", html, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PLACES)
def test_every_page_has_the_same_navigation_and_says_where_one_is(
    control: Control, path: str
) -> None:
    html = read(control, path)
    for label in ("People", "Calendar", "Requests", "Faults", "Switches", "Control"):
        assert f"<span>{label}</span>" in rail(html)
    marked = re.findall(r'aria-current="page">.*?<span>(\w+)</span>', rail(html), re.DOTALL)
    assert marked == [label for label in [PLACES[path]] if label]
    assert html.count("<main ") == 1
    assert '<a class="skip" href="#content">' in html
    assert len(re.findall("<h1[ >]", html)) == 1, "one heading says what the page is"


def test_who_one_is_stays_until_another_mailbox_is_opened(control: Control) -> None:
    assert me(read(control, "/_emulator/")) == "Nobody yet"
    read(control, f"/mailbox/{JANE}")
    page = read(control, "/_emulator/")
    assert me(page) == "Jane Smith"
    assert f'href="/mailbox/{quote(JANE)}"' in rail(page)
    read(control, "/mailbox/admin@harbour.example")
    assert me(read(control, "/_emulator/switchboard")) == "Ada Admin"


def test_the_menu_offers_the_people_of_every_tenant(control: Control) -> None:
    html = read(control, f"/mailbox/{JANE}")
    menu = html.partition('<nav class="menu"')[2].partition("</nav>")[0]
    assert re.findall(r"<h2>([^<]+)</h2>", menu) == ["Harbour Realty", "Other Agency"]
    assert "Kim Other" in menu
    current = re.findall(r'href="/mailbox/([^"]+)" aria-current="true"', menu)
    assert current == [quote(JANE)]


def test_somebody_who_is_gone_is_nobody(control: Control) -> None:
    read(control, f"/mailbox/{JANE}")
    control.post("reset", {})
    assert me(read(control, "/")) == "Nobody yet"
    assert "No mailbox has been seeded yet." in read(control, "/")


def test_an_account_without_a_mailbox_says_so(control: Control) -> None:
    assert "no mailbox" in read(control, "/")
    answer = control.session.get(f"{control.url}/mailbox/onprem@harbour.example")
    assert answer.status_code == 404
    assert "Otto Old has no mailbox" in answer.text
