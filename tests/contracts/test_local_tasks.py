"""The contract of tasks, held by the host store on the reference CRM.

The foreign CRM holds it too, in ``tests/projects/foreign_crm/cases/local_tasks.py``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Task
from agentbox_sync.core.changes import LocalKey
from tests.builders.crm import a_staff_member, a_task
from tests.contracts.local_tasks import *  # noqa: F403
from tests.integration.host.builders import key_of
from tests.integration.host.todos import store_of

pytestmark = pytest.mark.django_db


class ReferenceTasks:
    """A :class:`tests.contracts.local_tasks.TaskSide` on the reference CRM."""

    words = frozenset({"notStarted", "inProgress", "completed"})

    def __init__(self) -> None:
        self.staff, self.colleague = a_staff_member(), a_staff_member("José Almeida")
        self.store = store_of(self.staff)
        self.tidy = store_of(self.staff, completed="delete")

    def add(self, title: str, *, due: str | None = None) -> LocalKey:
        day = dt.date.fromisoformat(due) if due else None
        return key_of(a_task(self.staff, title, due_on=day))

    def complete(self, key: LocalKey, at: str) -> None:
        row = Task.objects.get(pk=key.pk)
        row.status = Task.Status.COMPLETED
        row.completed_at = dt.datetime.fromisoformat(at)
        row.save()

    def rename(self, key: LocalKey, title: str) -> None:
        Task.objects.filter(pk=key.pk).update(title=title)

    def give_away(self, key: LocalKey) -> None:
        row = Task.objects.get(pk=key.pk)
        row.staff = self.colleague
        row.save()

    def delete(self, key: LocalKey) -> None:
        Task.objects.get(pk=key.pk).delete()

    def as_kept(self, at: str) -> str:
        return at

    def stored(self) -> dict[str, Any]:
        return {str(row.pop("id")): row for row in Task.objects.values()}


@pytest.fixture
def todos() -> ReferenceTasks:
    return ReferenceTasks()
