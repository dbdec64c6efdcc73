"""Makes rows of the reference CRM; what a test does not name gets a value that differs by row."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Group, User

from agentbox_sync.contrib.reference_crm.models import (
    Appointment,
    Contact,
    ContactAccess,
    ContactClass,
    Office,
    Staff,
    Task,
)
from tests.builders.second_factor import let_in_by_force

let_in_by_force()

_numbers = itertools.count(1)

OWNER = ContactAccess.Level.PRIMARY_OWNER
FULL = ContactAccess.Level.FULL_ACCESS
VIEW = ContactAccess.Level.VIEW_ONLY


def an_office(name: str = "Mosman") -> Office:
    return Office.objects.get_or_create(name=name)[0]


def a_staff_member(name: str = "Jane Ashcroft", **fields: Any) -> Staff:
    """A staff member of Mosman, with a different e-mail address each time."""
    first, _, last = name.partition(" ")
    fields = {
        "office": fields.pop("office", None) or an_office(),
        "email": f"staff{next(_numbers)}@harbourvale.example",
        "first_name": first,
        "last_name": last,
        **fields,
    }
    return Staff.objects.create(**fields)


def a_login(staff: Staff | None = None, *groups: str, **fields: Any) -> User:
    """Somebody who may enter the admin with the password `secret`, in these groups."""
    user = User.objects.create_user(
        fields.pop("username", f"user{next(_numbers)}"),
        password="secret",
        is_staff=fields.pop("is_staff", True),
        **fields,
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups), f"One of these groups does not exist: {groups}"
    if staff is not None:
        staff.user = user
        staff.save()
    return user


def a_class(name: str, *, special: bool = False) -> ContactClass:
    return ContactClass.objects.get_or_create(name=name, defaults={"special": special})[0]


def a_contact(
    name: str = "Olivia Rutherford",
    *,
    access: dict[Staff, str] | None = None,
    classes: tuple[ContactClass, ...] = (),
    **fields: Any,
) -> Contact:
    """A contact, with who may see it (staff member -> level) and its classes."""
    first, _, last = name.partition(" ")
    contact = Contact.objects.create(first_name=first, last_name=last, **fields)
    for staff, level in (access or {}).items():
        ContactAccess.objects.create(contact=contact, staff=staff, level=level)
    contact.classes.set(classes)
    return contact


def an_appointment(*staff: Staff, title: str = "Appraisal", **fields: Any) -> Appointment:
    """An hour on 4 March 2030 from 9 am in Sydney, organised by the first of `staff`."""
    starts_at = fields.pop("starts_at", dt.datetime(2030, 3, 3, 22, tzinfo=dt.UTC))
    fields.setdefault("ends_at", starts_at + dt.timedelta(hours=1))
    organiser = staff[0] if staff else None
    appointment = Appointment.objects.create(
        title=title, starts_at=starts_at, organiser=organiser, **fields
    )
    appointment.staff.set(staff)
    return appointment


def a_task(staff: Staff, title: str = "Call back", **fields: Any) -> Task:
    return Task.objects.create(staff=staff, title=title, **fields)
