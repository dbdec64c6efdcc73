"""My Office as a person uses it: typing, arrows, Enter, back and forward."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.builders.crm import a_login, a_staff_member
from tests.journeys.width import expect_to_fit

NAMES = ["Jane Ashcroft", "José Núñez", "Joanna O'Brien", "Bob Jones"]


@pytest.fixture
def my_office(live_server, page, client):
    """The page, with Jane signed in; whatever the console complains about fails the test."""
    staff = [a_staff_member(name) for name in NAMES]
    client.force_login(a_login(staff[0], "Agents"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/")
    yield page
    planted = "net::ERR_CONNECTION_RESET"
    assert not [text for text in complaints if planted not in text]


def field(page):
    return page.get_by_label("Name")


def cards(page):
    return page.locator(".my-office-card")


def test_it_answers_while_one_types_and_enter_opens_the_card(my_office):
    expect(field(my_office)).to_be_focused()
    my_office.keyboard.type("nunez", delay=20)
    expect(cards(my_office)).to_have_count(1)
    expect(my_office.get_by_role("status")).to_have_text("1 person called “nunez”.")
    my_office.keyboard.press("Enter")
    expect(my_office.locator("#content > h2")).to_have_text("José Núñez")


def test_enter_right_after_the_last_letter_opens_whom_the_letters_name(my_office):
    my_office.keyboard.type("obrien")
    my_office.keyboard.press("Enter")
    expect(my_office.locator("#content > h2")).to_have_text("Joanna O'Brien")


def test_letters_typed_before_the_script_is_there_count_when_enter_is_pressed(my_office):
    def late(route):
        script = route.fetch().text()
        expect(field(my_office)).to_be_focused()
        my_office.keyboard.type("obrien")
        # Enter, in the moment between the script's start and the page's being whole.
        enter = "document.querySelector('.my-office-filter').requestSubmit();"
        route.fulfill(body=script + enter, content_type="text/javascript")

    my_office.route("**/my_office*.js", late)
    my_office.reload()
    expect(my_office.locator("#content > h2")).to_have_text("Joanna O'Brien")


def test_arrows_move_through_the_results_and_back_into_the_field(my_office):
    my_office.keyboard.type("jo")
    expect(cards(my_office)).to_have_count(3)
    my_office.keyboard.press("ArrowDown")
    my_office.keyboard.press("ArrowDown")
    expect(cards(my_office).nth(1)).to_be_focused()
    my_office.keyboard.press("ArrowUp")
    my_office.keyboard.press("ArrowUp")
    expect(field(my_office)).to_be_focused()
    my_office.keyboard.press("ArrowDown")
    my_office.keyboard.type("s")  # a letter goes back to the field
    expect(field(my_office)).to_have_value("jos")
    expect(cards(my_office)).to_have_count(1)


def test_the_text_is_in_the_address_and_back_and_forward_work(my_office):
    field(my_office).fill("bob")
    expect(cards(my_office)).to_have_count(1)
    expect(my_office).to_have_url(re.compile(r"/my-office/\?q=bob$"))
    my_office.wait_for_timeout(1600)  # long enough to be a search of its own
    field(my_office).fill("xyz")
    expect(my_office.get_by_role("status")).to_have_text("No one called “xyz” in this office.")
    my_office.go_back()
    expect(field(my_office)).to_have_value("bob")
    expect(cards(my_office)).to_have_count(1)
    my_office.go_forward()
    expect(field(my_office)).to_have_value("xyz")
    expect(cards(my_office)).to_have_count(0)


def test_the_way_back_from_a_card_finds_the_filter_as_it_was(my_office):
    my_office.keyboard.type("bob")
    my_office.keyboard.press("Enter")
    expect(my_office.locator("#content > h2")).to_have_text("Bob Jones")
    my_office.go_back()
    expect(field(my_office)).to_have_value("bob")
    expect(cards(my_office)).to_have_count(1)


def test_a_lost_connection_is_said_and_the_next_letter_tries_again(my_office):
    my_office.route("**/*part=results*", lambda route: route.abort("connectionreset"))
    my_office.keyboard.type("b")
    status = my_office.locator("[data-status]")
    expect(status).to_have_text(
        "The list could not be loaded. Check your connection and type again."
    )
    my_office.unroute("**/*part=results*")
    my_office.keyboard.type("ob")
    expect(cards(my_office)).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_results_stand_beside_the_field_or_below_it_on_a_phone(my_office, width):
    my_office.set_viewport_size({"width": width, "height": 740})
    expect_to_fit(my_office.locator(".my-office-results"))
    panel = my_office.locator(".my-office-filter").bounding_box()
    results = my_office.locator(".my-office-results").bounding_box()
    is_below = results["y"] >= panel["y"] + panel["height"]
    is_beside = results["x"] >= panel["x"] + panel["width"]
    assert (is_below, is_beside) == ((True, False) if width == 360 else (False, True))


def test_it_works_without_script(live_server, browser, my_office):
    context = browser.new_context(
        java_script_enabled=False, storage_state=my_office.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(f"{live_server.url}/")
    field(plain).fill("nunez")
    plain.get_by_role("button", name="Find").click()
    expect(cards(plain)).to_have_count(1)
    expect(plain).to_have_url(re.compile(r"\?q=nunez$"))
    context.close()
