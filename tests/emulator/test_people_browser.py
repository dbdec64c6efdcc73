from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.width import expect_to_fit

from .clients import JANE, SCOPES, Client, Control

WIDTHS = {"wide": (1280, 800), "phone": (360, 740)}


def mailbox(control: Control, **query: str) -> str:
    return f"{control.url}/mailbox/{JANE}?{urlencode(query)}"


def people(page: Page) -> list[str]:
    return page.locator("#rows b").all_inner_texts()


def test_search_answers_while_one_types_and_keys_move(
    control: Control, graph: Client, page: Page
) -> None:
    for given, surname in (("Zoë", "Adams"), ("Mia", "Wong"), ("Noah", "Wong")):
        graph.create(givenName=given, surname=surname)
    page.goto(mailbox(control))
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("wong")
    expect(page.locator("#rows b")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=wong"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Noah Wong")
    expect(page.locator("#search")).to_have_value("wong")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("xyz")
    expect(page.locator("#rows")).to_contain_text("No one here matches")


def test_a_card_is_edited_in_place_and_deleted_with_undo(
    control: Control, graph: Client, page: Page
) -> None:
    made = graph.create(givenName="Mia", surname="Wong")
    page.goto(mailbox(control, contact=made["id"]))
    expect(page.get_by_role("button", name="Save")).to_be_hidden()
    page.get_by_label("Mobile").fill("0400 111 222")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#bar")).to_contain_text("Saved.")
    assert control.mailbox()["contacts"][0]["mobilePhone"] == "0400 111 222"
    page.get_by_label("Mobile").fill("9")
    page.get_by_label("Mobile").press("Escape")
    expect(page.get_by_label("Mobile")).to_have_value("0400 111 222")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("Deleted Mia Wong.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Mia Wong")
    assert len(control.mailbox()["contacts"]) == 1


def test_the_page_follows_what_an_app_does(control: Control, graph: Client, page: Page) -> None:
    made = graph.create(givenName="Mia", surname="Wong")
    page.goto(mailbox(control, contact=made["id"]))
    control.post("clock", {"advance": 61})
    graph("PATCH", f"/me/contacts/{made['id']}", {"jobTitle": "Vendor"})
    expect(page.locator(".fresh-mark")).to_have_text("Changed by Agentbox CRM just now")
    expect(page.get_by_label("Job title")).to_have_value("Vendor")
    graph.create(givenName="Noah")
    expect(page.locator("#rows b")).to_have_count(2)


def test_an_unsaved_edit_survives_what_an_app_does(
    control: Control, graph: Client, page: Page
) -> None:
    made = graph.create(givenName="Mia", surname="Wong")
    page.goto(mailbox(control, contact=made["id"]))
    page.get_by_label("Mobile").fill("0400")
    graph("PATCH", f"/me/contacts/{made['id']}", {"jobTitle": "Vendor"})
    graph.create(givenName="Noah")
    expect(page.locator("#rows b")).to_have_count(2)
    expect(page.get_by_label("Mobile")).to_have_value("0400")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Job title")).to_have_value("Vendor")
    assert control.mailbox()["contacts"][1]["givenName"] == "Noah"
    assert control.mailbox()["contacts"][0]["mobilePhone"] == "0400"


def test_a_new_contact_begins_with_a_key(control: Control, page: Page) -> None:
    page.goto(mailbox(control))
    page.locator("body").click(position={"x": 700, "y": 400})
    page.keyboard.press("Tab")
    page.locator(".folders a").first.focus()
    page.keyboard.press("n")
    page.get_by_label("First name").fill("Ruby")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("h1")).to_have_text("Ruby")


def test_signing_in_by_browser_ends_at_the_application(control: Control, page: Page) -> None:
    callback = f"{control.url}/callback-of-an-app"
    control.post(
        "seed",
        {
            "apps": [
                {
                    "client_id": "web",
                    "name": "Web App",
                    "client_secret": "s",
                    "redirect_uris": [callback],
                }
            ]
        },
    )
    query = {
        "client_id": "web",
        "response_type": "code",
        "redirect_uri": callback,
        "scope": SCOPES,
        "state": "abc",
    }
    page.goto(f"{control.url}/organizations/oauth2/v2.0/authorize?{urlencode(query)}")
    page.get_by_label("Email").fill(JANE)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_contain_text("Permissions requested")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url(f"{callback}?**")
    answer = parse_qs(urlsplit(page.url).query)
    assert answer["state"] == ["abc"]
    assert answer["code"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_needs_sideways_scrolling_and_all_are_drawn(
    control: Control, graph: Client, page: Page, tmp_path: Path, width: str, scheme: str
) -> None:
    made = graph.create(
        givenName="Mia" * 12,
        surname="Wong",
        companyName="Acme " * 20,
        emailAddresses=[{"address": f"{'mia' * 30}@x.example"}],
    )
    number = control.get("log")["exchanges"][-1]["number"]
    control.post("faults", {"path": "/me/" + "mailbox" * 30, "status": 503})
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    for url in (
        control.url,
        mailbox(control),
        mailbox(control, contact=made["id"]),
        mailbox(control, new="1"),
        f"{control.url}/_emulator/requests",
        f"{control.url}/_emulator/requests?exchange={number}",
        f"{control.url}/_emulator/faultboard",
        f"{control.url}/_emulator/switchboard",
        f"{control.url}/_emulator/",
    ):
        page.goto(url)
        expect_to_fit(page.locator("body"))
        assert page.screenshot(path=tmp_path / "page.png")
    assert problems == [], "nothing was blocked by the page's own policy"
