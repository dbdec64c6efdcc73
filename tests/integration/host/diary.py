"""The calendar of the reference CRM as the engine meets it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agentbox_sync.contrib.reference_crm.adapter import Appointments
from agentbox_sync.contrib.reference_crm.models import Appointment, Staff
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.builders.crm import an_appointment
from tests.integration.host.builders import key_of

SYDNEY = "Australia/Sydney"
MARCH = Window(dt.datetime(2030, 3, 1, tzinfo=dt.UTC), dt.datetime(2030, 4, 1, tzinfo=dt.UTC))


def store_of(staff: Staff, source: type[Appointments] = Appointments, **chosen: Any) -> HostStore:
    selection = {"appraisals": True, "inspections": True, "completed": "retain"} | chosen
    return HostStore(
        source(), RecordMapping(KIND, source.fields), staff, selection, labels={"appraisal": "Red"}
    )


def seen(store: HostStore, row: Appointment, within: Window | None = None) -> LocalItem:
    item = store.read([key_of(row)], within)[key_of(row)]
    assert isinstance(item, LocalItem)
    return item


def write(store: HostStore, row: Appointment, **atoms: Any) -> object:
    return store.update(seen(store, row), atoms, tuple(atoms))


def open_homes(staff: Staff, **fields: Any) -> Appointment:
    """Every Saturday from 2 March 2030, from ten to half past ten in Sydney."""
    start = dt.datetime(2030, 3, 1, 23, tzinfo=dt.UTC)
    return an_appointment(
        staff,
        title="Open home",
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=30),
        **{"kind": "inspection", "recurrence": "FREQ=WEEKLY;BYDAY=SA;COUNT=4", **fields},
    )


def sydney(day: str, clock: str = "10:00", until: str = "10:30") -> dict[str, Any]:
    return {
        "start": f"{day}T{clock}:00",
        "end": f"{day}T{until}:00",
        "zone": SYDNEY,
        "all_day": False,
    }
