"""A walk through the frame, as somebody shows it to others."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .clients import Client, Control


def go(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="Emulator").get_by_role("link", name=place).click()


def test_one_switches_user_edits_watches_the_log_and_lets_a_fault_strike(
    control: Control, graph: Client, page: Page
) -> None:
    made = graph.create(givenName="Mia", surname="Wong")
    page.goto(f"{control.url}/mailbox/admin@harbour.example")
    page.locator("#me summary").press("Enter")
    menu = page.get_by_role("navigation", name="Switch user")
    menu.get_by_role("link", name="Jane Smith").click()
    expect(page.locator("#me summary")).to_contain_text("Jane Smith")

    page.get_by_role("link", name="Mia Wong").click()
    page.get_by_label("Mobile").fill("0400 111 222")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert graph.get(f"/me/contacts/{made['id']}")["mobilePhone"] == "0400 111 222"

    go(page, "Requests")
    rows = page.locator("#rows a")
    expect(rows).to_have_count(2)
    graph("GET", "/me/contactFolders")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("/me/contactFolders")
    page.get_by_role("button", name="Pause").click()
    graph("GET", "/me?$select=id")
    expect(page.locator("#live")).to_have_text("Paused, 1 newer")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Pause").click()
    expect(rows).to_have_count(4)

    go(page, "Faults")
    expect(page.get_by_text("Nothing goes wrong.")).to_be_visible()
    page.get_by_label("Path matches").fill("/contactFolders$")
    expect(page.get_by_label("Late by")).to_be_hidden()
    page.get_by_label("Name, for the list").fill("Folders are away")
    page.get_by_role("button", name="Set the fault").click()
    expect(page.get_by_role("status")).to_have_text("The fault is set.")
    assert graph("GET", "/me/contactFolders").status_code == 503
    expect(page.locator(".figure b")).to_have_text("1")
    expect(page.get_by_text("spent")).to_be_visible()
    page.get_by_role("button", name="Remove Folders are away").click()
    expect(page.get_by_text("Nothing goes wrong.")).to_be_visible()

    go(page, "Requests")
    page.get_by_label("Status").select_option("scripted")
    expect(rows).to_have_count(1)
    rows.first.click()
    expect(page.get_by_role("heading", name="GET /me/contactFolders")).to_be_visible()
    expect(page.get_by_text("struck by a fault", exact=True)).to_be_visible()


def test_the_frame_is_walked_by_keys(control: Control, page: Page) -> None:
    page.goto(f"{control.url}/_emulator/faultboard")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.locator("#me summary").press("Enter")
    expect(page.get_by_role("link", name="Jane Smith")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Jane Smith")).to_be_hidden()
    expect(page.locator("#me summary")).to_be_focused()
