"""The emulator's week as the owner of a mailbox uses it: by its own clocks, texts and drags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

WIDE = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class OutlookWeek:
    page: Page
    address: str
    upn: str

    def open(self, day: date, **query: str) -> OutlookWeek:
        words = urlencode({"day": day.isoformat(), **query})
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.page.goto(f"{self.address}/mailbox/{self.upn}/calendar?{words}")
        expect(self.page.locator("#hours")).to_be_attached()
        return self

    def block(self, title: str, day: date) -> Locator:
        return self._column(day).locator(".block", has_text=title)

    def bar(self, title: str) -> Locator:
        """Something that lasts whole days, above the hours."""
        return self.page.locator(".bar-item", has_text=title)

    def hour(self, number: int) -> Locator:
        """Return where an hour is told beside the days."""
        return self.page.locator(".clock li").nth(number)

    def on_any_day(self, title: str) -> Locator:
        """Return what is called so in the week that is open."""
        return self.page.locator(".block, .bar-item").filter(has_text=title)

    def expect_at(self, title: str, day: date, hours: str) -> Locator:
        """See something once in the week of a day, on that day and at these hours."""
        self.open(day)
        expect(self.on_any_day(title)).to_have_count(1)
        found = self.block(title, day)
        expect(found.locator(".time")).to_have_text(hours)
        return found

    def expect_none(self, title: str, day: date) -> None:
        self.open(day)
        expect(self.on_any_day(title)).to_have_count(0)

    def choose(self, title: str, day: date) -> Locator:
        """Open the form of something that lies on a day; returns the form."""
        self.open(day)
        self.block(title, day).click()
        expect(self.page.locator("#detail h1")).to_have_text(title)
        return self.page.locator("#card")

    def drag(self, title: str, day: date, to: datetime) -> None:
        """Take a block by its upper edge and let it go at another time of the same week."""
        self.open(day)
        block = self.block(title, day)
        block.scroll_into_view_if_needed()
        box, column = block.bounding_box(), self._column(to.date()).bounding_box()
        assert box
        assert column
        at = column["y"] + column["height"] * (to.hour + to.minute / 60) / 24
        self.page.mouse.move(box["x"] + 8, box["y"] + 4)
        self.page.mouse.down()
        x = column["x"] + 8
        self.page.mouse.move((box["x"] + x) / 2, (box["y"] + at) / 2 + 4, steps=4)
        self.page.mouse.move(x, at + 4, steps=4)
        self.page.mouse.up()
        expect(self.block(title, to.date())).to_contain_text(f"{to.hour}:{to.minute:02} –")

    def drag_bar(self, title: str, day: date, to: date) -> None:
        """Take something that lasts whole days, and let it go on another day of the same week."""
        self.open(day)
        box, column = self.bar(title).bounding_box(), self._column(to).bounding_box()
        assert box
        assert column
        self.page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(column["x"] + column["width"] / 2, box["y"] + 30, steps=6)
        self.page.mouse.up()
        expect(self.bar(title)).to_have_attribute("data-start", f"{to}T00:00")

    def categorize(self, title: str, day: date, name: str) -> None:
        """Give something that lasts whole days a category, typed by its name."""
        self.open(day)
        self.bar(title).click()
        expect(self.page.locator("#detail h1")).to_have_text(title)
        self.page.get_by_label("Category").fill(name)
        self.save()

    def add(self, title: str, start: datetime, *, private: bool = False) -> None:
        self.open(start.date(), new=f"{start:%Y-%m-%dT%H:%M}")
        self.page.get_by_label("Title").fill(title)
        if private:
            self.page.get_by_label("Private").check()
        self.page.get_by_role("button", name="Create").click()
        expect(self.page.locator("#bar")).to_contain_text("Created.")

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator("#bar")).to_contain_text("Saved.")

    def _column(self, day: date) -> Locator:
        return self.page.locator(f'.hour-column[data-date="{day.isoformat()}"]')
