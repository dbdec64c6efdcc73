"""Writes the demo's data into an empty CRM; a CRM that holds anything is left as it is."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from agentbox_sync.contrib.reference_crm.demo.builder import DemoContact, build_contacts
from agentbox_sync.contrib.reference_crm.demo.people import JANE, OFFICE, STAFF, Person
from agentbox_sync.contrib.reference_crm.demo.phrases import CLASSES, ERRANDS, MEETINGS, Meeting
from agentbox_sync.contrib.reference_crm.demo.places import LISTINGS
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import (
    Appointment,
    Contact,
    ContactAccess,
    ContactClass,
    Listing,
    Office,
    Staff,
    Task,
)

_ZONE = ZoneInfo("Australia/Sydney")
# What a single date of a series has from its series.
_AS_SERIES = ("kind", "title", "time_zone", "location", "listing", "notes", "organiser")


@dataclass(frozen=True)
class Seeded:
    """What was written: nothing where `is_new` is False."""

    is_new: bool
    staff: int = 0
    contacts: int = 0
    appointments: int = 0
    tasks: int = 0


def seed_crm(today: dt.date, password: str) -> Seeded:
    """Fills an empty CRM around `today`; every login gets `password`.

    A CRM that was seeded before, or that holds anything else, is not touched: what a person
    changed or deleted there stays changed or deleted.
    """
    with transaction.atomic():
        if Office.objects.exists() or Staff.objects.exists() or Contact.objects.exists():
            return Seeded(is_new=False)
        staff = _write_staff(password)
        contacts = _write_contacts(build_contacts(today), staff)
        Listing.objects.bulk_create(Listing(address=address) for address in LISTINGS)
        meetings = _write_meetings(today, staff, contacts)
        tasks = _write_tasks(today, staff, contacts)
        return Seeded(True, len(staff), len(contacts), meetings, tasks)


def _write_staff(password: str) -> dict[str, Staff]:
    office = Office.objects.create(name=OFFICE)
    staff = [
        Staff(
            office=office,
            user=_make_login(person, password) if person.login else None,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            mobile=person.mobile,
            position=person.position,
        )
        for person in STAFF
    ]
    Staff.objects.bulk_create(staff)
    return {person.mailbox: row for person, row in zip(STAFF, staff, strict=True)}


def _make_login(person: Person, password: str):
    users = get_user_model().objects
    user = users.create_user(
        person.login,
        person.email,
        password,
        first_name=person.first_name,
        last_name=person.last_name,
        is_staff=True,
        is_superuser=person.is_master,
    )
    user.groups.add(Group.objects.get(name=MASTER_USERS if person.is_master else AGENTS))
    return user


def _write_contacts(demo: list[DemoContact], staff: dict[str, Staff]) -> list[Contact]:
    classes = {
        name: ContactClass.objects.create(name=name, special=special)
        for name, special in CLASSES.items()
    }
    contacts = Contact.objects.bulk_create(Contact(**entry.fields) for entry in demo)
    membership = Contact.classes.through
    membership.objects.bulk_create(
        membership(contact=contact, contactclass=classes[name])
        for contact, entry in zip(contacts, demo, strict=True)
        for name in entry.classes
    )
    owner = ContactAccess.Level.PRIMARY_OWNER
    ContactAccess.objects.bulk_create(
        ContactAccess(contact=contact, staff=staff[mailbox], level=level)
        for contact, entry in zip(contacts, demo, strict=True)
        for mailbox, level in {JANE.mailbox: owner, **entry.shared}.items()
    )
    return contacts


def _write_meetings(today: dt.date, staff: dict[str, Staff], contacts: list[Contact]) -> int:
    listings = list(Listing.objects.order_by("pk"))
    guests = itertools.cycle(contacts)
    for meeting in MEETINGS:
        listing = listings[meeting.listing] if meeting.listing is not None else None
        starts_at, ends_at = _times(today, meeting)
        appointment = Appointment.objects.create(
            kind=meeting.kind,
            title=f"{meeting.title}: {listing.address.split(',')[0]}" if listing else meeting.title,
            starts_at=starts_at,
            ends_at=ends_at,
            all_day=meeting.all_day,
            time_zone=meeting.zone,
            location=meeting.location,
            notes=meeting.notes,
            listing=listing,
            organiser=staff[meeting.who[0]],
            status=meeting.status,
            private=meeting.private,
            reminder_minutes=None if meeting.all_day else 15,
            recurrence=meeting.recurrence,
        )
        appointment.staff.set(staff[mailbox] for mailbox in meeting.who)
        appointment.contacts.set(itertools.islice(guests, meeting.with_contacts))
        _write_changes(appointment, meeting)
    return len(MEETINGS)


def _write_changes(series: Appointment, meeting: Meeting) -> None:
    """Cancels and moves single dates of a weekly series, as a person does in the CRM."""
    dates = [_weeks_later(series.starts_at, meeting, week) for week in meeting.off]
    if dates:
        series.excluded_starts = [start.isoformat() for start in dates]
        series.save()
    for week in meeting.later:
        original = _weeks_later(series.starts_at, meeting, week)
        moved = Appointment.objects.create(
            series=series,
            original_start=original,
            starts_at=original + dt.timedelta(hours=1),
            ends_at=original + dt.timedelta(hours=1, minutes=meeting.minutes),
            **{name: getattr(series, name) for name in _AS_SERIES},
        )
        moved.staff.set(series.staff.all())
        moved.contacts.set(series.contacts.all())


def _weeks_later(start: dt.datetime, meeting: Meeting, weeks: int) -> dt.datetime:
    zone = ZoneInfo(meeting.zone)
    wall = start.astimezone(zone).replace(tzinfo=None) + dt.timedelta(weeks=weeks)
    return wall.replace(tzinfo=zone)


def _times(today: dt.date, meeting: Meeting) -> tuple[dt.datetime, dt.datetime]:
    """Both ends by the clock on the wall, so that a change to summer time in between is right."""
    day = today + dt.timedelta(days=meeting.day)
    if meeting.weekday is not None:
        day -= dt.timedelta(days=(day.weekday() - meeting.weekday) % 7)
    local = dt.datetime.combine(day, dt.time(meeting.hour, meeting.minute))
    ends = local + dt.timedelta(minutes=meeting.minutes)
    zone = ZoneInfo(meeting.zone)
    return local.replace(tzinfo=zone), ends.replace(tzinfo=zone)


def _write_tasks(today: dt.date, staff: dict[str, Staff], contacts: list[Contact]) -> int:
    about = itertools.cycle(contacts[20:])
    for errand in ERRANDS:
        due_on = today + dt.timedelta(days=errand.day) if errand.day is not None else None
        done_on = today - dt.timedelta(days=errand.done) if errand.done is not None else None
        Task.objects.create(
            staff=staff[errand.who],
            title=errand.title,
            notes=errand.notes,
            due_on=due_on,
            remind_at=_clock(due_on, errand.remind) if due_on and errand.remind else None,
            priority=errand.priority,
            status=errand.status,
            completed_at=_clock(done_on, 16) if done_on else None,
            contact=next(about) if errand.with_contact else None,
            recurrence=errand.recurrence,
        )
    return len(ERRANDS)


def _clock(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=_ZONE)
