"""What a kind's pages of the CRM are to a person: the settings, and the rows, as appointments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class KindSection:
    """What the card says and asks about one kind."""

    page: Page
    kind: str = "calendar"

    @property
    def whole(self) -> Locator:
        return self.page.locator(f"#agentbox-{self.kind}")

    def choose(self, question: str, answer: str) -> None:
        asked = self.whole.locator("fieldset", has_text=question)
        expect(asked.first).to_be_attached()
        closed = self.whole.locator("details:not([open])", has=asked)
        while closed.count():
            closed.first.locator("summary").first.click()
        self.whole.get_by_role("group", name=question).get_by_label(answer, exact=True).check()

    def save(self) -> None:
        self.whole.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.locator("body")).to_contain_text("Saved. What would change is being")


@dataclass(frozen=True)
class RowAdmin:
    """Rows of one model where everybody edits them; times are those of the CRM's own clock."""

    page: Page
    address: str
    model: ClassVar[str]

    def begin(self) -> None:
        """Begin a new row; nothing is saved yet."""
        self.page.goto(f"{self.address}/admin/agentbox_crm/{self.model}/add/")

    def open(self, title: str) -> None:
        """Find a row by its title, and open it."""
        self._search(title)
        self.page.get_by_role("link", name=title, exact=True).first.click()
        expect(self.page.get_by_label("Title:")).to_have_value(title)

    def found(self, title: str) -> Locator:
        """Return the rows of the list that a search for a title shows."""
        self._search(title)
        return self.page.locator("#result_list tbody tr")

    def time(self, name: str, moment: datetime) -> None:
        self.page.locator(f"[name={name}_0]").fill(f"{moment:%Y-%m-%d}")
        self.page.locator(f"[name={name}_1]").fill(f"{moment:%H:%M:%S}")

    def choose(self, field: str, *wanted: str) -> None:
        """Type a part of each name into a field that searches, and take what it finds."""
        place = self.page.locator(f".field-{field} .select2-selection").first
        for text in wanted:
            place.click()
            self.page.locator(".select2-search__field:focus").fill(text)
            option = self.page.locator(".select2-results__option", has_text=text)
            expect(option).to_have_count(1)
            option.click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        said = re.compile("was (changed|added) successfully")
        expect(self.page.get_by_text(said)).to_be_visible()

    def _search(self, title: str) -> None:
        # By the address that the search box leads to: the whole list before it is one page more.
        self.page.goto(f"{self.address}/admin/agentbox_crm/{self.model}/?q={quote(title)}")
        expect(self.page.locator("#searchbar")).to_have_value(title)


class AppointmentAdmin(RowAdmin):
    """Appointments."""

    model = "appointment"

    def add(self, title: str, kind: str, starts: datetime, ends: datetime) -> None:
        """Begin a new appointment; nothing is saved yet."""
        self.begin()
        self.page.get_by_label("Title:").fill(title)
        self.page.get_by_label("Kind:").select_option(kind)
        self.time("starts_at", starts)
        self.time("ends_at", ends)

    def leave_out(self, start: datetime) -> None:
        """Cancel one date of the series that is open."""
        self.page.get_by_text("Repeats", exact=True).click()
        self.page.get_by_label("Excluded starts:").fill(f'["{start.isoformat()}"]')

    def expect_times(self, starts: datetime, ends: datetime) -> None:
        """See the times of the appointment that is open."""
        for name, moment in (("starts_at", starts), ("ends_at", ends)):
            expect(self.page.locator(f"[name={name}_0]")).to_have_value(f"{moment:%d/%m/%Y}")
            expect(self.page.locator(f"[name={name}_1]")).to_have_value(f"{moment:%H:%M:%S}")
