"""Who hears of a task: its list, and the calendars that show tasks; and whose echo is no news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.adapter import Tasks
from agentbox_sync.contrib.reference_crm.models import Staff, Task
from agentbox_sync.core.kinds.faces import DONE
from agentbox_sync.core.rules import Status
from agentbox_sync.host import capture
from agentbox_sync.host.entries import EntryStore
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.registry import KINDS
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import CalendarSettings, Connection, Link, LocalChange
from tests.builders.crm import a_staff_member, a_task
from tests.builders.task_crm import ADAPTER, heard
from tests.integration.host.builders import a_connection, a_link, forget_hints, key_of
from tests.integration.host.faces import SYDNEY

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2030, 7, 6)


@pytest.fixture
def jane(settings: Settings) -> Iterator[Staff]:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": ADAPTER}
    with heard():
        yield a_staff_member()


@pytest.fixture
def hers(jane: Staff) -> Connection:
    return with_tasks_shown(a_connection(jane))


@pytest.fixture
def task(jane: Staff, hers: Connection) -> Task:
    made = a_task(jane, due_on=SATURDAY)
    forget_hints()
    return made


def with_tasks_shown(connection: Connection, **values: object) -> Connection:
    CalendarSettings.objects.filter(connection=connection).update(tasks=True, **values)
    return connection


def told(connection: Connection) -> set[str]:
    """The kinds that were told of the one task there is."""
    rows = LocalChange.objects.filter(connection=connection)
    assert set(rows.values_list("local_model", flat=True)) <= {Task._meta.label_lower}
    return set(rows.values_list("kind", flat=True))


def store_of(connection: Connection, face: str, **chosen: str) -> HostStore:
    """The tasks as a run of this kind reads and writes them."""
    return HostStore(
        Tasks(),
        RecordMapping(KINDS["tasks"], Tasks.fields),
        connection.staff,
        {"completed": "retain", **chosen},
        connection_id=connection.pk,
        face=face,
    )


def test_a_save_is_noticed_for_both_faces_where_the_calendar_shows_tasks(
    task: Task, hers: Connection
) -> None:
    task.save()
    assert told(hers) == {"tasks", "calendar"}
    hers.refresh_from_db()
    assert hers.wake


@pytest.mark.parametrize("without", [{"tasks": False}, {"status": Status.DISABLED.value}])
def test_a_calendar_that_shows_no_tasks_hears_nothing_of_them(
    task: Task, hers: Connection, without: dict[str, object]
) -> None:
    CalendarSettings.objects.filter(connection=hers).update(**without)
    task.save()
    assert told(hers) == {"tasks"}


def test_a_calendar_hears_of_tasks_where_to_do_is_off(task: Task, hers: Connection) -> None:
    hers.tasksettings.status = Status.DISABLED.value
    hers.tasksettings.save()
    task.save()
    assert told(hers) == {"calendar"}


@pytest.mark.parametrize("face", ["tasks", "calendar"])
def test_what_one_face_writes_is_news_to_the_other_and_to_colleagues_alone(
    task: Task, hers: Connection, face: str
) -> None:
    his = with_tasks_shown(a_connection(a_staff_member("José")))
    for kind in ("tasks", "calendar"):
        link = a_link(his, task)  # he has it in Exchange still
        Link.objects.filter(pk=link.pk).update(kind=kind)
    store = store_of(hers, face)
    (item,) = store.scan()

    store.update(item, {"title": "Call her"}, ("title",))

    assert told(hers) == {"tasks", "calendar"} - {face}
    assert told(his) == {"tasks", "calendar"}


@pytest.mark.parametrize("face", ["tasks", "calendar"])
@pytest.mark.parametrize("completed", ["retain", "delete"])
def test_what_is_done_there_and_is_to_be_removed_for_it_is_news_to_whoever_wrote_it(
    task: Task, hers: Connection, face: str, completed: str
) -> None:
    store = store_of(hers, face, completed=completed)
    (item,) = store.scan()

    store.update(item, {"progress": {"status": "completed"}}, ("progress",))

    other = {"tasks", "calendar"} - {face}
    assert told(hers) == (other | {face} if completed == "delete" else other)


def test_an_edit_of_an_entry_that_a_task_has_no_place_for_is_news_to_nobody(
    task: Task, hers: Connection
) -> None:
    entries = EntryStore(store_of(hers, "calendar"), zone=SYDNEY)
    (item,) = entries.scan()
    entries.update(item, {"show_as": "busy"}, ("show_as",))
    assert told(hers) == set()
    entries.update(item, {"categories": [DONE]}, ("categories",))
    assert told(hers) == {"tasks"}


def test_many_tasks_at_once_wake_everybody_who_shows_them(
    jane: Staff, hers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers.tasksettings.status = Status.DISABLED.value
    hers.tasksettings.save()
    monkeypatch.setattr(capture, "MANY", 1)
    rows = [a_task(jane, due_on=SATURDAY) for _ in range(2)]
    forget_hints()
    capture.notice(Tasks(), lambda: [row.pk for row in rows])
    hers.refresh_from_db()
    assert (told(hers), hers.wants_full) == (set(), True)
    assert key_of(rows[0]).model == "agentbox_crm.task"
