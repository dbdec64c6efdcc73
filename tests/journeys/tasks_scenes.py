"""The scenes of a day of tasks, in their order; each looks at all three places as people do."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Locator, expect

from agentbox_sync.core.kinds.faces import DONE as TASK_DONE
from tests.builders.worker import work

from .crm_calendar import KindSection
from .outlook_week import OutlookWeek
from .screenshots import take
from .tasks_day import (
    CALL,
    DONE_BEFORE,
    KEYS,
    LEASE,
    LETTER,
    PHOTOS,
    REPORT,
    SIGN,
    WEEK,
    TasksDay,
)
from .week import BRUNO, PHONE, VENDOR, let_sync, signed_in

OFFER, WRITTEN_DOWN = "Prepare the offer", "Buy stamps"
ERRANDS, STEP = "Errands", "Which agency?"
TO_DO, BY_UTC = "To Do: local midnight", "UTC midnight"
NAMED, AT_FIVE = "Outlook: zone named", "5 pm, zone named"
SHOWN = {"tasks": True, "categories": {"task": "Task"}}


def morning(day: TasksDay) -> None:
    """Jane's tasks are chosen on the card and looked at first, then their place in the calendar."""
    signed_in(day, day.jane, day.jane.email)
    day.open_card()
    day.section.choose("Sync Status", "Two-way")
    day.section.choose("New in Exchange", "Import: take them into the CRM")
    day.section.save()
    _go(day, "6 tasks will be added")
    expect(day.janes_list.open().lines()).to_have_count(6)
    expect(day.janes_list.done()).to_have_count(0)
    calendar = KindSection(day.page)
    day.open_card()
    calendar.choose("Sync Status", "Two-way")
    calendar.whole.get_by_label("Show tasks").check()
    calendar.save()
    _go(day, "8 entries will be added")
    bruno = signed_in(day, day.bruno, BRUNO)
    let_sync(day, bruno, "tasks")
    let_sync(day, bruno, "calendar", **SHOWN)


def each_on_its_day(day: TasksDay) -> None:
    """In Sydney and in Berlin a task is due on the day that the CRM says, in both programs."""
    for title, number in ((REPORT, 0), (CALL, 1), (KEYS, 2), (LETTER, 3), (SIGN, 4)):
        due = day.day(number)
        day.janes_list.expect_open(title, due)
        _expect_bar(day.janes, title, due)
    day.brunos_list.expect_open(LEASE, day.day(1))
    _expect_bar(day.brunos, LEASE, day.day(1))
    day.janes.expect_none(DONE_BEFORE, day.day(0))


def a_new_task(day: TasksDay) -> None:
    """Made in the CRM, it says in To Do whom it is about, and leads back to the CRM."""
    day.tasks.add(OFFER, day.day(5))
    day.tasks.choose("staff", "Ashcroft")
    day.tasks.choose("contact", "Rutherford")
    day.page.get_by_label("Notes:").fill("Ask about the price.")
    day.tasks.save()
    day.sync()
    line = day.janes_list.expect_open(OFFER, day.day(5))
    expect(line.locator(".facts")).to_contain_text(VENDOR)
    form = day.janes_list.choose(OFFER)
    expect(form.get_by_label("Due")).to_have_value(day.day(5).isoformat())
    notes = form.get_by_label("Notes").input_value()
    assert notes.startswith("Ask about the price.")
    assert PHONE in notes
    link = day.outlook.get_by_role("link", name=f"Open {VENDOR}").get_attribute("href")
    _expect_bar(day.janes, OFFER, day.day(5))
    assert link
    day.page.goto(link)
    expect(day.page.get_by_label("Title:")).to_have_value(OFFER)


def done_in_the_crm(day: TasksDay) -> None:
    """Done in the CRM is done in To Do; opened again, it is open in both."""
    day.tasks.set(OFFER, "completed")
    day.rest()
    day.janes_list.expect_done(OFFER)
    assert TASK_DONE in _categories(day, OFFER)
    day.tasks.set(OFFER, "open")
    day.rest()
    day.janes_list.expect_open(OFFER, day.day(5))
    assert _categories(day, OFFER) == ["Task"]


def done_in_to_do(day: TasksDay) -> None:
    """Ticked off on the phone it is done in the CRM, with the time; and opened again it is open."""
    day.janes_list.press(CALL)
    day.rest()
    day.tasks.expect_state(CALL, day.day(1), "Completed")
    assert re.search(r"\d", day.tasks.completed(CALL))
    assert TASK_DONE in _categories(day, CALL)
    day.janes_list.press(CALL)
    day.rest()
    day.tasks.expect_state(CALL, day.day(1))
    assert not re.search(r"\d", day.tasks.completed(CALL))
    assert _categories(day, CALL) == ["Task"]


def moved_to_another_list(day: TasksDay) -> None:
    """A task that is put into another list has another id there, and stays the same task."""
    day.janes_list.move(PHOTOS, ERRANDS)
    day.sync()
    day.janes_list.due(PHOTOS, day.day(6), TO_DO, ERRANDS)
    day.rest()
    day.tasks.expect_state(PHOTOS, day.day(6))
    day.tasks.open(PHOTOS)
    day.page.get_by_label("Notes:").fill("The terrace too.")
    day.tasks.save()
    day.rest()
    day.janes_list.expect_open(PHOTOS, day.day(6), ERRANDS)
    form = day.janes_list.choose(PHOTOS, ERRANDS)
    expect(form.get_by_label("Notes")).to_have_value(re.compile("The terrace too."))
    expect(day.janes_list.open().lines(PHOTOS)).to_have_count(0)
    _expect_bar(day.janes, PHOTOS, day.day(6))


def every_week(day: TasksDay) -> None:
    """Whoever does one of a series, the next one is there once on both sides."""
    day.tasks.set(REPORT, "completed")
    day.janes_list.press(LETTER)
    day.rest()
    day.sync()
    for title, number in ((REPORT, 0), (LETTER, 3)):
        due = day.day(number)
        day.janes_list.expect_open(title, due + WEEK)
        expect(day.janes_list.done(title)).to_have_count(1)
        expect(day.tasks.found(title)).to_have_count(2)
        expect(day.tasks.row(title, due, "Completed")).to_have_count(1)
        expect(day.tasks.row(title, due + WEEK, "Open")).to_have_count(1)
        _expect_bar(day.janes, title, due + WEEK)


def another_day(day: TasksDay) -> None:
    """Whichever program changes the day, and wherever: it is that day in the CRM."""
    for number, janes, brunos in ((3, NAMED, BY_UTC), (5, BY_UTC, AT_FIVE)):
        day.janes_list.due(SIGN, day.day(number), janes)
        day.brunos_list.due(LEASE, day.day(number), brunos)
        day.rest()
        for title, calendar in ((SIGN, day.janes), (LEASE, day.brunos)):
            day.tasks.expect_state(title, day.day(number))
            _expect_bar(calendar, title, day.day(number))


def in_the_calendar(day: TasksDay) -> None:
    """Dragged in the calendar, and done there: the other two places follow."""
    there = day.day(5)
    day.janes.drag_bar(KEYS, day.day(2), there)
    day.rest()
    day.tasks.expect_state(KEYS, there)
    day.janes_list.expect_open(KEYS, there)
    day.janes.categorize(KEYS, there, TASK_DONE)
    day.rest()
    day.tasks.expect_state(KEYS, there, "Completed")
    day.janes_list.expect_done(KEYS)
    assert TASK_DONE in _categories(day, KEYS)


def a_checklist(day: TasksDay) -> None:
    """What a person notes on a checklist stays, whatever the CRM changes of the task."""
    day.janes_list.check(CALL, STEP)
    day.tasks.open(CALL)
    day.tasks.due(day.day(2))
    day.tasks.save()
    day.rest()
    day.janes_list.expect_open(CALL, day.day(2))
    day.janes_list.choose(CALL)
    expect(day.outlook.get_by_role("button", name=f"Uncheck: {STEP}")).to_be_visible()


def written_down_on_the_phone(day: TasksDay) -> None:
    """A new task of To Do comes into the CRM once, and from there into the calendar."""
    day.janes_list.add(WRITTEN_DOWN)
    day.janes_list.due(WRITTEN_DOWN, day.day(4), TO_DO)
    day.rest()
    day.tasks.expect_state(WRITTEN_DOWN, day.day(4))
    day.janes_list.expect_open(WRITTEN_DOWN, day.day(4))
    _expect_bar(day.janes, WRITTEN_DOWN, day.day(4))


def removed_in_to_do(day: TasksDay) -> None:
    """The CRM keeps what was removed on the phone, lists it, and puts it back."""
    day.janes_list.delete(SIGN)
    day.rest()
    day.tasks.expect_state(SIGN, day.day(5))
    expect(day.janes_list.open().lines(SIGN)).to_have_count(0)
    day.open_card()
    expect(day.page.locator("body")).to_contain_text(
        "1 item was deleted or moved in Exchange by hand and stays away."
    )
    day.page.get_by_role("link", name="Look at them").click()
    expect(day.page.get_by_role("heading", name="Waiting for a decision")).to_be_visible()
    take(day.page, "tasks-removed")
    day.page.get_by_role("button", name=re.compile(f"^Put it back in Exchange {SIGN}")).click()
    expect(day.page.locator("body")).to_contain_text("Put back with the next run.")
    work()
    day.janes_list.expect_open(SIGN, day.day(5))


def evening(day: TasksDay) -> None:
    """Nothing is left to do, and Exchange has written to nobody because of us."""
    day.rest()
    day.open_card()
    expect(day.card.headline).to_have_text("Jane Ashcroft’s phone is up to date.")
    take(day.page, "tasks-card", at=KindSection(day.page).whole)
    day.janes_list.choose(OFFER)
    take(day.outlook, "tasks-to-do")
    day.janes.open(day.day(5))
    take(day.outlook, "tasks-week", at=day.janes.hour(7))
    assert day.at.look("mail") == {"total": 0, "mail": []}


SCENES = (
    morning,
    each_on_its_day,
    a_new_task,
    done_in_the_crm,
    done_in_to_do,
    moved_to_another_list,
    every_week,
    another_day,
    in_the_calendar,
    a_checklist,
    written_down_on_the_phone,
    removed_in_to_do,
    evening,
)


def live(day: TasksDay) -> None:
    """Play the whole day."""
    for scene in SCENES:
        scene(day)


def _go(day: TasksDay, expected: str) -> None:
    """Look at what was saved on the card, say go, and let the worker do it."""
    work()
    day.open_card()
    seen = day.card.look()
    expect(seen.lead).to_contain_text(expected)
    expect(seen.lead).to_contain_text("nothing will be removed")
    expect(day.page.get_by_text("An item without a name")).to_have_count(0)
    seen.go.click()
    expect(day.card.headline).to_have_text("The sync is about to start.")
    work()


def _expect_bar(calendar: OutlookWeek, title: str, due: date) -> Locator:
    """See a task once in the week of a day, as a whole day of that date."""
    calendar.open(due)
    bar = calendar.bar(title)
    expect(bar).to_have_count(1)
    expect(bar).to_have_attribute("data-start", f"{due}T00:00")
    expect(bar).to_have_attribute("data-minutes", "1440")
    return bar


def _categories(day: TasksDay, title: str) -> list[str]:
    """What the entry of a task is marked with in Jane's calendar."""
    events = day.at.look(f"mailbox/{day.jane.email}")["events"]
    (found,) = (event for event in events if event["subject"] == title)
    categories: list[str] = found["categories"]
    return categories
