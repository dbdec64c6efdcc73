"""Deciding by keyboard: the focus goes on to the next row, many are decided after one question.

With SCREENSHOTS_APART in the environment, pictures of each page are written there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.core.changes import Rest
from agentbox_sync.models import Connection, Decision
from tests.builders.crm import a_login, a_staff_member, a_task, an_appointment
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to
from tests.journeys.keyboard import press, tab_to
from tests.journeys.screenshots import PHONE, take
from tests.journeys.width import expect_to_fit

from . import builders as waits

OLIVIA = {
    "name": {"given": "Olivia", "surname": "Rutherford"},
    "company": "Harbour Vale",
    "emails": ["olivia@example.com"],
    "mobile_phone": "0412 345 678",
}


@pytest.fixture
def connection(transactional_db: None) -> Connection:
    return waits.a_two_way_connection(a_staff_member("Jane Ashcroft"))


@pytest.fixture
def browsing(
    live_server: Any, page: Page, client: Client, connection: Connection
) -> Iterator[Page]:
    """A page with a Master User signed in; a complaint of the console fails the test."""
    user = a_login(None, MASTER_USERS, first_name="Mia", last_name="Stone")
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    assert complaints == []


def visit(page: Page, live_server: Any, address: str) -> None:
    page.goto(live_server.url + address)


def narrow(shown: Locator) -> None:
    """Look at the page that shows this on a phone, and go back to the desk."""
    page = shown.page
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    expect_to_fit(shown)
    page.set_viewport_size(size or {"width": 1100, "height": 760})


def test_one_after_the_other_without_a_mouse(
    live_server: Any, browsing: Page, connection: Connection
) -> None:
    names = ("Ada Lane", "Bea Moss", "Cy Noon")
    links = [waits.rests(connection, c) for c in waits.people(connection.staff, *names)]
    visit(browsing, live_server, to("reviews", connection.pk))
    take(browsing, "reviews-removed")
    narrow(browsing.locator(f"#agentbox-row-{links[0].pk}"))

    press(browsing, browsing.get_by_role("button", name="Put it back in Exchange Ada Lane"))
    expect(browsing.locator(f"#agentbox-row-{links[1].pk}")).to_be_focused()
    expect(browsing.get_by_text("Put back with the next run.")).to_be_visible()
    take(browsing, "reviews-decided")
    press(browsing, browsing.get_by_role("button", name="Let it go Bea Moss"))
    expect(browsing.locator(f"#agentbox-row-{links[2].pk}")).to_be_focused()

    press(browsing, browsing.get_by_role("button", name="Undo Ada Lane", exact=True))
    expect(browsing.locator(f"#agentbox-row-{links[0].pk}")).to_be_focused()
    outcomes = dict(Decision.objects.values_list("link", "outcome"))
    assert outcomes == {links[0].pk: "withdrawn", links[1].pk: ""}


def test_many_after_one_question(live_server: Any, browsing: Page, connection: Connection) -> None:
    names = ("Ada Lane", "Bea Moss", "Cy Noon")
    links = [waits.rests(connection, c) for c in waits.people(connection.staff, *names)]
    visit(browsing, live_server, to("reviews", connection.pk))
    for name in ("Ada Lane", "Cy Noon"):
        tab_to(browsing, browsing.get_by_role("checkbox", name=name))
        browsing.keyboard.press("Space")

    # Enter in a box asks; it decides nothing by itself.
    browsing.keyboard.press("Enter")
    question = browsing.get_by_role("heading", name="Put 2 contacts back in Exchange?")
    expect(question).to_be_visible()
    assert not Decision.objects.exists()
    take(browsing, "reviews-confirm")
    narrow(question)
    # "Not now" has the focus: a second Enter by mistake changes nothing.
    expect(browsing.get_by_role("link", name="Not now")).to_be_focused()
    browsing.keyboard.press("Shift+Tab")
    browsing.keyboard.press("Enter")
    expect(browsing.get_by_text("2 were decided.")).to_be_visible()
    assert set(Decision.objects.values_list("link", flat=True)) == {links[0].pk, links[2].pk}


def test_a_list_of_several_kinds_is_drawn_on_a_phone(
    live_server: Any, browsing: Page, transactional_db: None
) -> None:
    staff = a_staff_member("Tom Reed")
    connection = waits.an_all_round_connection(staff)
    title = "Appraisal at 12 Rosella Street"
    rows = [*waits.people(staff, "Ada Lane"), an_appointment(staff, title=title), a_task(staff)]
    for row in rows:
        waits.rests(connection, row, Rest.CONTESTED)
    visit(browsing, live_server, to("reviews", connection.pk))
    expect(browsing.get_by_role("listitem").filter(has_text=title)).to_contain_text("Calendar")
    browsing.get_by_text("Several at once").click()
    take(browsing, "reviews-kinds")
    narrow(browsing.locator("h2").first)
    browsing.get_by_role("button", name="Follow in the CRM", exact=True).nth(1).click()
    question = browsing.get_by_role("heading", level=1)
    expect(question).to_have_text("Follow in the CRM: 1 contact, 1 calendar entry, 1 task?")
    take(browsing, "reviews-kinds-confirm")
    narrow(question)


def test_every_page_is_drawn_on_a_phone(
    live_server: Any, browsing: Page, connection: Connection
) -> None:
    staff = connection.staff
    ada, bea, cy, di = waits.people(staff, "Ada Lane", "Bea Moss", "Cy Noon", "Di Orr")
    waits.born(connection, OLIVIA)
    waits.born(connection, {"name": {"given": "Nina"}, "mobile_phone": "0498 765 432"})
    waits.rests(connection, ada)
    contested = waits.rests(connection, bea, Rest.CONTESTED)
    bea.company = "Harbour Vale Realty"
    bea.save()
    cy.company = "Ours and Sons"
    cy.save()
    waits.a_conflict(
        connection, cy, before={"company": "Theirs and Sons"}, after={"company": "Ours and Sons"}
    )
    run = make.a_run(connection, counts={"contacts": {"updated": 1, "created": 1}})
    di.company = "Newer Firm"
    di.save()
    change = waits.a_change(connection, di, run=run, after={"company": "New Firm"})
    waits.a_change(connection, ada, run=run, action="create", side="remote", before={}, after={},
                   atoms=[], cause="new in the CRM")  # fmt: skip
    pages = {
        "born": to("reviews", connection.pk) + "?list=born",
        "contested": to("review", connection.pk, "contested", contested.pk),
        "conflicts": to("reviews", connection.pk) + "?list=conflicts",
        "changes": to("changes", run.pk),
        "undo": to("undo", change.pk),
        "card": card_of(staff),
    }
    for name, address in pages.items():
        visit(browsing, live_server, address)
        heading = browsing.locator("h1, h2").first
        expect(heading).to_be_visible()
        take(browsing, f"reviews-{name}")
        narrow(heading)


def test_without_a_script_everything_works_as_well(
    live_server: Any, browser: Any, browsing: Page, connection: Connection
) -> None:
    (contact,) = waits.people(connection.staff, "Ada Lane")
    link = waits.rests(connection, contact)
    context = browser.new_context(
        java_script_enabled=False, storage_state=browsing.context.storage_state()
    )
    plain = context.new_page()
    visit(plain, live_server, to("reviews", connection.pk))
    plain.get_by_role("button", name="Let it go Ada Lane").click()
    expect(plain.get_by_text("Let go with the next run.")).to_be_visible()
    context.close()
    assert Decision.objects.get().link == link
