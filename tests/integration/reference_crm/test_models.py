"""What the CRM's tables refuse, and what they keep in step."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, ContactAccess, Task
from tests.builders.crm import (
    FULL,
    OWNER,
    VIEW,
    a_contact,
    a_login,
    a_staff_member,
    a_task,
    an_appointment,
)

pytestmark = pytest.mark.django_db


def test_a_staff_member_has_one_access_row_per_contact():
    jane = a_staff_member()
    contact = a_contact(access={jane: VIEW})
    with pytest.raises(IntegrityError):
        ContactAccess.objects.create(contact=contact, staff=jane, level=FULL)


def test_an_access_level_nobody_knows_is_refused_by_the_database():
    with pytest.raises(IntegrityError):
        a_contact(access={a_staff_member(): "owner"})


def test_a_contact_is_shared_with_several_staff_members():
    jane, jose = a_staff_member(), a_staff_member("José Núñez")
    contact = a_contact(access={jane: OWNER, jose: VIEW})
    assert set(contact.staff.all()) == {jane, jose}


def test_a_contact_that_nobody_could_find_again_is_not_valid():
    with pytest.raises(ValidationError, match="a name, a company or an e-mail address"):
        Contact(mobile="0491 570 006").full_clean()


def test_saving_a_contact_moves_its_date_of_change():
    contact = a_contact()
    before = contact.updated_at
    contact.save()
    assert contact.updated_at > before


@pytest.mark.parametrize(
    "fields, shown",
    [
        ({"first_name": "Olivia", "last_name": "Rutherford"}, "Olivia Rutherford"),
        ({"company": "Quay Accounting"}, "Quay Accounting"),
        ({"email": "someone@example.com"}, "someone@example.com"),
        ({}, "Contact without a name"),
    ],
)
def test_a_contact_is_called_by_the_best_it_has(fields, shown):
    assert str(Contact(**fields)) == shown


def test_deleting_a_login_leaves_the_staff_member():
    jane = a_staff_member()
    a_login(jane).delete()
    jane.refresh_from_db()
    assert jane.user is None


def test_an_appointment_cannot_end_before_it_starts():
    starts_at = dt.datetime(2030, 3, 4, 9, tzinfo=dt.UTC)
    with pytest.raises(IntegrityError):
        an_appointment(starts_at=starts_at, ends_at=starts_at - dt.timedelta(minutes=1))


def test_an_exception_names_both_its_series_and_its_original_start():
    series = an_appointment(recurrence="FREQ=WEEKLY")
    with pytest.raises(IntegrityError):
        an_appointment(series=series)


def test_a_series_has_one_exception_per_original_start():
    series = an_appointment(recurrence="FREQ=WEEKLY")
    an_appointment(series=series, original_start=series.starts_at)
    with pytest.raises(IntegrityError):
        an_appointment(series=series, original_start=series.starts_at)


def test_an_unknown_time_zone_is_refused_with_an_example():
    appointment = an_appointment()
    appointment.time_zone = "Sydney"
    with pytest.raises(ValidationError, match="Write one like Australia/Sydney"):
        appointment.full_clean()


def test_deleting_a_series_deletes_its_exceptions():
    series = an_appointment(recurrence="FREQ=WEEKLY")
    an_appointment(series=series, original_start=series.starts_at)
    series.delete()
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("update_fields", [None, ["status"]])
def test_completing_a_task_notes_when(update_fields):
    task = a_task(a_staff_member())
    task.status = Task.Status.COMPLETED
    task.save(update_fields=update_fields)
    task.refresh_from_db()
    assert task.completed_at is not None


def test_opening_a_completed_task_again_forgets_when():
    task = a_task(a_staff_member(), status=Task.Status.COMPLETED)
    task.status = Task.Status.OPEN
    task.save()
    task.refresh_from_db()
    assert task.completed_at is None


def test_a_known_time_of_completion_is_kept():
    when = dt.datetime(2030, 1, 2, 3, tzinfo=dt.UTC)
    task = a_task(a_staff_member(), status=Task.Status.COMPLETED, completed_at=when)
    task.refresh_from_db()
    assert task.completed_at == when


def test_master_users_may_look_after_connections_and_agents_may_not():
    master, agent = a_login(None, "Master Users"), a_login(None, "Agents")
    assert master.has_perm("agentbox_sync.manage_connections")
    assert not agent.has_perm("agentbox_sync.manage_connections")
    assert agent.has_perm("agentbox_crm.view_staff")


def test_a_permission_taken_from_a_group_stays_away_after_a_migration(django_app_config_migrated):
    group = Group.objects.get(name="Agents")
    gone = group.permissions.get(codename="add_listing")
    group.permissions.remove(gone)
    django_app_config_migrated("agentbox_crm")
    assert gone not in group.permissions.all()


def test_the_right_over_connections_comes_back_after_a_migration(django_app_config_migrated):
    group = Group.objects.get(name="Master Users")
    group.permissions.clear()
    django_app_config_migrated("agentbox_sync")
    assert [right.codename for right in group.permissions.all()] == ["manage_connections"]
