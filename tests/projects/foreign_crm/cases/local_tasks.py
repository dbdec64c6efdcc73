"""The contract of tasks, held on a tick, a day and several people who may do it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.contracts.local_tasks import *  # noqa: F403
from tests.contracts.local_tasks import THEN, put, told
from tests.integration.host.builders import key_of
from tests.projects.foreign_crm.cases.builders import an_employee
from tests.projects.foreign_crm.chores import Chores
from tests.projects.foreign_crm.models import Chore

pytestmark = pytest.mark.django_db
MAPPING = RecordMapping(KIND, Chores.fields)


class ForeignTasks:
    """A :class:`tests.contracts.local_tasks.TaskSide` on the brokerage."""

    words = frozenset({"notStarted", "completed"})

    def __init__(self) -> None:
        self.employee, self.colleague = an_employee(), an_employee("Seán Walsh")
        self.store, self.tidy = (
            HostStore(Chores(), MAPPING, self.employee, {"completed": chosen})
            for chosen in ("retain", "delete")
        )

    def add(self, title: str, *, due: str | None = None) -> LocalKey:
        row = Chore.objects.create(what=title, by_day=dt.date.fromisoformat(due) if due else None)
        row.assignees.add(self.employee)
        return key_of(row)

    def complete(self, key: LocalKey, at: str) -> None:
        row = Chore.objects.get(pk=key.pk)
        row.done, row.done_on = True, self._day(at)
        row.save()

    def rename(self, key: LocalKey, title: str) -> None:
        Chore.objects.filter(pk=key.pk).update(what=title)

    def give_away(self, key: LocalKey) -> None:
        Chore.objects.get(pk=key.pk).assignees.set([self.colleague])

    def delete(self, key: LocalKey) -> None:
        Chore.objects.get(pk=key.pk).delete()

    def as_kept(self, at: str) -> str:
        noon = dt.datetime.combine(self._day(at), dt.time(12))
        return timezone.make_aware(noon).isoformat()

    def _day(self, at: str) -> dt.date:
        return timezone.localtime(dt.datetime.fromisoformat(at)).date()

    def stored(self) -> dict[str, Any]:
        return {str(row.pop("uid")): row for row in Chore.objects.values()}


@pytest.fixture
def todos() -> ForeignTasks:
    return ForeignTasks()


# ------------------------------------------------------------- what only this CRM is like


def test_every_declared_path_leads_somewhere_and_can_be_written() -> None:
    assert (MAPPING.broken_paths(Chore), MAPPING.misshapen()) == ([], [])
    assert MAPPING.fixed(Chore) == frozenset()


def test_a_weight_stays_where_it_says_the_same(todos: ForeignTasks) -> None:
    key = todos.add("Post the keys")
    Chore.objects.filter(pk=key.pk).update(weight=5)

    assert put(todos, key, importance="high").record["importance"] == "high"
    assert Chore.objects.get().weight == 5
    put(todos, key, importance="low")
    assert Chore.objects.get().weight == 1


def test_what_is_done_late_in_the_evening_is_done_on_dublins_day(todos: ForeignTasks) -> None:
    key = todos.add("Post the keys")
    put(todos, key, progress={"status": "completed", "completed_at": "2030-07-06T23:30:00+00:00"})
    assert Chore.objects.get().done_on == dt.date(2030, 7, 7)  # summer time


def test_a_chore_of_two_is_in_the_list_of_each_and_done_for_both(todos: ForeignTasks) -> None:
    key = todos.add("Post the keys")
    Chore.objects.get(pk=key.pk).assignees.add(todos.colleague)
    theirs = HostStore(Chores(), MAPPING, todos.colleague, {"completed": "retain"})
    assert [item.key for item in theirs.scan()] == [key]

    put(todos, key, progress={"status": "completed", "completed_at": THEN})

    assert theirs.read([key])[key].is_dormant
    assert told(todos, key).is_dormant
