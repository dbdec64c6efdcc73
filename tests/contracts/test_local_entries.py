"""The contract of a calendar that shows tasks too: of its appointments, and of the entries."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from agentbox_sync.contrib.reference_crm.models import Appointment, Task
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.errors import ItemRefused
from tests.builders.crm import a_staff_member, a_task
from tests.contracts import local_window
from tests.contracts.local_events import *  # noqa: F403
from tests.contracts.test_local_events import ReferenceEvents
from tests.integration.host.builders import key_of
from tests.integration.host.faces import entries_of, joined_of

pytestmark = pytest.mark.django_db


class Appointments(ReferenceEvents):
    """A :class:`tests.contracts.local_window.EventSide` beside the entries of tasks."""

    def __init__(self) -> None:
        super().__init__()
        self.store = joined_of(self.staff)
        # Tasks have keys of their own: as many, so that every appointment has a namesake.
        for number in range(4):
            a_task(self.staff, f"Out of sight {number}")


class Entries:
    """The same, of tasks that remind at ten on the day they are due."""

    zone, july = ReferenceEvents.zone, ReferenceEvents.july

    def __init__(self) -> None:
        self.staff = a_staff_member()
        self.store = joined_of(self.staff)

    def _ten(self, day: str) -> dt.datetime:
        return dt.datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo(self.zone))

    def add(self, subject: str, day: str, *, rule: str = "") -> LocalKey:
        due = dt.date.fromisoformat(day)
        row = a_task(self.staff, subject, due_on=due, remind_at=self._ten(day), recurrence=rule)
        return key_of(row)

    def move(self, key: LocalKey, day: str) -> None:
        row = Task.objects.get(pk=key.pk)
        row.due_on, row.remind_at = dt.date.fromisoformat(day), self._ten(day)
        row.save()

    def call_off(self, key: LocalKey, day: str) -> None:
        raise AssertionError("a task has no single dates")

    def delete(self, key: LocalKey) -> None:
        Task.objects.get(pk=key.pk).delete()


@pytest.fixture
def events() -> Appointments:
    return Appointments()


@pytest.fixture
def entries() -> Entries:
    return Entries()


@pytest.mark.parametrize(
    "holds",
    [
        local_window.test_what_takes_place_in_the_window_is_scanned_once_and_reads_the_same,
        local_window.test_the_window_holds_its_first_day_and_not_the_day_after_its_last,
        local_window.test_nothing_is_outside_where_no_window_is_asked_for,
        local_window.test_what_is_outside_says_the_same_as_it_would_inside,
        local_window.test_what_a_person_moves_leaves_the_window_and_comes_back,
        local_window.test_what_is_deleted_is_absent_and_not_outside,
    ],
)
def test_entries_keep_to_the_window_as_appointments_do(entries: Entries, holds) -> None:
    holds(entries)


def test_what_is_new_is_an_appointment_and_never_a_task(entries: Entries) -> None:
    record = {"subject": "Coffee", "when": local_window.times(entries, "2030-07-09")}
    item = entries.store.create(record)
    assert item.key.model == Appointment._meta.label_lower
    assert isinstance(entries_of(entries.staff).create(record), ItemRefused)
    assert not Task.objects.exists()
