"""Why? of calendar entries: the answer for what is there, and what a date of a series leads to."""

from __future__ import annotations

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.services.why import why
from tests.integration.card.pages import text_of, to

from .world import GUEST, HALF, Agenda, invited

LABEL = "agentbox_crm.appointment"


def asked(master: Client, item: Appointment) -> str:
    return text_of(master.get(to("why", LABEL, item.pk)))


@pytest.fixture
def moved(agenda: Agenda) -> Appointment:
    """A date of a series that was moved, which this CRM keeps as a row of its own."""
    series = agenda.series()
    there = agenda.on(10, 16)
    date = series.exceptions.create(
        title="Open home, later",
        original_start=agenda.on(10),
        starts_at=there,
        ends_at=there + HALF,
    )
    agenda.run_well()
    return date


def test_a_date_of_a_series_leads_to_its_series_and_says_so(
    agenda: Agenda, moved: Appointment, master: Client
) -> None:
    text = asked(master, moved)
    assert (
        "This is one date of the series “Open home”. What is said here is about the series." in text
    )
    assert "Synced with" in text
    page = master.get(to("why", LABEL, moved.pk)).content.decode()
    assert f"/admin/agentbox_crm/appointment/{moved.series_id}/change/" in page
    # The series itself says nothing of the kind.
    assert moved.series is not None
    assert "one date of the series" not in asked(master, moved.series)


def test_what_happened_to_the_series_is_told_of_its_date(
    agenda: Agenda, moved: Appointment, master: Client
) -> None:
    assert "Created in Outlook." in asked(master, moved)


def test_the_panel_on_the_page_of_a_date_says_it_as_well(
    agenda: Agenda, moved: Appointment, master: Client
) -> None:
    page = master.get(f"/admin/agentbox_crm/appointment/{moved.pk}/change/")
    assert "This is one date of the series “Open home”." in text_of(page)


def test_an_operator_is_told_the_same(agenda: Agenda, moved: Appointment) -> None:
    story = why(LABEL, moved.pk)
    assert story is not None
    assert (story.is_part, story.label) == (True, "Open home")
    assert [account.answer.code for account in story.accounts] == ["synced"]


def test_each_sort_of_entry_says_how_it_stands(agenda: Agenda, master: Client) -> None:
    single, private = agenda.appointment("Appraisal"), agenda.appointment("Dentist", private=True)
    fair = agenda.appointment(
        "Fair", starts_at=agenda.on(4, 0), ends_at=agenda.on(5, 0), all_day=True
    )
    done = agenda.appointment("Signing", status="completed")
    off = agenda.appointment("Never there", status="cancelled")
    old = agenda.appointment("Long ago", -100)
    agenda.run_well()
    for item in (single, private, fair):
        assert "Synced with" in asked(master, item)
    assert "It is completed." in asked(master, done)
    assert "it is too long ago, or too far ahead" in asked(master, old)
    assert "it is done, or called off" in asked(master, off)


def test_a_meeting_with_guests_says_what_is_different_and_who_may_change_it(
    agenda: Agenda, master: Client
) -> None:
    item = agenda.appointment("Viewing")
    agenda.run_well()
    agenda.edit_item(item, attendees=invited(GUEST))
    agenda.run_well()
    agenda.change(item, starts_at=agenda.on(6), ends_at=agenda.on(6, 11))
    agenda.run_well()
    text = asked(master, item)
    assert "Two-way: an edit made in Outlook comes into the CRM." in text
    assert "This meeting has guests. Change it in Outlook." in text
    assert "Different in Outlook, and not changed there by the CRM: When." in text
    card = text_of(master.get(f"/admin/agentbox_crm/staff/{agenda.staff.pk}/connections/"))
    assert "1 meeting with other people says something else in Outlook" in card


def test_what_was_cancelled_for_a_removal_says_so_and_can_be_taken_back(
    agenda: Agenda, master: Client
) -> None:
    agenda.choose(deletion="apply")
    agenda.appointment("Stays", 9)
    item = agenda.appointment("Appraisal")
    agenda.run_well()
    agenda.remove_item(item)
    agenda.run_well()
    assert agenda.now(item).status == "cancelled"
    assert "It was removed in Exchange, and the CRM follows as chosen." in asked(master, item)
