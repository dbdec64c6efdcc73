"""A task that comes again: the next one is there when it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Task
from tests.builders.crm import a_staff_member, a_task

pytestmark = pytest.mark.django_db

DUE = dt.date(2026, 12, 4)
REMINDER = dt.datetime(2026, 12, 3, 22, tzinfo=dt.UTC)


def a_series(rule: str = "FREQ=WEEKLY", **fields: Any) -> Task:
    return a_task(a_staff_member(), "Put up the boards", due_on=DUE, recurrence=rule, **fields)


def complete(task: Task) -> None:
    task.status = Task.Status.COMPLETED
    task.save()


def open_ones() -> list[tuple[dt.date, str]]:
    rows = Task.objects.exclude(status=Task.Status.COMPLETED).order_by("due_on")
    return [(row.due_on, row.recurrence) for row in rows]


def test_completing_a_task_of_a_series_adds_the_next_one():
    task = a_series(remind_at=REMINDER, notes="The big ones", priority=Task.Priority.HIGH)
    complete(task)

    following = Task.objects.exclude(pk=task.pk).get()
    assert following.due_on == dt.date(2026, 12, 11)
    assert following.remind_at == REMINDER + dt.timedelta(days=7)
    assert (following.notes, following.priority) == ("The big ones", Task.Priority.HIGH)
    assert following.status == Task.Status.OPEN
    assert following.completed_at is None


def test_a_reminder_keeps_its_time_when_the_clocks_change(settings):
    settings.TIME_ZONE = "Australia/Sydney"
    reminder = dt.datetime(2030, 4, 4, 22, tzinfo=dt.UTC)  # nine in the morning, in summer time
    task = a_series(remind_at=reminder)
    task.due_on = dt.date(2030, 4, 5)
    complete(task)
    following = Task.objects.exclude(pk=task.pk).get()
    assert following.remind_at == dt.datetime(2030, 4, 11, 23, tzinfo=dt.UTC)


def test_a_task_that_does_not_come_again_is_over():
    complete(a_series(""))
    assert open_ones() == []


def test_done_undone_and_done_again_continues_the_series_once():
    task = a_series()
    complete(task)
    task.status = Task.Status.OPEN
    task.save()
    complete(task)

    assert open_ones() == [(dt.date(2026, 12, 11), "FREQ=WEEKLY")]


def test_saving_a_done_task_again_continues_nothing():
    task = a_series()
    complete(task)
    Task.objects.exclude(pk=task.pk).delete()
    task.notes = "Done by Bea"
    task.save()

    assert open_ones() == []


def test_a_counted_series_counts_down_and_ends():
    task = a_series("FREQ=WEEKLY;COUNT=2")
    complete(task)
    assert open_ones() == [(dt.date(2026, 12, 11), "FREQ=WEEKLY;COUNT=1")]

    complete(Task.objects.exclude(pk=task.pk).get())
    assert open_ones() == []


@pytest.mark.parametrize(
    "rule, due",
    [
        ("FREQ=WEEKLY;UNTIL=20261211", dt.date(2026, 12, 11)),
        ("FREQ=WEEKLY;UNTIL=20261211T000000Z", dt.date(2026, 12, 11)),
        ("FREQ=WEEKLY;UNTIL=20261210T235959Z", None),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", dt.date(2026, 12, 31)),
        ("every week", None),
        ("FREQ=SOMETIMES", None),
    ],
)
def test_the_rule_says_when_it_is_due_next(rule: str, due: dt.date | None):
    complete(a_series(rule))
    assert [row[0] for row in open_ones()] == ([due] if due else [])


def test_a_task_that_is_added_done_is_history():
    a_series(status=Task.Status.COMPLETED)
    assert Task.objects.count() == 1
