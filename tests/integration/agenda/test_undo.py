"""Undo of what a run did to a calendar entry: what stands on both sides afterwards."""

from __future__ import annotations

from typing import Any

from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.reversal import Obstacle
from agentbox_sync.models import Change
from agentbox_sync.services.undo import offer, undo
from tests.integration.card.pages import card_of, text_of, to

from .world import HALF, Agenda, starts, told


def the_line(agenda: Agenda, item: Appointment, side: str = "local") -> Change:
    lines = [row for row in agenda.lines(item) if (row.side, row.action) == (side, "update")]
    return lines[-1]


def undone(agenda: Agenda, item: Appointment, side: str = "local") -> None:
    line = the_line(agenda, item, side)
    offered = offer(agenda.connection, line)
    assert offered.obstacle is None
    undo(agenda.user, agenda.connection, line, offered.seen)
    agenda.run_well()
    agenda.at_rest()


def minute(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def test_a_meeting_that_was_dragged_in_outlook_goes_back_on_both_sides(
    agenda: Agenda, master: Client
) -> None:
    item = agenda.appointment("Appraisal")
    agenda.run_well()
    there = agenda.on(5, 15)
    agenda.edit_item(item, start=told(there), end=told(there + HALF))
    agenda.run_well()
    assert agenda.now(item).starts_at == there
    text = text_of(master.get(to("undo", the_line(agenda, item).pk)))
    assert f"{agenda.on(3):%H:%M}–{agenda.on(3) + HALF:%H:%M}" in text
    assert f"{there:%H:%M}–{there + HALF:%H:%M}" in text
    undone(agenda, item)
    assert (agenda.now(item).starts_at, agenda.now(item).ends_at) == (
        agenda.on(3),
        agenda.on(3) + HALF,
    )
    assert agenda.now(item).time_zone == "Australia/Sydney"
    assert starts(agenda.event("Appraisal")) == minute(agenda.on(3))


def test_what_the_crm_wrote_into_outlook_goes_back_as_well(agenda: Agenda) -> None:
    item = agenda.appointment("Appraisal", location="12 Ocean St")
    agenda.run_well()
    agenda.change(item, location="Elsewhere")
    agenda.run_well()
    undone(agenda, item, "remote")
    assert agenda.now(item).location == "12 Ocean St"
    assert agenda.event("Appraisal")["location"]["displayName"] == "12 Ocean St"


def test_a_date_that_was_cancelled_in_outlook_takes_place_again_in_the_crm_alone(
    agenda: Agenda, master: Client
) -> None:
    """Microsoft has no way to bring a cancelled date back, so the card says what is missing."""
    series = agenda.series()
    agenda.run_well()
    agenda.remove_date(agenda.linked(series).remote_id, agenda.on(10))
    agenda.run_well()
    assert len(agenda.now(series).excluded_starts) == 1
    undone(agenda, series)
    assert agenda.now(series).excluded_starts == []
    assert agenda.event("Open home")["cancelled"] == [f"{agenda.on(10):%Y-%m-%d}"]
    card = text_of(master.get(card_of(agenda.staff)))
    assert "1 item did not fit into Exchange whole" in card
    assert "which never brings back a date that was cancelled there" in card


def test_a_date_that_was_moved_in_outlook_goes_back_to_its_rule(agenda: Agenda) -> None:
    series, there = agenda.series(), agenda.on(10, 16)
    agenda.run_well()
    remote_id = agenda.linked(series).remote_id
    agenda.edit_date(remote_id, agenda.on(10), start=told(there), end=told(there + HALF))
    agenda.run_well()
    assert agenda.now(series).exceptions.get().starts_at == there
    undone(agenda, series)
    assert not agenda.now(series).exceptions.exists()
    event = agenda.event("Open home")
    assert [starts(date) for date in event["exceptions"].values()] in (
        [],
        [minute(agenda.on(10))],
    )


def test_a_series_that_was_made_single_in_outlook_is_one_again(agenda: Agenda) -> None:
    series = agenda.series()
    agenda.run_well()
    agenda.edit_item(series, recurrence=None)
    agenda.run_well()
    assert agenda.now(series).recurrence == ""
    undone(agenda, series)
    assert agenda.now(series).recurrence.startswith("FREQ=WEEKLY")
    assert agenda.event("Open home")["recurrence"]["pattern"]["type"] == "weekly"


def test_whole_days_go_back_to_their_days(agenda: Agenda) -> None:
    item = agenda.appointment(
        "Fair", starts_at=agenda.on(4, 0), ends_at=agenda.on(6, 0), all_day=True
    )
    agenda.run_well()
    days = {"start": told(agenda.on(8, 0)), "end": told(agenda.on(9, 0)), "isAllDay": True}
    agenda.edit_item(item, **days)
    agenda.run_well()
    assert agenda.now(item).starts_at == agenda.on(8, 0)
    undone(agenda, item)
    now = agenda.now(item)
    assert (now.all_day, now.starts_at, now.ends_at) == (True, agenda.on(4, 0), agenda.on(6, 0))
    event = agenda.event("Fair")
    assert event["isAllDay"]
    assert starts(event)[:10] == f"{agenda.on(4, 0):%Y-%m-%d}"


def test_what_was_made_public_in_outlook_is_private_again(agenda: Agenda) -> None:
    item = agenda.appointment("Dentist", private=True)
    agenda.run_well()
    agenda.edit_item(item, sensitivity="normal")
    agenda.run_well()
    assert not agenda.now(item).private
    undone(agenda, item)
    assert agenda.now(item).private
    assert agenda.event("Dentist")["sensitivity"] == "private"


def test_a_meeting_of_somebody_else_goes_back_in_the_crm_alone(
    agenda: Agenda, master: Client
) -> None:
    """What its organizer has moved stays moved in Outlook, and nobody gets mail."""
    agenda.choose(adoption="import")
    agenda.invited_by("boss@elsewhere.example", "Strategy", 4, 14)
    agenda.run_well()
    item = Appointment.objects.get(title="Strategy")
    there = agenda.on(5, 15)
    agenda.edit_item(item, start=told(there), end=told(there + HALF))
    agenda.run_well()
    assert agenda.now(item).starts_at == there
    line = the_line(agenda, item)
    undo(agenda.user, agenda.connection, line, offer(agenda.connection, line).seen)
    agenda.run_well()
    assert agenda.now(item).starts_at == agenda.on(4, 14)
    assert starts(agenda.event("Strategy")) == minute(there)
    assert agenda.mails == []
    card = text_of(master.get(card_of(agenda.staff)))
    assert "1 meeting with other people says something else in Outlook" in card


def test_what_was_created_is_not_undone_from_here(agenda: Agenda) -> None:
    item = agenda.appointment("Appraisal")
    agenda.run_well()
    (line,) = (row for row in agenda.lines(item) if row.action == "create")
    assert offer(agenda.connection, line).obstacle is Obstacle.CREATED
