"""A two-way day: what people do on either side, what stands there afterwards, what they read.

The story is one; a CRM says only how its own pages are used (:class:`Crm`). The worker's jobs are
carried out by the test itself as soon as something waits in the queue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from django.test import Client
from playwright.sync_api import Page, expect

from agentbox_sync import conf, jobs
from agentbox_sync.services import microsoft
from tests.builders.worker import work
from tests.contracts.emulated import JANE, PASSWORD, Microsoft

from .crm_pages import Card
from .microsoft_pages import Mailbox

JOSE = "jose@agency.example"
GUESTS = [f"Guest {name}" for name in ("Abel", "Bond", "Carr", "Dean", "Ekin", "Ford")]
PEOPLE = ["Ada Quinn", "Bea Moss", "Cy Noon", "Di Orr", "Eli Fox", "Fay Lund", "Gus Hall"]
LOOKED_AT, SHARED, ADDED = "Hal Reed", "Ivy Sand", "Nina Vale"


class Crm(Protocol):
    """How a person uses one CRM, and what stands in it. People are called by their names."""

    name: str
    staff: Any
    colleague: Any
    user: Any
    address: str
    """The path of the staff member's card."""

    def mobile(self, number: int) -> str:
        """Return a number of three digits as people of this CRM's country write it."""

    def add(self, name: str, mobile: str, *, colleague: str = "") -> None:
        """Somebody of the staff member's; ``colleague`` is "owns" or "shares" for the other."""

    def narrow(self, card: Card) -> None:
        """Choose what only this CRM has to choose from."""

    def change_notes(self, name: str, text: str) -> None: ...
    def delete(self, *names: str) -> None: ...
    def take_out(self, name: str) -> None:
        """Let somebody leave what is selected; nobody loses access."""

    def take_away(self, name: str) -> None:
        """Take the staff member's access to somebody away."""

    def open(self, name: str) -> None:
        """Open the page of somebody, where the panel "Why?" stands."""

    def says(self, name: str) -> dict[str, str] | None:
        """``mobile`` and ``notes`` of somebody; ``None`` when there is nobody of that name."""

    def may_see(self, name: str) -> bool:
        """Tell whether the staff member has access."""


@dataclass
class Day:
    """Everybody and everything of one day."""

    crm: Crm
    page: Page
    outlook: Page
    at: Microsoft
    url: str

    @classmethod
    def begin(cls, crm: Crm, page: Page, at: Microsoft, url: str) -> Day:
        client = Client()
        client.force_login(crm.user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        jobs.tick()  # the worker is alive
        return cls(crm, page, page.context.new_page(), at, url)

    # ------------------------------------------------------------------------- what people use

    @property
    def card(self) -> Card:
        return Card(self.page)

    @property
    def whole(self) -> Any:
        """All that the card says."""
        return self.page.locator("[data-agentbox-card]")

    def open_card(self) -> Card:
        self.page.goto(self.url + self.crm.address)
        expect(self.card.headline).to_be_visible()
        return self.card

    def sync(self) -> Card:
        """Press Sync Contact Now, let a worker do it, and look again."""
        self.open_card()
        self.card.sync.first.click()
        expect(self.card.headline).to_have_text("The sync is about to start.")
        work()
        return self.open_card()

    def line(self, name: str) -> Any:
        """Return what the last run did to somebody, on the page "Item by item"."""
        self.open_card()
        self.page.get_by_role("link", name="Item by item").click()
        rows = self.page.locator(".agentbox-rows > li")
        return rows.filter(has_text=name)

    def edit_in_outlook(self, name: str, label: str, value: str) -> None:
        mailbox = Mailbox(self.outlook, self.at.url).open(JANE)
        mailbox.choose(name)
        mailbox.field(label).fill(value)
        self.outlook.get_by_role("button", name="Save").click()
        expect(self.outlook.locator("#bar")).to_contain_text("Saved.")

    def delete_in_outlook(self, name: str) -> None:
        Mailbox(self.outlook, self.at.url).open(JANE).choose(name)
        self.outlook.get_by_role("button", name="Delete").click()
        expect(self.outlook.get_by_role("status")).to_contain_text(f"Deleted {name}.")

    def add_in_outlook(self, name: str) -> None:
        given, _, family = name.partition(" ")
        Mailbox(self.outlook, self.at.url).open(JANE)
        self.outlook.get_by_role("link", name="New contact").click()
        self.outlook.get_by_label("First name").fill(given)
        self.outlook.get_by_label("Last name").fill(family)
        self.outlook.get_by_role("button", name="Create").click()
        expect(self.outlook.get_by_role("heading", name=name)).to_be_visible()

    # ---------------------------------------------------------------------- what stands there

    def in_outlook(self, upn: str = JANE) -> dict[str, dict[str, Any]]:
        rows = self.at.look(f"mailbox/{upn}")["contacts"]
        names = [f"{row['givenName']} {row['surname']}" for row in rows]
        assert len(set(names)) == len(names), "somebody is there twice"
        return dict(zip(names, rows, strict=True))

    def agree(self, name: str, **values: str) -> None:
        """Both sides say so."""
        said, item = self.crm.says(name), self.in_outlook()[name]
        assert said is not None
        there = {"mobile": item["mobilePhone"], "notes": item["personalNotes"]}
        for key, value in values.items():
            assert (said[key], there[key]) == (value, value), (key, said, there)


def prepare(at: Microsoft, settings: Any, url: str) -> None:
    """Two mailboxes at Microsoft, and a registration that leads back to this server."""
    person = {"upn": JOSE, "display_name": "José Silva", "password": PASSWORD}
    at.control("seed", {"tenants": [{"domain": "agency.example", "users": [person]}]})
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = at.url
    settings.MS365_TENANT = at.look(f"mailbox/{JANE}")["owner"]["tenant"]
    options = {"HTTP_TIMEOUT": 20, "LEASE_TIME": 60, "SETTLE_DELAY": 0, "BASE_URL": url}
    settings.AGENTBOX_SYNC = {
        **settings.AGENTBOX_SYNC,
        **options,
        "GUARD_FLOOR": len(GUESTS) - 1,
        "GUARD_SHARE": 0.0,
    }
    registered = {
        "client_id": conf.required("MS365_CLIENT_ID"),
        "client_secret": conf.required("MS365_CLIENT_SECRET"),
        "redirect_uris": [microsoft.callback_url()],
    }
    consent = [{"upn": upn, "client_id": registered["client_id"]} for upn in (JANE, JOSE)]
    at.control("seed", {"apps": [registered], "consent": consent})


def saved(page: Page) -> None:
    """Press Save on a page of Django's admin, and see that it was taken."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile("was changed successfully"))).to_be_visible()


def delete_marked(page: Page, names: tuple[str, ...]) -> None:
    """Tick rows of a list of Django's admin, delete them, and confirm."""
    for name in names:
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("delete_selected")
    page.get_by_role("button", name=re.compile("^(Go|Run)")).click()
    page.get_by_role("button", name="Yes, I’m sure").click()
    expect(page.get_by_text(re.compile("Successfully deleted"))).to_be_visible()
