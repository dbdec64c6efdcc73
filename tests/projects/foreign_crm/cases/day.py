"""The two-way day on a CRM that was not built for us; it has no classes, it archives."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from tests.contracts.emulated import JANE, Microsoft
from tests.journeys import day as story
from tests.journeys.crm_pages import Card
from tests.journeys.day_scenes import live
from tests.projects.foreign_crm.cases.builders import a_party, a_user, an_employee
from tests.projects.foreign_crm.models import Firm, Party


class ForeignCrm:
    name = "foreign"

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.staff = an_employee("Róisín Daly", work_mail=JANE)
        self.colleague = an_employee("Seán Walsh", work_mail=story.JOSE)
        self.user = a_user(is_staff=True, is_superuser=True)
        self.address = reverse("admin:foreign_crm_employee_connections", args=[self.staff.pk])

    def mobile(self, number: int) -> str:
        return f"085 000 0{number}"

    def add(self, name: str, mobile: str, *, colleague: str = "") -> None:
        of, shared = {
            "": (self.staff, []),
            "owns": (self.colleague, [self.staff]),
            "shares": (self.staff, [self.colleague]),
        }[colleague]
        firm, _ = Firm.objects.get_or_create(trading_name="Private")
        a_party(name, of=of, firm=firm, shared_with=shared, phones={"gsm": [mobile]})

    def narrow(self, card: Card) -> None:
        """There are no classes here, and so nothing is asked about them."""
        assert not card.page.get_by_text("Contact classes").count()

    def open(self, name: str) -> None:
        party = _parties(name).get()
        self.page.goto(self.url + reverse("admin:foreign_crm_party_change", args=[party.pk]))

    def change_notes(self, name: str, text: str) -> None:
        self.open(name)
        self.page.get_by_label("Remark:").fill(text)
        story.saved(self.page)

    def delete(self, *names: str) -> None:
        self.page.goto(self.url + reverse("admin:foreign_crm_party_changelist"))
        story.delete_marked(self.page, names)

    def take_out(self, name: str) -> None:
        self.open(name)
        self.page.locator("[name=archived_at_0]").fill("2026-01-31")
        self.page.locator("[name=archived_at_1]").fill("12:00:00")
        story.saved(self.page)

    def take_away(self, name: str) -> None:
        self.open(name)
        self.page.get_by_label("Responsible:").select_option(str(self.colleague))
        story.saved(self.page)

    def says(self, name: str) -> dict[str, str] | None:
        party = _parties(name).first()
        if party is None:
            return None
        mobile = party.phones.filter(label="gsm").first()
        return {"mobile": mobile.number if mobile else "", "notes": party.remark}

    def may_see(self, name: str) -> bool:
        return _parties(name).filter(responsible=self.staff).exists()


def _parties(name: str) -> Any:
    given, _, family = name.partition(" ")
    return Party.with_archive.filter(given=given, family=family)


def test_a_two_way_day(
    transactional_db: None, microsoft: Microsoft, settings: Any, live_server: Any, page: Page
) -> None:
    story.prepare(microsoft, settings, live_server.url)
    crm = ForeignCrm(page, live_server.url)
    live(story.Day.begin(crm, page, microsoft, live_server.url))
