"""python-o365 makes and reads task lists and tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from O365 import Account
from O365.tasks import ToDo

from .clients import Client, Control
from .o365 import o365_account
from .todo_builders import dated, tasks_of, weekly

SYDNEY = ZoneInfo("Australia/Sydney")


@pytest.fixture
def account(control: Control) -> Iterator[Account]:
    with o365_account(control.url, scopes=("basic", "tasks_all")) as account:
        yield account


@pytest.fixture
def todo(account: Account) -> ToDo:
    return account.tasks()


def test_a_task_is_saved_read_completed_and_deleted(
    todo: Any, graph: Client, control: Control
) -> None:
    folder = todo.get_default_folder()
    made = folder.new_task("Call Mia")
    made.body = "about the appraisal"
    made.due = dt.datetime(2026, 12, 5, tzinfo=SYDNEY)
    made.reminder = dt.datetime(2026, 12, 5, 9, tzinfo=SYDNEY)
    assert made.save()
    (row,) = graph.get(tasks_of(graph))["value"]
    assert (row["id"], row["title"]) == (made.task_id, "Call Mia")
    assert (row["body"]["content"], row["isReminderOn"]) == ("about the appraisal", True)
    assert dated(row) == "2026-12-05T00:00"
    assert dated(row, "reminderDateTime") == "2026-12-04T22:00"
    read = folder.get_task(made.task_id)
    assert read.reminder == made.reminder
    assert read.due == dt.datetime(2026, 12, 5, tzinfo=dt.UTC)
    read.mark_completed()
    assert read.save()
    (kept,) = control.mailbox()["tasks"]
    assert kept["status"] == "completed"
    read = folder.get_task(made.task_id)
    assert read.is_completed
    assert read.delete()
    assert list(folder.get_tasks()) == []


def test_lists_are_made_found_renamed_and_deleted(todo: Any) -> None:
    made = todo.new_folder("Agentbox")
    assert todo.get_folder(folder_id=made.folder_id).name == "Agentbox"
    made.name = "CRM"
    assert made.update()
    assert {folder.name for folder in todo.list_folders()} == {"Tasks", "Flagged Emails", "CRM"}
    assert made.delete()
    assert len(list(todo.list_folders())) == 2


def test_a_checklist_and_a_recurrence_are_read(todo: Any, graph: Client) -> None:
    row = graph.create(tasks_of(graph), **weekly())
    folder = todo.get_default_folder()
    read = folder.get_task(row["id"])
    step = read.new_checklist_item("Numbers")
    assert step.save()
    step.mark_checked()
    assert step.save()
    (shown,) = graph.get(f"{tasks_of(graph)}?$expand=checklistItems")["value"]
    assert [s["isChecked"] for s in shown["checklistItems"]] == [True]
    assert read.recurrence.pattern.days_of_week == ["saturday"]
