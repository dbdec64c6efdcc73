"""Tasks of the CRM where everybody edits them."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Locator, expect

from .crm_calendar import RowAdmin


class TaskAdmin(RowAdmin):
    """Tasks."""

    model = "task"

    def add(self, title: str, due: date) -> None:
        """Begin a new task; nothing is saved yet."""
        self.begin()
        self.page.get_by_label("Title:").fill(title)
        self.due(due)

    def due(self, day: date) -> None:
        self.page.locator("[name=due_on]").fill(day.isoformat())

    def set(self, title: str, status: str) -> None:
        """Open a task, and save it with another status."""
        self.open(title)
        self.page.get_by_label("Status:").select_option(status)
        self.save()

    def expect_state(self, title: str, due: date, status: str = "Open") -> None:
        """See a task once, on the day it is due, done or not."""
        expect(self.found(title)).to_have_count(1)
        expect(self.row(title, due, status)).to_have_count(1)

    def row(self, title: str, due: date, status: str) -> Locator:
        """Return the row of a task in the list that is shown, if it says so."""
        rows = self.page.locator("#result_list tbody tr").filter(has_text=title)
        return rows.filter(has_text=f"{due.day} {due:%b} {due:%Y}").filter(has_text=status)

    def completed(self, title: str) -> str:
        """Open a task, and return in the words of the page when it was completed."""
        self.open(title)
        return self.page.locator(".field-completed_at .readonly").inner_text()
