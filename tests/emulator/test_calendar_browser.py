"""The week in a browser: drag, lengthen, point, press keys, and watch what others do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.environment.accessibility import in_every_look
from tests.journeys.screenshots import take
from tests.journeys.width import expect_to_fit

from .calendar_builders import at, event, invited, rule, saturdays, view, whole_day
from .clients import JANE, Client, Control
from .test_calendar_events import path

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def week(control: Control, page: Page) -> Page:
    """The week of the third of December 2026, at ten in the morning of that day."""
    control.post("clock", {"set": "2026-12-02T23:00:00Z"})
    page.set_viewport_size(WIDE)
    return page


@pytest.fixture
def graph(control: Control) -> Iterator[Client]:
    """Jane's mailbox through Graph, with a token of the week in question."""
    control.post("clock", {"set": "2026-12-02T23:00:00Z"})
    with Client(control.url, control.token(JANE)) as client:
        yield client


def go(page: Page, control: Control, **query: str) -> None:
    words = urlencode({"day": "2026-12-03", **query})
    page.goto(f"{control.url}/mailbox/{JANE}/calendar?{words}")
    expect(page.locator("#hours")).to_be_attached()


def block(page: Page, title: str, date: str = "") -> Locator:
    inside = page.locator(f'.hour-column[data-date="{date}"]') if date else page.locator(".grid")
    return inside.locator(".block", has_text=title)


def point(page: Page, date: str, hour: float) -> tuple[float, float]:
    """Where a time of a day is on the screen."""
    box = page.locator(f'.hour-column[data-date="{date}"]').bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * hour / 24 + 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def local(graph: Client, made: dict[str, str]) -> tuple[str, str]:
    now = graph.get(path(made), Prefer='outlook.timezone="AUS Eastern Standard Time"')
    return now["start"]["dateTime"][5:16], now["end"]["dateTime"][5:16]


def test_an_event_is_dragged_to_another_day_and_lengthened(
    week: Page, control: Control, graph: Client
) -> None:
    made = graph.create("/me/events", **event("2026-12-02 10:00", "2026-12-02 11:00"))
    go(week, control)
    drag(week, point(week, "2026-12-02", 10), point(week, "2026-12-04", 14))
    expect(block(week, "Open home", "2026-12-04")).to_be_visible()
    assert local(graph, made) == ("12-04T14:00", "12-04T15:00")
    box = block(week, "Open home").bounding_box()
    assert box
    x, bottom = box["x"] + 20, box["y"] + box["height"] - 3
    drag(week, (x, bottom), (x, point(week, "2026-12-04", 16)[1] - 4))
    expect(block(week, "14:00 – 16:00")).to_be_visible()
    assert local(graph, made) == ("12-04T14:00", "12-04T16:00")


def test_one_of_a_series_is_dragged_and_the_others_stay(
    week: Page, control: Control, graph: Client
) -> None:
    recurrence = rule("2026-12-01", "daily", interval=2, count=3)
    body = event("2026-12-01 10:00", "2026-12-01 11:00", recurrence=recurrence)
    graph.create("/me/events", **body)
    go(week, control)
    drag(week, point(week, "2026-12-03", 10), point(week, "2026-12-04", 12))
    expect(block(week, "12:00 – 13:00", "2026-12-04")).to_be_visible()
    kinds = [row["type"] for row in graph.get(view("2026-11-30"))["value"]]
    assert kinds == ["occurrence", "exception", "occurrence"]
    drag(week, point(week, "2026-12-04", 12), point(week, "2026-12-05", 12))
    expect(week.get_by_role("alert")).to_contain_text("to or past the day of the one beside it")
    expect(block(week, "12:00 – 13:00", "2026-12-04")).to_be_visible()


def test_a_whole_day_is_dragged_to_another(week: Page, control: Control, graph: Client) -> None:
    made = graph.create("/me/events", **whole_day("2026-12-01", "2026-12-02"))
    go(week, control)
    bar = week.locator(".bar-item").bounding_box()
    assert bar
    target = point(week, "2026-12-03", 10)
    drag(week, (bar["x"] + 20, bar["y"] + 8), (target[0], bar["y"] + 8))
    expect(week.locator(".bar-item.column-3")).to_be_visible()
    assert local(graph, made)[0] == "12-03T00:00"


def test_a_time_is_pointed_at_or_drawn_and_becomes_an_event(
    week: Page, control: Control, graph: Client
) -> None:
    go(week, control)
    week.mouse.click(*point(week, "2026-12-03", 13))
    expect(week.get_by_label("Title")).to_be_focused()
    expect(week.locator("[name=start_time]")).to_have_value("13:00")
    week.get_by_label("Title").fill("Vendor meeting")
    week.get_by_label("Private").check()
    week.get_by_role("button", name="Create").click()
    expect(week.locator("#bar")).to_contain_text("Created.")
    (made,) = graph.get("/me/events")["value"]
    assert (made["subject"], made["sensitivity"]) == ("Vendor meeting", "private")
    assert local(graph, made) == ("12-03T13:00", "12-03T13:30")
    week.get_by_role("link", name="Close").click()
    expect(week.locator("#detail")).to_have_count(0)
    drag(week, point(week, "2026-12-04", 9), point(week, "2026-12-04", 10.9))
    expect(week.locator("[name=start_time]")).to_have_value("09:00")
    expect(week.locator("[name=end_time]")).to_have_value("11:00")


def test_a_series_is_made_edited_once_cancelled_once_and_deleted(
    week: Page, control: Control, graph: Client
) -> None:
    go(week, control, new="2026-12-03T10:00")
    week.get_by_label("Title").fill("Stand-up")
    expect(week.get_by_label("Until")).to_be_hidden()
    week.get_by_label("Repeats").select_option("daily")
    expect(week.get_by_label("Until")).to_be_visible()
    week.get_by_label("Until").fill("2026-12-05")
    week.get_by_role("button", name="Create").click()
    expect(week.locator(".block", has_text="Stand-up")).to_have_count(3)
    block(week, "Stand-up", "2026-12-04").click()
    expect(week.locator(".scope b")).to_have_text("This one")
    week.get_by_label("Title").fill("Long stand-up")
    week.get_by_role("button", name="Save").click()
    expect(week.locator("#bar")).to_contain_text("Saved.")
    expect(block(week, "Long stand-up")).to_have_count(1)
    week.get_by_role("button", name="Cancel this one").click()
    expect(week.get_by_role("status")).to_contain_text("Cancelled one: Stand-up")
    expect(week.locator(".block", has_text="tand-up")).to_have_count(2)
    week.get_by_role("button", name="Undo").click()
    expect(week.locator(".block", has_text="tand-up")).to_have_count(3)
    block(week, "Stand-up", "2026-12-05").click()
    week.get_by_role("link", name="The whole series").click()
    expect(week.get_by_role("button", name="Delete series")).to_be_visible()
    week.get_by_role("button", name="Delete series").click()
    expect(week.get_by_role("status")).to_contain_text("Deleted: Stand-up")
    assert graph.get("/me/events")["value"] == []


def test_everything_goes_by_keys(week: Page, control: Control, graph: Client) -> None:
    made = graph.create("/me/events", **event("2026-12-02 10:00", "2026-12-02 11:00"))
    go(week, control)
    block(week, "Open home").focus()
    week.keyboard.press("Alt+ArrowRight")
    expect(block(week, "Open home", "2026-12-03")).to_be_focused()
    week.keyboard.press("Alt+ArrowDown")
    expect(block(week, "10:15 – 11:15")).to_be_focused()
    assert local(graph, made) == ("12-03T10:15", "12-03T11:15")
    week.keyboard.press("Enter")
    expect(week.locator("#detail h1")).to_have_text("Open home")
    week.keyboard.press("Escape")
    expect(week.locator("#detail")).to_have_count(0)
    week.locator("#later").press("Enter")
    expect(week.locator("h1")).to_have_text("7 – 13 December 2026")
    week.keyboard.press("t")
    expect(week.locator("h1")).to_have_text("30 Nov – 6 Dec 2026")
    week.keyboard.press("n")
    expect(week.get_by_label("Title")).to_be_focused()


def test_the_page_follows_what_an_app_does_and_keeps_what_is_typed(
    week: Page, control: Control, graph: Client
) -> None:
    made = graph.create("/me/events", **event("2026-12-02 10:00", "2026-12-02 11:00"))
    go(week, control, event=made["id"])
    week.get_by_label("Title").fill("Half typed")
    graph("PATCH", path(made), {"start": at("2026-12-02 10:30")})
    expect(block(week, "10:30 – 11:00")).to_be_visible()
    expect(block(week, "Open home")).to_have_class(re.compile(r"\bfresh\b"))
    expect(week.get_by_label("Title")).to_have_value("Half typed")


@pytest.fixture
def full(control: Control, graph: Client) -> Client:
    """A week as an agent has it."""
    graph.create("/me/events", **saturdays(location={"displayName": "3/22 Pine Ave"}))
    graph.create("/me/events", **event("2026-12-03 13:00", "2026-12-03 14:30"))
    graph.create("/me/events", **event("2026-12-03 13:30", "2026-12-03 15:00", showAs="tentative"))
    graph.create(
        "/me/events", **event("2026-12-01 12:00", "2026-12-01 13:00", sensitivity="private")
    )
    graph.create("/me/events", **whole_day("2026-12-03", "2026-12-05", showAs="free"))
    meeting = {**event("2026-12-02 09:00", "2026-12-02 10:00"), "attendees": invited(JANE)}
    control.person({"meeting": meeting, "organizer": {"name": "Ann", "address": "ann@x.example"}})
    return graph


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_full_week_fits_and_is_shown(
    week: Page, control: Control, full: Client, look: str
) -> None:
    go(week, control)
    week.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    expect_to_fit(week.locator("body"))
    first, second = (block(week, "13:00 – 14:30"), week.locator(".shows-tentative.lane-1"))
    expect(second).to_be_visible()
    one, other = first.bounding_box(), second.bounding_box()
    assert one
    assert other
    assert one["x"] + one["width"] <= other["x"] + 1, "side by side, none hides the other"
    take(week, f"calendar-{look}")


def test_a_phone_shows_the_list_of_a_day(week: Page, control: Control, full: Client) -> None:
    week.set_viewport_size(PHONE)
    go(week, control)
    expect(week.locator("#hours")).to_be_hidden()
    expect_to_fit(week.locator("body"))
    rows = week.locator(".agenda li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("all day")
    week.get_by_role("link", name="Saturday 5 December, 1 on it").click()
    expect(week.locator(".agenda h2")).to_have_text("Saturday 5 December")
    week.locator(".agenda a").first.click()
    expect(week.get_by_label("Title")).to_be_visible()
    expect(week.locator("#board")).to_be_hidden()
    expect_to_fit(week.locator("body"))
    week.get_by_label("Title").fill("Auction")
    week.get_by_role("button", name="Save").click()
    expect(week.locator("#bar")).to_contain_text("Saved.")
    week.get_by_role("link", name="← 30 Nov").click()
    expect(rows.first).to_contain_text("Auction")
    assert control.get("mail")["total"] == 0


@pytest.mark.parametrize("open_", ["", "new", "one", "invited"])
def test_nobody_is_shut_out(week: Page, control: Control, full: Client, open_: str) -> None:
    rows = full.get(f"{view('2026-11-30')}&$top=50")["value"]
    one = next(row["id"] for row in rows if row["type"] == "occurrence")
    theirs = next(row["id"] for row in rows if not row["isOrganizer"])
    query = {"new": {"new": "2026-12-03T10:00"}, "one": {"event": one}, "": {}}
    go(week, control, **query.get(open_, {"event": theirs}))
    found = in_every_look(week)
    assert found == {}, found
