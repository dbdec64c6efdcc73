"""The calendar of the reference CRM: what the engine reads of it, and what is written back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.db.models.signals import m2m_changed, post_save, pre_delete

from agentbox_sync.contrib.reference_crm.adapter import Appointments
from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Listing
from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.host import capture
from agentbox_sync.models import Link
from tests.builders.crm import a_contact, a_staff_member, an_appointment
from tests.integration.host.builders import a_connection, a_link, forget_hints, hinted, key_of
from tests.integration.host.diary import MARCH, open_homes, seen, store_of, sydney, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


# ------------------------------------------------------------------------------------------ reading


def test_an_appraisal_says_when_where_and_who(jane):
    listing = Listing.objects.create(address="14 Harbourview Terrace")
    row = an_appointment(
        jane, kind="appraisal", listing=listing, location="Old", notes="Bring the keys."
    )
    row.contacts.add(a_contact("Olivia Rutherford", mobile="0412 345 678"))

    record = seen(store_of(jane), row).record

    assert record["when"] == sydney("2030-03-04", "09:00", "10:00")
    assert record["location"] == "14 Harbourview Terrace"
    assert record["categories"] == ["Red"]
    above, _, below = record["body"].partition("---- From the CRM")
    assert above.strip() == "Bring the keys."
    assert "Olivia Rutherford: 0412 345 678" in below
    assert f"/admin/agentbox_crm/appointment/{row.pk}/change/" in below
    assert (record["sensitivity"], record["show_as"], record["reminder"]) == (
        "normal",
        "busy",
        None,
    )
    assert (record["recurrence"], record["exceptions"]) == (None, [])


def test_an_inspection_of_two_agents_is_in_the_calendar_of_each_once(jane):
    jose = a_staff_member("José")
    row = an_appointment(jane, jose, kind="inspection")
    for staff in (jane, jose):
        assert [item.key for item in store_of(staff).scan(MARCH)] == [key_of(row)]


def test_whole_days_stay_the_days_of_their_zone(jane):
    start = dt.datetime(2030, 3, 3, 13, tzinfo=dt.UTC)  # midnight in Sydney
    for length in (dt.timedelta(days=2), dt.timedelta(days=2, minutes=-1)):
        row = an_appointment(jane, starts_at=start, ends_at=start + length, all_day=True)
        when = seen(store_of(jane), row).record["when"]
        assert (when["start"], when["end"], when["all_day"]) == ("2030-03-04", "2030-03-06", True)


def test_a_zone_that_nobody_knows_is_read_on_the_clocks_of_the_crm(jane, settings):
    settings.TIME_ZONE = "Australia/Sydney"
    row = an_appointment(jane, time_zone="Middle/Earth")
    assert seen(store_of(jane), row).record["when"] == sydney("2030-03-04", "09:00", "10:00")


def test_a_rule_that_nobody_can_read_is_told_as_it_stands(jane):
    """Whoever is to carry it out refuses it with its reason; the other items go on."""
    row, other = an_appointment(jane, recurrence="every Tuesday"), an_appointment(jane)
    found = {item.key: item.record for item in store_of(jane).scan(MARCH)}
    assert found[key_of(row)]["recurrence"]["rule"] == "every Tuesday"
    assert key_of(other) in found


def test_a_series_begins_on_the_first_date_that_its_rule_names(jane):
    row = open_homes(jane, recurrence="FREQ=WEEKLY;BYDAY=SU;COUNT=2")
    record = seen(store_of(jane), row).record
    assert record["when"]["start"] == record["recurrence"]["start"] == "2030-03-03T10:00:00"


@pytest.mark.parametrize(
    "status, chosen, cause",
    [
        ("completed", "retain", Cause.COMPLETED),
        ("completed", "delete", Cause.COMPLETED),
        ("cancelled", "delete", Cause.COMPLETED),
        ("cancelled", "retain", None),
    ],
)
def test_what_is_over_or_called_off_follows_the_settings(jane, status, chosen, cause):
    row = an_appointment(jane, status=status, reminder_minutes=15)
    store = store_of(jane, completed=chosen)
    found = store.read([key_of(row)])[key_of(row)]
    if cause:
        assert found == Absence(key_of(row), cause)
        assert list(store.scan(MARCH)) == []
    else:
        assert found.record["subject"] == "Cancelled: Appraisal"
        assert (found.record["show_as"], found.record["reminder"]) == ("free", None)
        assert {"subject", "show_as", "reminder"} <= found.fixed


def test_ticks_leave_appraisals_and_inspections_out(jane):
    rows = {kind: an_appointment(jane, kind=kind) for kind in Appointment.Kind.values}
    for tick, kind in {"appraisals": "appraisal", "inspections": "inspection"}.items():
        store = store_of(jane, **{tick: False})
        away = key_of(rows[kind])
        assert away not in {item.key for item in store.scan(MARCH)}
        assert store.read([away])[away] == Absence(away, Cause.LEFT_FILTER)


def test_what_takes_place_at_another_time_is_outside_and_has_not_left(jane):
    february = an_appointment(jane, starts_at=dt.datetime(2030, 2, 3, 22, tzinfo=dt.UTC))
    ended = open_homes(jane, recurrence="FREQ=WEEKLY;BYDAY=SA;UNTIL=20300303")
    Appointment.objects.filter(pk=ended.pk).update(
        starts_at=dt.datetime(2029, 3, 1, 23, tzinfo=dt.UTC),
        ends_at=dt.datetime(2029, 3, 1, 23, 30, tzinfo=dt.UTC),
        recurrence="FREQ=WEEKLY;BYDAY=SA;COUNT=4",
    )
    endless = open_homes(jane, recurrence="FREQ=WEEKLY;BYDAY=SA")
    store = store_of(jane)
    assert [item.key for item in store.scan(MARCH)] == [key_of(endless)]
    read = {row.pk: seen(store, row, MARCH).is_outside for row in (february, ended, endless)}
    assert read == {february.pk: True, ended.pk: True, endless.pk: False}


# ------------------------------------------------------------------------------------------- series


def exception_of(series, day, **fields):
    """A date of a series as a person makes it in the CRM: a row of its own."""
    start = dt.datetime.fromisoformat(f"{day}T23:00:00+00:00") - dt.timedelta(days=1)
    values = {"title": series.title, "starts_at": start, "kind": series.kind, **fields}
    values.setdefault("ends_at", values["starts_at"] + dt.timedelta(minutes=30))
    row = Appointment.objects.create(series=series, original_start=start, **values)
    row.staff.set(series.staff.all())
    return row


def test_a_series_with_its_exceptions_is_one_item(jane):
    row = open_homes(jane, excluded_starts=["2030-03-08T23:00:00+00:00", "rubbish", "2030-03-12"])
    exception_of(row, "2030-03-16", starts_at=dt.datetime(2030, 3, 16, 2, tzinfo=dt.UTC))
    exception_of(row, "2030-03-23", title="Last open home")

    (item,) = store_of(jane).scan(MARCH)

    assert item.key == key_of(row)
    assert item.record["recurrence"]["rule"] == "FREQ=WEEKLY;BYDAY=SA;COUNT=4"
    assert item.record["exceptions"] == [
        {"original": "2030-03-09", "cancelled": True},
        {"original": "2030-03-16", "when": sydney("2030-03-16", "13:00", "13:30")},
        {"original": "2030-03-23", "subject": "Last open home"},
    ]


def test_dates_changed_in_exchange_become_rows_and_excluded_starts(jane):
    row = open_homes(jane, notes="Flyers")
    row.contacts.add(a_contact())
    store = store_of(jane)
    wanted = [
        {"original": "2030-03-09", "cancelled": True},
        {"original": "2030-03-16", "when": sydney("2030-03-17", "11:00", "12:00")},
        {"original": "2030-03-23", "subject": "Last one"},
    ]

    item = write(store, row, exceptions=wanted)

    assert isinstance(item, LocalItem)
    assert item.record["exceptions"] == wanted
    row.refresh_from_db()
    assert row.excluded_starts == ["2030-03-08T23:00:00+00:00"]
    moved, renamed = row.exceptions.order_by("original_start")
    assert moved.starts_at == dt.datetime(2030, 3, 17, tzinfo=dt.UTC)
    assert (moved.notes, moved.recurrence, moved.kind) == ("Flyers", "", "inspection")
    assert (renamed.title, renamed.contacts.count(), renamed.staff.get()) == ("Last one", 1, jane)


def test_dates_that_differ_no_more_lose_their_rows_and_exclusions(jane):
    row = open_homes(jane, excluded_starts=["2030-03-08T23:00:00+00:00"])
    exception_of(row, "2030-03-16", title="Other")
    item = write(store_of(jane), row, exceptions=[])
    row.refresh_from_db()
    assert (item.record["exceptions"], row.excluded_starts, row.exceptions.count()) == ([], [], 0)


def test_a_changed_date_that_is_cancelled_keeps_its_row(jane):
    row = open_homes(jane)
    exception = exception_of(row, "2030-03-16", title="Other", notes="Hers")
    off = [{"original": "2030-03-16", "cancelled": True}]
    item = write(store_of(jane), row, exceptions=off)
    exception.refresh_from_db()
    assert (item.record["exceptions"], exception.status, exception.notes) == (
        off,
        "cancelled",
        "Hers",
    )


def test_a_renamed_series_takes_its_other_dates_along(jane):
    row = open_homes(jane)
    moved = exception_of(row, "2030-03-16", starts_at=dt.datetime(2030, 3, 16, 2, tzinfo=dt.UTC))
    named = exception_of(row, "2030-03-23", title="Last open home")
    write(store_of(jane), row, subject="Open house")
    moved.refresh_from_db()
    named.refresh_from_db()
    assert (moved.title, named.title) == ("Open house", "Last open home")


def test_an_exception_that_a_person_saved_meanwhile_is_not_written_over(jane):
    row = open_homes(jane)
    store = store_of(jane)
    item = seen(store, row)
    exception_of(row, "2030-03-16", title="Hers")
    assert isinstance(store.update(item, {"exceptions": []}, ("exceptions",)), ItemChanged)
    assert row.exceptions.count() == 1


def test_a_date_that_the_crm_does_not_accept_leaves_everything_as_it_was(jane):
    row = open_homes(jane)
    bad = [
        {"original": "2030-03-09", "cancelled": True},
        {"original": "2030-03-16", "subject": "x" * 300},
    ]
    assert isinstance(write(store_of(jane), row, exceptions=bad), ItemRefused)
    row.refresh_from_db()
    assert (row.excluded_starts, row.exceptions.count()) == ([], 0)


def test_what_exchange_cannot_hold_as_a_series_is_told_date_by_date(jane):
    row = open_homes(
        jane,
        recurrence="FREQ=MONTHLY;BYDAY=1SA,3SA",
        excluded_starts=["2030-03-15T23:00:00+00:00"],
    )
    store = store_of(jane)

    (item,) = store.scan(MARCH)

    assert item.key == LocalKey("agentbox_crm.appointment", f"{row.pk}@2030-03-02")
    assert item.read_only
    assert (item.record["when"], item.record["recurrence"]) == (sydney("2030-03-02"), None)
    gone = LocalKey(item.key.model, f"{row.pk}@2030-03-16")
    later = LocalKey(item.key.model, f"{row.pk}@2030-04-06")
    found = store.read([item.key, gone, later, key_of(row)], MARCH)
    assert found[item.key] == item
    assert found[gone] == Absence(gone, Cause.SUPERSEDED)
    assert found[later].is_outside
    assert found[key_of(row)] == Absence(key_of(row), Cause.SUPERSEDED)
    assert isinstance(store.release(item), ItemRefused), "one date is not the whole series"


# ----------------------------------------------------------------------------------------- noticing


@pytest.fixture
def hers(jane):
    return a_connection(jane)


@pytest.fixture
def listened():
    """The signals of a source that the adapter does not declare yet, for one test."""
    source = Appointments()
    heard = []

    def listen(signal, function, sender):
        signal.connect(function, sender=sender, weak=False)
        heard.append((signal, function, sender))

    listen(post_save, partial(capture._on_row, source, "pk"), Appointment)
    listen(pre_delete, partial(capture._on_row, source, "pk"), Appointment)
    listen(post_save, partial(capture._on_row, source, "appointments"), Contact)
    listen(post_save, partial(capture._on_row, source, "appointments"), Listing)
    through = Appointment.staff.through
    listen(m2m_changed, partial(capture._on_m2m, source, "staff"), through)
    yield
    for signal, function, sender in heard:
        signal.disconnect(function, sender=sender)


def test_a_saved_or_deleted_date_is_news_of_its_series(jane, hers, listened):
    row = open_homes(jane)
    forget_hints()
    exception = exception_of(row, "2030-03-16", title="Other")
    assert hinted(hers) == {str(row.pk)}
    forget_hints()
    exception.delete()
    assert hinted(hers) == {str(row.pk)}


def test_a_phone_and_an_address_are_news_of_the_appointments_that_show_them(jane, hers, listened):
    contact, listing = a_contact(), Listing.objects.create(address="14 Harbourview Terrace")
    row = an_appointment(jane, listing=listing)
    row.contacts.add(contact)
    an_appointment(jane)
    for thing in (contact, listing):
        forget_hints()
        thing.save()
        assert hinted(hers) == {str(row.pk)}


def test_news_of_what_is_shown_date_by_date_asks_for_a_look_at_everything(jane, hers, listened):
    row = open_homes(jane, recurrence="FREQ=MONTHLY;BYDAY=1SA,3SA")
    link = a_link(hers, row)
    Link.objects.filter(pk=link.pk).update(kind="calendar", local_pk=f"{row.pk}@2030-03-02")
    forget_hints()
    row.save()
    hers.refresh_from_db()
    assert (hers.wake, hers.wants_full) == (True, True)


@pytest.mark.parametrize(
    "rule, everything", [("FREQ=WEEKLY", False), ("FREQ=MONTHLY;BYDAY=1SA,3SA", True), ("", False)]
)
def test_a_new_series_that_is_shown_date_by_date_does_not_wait_for_the_hour(
    jane, hers, listened, rule, everything
):
    type(hers).objects.update(wants_full=False)
    open_homes(jane, recurrence=rule)
    hers.refresh_from_db()
    assert (hers.wake, hers.wants_full) == (True, everything)


# ------------------------------------------------------------------------------------------ writing


def test_each_atom_of_an_appointment_is_written(jane):
    row = an_appointment(jane, title="Vendor meeting")
    atoms = {
        "subject": "Renamed",
        "when": {**sydney("2030-03-05", "11:00", "11:45"), "zone": "AUS Eastern Standard Time"},
        "location": "Office",
        "body": "Mine\n\n---- From the CRM, please write above this line ----\nOver the top",
        "reminder": 30,
        "sensitivity": "private",
        "recurrence": {"rule": "FREQ=WEEKLY", "start": "2030-03-05T11:00:00", "zone": "UTC"},
    }
    assert isinstance(write(store_of(jane), row, **atoms), LocalItem)
    row.refresh_from_db()
    assert (row.title, row.location, row.notes) == ("Renamed", "Office", "Mine")
    assert row.starts_at == dt.datetime(2030, 3, 5, 0, tzinfo=dt.UTC)
    assert row.ends_at - row.starts_at == dt.timedelta(minutes=45)
    assert (row.time_zone, row.reminder_minutes) == ("Australia/Sydney", 30)
    assert (row.private, row.recurrence) == (True, "FREQ=WEEKLY")


def test_a_new_entry_from_exchange_is_the_agents_own(jane):
    record = {
        "subject": "Lunch",
        "when": {"start": "2030-07-04", "end": "2030-07-05", "zone": "UTC", "all_day": True},
        "body": "",
        "recurrence": None,
        "exceptions": [],
    }
    item = store_of(jane).create(record)
    assert isinstance(item, LocalItem), item
    row = Appointment.objects.get()
    assert (row.organiser, row.staff.get(), row.all_day) == (jane, jane, True)
    assert item.record["when"]["start"] == "2030-07-04"


def test_the_address_of_a_listing_is_fixed_and_a_place_of_ones_own_is_not(jane):
    listing = Listing.objects.create(address="14 Harbourview Terrace")
    store = store_of(jane)
    home = an_appointment(jane, kind="appraisal", listing=listing)
    meeting = an_appointment(jane, kind="appointment", listing=listing)
    assert "location" in seen(store, home).fixed
    assert write(store, meeting, location="Café").record["location"] == "Café"


def test_a_removal_in_exchange_cancels_or_takes_one_of_several_off(jane):
    jose = a_staff_member("José")
    alone, both = an_appointment(jane), an_appointment(jane, jose)
    store = store_of(jane)
    for row in (alone, both):
        assert store.release(seen(store, row)) is None
        row.refresh_from_db()
    assert (alone.status, alone.staff.count()) == ("cancelled", 1)
    assert (both.status, list(both.staff.all())) == ("scheduled", [jose])
