"""Every decision about calendar entries: what stands in the CRM and in Outlook afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.models import Decision, Link
from tests.integration.card.pages import text_of, to

from .world import GUEST, HALF, Agenda, invited, starts, told


@pytest.fixture
def diary(agenda: Agenda) -> Agenda:
    """Something stays on both sides, so that an emptied calendar is never in question."""
    agenda.choose(adoption="review")
    agenda.appointment("Stays", 9)
    agenda.run_well()
    return agenda


def decide(diary: Agenda, master: Client, place: str, order: str, link: Link, **more: Any) -> None:
    data = {"list": place, "one": f"{order}:{link.pk}", **more}
    assert master.post(to("decide", diary.connection.pk), data).status_code == 302
    assert Decision.objects.get(link=link, closed_at=None).verb == order
    diary.run_well()
    assert Decision.objects.filter(closed_at=None).count() == 0
    assert Decision.objects.latest("pk").outcome == "done"
    diary.run_well(forced=True)  # the category of what has come in
    diary.at_rest()


def offered(diary: Agenda) -> Link:
    diary.run_well()
    (link,) = diary.offers()
    return link


def text_of_list(diary: Agenda, master: Client, place: str, **more: Any) -> str:
    asked = {"list": place, **more}
    return text_of(master.get(to("reviews", diary.connection.pk), asked))


# ------------------------------------------------------------------------- born in Outlook


def test_a_coffee_that_is_accepted_is_an_appointment(diary: Agenda, master: Client) -> None:
    diary.add("Coffee", 4, 15, location={"displayName": "Harry's"})
    link = offered(diary)
    before = diary.event("Coffee")
    assert "An entry in Exchange" in text_of_list(diary, master, "born")
    assert "Coffee" in text_of_list(diary, master, "born", look=1)
    decide(diary, master, "born", "accept", link)
    made = Appointment.objects.get(title="Coffee")
    assert (made.starts_at, made.ends_at) == (diary.on(4, 15), diary.on(4, 15) + HALF)
    assert (made.location, made.time_zone) == ("Harry's", "Australia/Sydney")
    assert [*made.staff.all()] == [diary.staff]
    after = diary.event("Coffee")
    assert (after["start"], after["end"]) == (before["start"], before["end"])


def test_a_series_that_is_accepted_comes_with_its_dates(diary: Agenda, master: Client) -> None:
    first, moved = diary.on(4, 15), diary.on(18, 16)
    weekly = {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "daysOfWeek": [f"{first:%A}".lower()],
            "firstDayOfWeek": "monday",
        },
        "range": {"type": "noEnd", "startDate": f"{first:%Y-%m-%d}"},
    }
    series = diary.add("Training", 4, 15, recurrence=weekly)
    diary.remove_date(series, diary.on(11))
    diary.edit_date(series, diary.on(18), start=told(moved), end=told(moved + HALF))
    decide(diary, master, "born", "accept", offered(diary))
    made = Appointment.objects.get(title="Training", series=None)
    assert made.recurrence.startswith("FREQ=WEEKLY")
    assert made.starts_at == first
    assert len(made.excluded_starts) == 1
    (other,) = made.exceptions.all()
    assert (other.original_start, other.starts_at) == (diary.on(18, 15), moved)
    lies_there = diary.event("Training")
    assert len(lies_there["cancelled"]) == len(lies_there["exceptions"]) == 1


def test_a_whole_day_that_is_accepted_is_that_day(diary: Agenda, master: Client) -> None:
    day, after = diary.on(5, 0), diary.on(6, 0)
    diary.add("Fair", start=told(day), end=told(after), isAllDay=True)
    decide(diary, master, "born", "accept", offered(diary))
    made = Appointment.objects.get(title="Fair")
    assert (made.all_day, made.starts_at, made.ends_at) == (True, day, after)


def test_what_is_dismissed_stays_in_outlook_and_is_asked_about_no_more(
    diary: Agenda, master: Client
) -> None:
    diary.add("Coffee")
    decide(diary, master, "born", "dismiss", offered(diary))
    assert not Appointment.objects.filter(title="Coffee").exists()
    assert diary.subjects() == ["Coffee", "Stays"]
    assert "nothing left in this list" in text_of_list(diary, master, "born")


def test_a_private_lunch_is_never_asked_about(diary: Agenda, master: Client) -> None:
    diary.add("Lunch", sensitivity="private")
    diary.run_well()
    assert diary.offers() == []
    assert "Lunch" not in text_of_list(diary, master, "born", look=1)
    assert not Appointment.objects.filter(title="Lunch").exists()
    assert diary.subjects() == ["Lunch", "Stays"]


def test_a_meeting_that_somebody_else_called_is_taken_in_and_left_as_it_is(
    diary: Agenda, master: Client
) -> None:
    diary.invited_by("boss@elsewhere.example", "Strategy")
    link = offered(diary)
    before = diary.event("Strategy")
    decide(diary, master, "born", "accept", link)
    made = Appointment.objects.get(title="Strategy")
    diary.change(made, title="Ours now", starts_at=diary.on(6), ends_at=diary.on(6, 11))
    diary.run_well()
    after = diary.event("Strategy")
    told_of = ("start", "end", "attendees", "organizer", "location", "body")
    assert [after[name] for name in told_of] == [before[name] for name in told_of]
    assert diary.mails == []


def test_one_that_is_linked_fills_what_each_side_lacks(diary: Agenda, master: Client) -> None:
    diary.add("Coffee with Sam", 4, 15, location={"displayName": "Harry's"})
    link = offered(diary)
    item = diary.appointment("Meet Sam", 4, 15, reminder_minutes=20)
    key = {"model": "agentbox_crm.appointment", "pk": str(item.pk)}
    decide(diary, master, "born", "link", link, **key)
    assert diary.linked(item).remote_id == link.remote_id
    assert diary.now(item).location == "Harry's"
    assert len(diary.mailbox()) == 2


def test_an_appointment_that_is_called_the_same_is_suggested(diary: Agenda, master: Client) -> None:
    diary.add("Coffee with Sam", 4, 15)
    link = offered(diary)
    diary.appointment("Coffee with Sam", 5, 9)
    page = text_of(master.get(to("review", diary.connection.pk, "born", link.pk)))
    assert "Link to an appointment" in page
    assert "None of the synced calendar entries looks like this one" not in page


# ------------------------------------------------------------------------- removed in Outlook


def removed(diary: Agenda, item: Appointment) -> Appointment:
    diary.run_well()
    diary.remove_item(item)
    diary.run_well()
    assert diary.subjects() == ["Stays"]
    return item


def test_a_removed_appointment_is_put_back_once(diary: Agenda, master: Client) -> None:
    item = removed(diary, diary.appointment("Appraisal", location="12 Ocean St"))
    assert "Appraisal" in text_of_list(diary, master, "removed")
    decide(diary, master, "removed", "restore", diary.linked(item))
    assert diary.subjects() == ["Appraisal", "Stays"]
    row = diary.event("Appraisal")
    assert starts(row) == f"{diary.on(3):%Y-%m-%dT%H:%M}"
    assert row["location"]["displayName"] == "12 Ocean St"


def test_a_removed_series_is_put_back_with_its_dates(diary: Agenda, master: Client) -> None:
    series = diary.series(excluded_starts=[diary.on(10).isoformat()])
    moved = diary.on(17, 16)
    series.exceptions.create(
        title=series.title,
        original_start=diary.on(17),
        starts_at=moved,
        ends_at=moved + HALF,
    )
    removed(diary, series)
    decide(diary, master, "removed", "restore", diary.linked(series))
    row = diary.event("Open home")
    assert len(row["cancelled"]) == 1
    (other,) = row["exceptions"].values()
    assert starts(other) == f"{moved:%Y-%m-%dT%H:%M}"


def test_what_is_let_go_stays_away_when_the_crm_changes_it(diary: Agenda, master: Client) -> None:
    item = removed(diary, diary.appointment("Appraisal"))
    decide(diary, master, "removed", "dismiss", diary.linked(item))
    diary.change(item, location="Elsewhere")
    diary.run_well(forced=True)
    assert diary.subjects() == ["Stays"]
    decide(diary, master, "dismissed", "restore", diary.linked(item))
    assert diary.event("Appraisal")["location"]["displayName"] == "Elsewhere"


def test_a_meeting_with_guests_is_never_put_back(diary: Agenda, master: Client) -> None:
    """A second meeting would invite them again, or stand there without them."""
    diary.choose(deletion="restore")
    item = diary.appointment("Viewing")
    diary.run_well()
    diary.edit_item(item, attendees=invited(GUEST))
    diary.run_well()
    assert [mail["kind"] for mail in diary.mails] == ["invitation"]  # the record works
    diary.remove_item(item)
    diary.run_well()
    assert diary.subjects() == ["Stays"]
    assert diary.now(item).status == "scheduled"
    diary.at_rest()
    assert diary.subjects() == ["Stays"]


# ------------------------------------------------------------------------- removed and edited


def contested(diary: Agenda) -> Appointment:
    diary.choose(deletion="apply", adoption="review")
    item = diary.appointment("Appraisal")
    diary.run_well()
    diary.remove_item(item)
    diary.change(item, location="Edited")
    diary.run_well()
    return item


def test_a_contested_removal_is_put_back_with_the_edit(diary: Agenda, master: Client) -> None:
    item = contested(diary)
    assert "Cancel it in the CRM" in text_of_list(diary, master, "contested")
    decide(diary, master, "contested", "restore", diary.linked(item))
    assert diary.event("Appraisal")["location"]["displayName"] == "Edited"
    assert diary.now(item).status == "scheduled"


def test_a_contested_removal_is_followed_and_undone(diary: Agenda, master: Client) -> None:
    item = contested(diary)
    decide(diary, master, "contested", "release", diary.linked(item))
    assert diary.now(item).status == "cancelled"
    assert diary.subjects() == ["Stays"]
    line = diary.lines(item)[-1]
    assert "the appointment takes place again" in text_of(master.get(to("undo", line.pk)))
    master.post(to("undo", line.pk), {"seen": "grant"})
    diary.run_well()
    assert diary.now(item).status == "scheduled"
    assert diary.subjects() == ["Appraisal", "Stays"]


def test_of_several_that_are_alike_the_chosen_one_becomes_the_appointments(
    diary: Agenda, master: Client
) -> None:
    first = diary.add("Appraisal", 3, 10)
    second = diary.add("Appraisal", 3, 10, location={"displayName": "Harry's"})
    item = diary.appointment("Appraisal", 3, 10)
    diary.run_well()
    before = diary.mailbox()[first]
    decide(diary, master, "ambiguous", "link", diary.linked(item), remote_id=second)
    assert diary.linked(item).remote_id == second
    assert diary.now(item).location == "Harry's"
    assert diary.mailbox()[first] == before
    assert len(diary.mailbox()) == 3
