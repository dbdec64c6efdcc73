"""The made-up agency of the demo."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from django.core.management import call_command

from agentbox_sync.contrib.reference_crm.demo.builder import build_contacts
from agentbox_sync.contrib.reference_crm.demo.people import AREA_CODES, MOBILES, STAFF
from agentbox_sync.contrib.reference_crm.demo.phrases import ERRANDS, MEETINGS
from agentbox_sync.contrib.reference_crm.demo.seed import seed_crm
from agentbox_sync.contrib.reference_crm.models import (
    Appointment,
    Contact,
    ContactAccess,
    ContactClass,
    Office,
    Staff,
    Task,
)
from tests.builders.crm import an_office
from tests.integration.host.builders import key_of
from tests.integration.host.diary import store_of

TODAY = dt.date(2026, 11, 22)
RESERVED_MAIL = re.compile(r"@([a-z]+\.)?example(\.(com|net|org|com\.au))?$")


@pytest.fixture
def seeded(db):
    return seed_crm(TODAY, "salty-lantern-42")


def everything():
    tables = (Office, Staff, ContactClass, Contact, ContactAccess, Appointment, Task)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def test_the_agency_has_what_the_demo_promises(seeded):
    assert Office.objects.count() == 1
    assert Staff.objects.count() == len(STAFF) == 12
    assert ContactClass.objects.count() == 6
    assert ContactClass.objects.filter(special=True).count() == 2
    assert Contact.objects.count() == 250
    assert Appointment.objects.filter(series=None).count() == len(MEETINGS)
    assert Task.objects.exists()


def test_there_is_something_to_do_overdue_and_done(seeded):
    """One for each thing that the demo shows of tasks."""
    jane = Task.objects.filter(staff__first_name="Jane")
    still_open = jane.exclude(status="completed")
    assert Task.objects.count() == len(ERRANDS)
    assert still_open.filter(due_on__lt=TODAY).count() == 2
    assert still_open.filter(due_on=TODAY, priority="high").exists()
    for wanted in (
        {"due_on": None},
        {"status": "in_progress"},
        {"recurrence": "FREQ=WEEKLY", "remind_at__isnull": False},
        {"contact": None},
        {"notes__gt": ""},
    ):
        assert still_open.filter(**wanted).exists(), wanted
    done = Task.objects.filter(status="completed")
    assert done.count() >= 3
    assert not done.filter(completed_at__date__gte=TODAY).exists()
    assert {task.staff.first_name for task in Task.objects.select_related("staff")} >= {
        *("Jane", "José", "Joanna", "Oliver", "Wei")
    }


def test_jane_owns_every_contact_and_others_see_some(seeded):
    owned = ContactAccess.objects.filter(level="primary_owner")
    assert owned.count() == 250
    assert {access.staff.first_name for access in owned.select_related("staff")} == {"Jane"}
    for level in ("full_access", "view_only"):
        assert ContactAccess.objects.filter(level=level).values("contact").distinct().count() > 0


def test_every_class_has_contacts_and_every_contact_a_class(seeded):
    assert not ContactClass.objects.filter(contacts=None).exists()
    assert not Contact.objects.filter(classes=None).exists()


def test_every_row_passes_the_crms_own_validation(seeded):
    for table in (Staff, Contact, Appointment, Task):
        for row in table.objects.all():
            row.full_clean()


def test_nobody_real_can_be_reached(seeded):
    """Only addresses and numbers that are kept free for fiction."""
    for contact in Contact.objects.all():
        for address in filter(None, (contact.email, contact.email_2)):
            assert RESERVED_MAIL.search(address), address
        assert contact.mobile in {"", *MOBILES}
        for number in filter(None, (contact.phone_home, contact.phone_work)):
            area, exchange, _ = number.split()
            assert area.strip("()") == AREA_CODES[contact.state]
            assert exchange in {"5550", "7010"}
    for staff in Staff.objects.all():
        assert RESERVED_MAIL.search(staff.email)


def test_the_check_for_reserved_addresses_would_see_a_real_one():
    assert not RESERVED_MAIL.search("someone@bigpond.com")
    assert not RESERVED_MAIL.search("someone@example.com.evil.au")


def test_a_second_seed_changes_nothing_a_person_changed(seeded):
    Contact.objects.filter(first_name="Fang").update(mobile="changed")
    Contact.objects.order_by("pk").first().delete()
    Office.objects.update(name="Renamed")
    before = everything()
    again = seed_crm(TODAY + dt.timedelta(days=9), "other")
    assert not again.is_new
    assert everything() == before


def test_a_crm_in_use_is_left_as_it_is(db):
    an_office("Somebody else's office")
    assert not seed_crm(TODAY, "x").is_new
    assert not Contact.objects.exists()


def test_the_same_day_gives_the_same_people():
    assert build_contacts(TODAY) == build_contacts(TODAY)
    assert build_contacts(TODAY, seed=1) != build_contacts(TODAY, seed=2)


def test_names_are_all_different():
    names = [
        (contact.fields.get("first_name"), contact.fields.get("last_name"))
        for contact in build_contacts(TODAY)
        if contact.fields.get("first_name")
    ]
    assert len(names) == len(set(names))


def test_appointments_keep_their_clock_time_across_the_change_to_summer_time(db):
    """In 2026 Sydney's clocks go forward on 4 October."""
    seed_crm(dt.date(2026, 10, 3), "x")
    photography = Appointment.objects.get(title__startswith="Photography")
    local = photography.starts_at.astimezone(dt.timezone(dt.timedelta(hours=11)))
    assert (local.date(), local.time()) == (dt.date(2026, 10, 10), dt.time(8, 30))


def test_the_sales_meeting_is_on_a_monday_whatever_the_day(db):
    seed_crm(dt.date(2026, 11, 19), "x")
    sydney = dt.timezone(dt.timedelta(hours=11))
    meeting = Appointment.objects.get(recurrence="FREQ=WEEKLY;BYDAY=MO")
    assert meeting.starts_at.astimezone(sydney).weekday() == 0


@pytest.mark.parametrize("month", [3, 9, 11])
def test_the_open_homes_have_one_that_moved_and_one_that_is_off(month, db):
    """In Sydney the clocks go back in April and forward in October."""
    seed_crm(dt.date(2026, month, 24), "x")
    series = Appointment.objects.get(recurrence__contains="COUNT=8")
    item = store_of(series.organiser).read([key_of(series)])[key_of(series)]
    moved, off = item.record["exceptions"]
    assert moved["when"]["start"] == f"{moved['original']}T11:00:00"
    assert off["cancelled"]
    assert item.record["when"]["start"].endswith("T10:00:00")


def test_the_week_takes_place_in_more_than_one_zone(seeded):
    zones = set(Appointment.objects.filter(staff__first_name="Jane").values_list("time_zone"))
    assert len(zones) > 1


def test_both_logins_work_with_the_password(seeded, client):
    assert client.login(username="jane", password="salty-lantern-42")
    assert client.login(username="margaret", password="salty-lantern-42")


def test_margaret_is_master_user_and_jane_is_not(seeded):
    rights = {
        login: Staff.objects.get(user__username=login).user.has_perm(
            "agentbox_sync.manage_connections"
        )
        for login in ("jane", "margaret")
    }
    assert rights == {"jane": False, "margaret": True}


def test_seeding_is_quick(db):
    started = time.process_time()  # what others do on the machine does not count
    seed_crm(TODAY, "x")
    assert time.process_time() - started < 2


def test_the_command_prints_the_logins_and_leaves_a_full_crm_alone(db, capsys, monkeypatch):
    monkeypatch.setenv("AGENTBOX_DEMO_PASSWORD", "salty-lantern-42")
    call_command("agentbox_demo")
    said = capsys.readouterr().out
    assert "12 staff, 250 contacts" in said
    assert "jane" in said
    assert "salty-lantern-42" in said
    call_command("agentbox_demo")
    assert capsys.readouterr().out == "The CRM already holds data; nothing was changed.\n"
