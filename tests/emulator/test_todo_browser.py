"""The tasks page in a browser: a day of work, keys, what an application does meanwhile."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.environment.accessibility import in_every_look
from tests.journeys.screenshots import take
from tests.journeys.width import expect_to_fit

from .clients import JANE, Client, Control
from .todo_builders import dated, link, task, tasks_of, weekly


def tasks(control: Control, **query: str) -> str:
    return f"{control.url}/mailbox/{JANE}/tasks?{urlencode(query)}"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_a_day_of_tasks(control: Control, graph: Client, page: Page) -> None:
    page.goto(tasks(control))
    expect(page.get_by_label("Add a task to Tasks")).to_be_focused()
    page.keyboard.type("Vendor report")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vendor report")
    expect(page.get_by_label("Until")).to_be_hidden()
    page.get_by_label("Due").fill("2026-12-04")
    page.get_by_label("Repeats").select_option("daily")
    page.get_by_label("Importance").select_option("high")
    save(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("Graph answers 2026-12-03 13:00 UTC")).to_be_visible()
    page.get_by_label("The day is written by").select_option("utc_midnight")
    save(page)
    expect(page.get_by_text("Graph answers 2026-12-04 00:00 UTC")).to_be_visible()
    page.get_by_label("Add to the checklist").fill("Numbers")
    page.get_by_label("Add to the checklist").press("Enter")
    page.get_by_role("button", name="Check: Numbers").click()
    expect(page.get_by_role("button", name="Uncheck: Numbers")).to_be_visible()
    page.get_by_role("button", name="Complete: Vendor report").click()
    expect(page.get_by_text("The next one of the series follows.")).to_be_visible()
    old, new = graph.get(f"{tasks_of(graph)}?$expand=checklistItems")["value"]
    assert (old["status"], new["status"], dated(new)) == (
        "completed",
        "notStarted",
        "2026-12-05T00:00",
    )
    assert [s["isChecked"] for s in old["checklistItems"] + new["checklistItems"]] == [True, False]


def test_a_task_is_moved_deleted_and_restored(control: Control, page: Page) -> None:
    made = control.person({"add_task": task()})
    page.goto(tasks(control))
    page.get_by_text("New list").click()
    page.get_by_label("Name").fill("Agentbox")
    page.get_by_role("button", name="Create").click()
    page.goto(tasks(control, task=made["id"]))
    page.get_by_label("List (").select_option(label="Agentbox")
    save(page)
    expect(page.get_by_text("the task has a new id")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Deleted Call Mia.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Call Mia")
    assert control.mailbox()["tasks"][0]["list"] == "Agentbox"


def test_keys_walk_complete_close_and_begin(control: Control, page: Page) -> None:
    for title in ("One", "Two"):
        control.person({"add_task": task(title=title)})
    page.goto(tasks(control))
    # A browser gives the focus when it first draws the page, which may be after it was loaded.
    expect(page.get_by_label("Add a task to Tasks")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert [t["status"] for t in control.mailbox()["tasks"]] == ["notStarted", "completed"]
    page.locator("#rows a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("One")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("task="))
    page.locator("#rows a").first.focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Add a task to Tasks")).to_be_focused()


def test_the_page_follows_what_an_app_does_and_keeps_what_is_typed(
    control: Control, graph: Client, page: Page
) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **task())
    page.goto(tasks(control, task=made["id"]))
    page.get_by_label("Notes").fill("typed")
    graph("PATCH", f"{base}/{made['id']}", {"importance": "high"})
    graph.create(base, **task(title="From the CRM"))
    expect(page.locator("#rows b")).to_have_count(2)
    expect(page.get_by_label("Notes")).to_have_value("typed")
    save(page)
    expect(page.get_by_label("Importance")).to_have_value("high")
    assert graph.get(f"{base}/{made['id']}")["body"]["content"] == "typed"


@pytest.fixture
def full(control: Control, graph: Client) -> str:
    """Tasks of every look; the id of the one that has everything."""
    own = {"checklistItems": [{"displayName": "Numbers", "isChecked": True}]}
    made = control.person({"add_task": weekly("2027-01-02", linkedResources=[link()], **own)})
    control.person({"add_task": task(title="Late", due="2026-01-01", importance="high")})
    control.person({"add_task": task(title="Done", status="completed")})
    graph.create(tasks_of(graph), **task(title="From the CRM", categories=["Red category"]))
    return str(made["id"])


def test_a_phone_shows_the_list_or_the_task(control: Control, full: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(tasks(control))
    expect_to_fit(page.locator("body"))
    page.get_by_role("link", name="Call Mia").click()
    expect(page.get_by_label("Title")).to_be_visible()
    expect(page.locator("#rows")).to_be_hidden()
    expect_to_fit(page.locator("body"))
    page.get_by_role("link", name="← Tasks").click()
    expect(page.locator("#rows")).to_be_visible()


@pytest.mark.parametrize("open_", [False, True])
def test_nobody_is_shut_out(control: Control, full: str, page: Page, open_: bool) -> None:
    page.goto(tasks(control, task=full) if open_ else tasks(control))
    take(page, f"tasks-{'one' if open_ else 'all'}")
    found = in_every_look(page)
    assert found == {}, found
