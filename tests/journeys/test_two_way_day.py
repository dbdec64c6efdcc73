"""The two-way day on the reference CRM."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Contact
from tests.builders import crm
from tests.contracts.emulated import JANE, Microsoft, emulator, microsoft

from . import day as story
from .crm_pages import Card
from .day_scenes import live

pytestmark = pytest.mark.slow
__all__ = ["emulator", "microsoft"]

BUYERS = "Buyers"


class ReferenceCrm:
    name = "day"

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.staff = crm.a_staff_member("Jane Ashcroft", email=JANE)
        self.colleague = crm.a_staff_member("José Silva", email=story.JOSE)
        self.user = crm.a_login(None, MASTER_USERS, first_name="Mia", last_name="Stone")
        self.address = reverse("admin:agentbox_crm_staff_connections", args=[self.staff.pk])

    def mobile(self, number: int) -> str:
        return f"0400 000 {number}"

    def add(self, name: str, mobile: str, *, colleague: str = "") -> None:
        access = {
            "": {self.staff: crm.OWNER},
            "owns": {self.staff: crm.VIEW, self.colleague: crm.OWNER},
            "shares": {self.staff: crm.OWNER, self.colleague: crm.FULL},
        }[colleague]
        crm.a_contact(name, access=access, classes=(crm.a_class(BUYERS),), mobile=mobile)

    def narrow(self, card: Card) -> None:
        card.choose("Contact classes", BUYERS)

    def open(self, name: str) -> None:
        self.page.goto(
            self.url + reverse("admin:agentbox_crm_contact_change", args=[_contact(name).pk])
        )

    def change_notes(self, name: str, text: str) -> None:
        self.open(name)
        self.page.get_by_label("Notes:").fill(text)
        story.saved(self.page)

    def delete(self, *names: str) -> None:
        self.page.goto(self.url + reverse("admin:agentbox_crm_contact_changelist"))
        story.delete_marked(self.page, names)

    def take_out(self, name: str) -> None:
        self.open(name)
        self.page.get_by_label(BUYERS, exact=True).uncheck()
        story.saved(self.page)

    def take_away(self, name: str) -> None:
        self.open(name)
        self.page.locator("[name=access-0-DELETE]").check()
        story.saved(self.page)

    def says(self, name: str) -> dict[str, str] | None:
        found = _contacts(name).first()
        return found and {"mobile": found.mobile, "notes": found.notes}

    def may_see(self, name: str) -> bool:
        return _contacts(name).filter(access__staff=self.staff).exists()


def _contacts(name: str) -> Any:
    first, _, last = name.partition(" ")
    return Contact.objects.filter(first_name=first, last_name=last)


def _contact(name: str) -> Contact:
    found: Contact = _contacts(name).get()
    return found


def test_a_two_way_day(
    transactional_db: None, microsoft: Microsoft, settings: Any, live_server: Any, page: Page
) -> None:
    story.prepare(microsoft, settings, live_server.url)
    crm_in_use = ReferenceCrm(page, live_server.url)
    live(story.Day.begin(crm_in_use, page, microsoft, live_server.url))
