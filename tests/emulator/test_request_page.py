"""The live log: which exchanges it lists, and how it shows one of them."""

from __future__ import annotations

import html
import re

import pytest
import requests

from .clients import CLIENT_ID, JANE, Client, Control, item


def read(control: Control, **query: object) -> requests.Response:
    words = {name: str(value) for name, value in query.items()}
    return control.session.get(f"{control.url}/_emulator/requests", params=words)


def listed(page: requests.Response) -> list[str]:
    """Method and address of each line, youngest first."""
    lines = re.findall(r'<b>(\w+)</b> <span class="path">([^<]+)</span>', page.text)
    return [f"{method} {html.unescape(path)}" for method, path in lines]


@pytest.fixture
def busy(graph: Client, control: Control) -> Client:
    """Four exchanges: done, refused, and a batch in which one operation of two is struck."""
    graph("GET", "/me/contacts")
    graph("GET", "/me/contacts/nothing")
    control.post("faults", {"path": "/me/contactFolders", "status": 429, "times": 1})
    graph.batch(item(1, "GET", "/me"), item(2, "GET", "/me/contactFolders"))
    graph("GET", "/me?$select=id")
    return graph


@pytest.mark.parametrize(
    "query,found",
    [
        (
            {},
            ["GET /me?$select=id", "POST /$batch", "GET /me/contacts/nothing", "GET /me/contacts"],
        ),
        ({"status": "failed"}, ["POST /$batch", "GET /me/contacts/nothing"]),
        ({"status": "4", "path": "CONTACTS/"}, ["GET /me/contacts/nothing"]),
        ({"status": "429"}, ["POST /$batch"]),
        ({"status": "scripted"}, ["POST /$batch"]),
        ({"path": "contactfolders"}, ["POST /$batch"]),
        ({"status": "cut"}, []),
        ({"mailbox": "kim@other.example"}, []),
    ],
)
def test_the_log_is_filtered_by_status_mailbox_and_path(
    busy: Client, control: Control, query: dict[str, str], found: list[str]
) -> None:
    page = read(control, **query)
    assert listed(page) == found
    assert ("None of the 4 exchanges match." in page.text) is (not found)


def test_each_exchange_names_the_mailbox_that_it_speaks_of(busy: Client, control: Control) -> None:
    control.post(
        "seed",
        {"consent": [{"upn": "kim@other.example", "client_id": CLIENT_ID}]},
    )
    with Client(control.url, control.token("kim@other.example")) as kim:
        kim("GET", "/me/contacts")
    assert listed(read(control, mailbox="kim@other.example")) == ["GET /me/contacts"]
    assert len(listed(read(control, mailbox=JANE))) == 4


def test_one_exchange_shows_both_halves_and_every_operation(busy: Client, control: Control) -> None:
    number = control.get("log")["exchanges"][2]["number"]
    page = read(control, exchange=number)
    assert re.search(r"2\s+operations in one batch", page.text)
    assert re.findall(r'<span class="status s4">429</span>\s*<span class="mark">', page.text)
    assert "struck by a fault" in page.text
    assert "<dt>client-request-id</dt>" in page.text
    assert page.text.count("<pre ") == 2


def test_what_is_secret_is_left_out_and_the_rest_is_shown(graph: Client, control: Control) -> None:
    graph("POST", "/subscriptions", {"clientState": "hush-hush", "resource": "/me/contacts"})
    number = control.get("log")["exchanges"][-1]["number"]
    page = read(control, exchange=number)
    assert "hush-hush" not in page.text
    assert "(left out)" in page.text
    assert "/me/contacts&#34;" in page.text
    assert "eyJ" not in page.text, "the beginning of every JWT"


def test_markup_in_a_body_stays_text(graph: Client, control: Control) -> None:
    graph.create(givenName="<script>alert(1)</script>")
    number = control.get("log")["exchanges"][-1]["number"]
    page = read(control, exchange=number, path="<i>contacts</i>")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert "<i>contacts" not in page.text


def test_an_empty_log_says_how_to_fill_it(control: Control) -> None:
    control.delete("log")
    page = read(control)
    assert "Nothing has called yet." in page.text
    assert f"<code>{control.url}</code>" in page.text


def test_an_exchange_that_is_no_longer_kept_says_so(control: Control) -> None:
    answer = read(control, exchange=987654)
    assert answer.status_code == 404
    assert "No longer kept" in answer.text


def test_the_feed_changes_with_every_exchange_and_with_a_clear(
    graph: Client, control: Control
) -> None:
    feed = f"{control.url}/_emulator/requests/feed"
    before = control.session.get(feed).json()
    assert control.session.get(feed).json() == before
    graph("GET", "/me")
    after = control.session.get(feed).json()
    assert after["total"] == before["total"] + 1
    control.delete("log")
    assert control.session.get(feed).json()["version"] != after["version"]
