"""The contract of a calendar, held on days and times without a zone and a table of changes."""

from __future__ import annotations

import datetime as dt

import pytest

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.contracts.local_events import *  # noqa: F403
from tests.integration.host.builders import key_of
from tests.projects.foreign_crm.cases.builders import an_employee
from tests.projects.foreign_crm.diary import Viewings
from tests.projects.foreign_crm.models import Viewing

pytestmark = pytest.mark.django_db


class ForeignEvents:
    """A :class:`tests.contracts.local_window.EventSide` on the brokerage."""

    zone = "Europe/Dublin"
    july = Window(dt.datetime(2030, 7, 1, tzinfo=dt.UTC), dt.datetime(2030, 8, 1, tzinfo=dt.UTC))

    def __init__(self) -> None:
        self.employee = an_employee()
        self.store = HostStore(Viewings(), RecordMapping(KIND, Viewings.fields), self.employee, {})

    def add(self, subject: str, day: str, *, rule: str = "") -> LocalKey:
        row = Viewing.objects.create(
            agent=self.employee,
            heading=subject,
            on_day=dt.date.fromisoformat(day),
            from_time=dt.time(10),
            length=30,
            repeats=rule,
        )
        return key_of(row)

    def move(self, key: LocalKey, day: str) -> None:
        Viewing.objects.filter(pk=key.pk).update(on_day=dt.date.fromisoformat(day))

    def call_off(self, key: LocalKey, day: str) -> None:
        row = Viewing.objects.get(pk=key.pk)
        row.changes.create(of_day=dt.date.fromisoformat(day), called_off=True)

    def delete(self, key: LocalKey) -> None:
        Viewing.objects.get(pk=key.pk).delete()


@pytest.fixture
def events() -> ForeignEvents:
    return ForeignEvents()
