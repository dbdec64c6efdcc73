"""The help page walked by those who are not newcomers: each way in which a card gets connected.

The story of a Master User who connects a colleague, previews, syncs and disconnects is the one of
test_newcomer.py. Here are the wrong account, the card of one's own, the invitation and the
organisation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agentbox_sync.contrib.reference_crm.demo.people import DOMAIN, MARGARET, Person
from tests.builders.demo import RunningDemo

from .console import Console
from .crm_pages import PATIENCE, Card, MyOffice, SignIn
from .microsoft_pages import Mailbox, MicrosoftSignIn
from .screenshots import take
from .walking import accept, colleague, control, find, sign_in

pytestmark = pytest.mark.slow

AROHA, FATIMA, JOANNA, MINH = map(colleague, ("Tamatea", "El-Sayed", "O'Brien", "Nguyễn"))
OLIVER, THOMAS, WEI = map(colleague, ("Hart-Davies", "Brennan", "Zhang"))
SHARED = "Also Full Access and View Only"
# Agents who have a login and may not enter the admin.
GIVE_LOGINS = """
from django.contrib.auth.models import Group, User
from agentbox_sync.contrib.reference_crm.models import Staff
for login in {logins}:
    staff = Staff.objects.get(email__startswith=login + "@")
    staff.user = User.objects.create_user(
        login, staff.email, {password!r}, first_name=staff.first_name, last_name=staff.last_name
    )
    staff.user.groups.add(Group.objects.get(name="Agents"))
    staff.save()
"""


@pytest.fixture(scope="module")
def agents(demo: RunningDemo) -> None:
    logins = [person.mailbox for person in (THOMAS, WEI)]
    script = GIVE_LOGINS.format(logins=logins, password=demo.facts["password"])
    done = demo.manage("shell", "--no-imports", "--command", script)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def of_the_master(browser: Browser, demo: RunningDemo) -> list[Any]:
    """The cookies of a Master User who signed in with password and code."""
    context = browser.new_context()
    sign_in(context.new_page(), demo)
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def office(page: Page, demo: RunningDemo, of_the_master: list[Any], console: Console) -> MyOffice:
    """My Office in the browser of a Master User."""
    page.context.add_cookies(of_the_master)
    page.goto(demo.facts["web"])
    return MyOffice(page)


@pytest.fixture
def own_browser(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Return what opens a page of somebody else's browser, whose console stays empty as well."""
    contexts = []

    def open_page() -> Page:
        context = browser.new_context(locale="en-AU", timezone_id="Australia/Sydney")
        contexts.append((context, Console.of(context)))
        return context.new_page()

    yield open_page
    for context, heard in contexts:
        context.close()
        assert not heard.complaints, heard.complaints


@pytest.fixture
def approval(demo: RunningDemo) -> Iterator[None]:
    """What the administrator agrees to is withdrawn: others are to be asked by Microsoft."""
    yield
    control(demo, "revoke", {"tenant": DOMAIN, "consent": True})


def enter(page: Page, demo: RunningDemo, person: Person) -> Card:
    """Sign in as an agent, who is led to their own card."""
    SignIn(page, demo.facts["web"]).password(person.mailbox, demo.facts["password"])
    expect(page.get_by_role("heading", name="My connections")).to_be_visible()
    return Card(page)


def switch(page: Page, position: str) -> None:
    page.get_by_label("The whole site").select_option(position)
    page.get_by_role("button", name="Save").click()


def test_another_account_that_is_signed_in_is_asked_about_and_not_kept(
    demo: RunningDemo, page: Page, office: MyOffice
) -> None:
    card = find(office, MINH)
    card.leave_for_microsoft()
    accept(page, demo, JOANNA)

    # S8: both names, and Enter keeps nothing
    expect(page.get_by_role("heading", name="Is this the right account?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(
        "You signed in as Joanna O'Brien, and this card is Minh Nguyễn."
    )
    take(page, "another-account")
    expect(page.get_by_role("button", name="Do not connect it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.banner).to_contain_text("the account that signed in was not kept")
    expect(card.banner).to_contain_text("choose “Use another account”")
    expect(card.headline).to_have_text("Minh Nguyễn’s phone is not connected.")

    page.get_by_role("link", name="What helps").click()
    expect(page.get_by_role("heading", name="Another Microsoft account is")).to_be_in_viewport()
    expect(page.get_by_role("region", name="does not find the account")).to_contain_text(
        f"The card expects {MINH.email}. Some accounts sign in with another name than their "
        "e-mail address, often one that ends in .onmicrosoft.com."
    )
    page.get_by_role("link", name="Back to the card").click()

    # The right account is connected, and the same mailbox on another card is refused.
    card.leave_for_microsoft()
    card.follow_to_microsoft()
    microsoft = MicrosoftSignIn(page)
    microsoft.use_another_account()
    microsoft.as_(MINH.email, demo.facts["password"])
    microsoft.accept()
    expect(card.banner).to_contain_text("Minh Nguyễn is connected to Microsoft 365.")
    other = find(office.open(), JOANNA)
    other.leave_for_microsoft()
    other.follow_to_microsoft()
    microsoft.pick(MINH.email)
    expect(other.banner).to_contain_text("that mailbox is connected to another staff member")
    expect(other.banner).to_contain_text("It is connected on the card of Minh Nguyễn.")


def test_staff_look_after_their_own_card_once_a_master_user_lets_them(
    demo: RunningDemo,
    page: Page,
    office: MyOffice,
    agents: None,
    own_browser: Callable[[], Page],
) -> None:
    masters = find(office, WEI)
    masters_view = page.url
    own = enter(own_browser(), demo, WEI)
    mine = own.page.url

    # S3: switched off, the card says whom to ask, and a Master User sees how to switch it on
    apps = f"{demo.facts['web']}/agentbox/"
    page.goto(f"{apps}connections/")
    page.get_by_role("link", name="Where Microsoft 365 is offered").click()
    switch(page, "Off")
    expect(page.get_by_label("The whole site")).to_have_value("off")
    own.page.reload()
    expect(own.first_line).to_contain_text("is not offered here yet. Please contact a Master User.")
    expect(own.provider).to_have_count(0)
    page.goto(masters_view)
    page.get_by_role("link", name="Switch it on").click()
    switch(page, "On")
    expect(masters.provider).to_contain_text("Microsoft 365 (Office 365)")

    # without the tick: nothing to press, and whom to ask
    own.page.reload()
    expect(own.first_line).to_contain_text("Please contact a Master User to have the Microsoft 365")
    expect(own.page.get_by_role("main").get_by_role("button")).to_have_count(0)

    # S4: the tick
    page.get_by_label("Let this staff member manage their own settings").check()
    masters.button("Change permission").click()
    expect(page.get_by_text("Wei Zhang may manage this card from now on.")).to_be_visible()

    # S5, S7: connect; nothing is synced yet
    own.page.reload()
    own.leave_for_microsoft()
    accept(own.page, demo, WEI)
    expect(own.headline).to_have_text("Wei Zhang is connected, but nothing is synced yet.")
    take(own.page, "my-connections")

    # two-way for those who are shared with them, and go
    own.choose("Sync Status", "Two-way")
    own.choose("Whose contacts", SHARED)
    own.save()
    own.look().go.click()
    own.expect_up_to_date("Wei Zhang")
    expect(own.report).to_contain_text("contacts were created in Exchange.")

    # S16: force a sync
    own.sync.click()
    expect(own.report).to_contain_text("nothing had to be changed.", timeout=PATIENCE)
    assert own.page.url == mine

    # no right on others, and none on what is of Master Users
    of_others = (masters_view, re.sub(r"\d+/$", "1/", mine), f"{apps}connections/")
    for address in of_others:
        assert own.page.request.get(address).status == 404, address


def test_an_invitation_connects_who_was_invited_and_works_once(
    demo: RunningDemo,
    page: Page,
    office: MyOffice,
    agents: None,
    own_browser: Callable[[], Page],
) -> None:
    find(office, THOMAS)
    page.get_by_role("link", name="Invite them to sign in").click()
    page.get_by_role("button", name="Make a link to copy").click()
    link = page.get_by_label("Link").input_value()

    # in a browser of their own: first the CRM's sign-in, then Microsoft's
    theirs = own_browser()
    theirs.goto(link)
    theirs.get_by_label("User name or e-mail").fill(THOMAS.mailbox)
    theirs.get_by_label("Password").fill(demo.facts["password"])
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    lead = theirs.get_by_text("Margaret Holloway invites you to connect your own Microsoft 365")
    expect(lead).to_be_visible()
    take(theirs, "invitation")
    theirs.get_by_role("button", name="Connect").click()
    accept(theirs, demo, THOMAS)
    own = Card(theirs)
    expect(own.headline).to_have_text("Thomas Brennan is connected, but nothing is synced yet.")
    expect(theirs.get_by_text("You may look at this card but not change it.")).to_be_visible()

    # a second time it leads nowhere
    theirs.goto(link)
    expect(own.banner).to_contain_text("that invitation was used, withdrawn, or is too old.")
    expect(own.banner).to_contain_text("Ask a Master User for another invitation.")
    expect(own.first_line).to_contain_text(THOMAS.email)
    card = find(office.open(), THOMAS)
    expect(card.headline).to_have_text("Thomas Brennan is connected, but nothing is synced yet.")


def opened_for_the_organisation(log: Path, already: int) -> set[str]:
    """Return the ids of the mailboxes that were opened with the organisation's token."""
    urls = []
    with log.open() as lines:
        lines.seek(already)
        for exchange in map(json.loads, lines):
            urls.append(exchange["url"])
            body = exchange["request_body"]
            urls += [one["url"] for one in (body or {}).get("requests", [])]
    opened = (re.search(r"/users/([^/?]+)/", url) for url in urls)
    return {found.group(1) for found in opened if found}


def test_an_organisation_opens_the_mailboxes_that_were_ticked_and_no_other(
    demo: RunningDemo, page: Page, office: MyOffice, approval: None, graph_log: Path
) -> None:
    already = graph_log.stat().st_size if graph_log.exists() else 0
    find(office, OLIVER)
    page.get_by_role("link", name="Connect the whole organisation").click()
    page.get_by_role("button", name="Connect the organisation").click()
    page.get_by_role("link", name="Continue to Microsoft").click()
    microsoft = MicrosoftSignIn(page)
    microsoft.as_(MARGARET.email, demo.facts["password"])
    microsoft.accept()
    expect(page.get_by_text("The organisation is connected.")).to_be_visible()
    page.get_by_role("button", name="Look up whose mailbox is whose").click()
    ticks = page.get_by_role("main").get_by_role("checkbox")
    expect(page.get_by_role("checkbox", name="Oliver Hart-Davies")).to_be_checked()
    take(page, "organisation-mailboxes")
    for tick in ticks.all():
        tick.uncheck()
    for name in ("Oliver Hart-Davies", "Aroha Tamatea"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Connect those that are ticked").click()
    expect(page.get_by_text("2 mailboxes are connected.")).to_be_visible()
    take(page, "organisation")

    # go on one card; nobody has to sign in
    card = find(office.open(), OLIVER)
    expect(card.first_line).to_contain_text("Connected through the organisation by")
    expect(card.headline).to_have_text(
        "Oliver Hart-Davies is connected, but nothing is synced yet."
    )
    card.choose("Sync Status", "One-way: CRM to Exchange")
    card.choose("Whose contacts", SHARED)
    card.save()
    card.look().go.click()
    card.expect_up_to_date("Oliver Hart-Davies")
    expect(card.report).to_contain_text("contacts were created in Exchange.")

    # in that mailbox, and in no other of the organisation
    mailbox = Mailbox(page.context.new_page(), demo.facts["emulator"])
    mailbox.open(OLIVER.email)
    expect(mailbox.rows.first).to_be_visible()
    ids = {}
    for person in (OLIVER, AROHA, FATIMA):
        seen = page.request.get(f"{demo.facts['emulator']}/_emulator/mailbox/{person.email}").json()
        ids[person] = seen["owner"]["oid"]
        assert bool(seen["contacts"]) is (person == OLIVER)
    assert opened_for_the_organisation(graph_log, already) == {ids[OLIVER], ids[AROHA]}

    # the organisation is let go; what arrived stays
    page.goto(f"{demo.facts['web']}/agentbox/organisation/")
    page.get_by_role("link", name="Disconnect the organisation").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("and with it 2 mailboxes")).to_be_visible()
    mailbox.page.reload()
    expect(mailbox.rows.first).to_be_visible()
