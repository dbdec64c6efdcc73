"""The contract of a calendar, held by the host store on the reference CRM.

The foreign CRM holds it too, in ``tests/projects/foreign_crm/cases/local_events.py``.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.windows import Window
from tests.builders.crm import a_staff_member, an_appointment
from tests.contracts.local_events import *  # noqa: F403
from tests.integration.host.builders import key_of
from tests.integration.host.diary import store_of

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = dt.timedelta(minutes=30)


class ReferenceEvents:
    """A :class:`tests.contracts.local_window.EventSide` on the reference CRM."""

    zone = "Australia/Sydney"
    july = Window(dt.datetime(2030, 7, 1, tzinfo=dt.UTC), dt.datetime(2030, 8, 1, tzinfo=dt.UTC))

    def __init__(self) -> None:
        self.staff = a_staff_member()
        self.store = store_of(self.staff)

    def _ten(self, day: str) -> dt.datetime:
        return dt.datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo(self.zone))

    def add(self, subject: str, day: str, *, rule: str = "") -> LocalKey:
        start = self._ten(day)
        ends = start + HALF_AN_HOUR
        row = an_appointment(
            self.staff, title=subject, starts_at=start, ends_at=ends, recurrence=rule
        )
        return key_of(row)

    def move(self, key: LocalKey, day: str) -> None:
        row = Appointment.objects.get(pk=key.pk)
        row.starts_at = self._ten(day)
        row.ends_at = row.starts_at + HALF_AN_HOUR
        row.save()

    def call_off(self, key: LocalKey, day: str) -> None:
        row = Appointment.objects.get(pk=key.pk)
        row.excluded_starts = [*row.excluded_starts, self._ten(day).isoformat()]
        row.save()

    def delete(self, key: LocalKey) -> None:
        Appointment.objects.get(pk=key.pk).delete()


@pytest.fixture
def events() -> ReferenceEvents:
    return ReferenceEvents()
