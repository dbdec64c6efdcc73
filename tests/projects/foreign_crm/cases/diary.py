"""Viewings of the brokerage: days and times without a zone, and changes in a table of their own."""

from __future__ import annotations

import datetime as dt

import pytest

from agentbox_sync.core.changes import LocalItem, LocalKey
from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.integration.host.builders import key_of
from tests.projects.foreign_crm.diary import Viewings
from tests.projects.foreign_crm.models import Viewing

pytestmark = pytest.mark.django_db
JULY = Window(dt.datetime(2030, 7, 1, tzinfo=dt.UTC), dt.datetime(2030, 8, 1, tzinfo=dt.UTC))


def store_of(employee):
    return HostStore(Viewings(), RecordMapping(KIND, Viewings.fields), employee, {})


def a_viewing(employee, **fields):
    values = {"on_day": dt.date(2030, 7, 6), "from_time": dt.time(10), "length": 30, **fields}
    return Viewing.objects.create(agent=employee, heading="Viewing", **values)


def dublin(start, end):
    return {"start": start, "end": end, "zone": "Europe/Dublin", "all_day": False}


def write(store, row, **atoms):
    item = store.read([key_of(row)])[key_of(row)]
    return store.update(item, atoms, tuple(atoms))


def test_every_declared_path_leads_somewhere_and_can_be_written():
    mapping = RecordMapping(KIND, Viewings.fields)
    assert (mapping.broken_paths(Viewing), mapping.misshapen()) == ([], [])
    assert mapping.fixed(Viewing) == frozenset()


def test_a_day_and_a_time_are_on_the_clocks_of_the_crm(roisin):
    timed, whole = a_viewing(roisin), a_viewing(roisin, from_time=None)
    found = {item.key: item.record["when"] for item in store_of(roisin).scan(JULY)}
    assert found[key_of(timed)] == dublin("2030-07-06T10:00:00", "2030-07-06T10:30:00")
    assert (found[key_of(whole)]["start"], found[key_of(whole)]["end"]) == (
        "2030-07-06",
        "2030-07-07",
    )


def test_what_is_long_past_is_outside(roisin):
    row = a_viewing(roisin, on_day=dt.date(2030, 4, 6))
    store = store_of(roisin)
    assert list(store.scan(JULY)) == []
    assert store.read([key_of(row)], JULY)[key_of(row)].is_outside


def test_a_time_from_another_zone_is_stored_as_dublins_clocks_show_it(roisin):
    row = a_viewing(roisin)
    when = {"start": "2030-07-08T12:00:00", "end": "2030-07-08T13:30:00", "zone": "Europe/Berlin"}
    item = write(store_of(roisin), row, when=when)
    assert isinstance(item, LocalItem)
    row.refresh_from_db()
    assert (row.on_day, row.from_time, row.length) == (dt.date(2030, 7, 8), dt.time(11), 90)


def test_dates_that_change_are_rows_of_the_other_table(roisin):
    row = a_viewing(roisin, repeats="RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20300727T100000")
    off = {"original": "2030-07-13", "cancelled": True}
    when = dublin("2030-07-21T11:00:00", "2030-07-21T11:45:00")
    moved = {"original": "2030-07-20", "when": when}
    gone = {"original": "2030-07-27", "cancelled": True}

    item = write(store_of(roisin), row, exceptions=[off, moved, gone])

    assert item.record["exceptions"] == [off, moved, gone]
    first, second, _ = row.changes.order_by("of_day")
    assert (first.of_day, first.called_off) == (dt.date(2030, 7, 13), True)
    assert (second.to_day, second.to_length) == (dt.date(2030, 7, 21), 45)
    item = write(store_of(roisin), row, exceptions=[gone])
    assert item.record["exceptions"] == [gone]
    assert row.changes.count() == 1


def test_what_the_table_has_no_column_for_is_put_back(roisin):
    """A changed subject of one date: the CRM answers without it, and so Exchange loses it."""
    row = a_viewing(roisin, repeats="FREQ=WEEKLY;COUNT=4")
    item = write(store_of(roisin), row, exceptions=[{"original": "2030-07-13", "subject": "Mine"}])
    assert item.record["exceptions"] == []


def test_a_new_viewing_needs_a_time(roisin):
    store = store_of(roisin)
    record = {"subject": "New", "when": dublin("2030-07-06T10:00:00", "2030-07-06T11:00:00")}
    assert isinstance(store.create(record), LocalItem)
    assert isinstance(store.create({**record, "when": None}), ItemRefused)
    assert Viewing.objects.count() == 1


def test_dates_beside_the_rule_are_told_one_by_one(roisin):
    row = a_viewing(roisin, repeats="FREQ=WEEKLY;COUNT=2\nRDATE:20300717T100000")
    keys = [item.key for item in store_of(roisin).scan(JULY)]
    assert len(keys) == 3
    assert all(isinstance(key, LocalKey) and key.pk.startswith(f"{row.pk}@") for key in keys)
