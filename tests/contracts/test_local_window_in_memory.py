"""The contract of a window, held by the calendar that the simulation runs on."""

from __future__ import annotations

import datetime as dt

import pytest

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.windows import Window
from tests.contracts.local_window import *  # noqa: F403
from tests.contracts.local_window import times
from tests.sim.calendar.crm import MODEL, AppointmentStore


class SimulatedEvents:
    """A :class:`tests.contracts.local_window.EventSide` without a database."""

    zone = "Australia/Sydney"
    july = Window(dt.datetime(2030, 7, 1, tzinfo=dt.UTC), dt.datetime(2030, 8, 1, tzinfo=dt.UTC))

    def __init__(self) -> None:
        self.store = AppointmentStore()

    def add(self, subject: str, day: str, *, rule: str = "") -> LocalKey:
        when = times(self, day)
        series = {"rule": rule, "start": when["start"], "zone": self.zone} if rule else None
        record = {"subject": subject, "when": when, "recurrence": series, "exceptions": []}
        return LocalKey(MODEL, self.store.insert(record))

    def move(self, key: LocalKey, day: str) -> None:
        self.store.save(key.pk, {"when": times(self, day)})

    def call_off(self, key: LocalKey, day: str) -> None:
        known = self.store.rows[key.pk].record["exceptions"]
        off = {"original": day, "cancelled": True}
        self.store.save(key.pk, {"exceptions": [*known, off]})

    def delete(self, key: LocalKey) -> None:
        del self.store.rows[key.pk]


@pytest.fixture
def events() -> SimulatedEvents:
    return SimulatedEvents()
