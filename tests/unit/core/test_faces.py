"""The laws of a task that is shown in the calendar too: what an edit of its entry changes."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality, calendar
from agentbox_sync.core.kinds.bodies import MARK
from agentbox_sync.core.kinds.faces import DONE, entry_of, fixed_of, task_of
from agentbox_sync.core.kinds.text import paragraph
from agentbox_sync.core.recurrence.clocks import instant_of, wall_of
from agentbox_sync.core.recurrence.zones import zone_of
from tests.unit.core.test_canonical import texts
from tests.unit.core.test_tasks_canonical import DAYS, MAILBOXES

LAW = settings(max_examples=int(os.environ.get("AGENTBOX_FACES_EXAMPLES", "200")), deadline=None)
NOW = datetime(2030, 7, 1, 9, 30, tzinfo=UTC)
URL = "https://crm.example.com/tasks/7/"
REFERENCES = st.one_of(st.none(), st.just({"name": "Olivia Brown", "url": URL}))
PROGRESS = st.sampled_from(["notStarted", "inProgress", "completed", "waitingOnOthers"]).map(
    lambda status: {
        "status": status,
        "completed_at": NOW.isoformat() if status == "completed" else None,
    }
)


@st.composite
def tasks(draw: st.DrawFn, *, dated: bool = True) -> tuple[dict[str, Any], str]:
    """A task, and the zone of the mailbox; its reminder lies near the day it is due."""
    zone, day = draw(MAILBOXES), draw(DAYS)
    near = datetime.combine(day, draw(st.times()).replace(microsecond=0))
    near += timedelta(days=draw(st.integers(-2, 2)))
    reminder = instant_of(near, zone_of(zone).info).isoformat()
    due = draw(st.sampled_from([day.isoformat(), None]))
    task = {
        "title": draw(texts),
        "notes": draw(texts),
        "due": due,
        "reminder": draw(st.sampled_from([reminder, None])),
        "progress": draw(PROGRESS),
        "reference": draw(REFERENCES),
        "importance": "high",
        "categories": [],
        "recurrence": None,
    }
    assume(not dated or task["due"] or task["reminder"])
    return task, zone


def shown(entry: Any, zone: str) -> dict[str, Any]:
    return calendar.canonical(entry, Locality(zone=zone, managed=("Task", DONE)))


def all_day(day: date, *, days: int = 1) -> dict[str, Any]:
    """As Outlook writes it, whose zone is not always the mailbox's."""
    behind = day + timedelta(days=days)
    return {
        "start": day.isoformat(),
        "end": behind.isoformat(),
        "zone": "America/Lima",
        "all_day": True,
    }


def timed(start: datetime, minutes: int = 30) -> dict[str, Any]:
    end = start + timedelta(minutes=minutes)
    return {"start": start.isoformat(), "end": end.isoformat(), "zone": "UTC", "all_day": False}


CLOCKS = st.times().map(lambda clock: clock.replace(microsecond=0, tzinfo=UTC))
WHENS = st.one_of(DAYS.map(all_day), st.builds(datetime.combine, DAYS, CLOCKS).map(timed))


@LAW
@given(tasks())
def test_what_comes_back_unedited_changes_nothing(told: tuple[dict[str, Any], str]) -> None:
    task, zone = told
    entry = entry_of(task, zone, "Task")

    assert task_of(entry, task, zone, NOW) == {}
    assert task_of(shown(entry, zone), task, zone, NOW) == {}


@LAW
@given(tasks(), WHENS)
@example(
    (
        {"due": "2030-07-06", "reminder": "2030-07-05T23:00:00Z", "title": "", "progress": {}},
        "Australia/Sydney",
    ),
    all_day(date(2030, 7, 9)),
)
def test_a_drag_changes_due_date_and_reminder_alone_and_is_told_back_as_it_was_dragged(
    told: tuple[dict[str, Any], str], when: dict[str, Any]
) -> None:
    task, zone = told

    changed = task_of({"when": when}, task, zone, NOW)

    assert set(changed) <= {"due", "reminder"}
    there = shown({"when": when}, zone)["when"]["start"]
    assert shown(entry_of({**task, **changed}, zone), zone)["when"]["start"] == there
    assert task_of({"when": when}, {**task, **changed}, zone, NOW) == {}


@LAW
@given(tasks(), st.integers(1, 30), st.integers(31, 3000))
def test_how_long_an_entry_lasts_is_not_the_task_s_business(
    told: tuple[dict[str, Any], str], days: int, minutes: int
) -> None:
    task, zone = told
    when = entry_of(task, zone)["when"]
    assert when is not None
    start = datetime.fromisoformat(shown({"when": when}, zone)["when"]["start"])
    longer = all_day(start.date(), days=days) if when["all_day"] else timed(start, minutes)

    assert task_of({"when": longer}, task, zone, NOW) == {}


@LAW
@given(tasks(), DAYS)
def test_a_day_is_the_same_day_in_every_zone(told: tuple[dict[str, Any], str], day: date) -> None:
    task, zone = told
    task = {**task, "due": "2011-01-01", "reminder": None}

    changed = task_of({"when": all_day(day)}, task, zone, NOW)

    assert changed == {"due": day.isoformat()}
    assert entry_of({**task, **changed}, zone)["when"] == {
        **all_day(day),
        "zone": zone_of(zone).iana,
    }


@LAW
@given(tasks(dated=False), texts, texts, st.booleans())
def test_texts_reach_title_and_notes_alone_and_the_tail_never_gets_into_them(
    told: tuple[dict[str, Any], str], subject: str, text: str, keeps_mark: bool
) -> None:
    task, zone = told
    assume(MARK not in text)
    tail = entry_of({**task, "notes": ""}, zone)["body"]
    below = tail if keeps_mark else tail.removeprefix(MARK)

    changed = task_of({"subject": subject, "body": f"{text}\n\n{below}"}, task, zone, NOW)

    assert set(changed) <= {"title", "notes"}
    assert paragraph(changed.get("notes", task["notes"])) == paragraph(text)


def test_a_tail_whose_address_outlook_has_made_a_link_of_stays_out_of_the_notes() -> None:
    task = {"title": "Call", "notes": "Old", "reference": {"name": "Olivia", "url": URL}}
    text = f"Old\nand new\n\nOlivia\n{URL}<{URL}>\n"
    assert task_of({"body": text}, task, "UTC", NOW) == {"notes": "Old\nand new"}


def test_a_block_of_the_host_s_own_is_not_told_twice() -> None:
    notes = f"Old\n\n{MARK}\nOlivia: 0412 345 678"
    task = {"title": "Call", "notes": notes, "reference": {"name": "Olivia", "url": URL}}
    assert entry_of(task, "UTC")["body"] == f"{notes}\n{URL}"
    assert task_of({"body": f"New\n\n{MARK}\nOlivia"}, task, "UTC", NOW) == {"notes": "New"}


# --------------------------------------------------------------------------------------- by hand

SYDNEY = "Australia/Sydney"
DUE = {"title": "Call Olivia", "due": "2030-07-06", "reminder": None, "progress": {}}
AT_TEN = "2030-07-06T00:00:00+00:00"


def test_a_task_without_a_date_has_no_place_in_the_calendar() -> None:
    assert entry_of({**DUE, "due": None}, SYDNEY)["when"] is None


@pytest.mark.parametrize(
    "due, reminder, start",
    [
        ("2030-07-06", None, "2030-07-06"),
        ("2030-07-06", AT_TEN, "2030-07-06T10:00:00"),
        ("2030-07-06", "2030-07-04T23:00:00Z", "2030-07-06"),  # reminds the day before
        (None, AT_TEN, "2030-07-06T10:00:00"),
    ],
)
def test_an_entry_is_a_whole_day_unless_the_task_reminds_on_that_day(
    due: str | None, reminder: str | None, start: str
) -> None:
    entry = entry_of({**DUE, "due": due, "reminder": reminder}, SYDNEY, "Task")
    assert entry["when"] is not None
    assert entry["when"]["start"] == start
    assert (entry["subject"], entry["categories"]) == ("Call Olivia", ["Task"])
    assert (entry["show_as"], entry["reminder"]) == ("free", None)
    assert not {"recurrence", "exceptions", "location", "sensitivity"} & entry.keys()


@pytest.mark.parametrize(
    "task, when, changed",
    [
        # another day, at the same time and at another one
        ({"reminder": AT_TEN}, ("2030-07-08", 10), {"due": "2030-07-08", "reminder": 10}),
        ({"reminder": AT_TEN}, ("2030-07-06", 15), {"reminder": 15}),
        # a whole day becomes a time, and the other way about
        ({}, ("2030-07-06", 9), {"reminder": 9}),
        ({"reminder": AT_TEN}, ("2030-07-06", None), {"reminder": None}),
        # whoever is reminded without a due date is reminded at another time
        ({"due": None, "reminder": AT_TEN}, ("2030-07-09", 9), {"reminder": 9}),
        (
            {"due": None, "reminder": AT_TEN},
            ("2030-07-09", None),
            {"due": "2030-07-09", "reminder": None},
        ),
    ],
)
def test_a_drag_does_what_a_person_means(
    task: dict[str, Any], when: tuple[str, int | None], changed: dict[str, Any]
) -> None:
    day, hour = when
    place = all_day(date.fromisoformat(day)) if hour is None else timed(ten(day, hour))
    wanted = {
        atom: ten(day, value).isoformat() if isinstance(value, int) else value
        for atom, value in changed.items()
    }
    assert task_of({"when": place}, {**DUE, **task}, SYDNEY, NOW) == wanted


def ten(day: str, hour: int) -> datetime:
    wall = datetime.combine(date.fromisoformat(day), time(hour))
    return instant_of(wall, zone_of(SYDNEY).info)


def test_a_reminder_the_day_before_goes_along_and_keeps_its_time_over_a_clock_change() -> None:
    before = {**DUE, "due": "2030-10-05", "reminder": ten("2030-10-04", 17).isoformat()}
    changed = task_of({"when": all_day(date(2030, 10, 8))}, before, SYDNEY, NOW)
    assert changed["due"] == "2030-10-08"
    moment = datetime.fromisoformat(changed["reminder"])
    assert wall_of(moment, zone_of(SYDNEY).info).isoformat() == "2030-10-07T17:00:00"


def test_setting_the_category_completes_and_taking_it_off_opens_again() -> None:
    done = {**DUE, "progress": {"status": "completed", "completed_at": NOW.isoformat()}}
    assert entry_of(done, SYDNEY, "Task")["categories"] == ["Task", DONE]
    assert task_of({"categories": ["task", "task DONE"]}, DUE, SYDNEY, NOW) == {
        "progress": done["progress"]
    }
    assert task_of({"categories": ["Task"]}, done, SYDNEY, NOW) == {
        "progress": {"status": "notStarted", "completed_at": None}
    }
    assert task_of({"categories": [DONE]}, done, SYDNEY, NOW) == {}  # the label may go


def test_a_task_that_somebody_works_on_stays_so_when_other_categories_change() -> None:
    busy = {**DUE, "progress": {"status": "inProgress"}}
    assert task_of({"categories": ["Red"]}, busy, SYDNEY, NOW) == {}


def test_only_what_the_host_has_a_place_for_is_changed() -> None:
    plain = {"title": "Call", "due": "2030-07-06"}
    edit = {"when": timed(ten("2030-07-08", 9)), "body": "Notes", "categories": [DONE]}
    assert task_of(edit, plain, SYDNEY, NOW) == {"due": "2030-07-08"}
    assert fixed_of(plain, frozenset()) == {"body", "categories"}
    assert fixed_of(plain, frozenset({"due"})) == {"body", "categories", "when"}


def test_a_host_that_has_reminders_alone_keeps_their_time_of_day() -> None:
    plain = {"title": "Call", "reminder": AT_TEN}
    moved = task_of({"when": all_day(date(2030, 7, 9))}, plain, SYDNEY, NOW)
    assert moved == {"reminder": ten("2030-07-09", 10).isoformat()}
