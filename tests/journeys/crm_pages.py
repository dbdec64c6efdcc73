"""The CRM's pages as a person uses them: by label, button and heading."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

# What a worker does may take a while on a loaded machine; never reached when things go well.
PATIENCE = 60_000  # ms


@dataclass(frozen=True)
class SignIn:
    """The door of the CRM."""

    page: Page
    address: str

    def as_(self, name: str, password: str) -> MyOffice:
        """Sign in; a Master User is asked for a code, which the demo's page shows."""
        self.password(name, password)
        arrived = self.page.get_by_role("heading", name="My Office")
        expect(arrived.or_(self.code_page)).to_be_visible()
        if self.code_page.is_visible():
            self.shown_code()
        expect(arrived).to_be_visible()
        return MyOffice(self.page)

    def password(self, name: str, password: str) -> None:
        self.page.goto(f"{self.address}/")
        self.page.get_by_label("User name or e-mail").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    @property
    def code_page(self) -> Locator:
        return self.page.get_by_role("heading", name="Your code, please")

    def shown_code(self) -> None:
        """Type what the demo says that the phone shows."""
        shown = self.page.get_by_text("authenticator shows").locator("output").inner_text()
        self.page.get_by_label("Code").fill(shown)
        self.page.get_by_role("button", name="Sign in").click()


@dataclass(frozen=True)
class MyOffice:
    """The staff of an office, found by name."""

    page: Page

    def open(self) -> MyOffice:
        self.page.get_by_role("banner").get_by_role("link", name="My Office").last.click()
        return self

    @property
    def name(self) -> Locator:
        return self.page.get_by_role("searchbox", name="Name")

    @property
    def results(self) -> Locator:
        return self.page.get_by_role("region", name="Staff").get_by_role("listitem")

    def result(self, name: str) -> Locator:
        return self.results.filter(has_text=name)

    def type(self, text: str) -> None:
        """Type letter by letter, as the left panel answers while one types."""
        expect(self.name).to_be_focused()
        self.page.keyboard.type(text, delay=30)


@dataclass(frozen=True)
class Card:
    """The Connections tab of a staff card."""

    page: Page

    @property
    def tab(self) -> Locator:
        tabs = self.page.get_by_role("navigation", name="Parts of the staff card")
        return tabs.get_by_role("link", name="Connections", exact=True)

    def open_tab(self) -> Card:
        self.tab.click()
        expect(self.headline).to_be_visible()
        return self

    @property
    def headline(self) -> Locator:
        return self.page.locator("[data-agentbox-title]")

    @property
    def first_line(self) -> Locator:
        """The headline with why, account, last success and the one button."""
        return self.page.get_by_role("region").filter(has=self.headline)

    @property
    def banner(self) -> Locator:
        return self.page.locator(".agentbox-banner")

    @property
    def report(self) -> Locator:
        return self.page.get_by_role("region", name="Report of the last run")

    @property
    def progress(self) -> Locator:
        return self.page.get_by_role("progressbar")

    @property
    def provider(self) -> Locator:
        return self.page.get_by_label("Connect to")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def sync(self) -> Locator:
        return self.button("Sync Contact Now")

    @property
    def outlook(self) -> Locator:
        """Leads to the page that shows what would happen, when a worker has found it out."""
        return self.page.get_by_role("link", name="See what would happen")

    def look(self) -> Preview:
        """Wait until a worker has looked, and open what it has found."""
        expect(self.outlook).to_be_visible(timeout=PATIENCE)
        self.outlook.click()
        return Preview(self.page)

    def leave_for_microsoft(self) -> None:
        self.provider.select_option("Microsoft 365 (Office 365)")
        self.button("Connect").click()

    def follow_to_microsoft(self) -> None:
        self.page.get_by_role("link", name="Continue to Microsoft").click()

    @property
    def contacts(self) -> Locator:
        """The section of the card that is about contacts."""
        return self.page.locator("#agentbox-contacts")

    def choose(self, question: str, answer: str) -> None:
        asked = self.page.locator("fieldset", has_text=question)
        expect(self.contacts.locator(asked).first).to_be_attached()  # not the page before
        closed = self.contacts.locator("details:not([open])", has=asked)
        while closed.count():
            closed.first.locator("summary").first.click()
        self.contacts.get_by_role("group", name=question).get_by_label(answer, exact=True).check()

    def save(self) -> None:
        self.contacts.get_by_role("button", name="Save", exact=True).click()

    def expect_up_to_date(self, name: str) -> None:
        expect(self.headline).to_have_text(f"{name}’s phone is up to date.", timeout=PATIENCE)

    def runs(self) -> int:
        """Return how many finished runs the card tells of."""
        if not self.report.count():
            return 0
        history = self.report.locator(".agentbox-history:not(#agentbox-chart-table)")
        return max(1, history.locator("tbody tr").count())


@dataclass(frozen=True)
class Preview:
    """The page that shows what would happen."""

    page: Page

    @property
    def lead(self) -> Locator:
        return self.page.locator("[data-agentbox-title]")

    @property
    def go(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Go: ")).first

    def group(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=re.compile(f"^{title}"))


@dataclass(frozen=True)
class ContactAdmin:
    """A contact of the CRM, edited where everybody edits it."""

    page: Page
    address: str

    def change(self, name: str, label: str, value: str) -> None:
        self.page.goto(f"{self.address}/admin/agentbox_crm/contact/")
        self.page.get_by_role("searchbox").or_(self.page.locator("#searchbar")).first.fill(name)
        self.page.get_by_role("button", name="Search").click()
        expect(self.page).to_have_url(re.compile(r"\?q="))
        self.page.get_by_role("link", name=name, exact=True).click()
        self.page.get_by_label(f"{label}:", exact=True).fill(value)
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text(re.compile("was changed successfully"))).to_be_visible()
