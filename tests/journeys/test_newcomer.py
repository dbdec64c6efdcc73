"""What a newcomer gets from `make demo`, clicked in a browser as the help page tells it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.demo.people import JANE, MARGARET
from tests.builders.demo import RunningDemo

from .console import Console
from .crm_pages import PATIENCE, Card, ContactAdmin, MyOffice, Preview, SignIn
from .keyboard import press, tab_to
from .microsoft_pages import Mailbox, MicrosoftSignIn
from .screenshots import take
from .traffic import hold
from .walking import accept, card_of, colleague, microsoft_away, sign_in, slow_down

pytestmark = pytest.mark.slow

JOSE, PRIYA, ZOE = (colleague(name) for name in ("Núñez", "Raghavan", "Lindqvist"))
SOMEBODY = "Charlotte Barlow"
ROUTES = (
    "GET /me",
    "GET /me/mailboxSettings",
    "POST /$batch",
    "GET /me/contactFolders/{contactFolder-id}/contacts/delta()",
    "POST /me/contactFolders/{contactFolder-id}/contacts",
    "PATCH /me/contacts/{contact-id}",
)


def test_a_newcomer_connects_a_colleague_and_finds_every_contact_in_the_mailbox(
    demo: RunningDemo, page: Page, console: Console, graph_log: Path, tmp_path: Path
) -> None:
    already = graph_log.stat().st_size if graph_log.exists() else 0
    password = demo.facts["password"]

    # sign in → the code of the phone → My Office → type a name in the left panel → results
    door = SignIn(page, demo.facts["web"])
    door.password(MARGARET.login, password)
    expect(door.code_page).to_be_visible()
    take(page, "code")
    door.shown_code()
    expect(page.get_by_role("heading", name="My Office")).to_be_visible()
    office = MyOffice(page)
    office.open()
    office.type("ashc")
    expect(office.results).to_have_count(1)

    # → the staff card → Connections
    office.result("Jane Ashcroft").click()
    card = Card(page).open_tab()
    expect(card.headline).to_have_text("Jane Ashcroft’s phone is not connected.")
    take(page, "card-not-connected")

    # → Microsoft 365 (Office 365) → Connect → sign in → Accept
    card.leave_for_microsoft()
    expect(page.get_by_text("You now leave the CRM for Microsoft.")).to_contain_text(JANE.email)
    take(page, "leaving")
    card.follow_to_microsoft()
    microsoft = MicrosoftSignIn(page)
    expect(microsoft.email).to_be_focused()
    take(page, "microsoft-sign-in")
    microsoft.as_(JANE.email, password)
    take(page, "consent")
    microsoft.accept()

    # → back on the card: connected, the account shown, and nothing is synced yet
    expect(card.banner).to_contain_text("Jane Ashcroft is connected to Microsoft 365.")
    expect(card.headline).to_have_text("Jane Ashcroft is connected, but nothing is synced yet.")
    expect(card.first_line).to_contain_text("every Sync Status is Disabled")
    expect(card.first_line).to_contain_text(JANE.email)
    take(page, "card-connected")

    # → One-way, retain → Save
    card.choose("Sync Status", "One-way: CRM to Exchange")
    card.choose("When removed from the CRM", "Retain in Exchange")
    card.save()
    seen = card.look()
    all_of_them = "250 people will be added to Jane Ashcroft’s Outlook; nothing will be removed."
    expect(seen.lead).to_have_text(all_of_them)
    expect(seen.group("New in Outlook")).to_contain_text("250")
    take(page, "preview")
    mailbox = Mailbox(page.context.new_page(), demo.facts["emulator"]).open(JANE.email)
    expect(mailbox.folder("Contacts")).to_contain_text("0")

    # → Go, which repeats the number, clicked twice as people do → progress → report
    slow_down(demo, item_ms=200)
    expect(seen.go).to_have_text("Go: add 250 people to Jane Ashcroft’s Outlook")
    seen.go.dblclick()
    expect(card.progress).to_be_visible()
    some = page.get_by_text(re.compile(r"[1-9]\d+ of 250 contacts done"))
    expect(some).to_be_visible(timeout=PATIENCE)
    take(page, "card-progress")

    # → in the middle of it the page is opened anew: it shows the same run, and starts no other
    page.reload()
    expect(some).to_be_visible(timeout=PATIENCE)
    expect(card.sync).to_have_count(0)
    slow_down(demo, item_ms=0)
    card.expect_up_to_date("Jane Ashcroft")
    expect(card.report).to_contain_text("250 contacts were created in Exchange.")
    assert card.runs() == 1
    take(page, "card-report")

    # → the mailbox page, which looked on by itself, shows the contacts
    expect(mailbox.folder("Contacts")).to_contain_text("250")
    expect(mailbox.rows).to_have_count(250)
    mailbox.choose(SOMEBODY)
    expect(mailbox.field("Mobile")).not_to_have_value("")
    expect(mailbox.contact).to_contain_text("Added by My Office just now")

    # a change in the CRM arrives
    ContactAdmin(page, demo.facts["web"]).change(SOMEBODY, "Mobile", "0491 570 999")
    office = MyOffice(page).open()
    office.type("an")
    expect(office.results).to_have_count(5)
    expect(office.result("Jane Ashcroft")).to_contain_text("Connected")
    take(page, "my-office")
    page.keyboard.press("Escape")
    office.type("jane")
    office.result("Jane Ashcroft").click()
    card.open_tab()
    card.sync.click()
    expect(mailbox.field("Mobile")).to_have_value("0491 570 999", timeout=PATIENCE)
    expect(mailbox.contact).to_contain_text("Changed by My Office just now")
    take(mailbox.page, "mailbox")
    card.expect_up_to_date("Jane Ashcroft")
    expect(card.report).to_contain_text("1 contact was updated in Exchange.")
    assert card.runs() in (2, 3), "the minute tick may have been quicker than the press"

    # → Disconnect → not connected, and the mailbox keeps what it has
    page.get_by_role("link", name="Disconnect this account").click()
    expect(page.get_by_label("Keep everything in Outlook")).to_be_checked()
    take(page, "disconnect")
    card.button("Disconnect").click()
    expect(card.headline).to_have_text("Jane Ashcroft’s phone is not connected.")
    expect(mailbox.folder("Contacts")).to_contain_text("250")

    walked = tmp_path / "walked.jsonl"
    walked.write_bytes(graph_log.read_bytes()[already:])
    print(hold(walked, require=ROUTES, folder=tmp_path))


def test_who_cancels_at_microsoft_lands_on_the_card_with_a_sentence(
    demo: RunningDemo, page: Page, console: Console
) -> None:
    card = card_of(page, demo, ZOE)
    card.leave_for_microsoft()
    card.follow_to_microsoft()
    microsoft = MicrosoftSignIn(page)
    microsoft.as_(ZOE.email, demo.facts["password"])
    microsoft.cancel()

    expect(card.banner).to_contain_text("the sign-in was cancelled at Microsoft")
    expect(card.banner).to_contain_text("Press Connect again")
    expect(card.headline).to_have_text("Zoë Lindqvist’s phone is not connected.")
    page.reload()
    expect(card.button("Connect")).to_be_visible()
    expect(card.banner).to_have_count(0)


def test_an_outage_of_microsoft_shows_on_the_card_and_passes(
    demo: RunningDemo, page: Page, console: Console
) -> None:
    card = card_of(page, demo, JOSE)
    card.leave_for_microsoft()
    accept(page, demo, JOSE)
    card.choose("Sync Status", "One-way: CRM to Exchange")
    card.save()
    card.look().go.click()
    card.expect_up_to_date("José Núñez")

    with microsoft_away(demo):
        card.sync.click()
        away = "Microsoft could not be reached, so José Núñez’s phone may be behind."
        expect(card.headline).to_have_text(away, timeout=PATIENCE)
        expect(card.first_line).to_contain_text("Microsoft did not answer.")
        expect(card.first_line).to_contain_text("Nothing is lost.")
        take(page, "card-unreachable")
    card.sync.click()
    card.expect_up_to_date("José Núñez")


def test_the_way_from_my_office_to_a_sync_needs_no_mouse(
    demo: RunningDemo, page: Page, console: Console
) -> None:
    keys, card = page.keyboard, Card(page)
    sign_in(page, demo).type("ragha")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Priya Raghavan")).to_be_visible()
    press(page, card.tab)
    press(page, card.button("Connect"))
    expect(page.get_by_role("link", name="Continue to Microsoft")).to_be_focused()
    keys.press("Enter")
    expect(MicrosoftSignIn(page).email).to_be_focused()
    keys.type(PRIYA.email)
    keys.press("Enter")
    expect(MicrosoftSignIn(page).password).to_be_focused()
    keys.type(demo.facts["password"])
    keys.press("Enter")
    press(page, page.get_by_role("button", name="Accept"))
    expect(card.banner).to_contain_text("Priya Raghavan is connected")
    press(page, page.get_by_role("link", name="Choose a Sync Status"))
    tab_to(page, card.contacts.get_by_label("Disabled", exact=True))
    keys.press("ArrowDown")
    press(page, card.contacts.get_by_role("button", name="Save"))
    expect(card.outlook).to_be_visible(timeout=PATIENCE)
    press(page, card.outlook)
    press(page, Preview(page).go)
    card.expect_up_to_date("Priya Raghavan")


def test_what_a_page_may_not_do_is_heard_by_the_console_of_these_tests(
    demo: RunningDemo, page: Page
) -> None:
    heard = Console.of(page.context)
    page.goto(f"{demo.facts['web']}/accounts/login/")
    assert heard.complaints == []
    page.evaluate("document.body.append(document.createElement('style'))")
    page.evaluate("document.querySelector('style').textContent = 'p { color: red }'")
    with page.expect_console_message(lambda message: "404" in message.text):
        page.evaluate("fetch('/nowhere/')")
    said = " ".join(heard.complaints)
    assert "CSP: style-src" in said
    assert "404" in said
