"""Single dates of a series that people change on both sides between the same two runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.contrib.m365_emulator.calendar.records import occurrence_id
from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.rules import Conflict, Status
from agentbox_sync.models import Change, Link
from tests.builders.connections import calendar_settings
from tests.builders.crm import an_appointment

from .world import TwoWay

WEEK = timedelta(days=7)


class Series:
    """A weekly open home in both calendars."""

    def __init__(self, world: TwoWay, **chosen: Any) -> None:
        calendar_settings(world.connection, status=str(Status.TWO_WAY), **chosen)
        self.world = world
        self.first = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) + WEEK
        self.row = an_appointment(
            world.staff,
            title="Open home",
            starts_at=self.first,
            time_zone="UTC",
            recurrence="FREQ=WEEKLY;COUNT=8",
        )
        world.run_well()

    def day(self, number: int) -> str:
        return f"{self.first + number * WEEK:%Y-%m-%d}"

    @property
    def link(self) -> Link:
        return Link.objects.get(kind="calendar", local_pk=str(self.row.pk))

    @property
    def event(self) -> dict[str, Any]:
        rows = self.world.microsoft.look(f"mailbox/{self.world.address}")["events"]
        (found,) = [row for row in rows if row["id"] == self.link.remote_id]
        return dict(found)

    def in_outlook(self) -> tuple[dict[str, str], list[str]]:
        """The subjects of dates that differ, and the dates that were cancelled."""
        event = self.event
        renamed = {day: row["subject"] for day, row in event["exceptions"].items()}
        return renamed, event["cancelled"]

    def rename_in_outlook(self, number: int, subject: str) -> None:
        id_ = occurrence_id(self.link.remote_id, self.day(number))
        self.world.microsoft.person(edit_event=id_, values={"subject": subject})

    def cancel_in_crm(self, number: int) -> None:
        row = Appointment.objects.get(pk=self.row.pk)
        row.excluded_starts = [*row.excluded_starts, (self.first + number * WEEK).isoformat()]
        row.save()

    def in_crm(self) -> tuple[dict[str, str], list[str]]:
        rows = Appointment.objects.filter(series=self.row.pk)
        renamed = {f"{row.original_start:%Y-%m-%d}": row.title for row in rows}
        left_out = Appointment.objects.get(pk=self.row.pk).excluded_starts
        return renamed, [text[:10] for text in left_out]

    def lines(self) -> list[Change]:
        rows = Change.objects.filter(kind="calendar", local_pk=str(self.row.pk))
        return list(rows.exclude(action="create").order_by("pk"))


@pytest.mark.parametrize("conflict", Conflict)
def test_a_date_cancelled_in_the_crm_and_another_renamed_in_outlook_both_stand(
    world: TwoWay, conflict: Conflict
) -> None:
    series = Series(world, conflict=str(conflict))

    series.cancel_in_crm(1)
    series.rename_in_outlook(3, "Auction")
    world.run_well()

    expected = {series.day(3): "Auction"}, [series.day(1)]
    assert series.in_crm() == series.in_outlook() == expected
    assert [line.conflicts for line in series.lines()] == [[], []]
    world.at_rest()


def test_the_loser_of_one_date_is_in_the_log_and_the_other_dates_stand(world: TwoWay) -> None:
    series = Series(world)

    series.cancel_in_crm(1)
    series.rename_in_outlook(1, "Never read")
    series.rename_in_outlook(2, "Auction")
    world.run_well()

    assert series.in_crm() == ({series.day(2): "Auction"}, [series.day(1)])
    assert series.in_outlook() == ({series.day(2): "Auction"}, [series.day(1)])
    (contested,) = [line for line in series.lines() if line.conflicts]
    assert (contested.side, contested.conflicts) == ("remote", ["exceptions"])
    assert {"original": series.day(1), "subject": "Never read"} in contested.before["exceptions"]
    world.at_rest()


def test_a_date_renamed_in_outlook_outlives_a_new_time_of_the_series(world: TwoWay) -> None:
    """Exchange forgets every date that differs when the times of a series change."""
    series = Series(world)

    series.row.starts_at += timedelta(hours=2)
    series.row.ends_at += timedelta(hours=2)
    series.row.save()
    series.rename_in_outlook(2, "Auction")
    world.run_well()

    assert series.in_outlook()[0] == {series.day(2): "Auction"}
    assert series.in_crm()[0] == {series.day(2): "Auction"}
    world.at_rest()
