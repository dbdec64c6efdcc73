"""The scenes of an agent's week, in their order; each looks at both sides as people read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.urls import reverse
from playwright.sync_api import expect

from agentbox_sync.contrib.reference_crm.models import Appointment
from tests.builders.worker import work

from .screenshots import take
from .week import (
    ADDRESS,
    BERLIN,
    BRUNO,
    DENTIST,
    FAIR,
    INSPECTION,
    OPEN_HOME,
    PHONE,
    SIGNING,
    STAFF_MEETING,
    SYDNEY,
    VENDOR,
    VENDOR_MEETING,
    Week,
    hours,
    let_sync,
    signed_in,
)

APPRAISAL, LUNCH, COFFEE = "Appraisal for Olivia", "Lunch with Sam", "Coffee with a buyer"
GUEST = "sam@buyers.example"
HALF, QUARTERS = timedelta(minutes=30), timedelta(minutes=45)
HOUR = timedelta(hours=1)


def morning(week: Week) -> None:
    """Jane's calendar is chosen on the card and looked at first; Bruno's deletes what is done."""
    signed_in(week, week.jane, week.jane.email)
    week.open_card()
    week.section.choose("Sync Status", "Two-way")
    week.section.choose("New in Exchange", "Import: take them into the CRM")
    week.section.save()
    work()
    week.open_card()
    seen = week.card.look()
    expect(seen.lead).to_contain_text("7 entries will be added")
    expect(seen.lead).to_contain_text("nothing will be removed")
    take(week.page, "calendar-preview")
    week.janes.expect_none(SIGNING, week.monday)
    seen.go.click()
    expect(week.card.headline).to_have_text("The sync is about to start.")
    work()
    let_sync(week, signed_in(week, week.bruno, BRUNO), completed="delete")
    week.open_card()
    expect(week.card.headline).to_have_text("Jane Ashcroft’s phone is up to date.")


def each_by_their_own_clocks(week: Week) -> None:
    """What two agents share is in each calendar once, and an all-day fair on its own day."""
    for title, starts, long in (
        (SIGNING, week.on(0, 16, 30), HOUR),
        (STAFF_MEETING, week.on(1, 17), QUARTERS),
    ):
        _expect(week, title, starts, long, also_bruno=True)
    fair = week.on(3, 0).date()
    for calendar in (week.janes, week.brunos):
        calendar.open(fair)
        expect(calendar.on_any_day(FAIR)).to_have_count(1)
        expect(calendar.bar(FAIR)).to_have_attribute("data-start", f"{fair}T00:00")
        expect(calendar.bar(FAIR)).to_have_attribute("data-minutes", "1440")


def a_new_appraisal(week: Week) -> None:
    """Made in the CRM, it is on the phone with all that an agent needs at the door."""
    crm, starts = week.appointments, week.on(1, 10)
    crm.add(APPRAISAL, "appraisal", starts, starts + HOUR)
    crm.choose("listing", "12 Ocean")
    crm.choose("staff", "Ashcroft")
    crm.choose("contacts", "Rutherford")
    week.page.get_by_label("Notes:").fill("Ring before you come.")
    crm.save()
    week.sync()
    block = week.janes.expect_at(APPRAISAL, starts.date(), hours(starts, starts + HOUR, SYDNEY))
    expect(block.locator(".place")).to_have_text(ADDRESS)
    form = week.janes.choose(APPRAISAL, starts.date())
    expect(form.get_by_label("Place")).to_have_value(ADDRESS)
    expect(form.get_by_label("Category")).to_have_value("Appraisal")
    notes = form.get_by_label("Notes").input_value()
    assert notes.startswith("Ring before you come.")
    assert VENDOR in notes
    assert PHONE in notes
    (link,) = set(re.findall(r"https?://[^\s<>\"]+", notes))
    assert link.startswith(week.url)
    week.page.goto(link)
    expect(week.page.get_by_label("Title:")).to_have_value(APPRAISAL)
    take(week.page, "calendar-appointment")
    week.brunos.expect_none(APPRAISAL, starts.date())


def a_moved_inspection(week: Week) -> None:
    """Dragged in Outlook it moves in the CRM, and moved in the CRM it moves in Outlook."""
    there = week.on(3, 14)
    week.janes.drag(INSPECTION, week.on(4, 10).date(), there)
    week.sync()
    week.appointments.open(INSPECTION)
    week.appointments.expect_times(there, there + HALF)
    back = week.on(4, 15, 30)
    week.appointments.time("starts_at", back)
    week.appointments.time("ends_at", back + HALF)
    week.appointments.save()
    week.sync()
    _expect(week, INSPECTION, back, HALF)


def an_open_home_every_saturday(week: Week) -> None:
    """One date is cancelled in the CRM and another moved in Outlook; the others stay."""
    moved = week.saturday(2) + timedelta(minutes=90)
    week.appointments.open(OPEN_HOME)
    week.appointments.leave_out(week.saturday(1))
    week.appointments.save()
    week.sync()
    week.janes.drag(OPEN_HOME, moved.date(), moved)
    week.sync()
    for starts in (week.saturday(0), moved, week.saturday(3)):
        _expect(week, OPEN_HOME, starts, HALF)
    week.janes.expect_none(OPEN_HOME, week.saturday(1).date())
    series = Appointment.objects.get(title=OPEN_HOME, series=None)
    _open(week, series)
    week.appointments.expect_times(week.saturday(0), week.saturday(0) + HALF)
    assert [datetime.fromisoformat(text) for text in series.excluded_starts] == [week.saturday(1)]
    _open(week, Appointment.objects.get(series=series))
    week.appointments.expect_times(moved, moved + HALF)


def a_colleague_far_away(week: Week) -> None:
    """Bruno moves a shared meeting by Berlin's clocks; Jane reads it by Sydney's."""
    later = week.on(1, 18)
    week.brunos.drag(STAFF_MEETING, later.astimezone(BERLIN).date(), later.astimezone(BERLIN))
    week.sync()
    week.sync()  # what has come into the CRM goes out to the colleague
    _expect(week, STAFF_MEETING, later, QUARTERS, also_bruno=True)
    week.appointments.open(STAFF_MEETING)
    week.appointments.expect_times(later, later + QUARTERS)


def completed(week: Week) -> None:
    """One agent keeps what is done, the other has it removed."""
    week.appointments.open(SIGNING)
    week.page.get_by_label("Status:").select_option("completed")
    week.appointments.save()
    week.sync()
    _expect(week, SIGNING, week.on(0, 16, 30), HOUR)
    week.brunos.expect_none(SIGNING, week.monday)


def private_matters(week: Week) -> None:
    """A private lunch stays in Outlook, a coffee comes in, a private entry goes out as such."""
    lunch, coffee = week.on(2, 12), week.on(2, 15)
    week.janes.add(LUNCH, lunch, private=True)
    week.janes.add(COFFEE, coffee)
    week.sync()
    expect(week.appointments.found(LUNCH)).to_have_count(0)
    expect(week.appointments.found(COFFEE)).to_have_count(1)
    week.appointments.open(COFFEE)
    week.appointments.expect_times(coffee, coffee + HALF)
    for title, starts, long in ((LUNCH, lunch, HALF), (COFFEE, coffee, HALF)):
        _expect(week, title, starts, long)
    form = week.janes.choose(DENTIST, week.on(2, 8).date())
    expect(form.get_by_label("Private")).to_be_checked()
    week.brunos.expect_none(DENTIST, week.monday)


def a_guest(week: Week) -> None:
    """Whom the agent invited in Outlook stays invited, and never hears of the CRM."""
    day = week.on(4, 11).date()
    form = week.janes.choose(VENDOR_MEETING, day)
    form.get_by_label("Guests, who get a mail").fill(GUEST)
    week.janes.save()
    (mail,) = week.at.look("mail")["mail"]  # the record works
    assert (mail["kind"], mail["to"], mail["app"]) == ("invitation", [GUEST], "")
    week.at.control("mail", method="DELETE")
    week.sync()  # the CRM hears of the guest, and keeps out of it from here on
    week.appointments.open(VENDOR_MEETING)
    week.page.get_by_label("Notes:").fill("Bring the contract.")
    week.appointments.time("starts_at", week.on(4, 12))
    week.appointments.time("ends_at", week.on(4, 12, 45))
    week.appointments.save()
    week.sync()
    _expect(week, VENDOR_MEETING, week.on(4, 11), QUARTERS)
    form = week.janes.choose(VENDOR_MEETING, day)
    expect(form.get_by_label("Guests, who get a mail")).to_have_value(GUEST)


def evening(week: Week) -> None:
    """Nothing is left to do, and Exchange has written to nobody because of us."""
    week.sync()
    week.open_card()
    expect(week.card.headline).to_have_text("Jane Ashcroft’s phone is up to date.")
    withheld = "1 meeting with other people says something else in Outlook than in the CRM."
    expect(week.page.get_by_text(withheld)).to_be_visible()
    take(week.page, "calendar-card")
    week.section.whole.get_by_text("Change the settings").click()
    take(week.page, "calendar-settings", at=week.section.whole)
    week.janes.open(week.monday)
    take(week.outlook, "calendar-outlook", at=week.janes.hour(7))
    assert week.at.look("mail") == {"total": 0, "mail": []}


SCENES = (
    morning,
    each_by_their_own_clocks,
    a_new_appraisal,
    a_moved_inspection,
    an_open_home_every_saturday,
    a_colleague_far_away,
    completed,
    private_matters,
    a_guest,
    evening,
)


def live(week: Week) -> None:
    """Play the whole week."""
    for scene in SCENES:
        scene(week)


def _expect(
    week: Week, title: str, starts: datetime, long: timedelta, *, also_bruno: bool = False
) -> None:
    """See it in Outlook at a time by Sydney's clocks, and with Bruno by Berlin's."""
    local = starts.astimezone(SYDNEY)
    ends = starts + long
    week.janes.expect_at(title, local.date(), hours(starts, ends, SYDNEY))
    if also_bruno:
        there = starts.astimezone(BERLIN).date()
        week.brunos.expect_at(title, there, hours(starts, ends, BERLIN))


def _open(week: Week, appointment: Appointment) -> None:
    path = reverse("admin:agentbox_crm_appointment_change", args=[appointment.pk])
    week.page.goto(week.url + path)
