"""The emulated Microsoft as a person uses it: the sign-in, and the mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class MicrosoftSignIn:
    """The account, where Microsoft knows some; e-mail, password, the permissions requested."""

    page: Page

    @property
    def email(self) -> Locator:
        return self.page.get_by_label("Email")

    @property
    def password(self) -> Locator:
        return self.page.get_by_label("Password")

    @property
    def consent(self) -> Locator:
        return self.page.get_by_role("heading", name="Permissions requested")

    def as_(self, address: str, password: str) -> None:
        self.email.fill(address)
        self.page.get_by_role("button", name="Next").click()
        self.password.fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.consent).to_be_visible()

    def use_another_account(self) -> None:
        """Leave aside those that Microsoft knows in this browser."""
        expect(self.page.get_by_role("heading", name="Pick an account")).to_be_visible()
        self.page.get_by_role("button", name="Use another account").click()

    def pick(self, address: str) -> None:
        """Go on as somebody who is signed in at Microsoft, and has accepted before."""
        self.page.get_by_role("button", name=address).click()

    def accept(self) -> None:
        self.page.get_by_role("button", name="Accept").click()

    def cancel(self) -> None:
        self.page.get_by_role("button", name="Cancel").click()


@dataclass(frozen=True)
class Mailbox:
    """The people of one mailbox, as a mail program shows them."""

    page: Page
    address: str

    def open(self, upn: str) -> Mailbox:
        self.page.goto(f"{self.address}/mailbox/{upn}")
        return self

    def folder(self, name: str) -> Locator:
        folders = self.page.get_by_role("navigation", name="Folders")
        return folders.get_by_role("listitem").filter(has_text=name)

    @property
    def rows(self) -> Locator:
        return self.page.get_by_role("region", name="People").get_by_role("listitem")

    @property
    def contact(self) -> Locator:
        return self.page.get_by_role("region", name="Contact", exact=True)

    def choose(self, name: str) -> None:
        """Find somebody by name, open the contact, and leave the list whole again."""
        search = self.page.get_by_label("Search people")
        search.fill(name)
        expect(self.rows).to_have_count(1)
        self.rows.get_by_role("link", name=name).click()
        expect(self.contact.get_by_role("heading", name=name)).to_be_visible()
        search.fill("")

    def field(self, label: str) -> Locator:
        return self.contact.get_by_label(label, exact=True)
