"""Microsoft's own SDK makes and reads lists and tasks; what it cannot read is our mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.checklist_item import ChecklistItem
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.importance import Importance
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.linked_resource import LinkedResource
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.task_status import TaskStatus
from msgraph.generated.models.todo_task import TodoTask
from msgraph.generated.models.todo_task_list import TodoTaskList
from msgraph.generated.models.wellknown_list_name import WellknownListName

from .clients import Control
from .sdk import Sdk, asking, person, sdk_for
from .todo_builders import SYDNEY


@pytest.fixture
def sdk(control: Control) -> Iterator[Sdk]:
    with person(control.url) as credential, sdk_for(control.url, credential) as sdk:
        yield sdk


@pytest.fixture
def main(sdk: Sdk) -> Any:
    """The main list's request builder."""
    found = sdk(sdk.me.todo.lists.get()).value
    (main,) = (t for t in found if t.wellknown_list_name == WellknownListName.DefaultList)
    return sdk.me.todo.lists.by_todo_task_list_id(main.id)


def moment(text: str, zone: str = SYDNEY) -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=text, time_zone=zone)


def call_mia(**more: Any) -> TodoTask:
    """A task as the SDK describes one."""
    return TodoTask(
        title="Call Mia",
        body=ItemBody(content_type=BodyType.Text, content="about the appraisal"),
        due_date_time=moment("2026-12-05T00:00:00"),
        reminder_date_time=moment("2026-12-05T09:00:00"),
        is_reminder_on=True,
        importance=Importance.High,
        status=TaskStatus.WaitingOnOthers,
        categories=["VIP"],
        linked_resources=[
            LinkedResource(
                web_url="https://crm.example/tasks/7",
                application_name="Agentbox",
                display_name="Mia Wong",
                external_id="task-7",
            )
        ],
        **more,
    )


def saturdays() -> PatternedRecurrence:
    return PatternedRecurrence(
        pattern=RecurrencePattern(
            type=RecurrencePatternType.Weekly, interval=1, days_of_week=[DayOfWeek.Saturday]
        ),
        range=RecurrenceRange(type=RecurrenceRangeType.NoEnd, start_date=date(2026, 12, 5)),
    )


def test_a_task_is_made_read_changed_and_deleted(sdk: Sdk, main: Any, control: Control) -> None:
    made = sdk(main.tasks.post(call_mia()))
    assert made.linked_resources[0].external_id == "task-7"
    one = main.tasks.by_todo_task_id(made.id)
    read = sdk(one.get(asking(one, expand=["linkedResources"])))
    assert (read.title, read.status, read.importance) == (
        "Call Mia",
        TaskStatus.WaitingOnOthers,
        Importance.High,
    )
    assert (read.due_date_time.date_time[:16], read.due_date_time.time_zone) == (
        "2026-12-05T00:00",
        "UTC",
    )
    assert read.reminder_date_time.date_time[:16] == "2026-12-04T22:00"
    assert read.body.content_type == BodyType.Text
    assert read.body.content == "about the appraisal"
    assert read.created_date_time is not None
    assert read.linked_resources[0].web_url == "https://crm.example/tasks/7"
    done = sdk(one.patch(TodoTask(status=TaskStatus.Completed)))
    assert done.completed_date_time.time_zone == "UTC"
    sdk(one.delete())
    assert control.mailbox()["tasks"] == []
    with pytest.raises(ODataError) as refused:
        sdk(one.get())
    assert refused.value.error.code == "ErrorItemNotFound"


def test_one_of_a_series_is_completed_and_the_next_follows(sdk: Sdk, main: Any) -> None:
    made = sdk(main.tasks.post(call_mia(recurrence=saturdays())))
    assert made.recurrence.pattern.days_of_week == [DayOfWeek.Saturday]
    assert made.recurrence.range.start_date == date(2026, 12, 5)
    sdk(main.tasks.by_todo_task_id(made.id).patch(TodoTask(status=TaskStatus.Completed)))
    rows = sdk(main.tasks.get(asking(main.tasks, filter="status ne 'completed'"))).value
    (upcoming,) = rows
    assert upcoming.due_date_time.date_time[:10] == "2026-12-12"
    assert upcoming.id != made.id


def test_lists_and_what_lies_in_a_task(sdk: Sdk, main: Any) -> None:
    made = sdk(sdk.me.todo.lists.post(TodoTaskList(display_name="Agentbox")))
    own = sdk.me.todo.lists.by_todo_task_list_id(made.id)
    assert (made.wellknown_list_name, made.is_owner) == (WellknownListName.None_, True)
    renamed = sdk(own.patch(TodoTaskList(display_name="CRM")))
    assert renamed.display_name == "CRM"
    task = sdk(own.tasks.post(TodoTask(title="x")))
    one = own.tasks.by_todo_task_id(task.id)
    step = sdk(one.checklist_items.post(ChecklistItem(display_name="Numbers")))
    item = one.checklist_items.by_checklist_item_id(step.id)
    checked = sdk(item.patch(ChecklistItem(is_checked=True)))
    assert checked.checked_date_time is not None
    part = sdk(one.linked_resources.post(LinkedResource(external_id="task-8")))
    assert [p.id for p in sdk(one.linked_resources.get()).value] == [part.id]
    sdk(own.delete())
    assert len(sdk(sdk.me.todo.lists.get()).value) == 2
    with pytest.raises(ODataError):
        sdk(main.delete())


def test_rounds_over_tasks_and_lists(sdk: Sdk, main: Any) -> None:
    sdk(main.tasks.post(call_mia()))
    first = sdk(main.tasks.delta.get(asking(main.tasks.delta, expand=["linkedResources"])))
    (row,) = first.value
    assert row.linked_resources[0].external_id == "task-7"
    sdk(main.tasks.by_todo_task_id(row.id).delete())
    later = sdk(main.tasks.delta.with_url(first.odata_delta_link).get())
    (gone,) = later.value
    assert gone.id == row.id
    assert gone.additional_data["@removed"] == {"reason": "deleted"}
    lists = sdk(sdk.me.todo.lists.delta.get())
    assert len(lists.value) == 2
    assert lists.odata_delta_link
