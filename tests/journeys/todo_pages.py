"""The emulator's To Do as the owner of a mailbox uses it: lists, circles, the form of a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Locator, Page, expect

from .outlook_week import WIDE


@dataclass(frozen=True)
class ToDo:
    page: Page
    address: str
    upn: str

    def open(self, named: str = "Tasks") -> ToDo:
        """Look at one list, as it is now."""
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.page.goto(f"{self.address}/mailbox/{self.upn}/tasks")
        if named != "Tasks":
            lists = self.page.get_by_role("navigation", name="Lists")
            lists.get_by_role("link", name=named).click()
            expect(self.page.get_by_label(f"Add a task to {named}")).to_be_attached()
        return self

    def lines(self, title: str = "") -> Locator:
        """Return the open tasks of the list that is shown, those of a title."""
        return self.page.locator("#rows .line:not(.done)", has_text=title)

    def done(self, title: str = "") -> Locator:
        return self.page.locator("#rows .line.done", has_text=title)

    def expect_open(self, title: str, due: date, named: str = "Tasks") -> Locator:
        """See a task once, not done, on the day it is due; returns its line."""
        self.open(named)
        line = self.lines(title)
        expect(line).to_have_count(1)
        expect(line.locator(".facts")).to_contain_text(f"{due:%a} {due.day} {due:%b}")
        return line

    def expect_done(self, title: str) -> None:
        """See a task once, and done."""
        self.open()
        expect(self.done(title)).to_have_count(1)
        expect(self.lines(title)).to_have_count(0)

    def choose(self, title: str, named: str = "Tasks") -> Locator:
        """Open the form of a task; returns the form."""
        self.open(named)
        self.page.locator("#rows .line", has_text=title).get_by_role("link").click()
        expect(self.page.locator("#detail h1")).to_have_text(title)
        return self.page.locator("#card")

    def add(self, title: str) -> None:
        self.open()
        self.page.get_by_label("Add a task to Tasks").fill(title)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#detail h1")).to_have_text(title)

    def press(self, title: str, named: str = "Tasks") -> None:
        """Press the circle before a task: done, or open again."""
        line = self.open(named).page.locator("#rows .line", has_text=title).first
        was = line.locator(".circle").get_attribute("aria-pressed")
        line.locator(".circle").click()
        other = self.lines(title) if was == "true" else self.done(title)
        expect(other.first).to_be_visible()

    def due(self, title: str, day: date, client: str, named: str = "Tasks") -> None:
        """Change the day a task is due, as one of the programs does that write days."""
        form = self.choose(title, named)
        form.get_by_label("Due").fill(day.isoformat())
        form.get_by_label("The day is written by").select_option(label=client)
        self.save()

    def move(self, title: str, named: str) -> None:
        """Put a task into another list, which is made for it."""
        self.open().page.get_by_text("New list").click()
        self.page.get_by_label("Name").fill(named)
        self.page.get_by_role("button", name="Create").click()
        form = self.choose(title)
        form.get_by_label("List (").select_option(label=named)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator("#bar")).to_contain_text("Moved to another list")

    def check(self, title: str, step: str) -> None:
        """Write something on the checklist of a task, and check it."""
        self.choose(title)
        self.page.get_by_label("Add to the checklist").fill(step)
        self.page.get_by_label("Add to the checklist").press("Enter")
        self.page.get_by_role("button", name=f"Check: {step}").click()
        expect(self.page.get_by_role("button", name=f"Uncheck: {step}")).to_be_visible()

    def delete(self, title: str) -> None:
        self.choose(title)
        self.page.get_by_role("button", name="Delete", exact=True).click()
        expect(self.page.get_by_role("status").first).to_contain_text(f"Deleted {title}.")

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator("#bar")).to_contain_text("Saved.")
