"""The calendar on the card: what is offered, what is saved, and where nothing is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.models import Appointment, Staff
from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.core.windows import Window
from agentbox_sync.forms import CalendarForm
from agentbox_sync.models import CalendarSettings, Connection, Preview
from agentbox_sync.services import chosen
from tests.builders.calendar_crm import ADAPTER, CONTACTS_ALONE
from tests.builders.crm import an_appointment
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to

TITLE = "Exchange Calendar Configuration"


@pytest.fixture
def has_calendar(settings: Settings) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": ADAPTER}


@pytest.fixture
def connection(jane: Staff, has_calendar: None) -> Connection:
    return make.a_syncing_connection(jane)


def saved(connection: Connection) -> CalendarSettings:
    return CalendarSettings.objects.get(connection=connection)


def answers(settings: CalendarSettings, **changes: Any) -> dict[str, Any]:
    """What the form sends, as a browser does; a change to None leaves an answer out."""
    chosen_now = {
        "status": settings.status,
        "completed": settings.completed,
        "removal": settings.removal,
        "guests": settings.guests,
        "target": settings.target,
        "appraisals": "on" if settings.appraisals else None,
        "inspections": "on" if settings.inspections else None,
        "days_back": settings.days_back,
        "days_ahead": settings.days_ahead,
        "conflict": settings.conflict,
        "deletion": settings.deletion,
        "adoption": settings.adoption,
        "version": settings.version,
        **changes,
    }
    return {f"calendar-{name}": value for name, value in chosen_now.items() if value is not None}


def save(browser: Client, connection: Connection, **changes: Any) -> HttpResponse:
    now = CalendarSettings.objects.filter(connection=connection).first()
    sent = answers(now or CalendarSettings(connection=connection), **changes)
    page: HttpResponse = browser.post(to("configure", connection.pk, "calendar"), sent, follow=True)
    return page


def test_every_answer_is_saved_for_a_connection_that_is_older_than_the_kind(
    connection: Connection, master: Client
) -> None:
    assert not CalendarSettings.objects.exists()
    page = save(
        master,
        connection,
        status="two_way",
        completed="delete",
        removal="delete",
        guests="tell",
        target="own",
        appraisals=None,
        days_back=7,
        days_ahead=90,
        conflict="exchange_wins",
        deletion="apply",
        adoption="import",
        **{"category-inspection": "Open homes"},
    )
    assert "Saved." in text_of(page)
    row = saved(connection)
    assert row.selection() == {
        "appraisals": False,
        "inspections": True,
        "tasks": False,
        "completed": "delete",
    }
    assert row.labels() == {"inspection": "Open homes"}
    policy = row.policy()
    assert policy.status is Status.TWO_WAY
    assert policy.removal_of(is_completed=True) is Removal.DELETE
    assert policy.tells_guests
    assert (row.days_back, row.days_ahead) == (7, 90)
    # Nothing is synced before somebody says go: a worker looks at it first.
    assert Preview.objects.get(kind="calendar").state == Preview.State.ASKED
    assert not row.is_approved


def test_saving_the_calendar_leaves_the_contacts_alone(
    connection: Connection, master: Client
) -> None:
    before = connection.contactsettings
    save(master, connection, status="one_way")
    after = type(before).objects.get()
    assert (after.version, after.is_approved) == (before.version, True)


@pytest.mark.parametrize(
    "answer",
    [
        {"days_back": -1},
        {"days_back": 366},
        {"days_ahead": 0},
        {"days_ahead": 1096},
        {"days_ahead": ""},
        {"days_ahead": "many"},
        {"guests": "invite everybody"},
        {"completed": "maybe"},
    ],
)
def test_what_cannot_be_meant_comes_back_as_it_was_typed(
    connection: Connection, master: Client, answer: dict[str, Any]
) -> None:
    page = save(master, connection, status="one_way", **answer)
    assert "agentbox-error" in page.content.decode()
    assert not CalendarSettings.objects.filter(status="one_way").exists()


def test_two_people_who_save_are_shown_where_they_differ(
    connection: Connection, master: Client
) -> None:
    save(master, connection, status="one_way", days_ahead=90)
    page = save(master, connection, version=1, status="one_way", guests="tell", days_ahead=180)
    text = text_of(page)
    assert "30 days back, 180 days ahead" in text
    assert "30 days back, 90 days ahead" in text
    assert "Update them, and Exchange tells the guests" in text
    assert saved(connection).days_ahead == 90


def test_the_card_shows_the_calendar_and_what_is_chosen_on_one_line(
    connection: Connection, master: Client
) -> None:
    text = text_of(master.get(card_of(connection.staff)))
    assert TITLE in text
    assert "Private entries in Outlook never come into the CRM." in text
    save(master, connection, status="one_way", inspections=None)
    form = CalendarForm(saved(connection))
    assert form.summary() == (
        "One-way: CRM to Exchange · Appointments, appraisals · 30 days back, 365 days ahead · "
        "What is completed stays · What leaves the CRM stays · The main calendar"
    )


def test_the_folded_lines_say_what_each_answer_is_about(
    connection: Connection, master: Client
) -> None:
    """Both questions are answered by Retain in Exchange: which stays, and what becomes of it?"""
    save(master, connection, status="two_way", completed="delete", removal="retain")
    lines = {group.name: group.summary for group in CalendarForm(saved(connection)).groups()}
    assert lines["exchange"].startswith(
        "What is completed is removed · What leaves the CRM stays · Guests never get mail · "
        "The main calendar"
    )
    assert lines["two_way"] == (
        "The CRM's value stands · What is removed in Exchange stays away · "
        "What is new in Exchange is left alone"
    )
    save(master, connection, status="two_way", deletion="apply", guests="tell", adoption="import")
    lines = {group.name: group.summary for group in CalendarForm(saved(connection)).groups()}
    assert "Guests get mail about changes" in lines["exchange"]
    assert "What is removed in Exchange is cancelled" in lines["two_way"]
    assert "What is new in Exchange is taken into the CRM" in lines["two_way"]


def test_a_reader_sees_the_answers_and_no_form(
    connection: Connection, janes_browser: Client
) -> None:
    assert "days back" not in text_of(janes_browser.get(card_of(connection.staff)))
    CalendarSettings.objects.create(connection=connection, status="two_way")
    page = janes_browser.get(card_of(connection.staff))
    text = text_of(page)
    assert TITLE in text
    assert "30 days back, 365 days ahead" in text
    assert "calendar-days_back" not in page.content.decode()


def test_a_crm_without_a_calendar_says_nothing_of_one(
    jane: Staff, master: Client, settings: Settings
) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": CONTACTS_ALONE}
    connection = make.a_syncing_connection(jane)
    page = master.get(card_of(jane))
    assert "Exchange Contacts Configuration" in text_of(page)  # the control
    assert TITLE not in text_of(page)
    assert master.get(to("preview", connection.pk, "calendar")).status_code == 404
    assert save(master, connection, status="one_way").status_code == 404
    assert "Calendar" not in text_of(master.get(to("runs", connection.pk)))
    assert "Calendar" not in text_of(master.get(to("overview")))
    # A kind that was on when the host took it away runs no more.
    CalendarSettings.objects.create(connection=connection, status="two_way", approved="x")
    assert [row.KIND for row in chosen.settings_of(Connection.objects.get())] == ["contacts"]


def test_the_button_syncs_the_calendar_alone(connection: Connection, master: Client) -> None:
    row = CalendarSettings(connection=connection, status="one_way")
    row.approved = row.fingerprint
    row.save()
    page = master.get(card_of(connection.staff))
    assert "Sync Calendars Now" in text_of(page)
    master.post(to("sync", connection.pk), {"kind": "calendar"})
    assert connection.runs.get().kinds == ["calendar"]


def test_the_settings_of_all_kinds_cost_one_statement(connection: Connection) -> None:
    CalendarSettings.objects.create(connection=connection)
    with CaptureQueriesContext(database) as asked:
        found = Connection.objects.select_related(*chosen.related()).get()
        assert [row.KIND for row in chosen.settings_of(found)] == ["contacts", "calendar"]
        assert chosen.running([found.pk]) == {found.pk: ["contacts"]}
    assert len(asked) == 2


def test_the_window_begins_and_ends_at_midnight_of_the_mailbox_across_summer_time() -> None:
    row = CalendarSettings(days_back=30, days_ahead=365)
    sydney = ZoneInfo("Australia/Sydney")
    window = row.window(date(2026, 10, 20), sydney)
    assert window == Window(
        datetime(2026, 9, 19, 14, tzinfo=UTC),  # +10, before summer time
        datetime(2027, 10, 20, 13, tzinfo=UTC),  # +11
    )


def test_why_tells_that_a_series_stands_there_as_single_entries(
    connection: Connection, master: Client
) -> None:
    row = CalendarSettings(connection=connection, status="one_way")
    row.approved = row.fingerprint
    row.save()
    start = make.later(days=3).replace(microsecond=0)
    item = Appointment.objects.create(
        title="Office hour",
        starts_at=start,
        ends_at=start,
        recurrence="FREQ=HOURLY;COUNT=3",
    )
    item.staff.add(connection.staff)
    make.a_link(
        connection,
        kind="calendar",
        local_model="agentbox_crm.appointment",
        local_pk=f"{item.pk}@2026-12-05",
        ties=["guests"],
    )
    text = text_of(master.get(to("why", "agentbox_crm.appointment", item.pk)))
    assert "Outlook cannot hold this series as one." in text
    assert "It takes place more often than once a day." in text
    assert "This meeting has guests. Change it in Outlook." in text


def test_why_tells_apart_what_was_edited_in_outlook_and_what_the_crm_may_not_change(
    connection: Connection, master: Client
) -> None:
    row = CalendarSettings(connection=connection, status="one_way")
    row.approved = row.fingerprint
    row.save()
    item = an_appointment(connection.staff)
    kind = {"kind": "calendar", "local_model": LABEL, "local_pk": str(item.pk)}
    make.a_link(connection, **kind, ties=["guests"], drift=["reminder", "when"])
    text = text_of(master.get(to("why", LABEL, item.pk)))
    assert "Edited in Outlook and different there: Reminder." in text
    assert "Different in Outlook, and not changed there by the CRM: When." in text


def test_why_tells_that_an_appointment_lies_outside_the_days_that_are_synced(
    connection: Connection, master: Client
) -> None:
    row = CalendarSettings(connection=connection, status="one_way", days_back=30)
    row.approved = row.fingerprint
    row.save()
    long_ago, lately = (
        an_appointment(connection.staff, starts_at=make.ago(days=days)) for days in (100, 3)
    )
    seen = [text_of(master.get(to("why", LABEL, one.pk))) for one in (long_ago, lately)]
    assert [OUTSIDE in text for text in seen] == [True, False]


LABEL = "agentbox_crm.appointment"
OUTSIDE = "It lies outside the days that are synced"
