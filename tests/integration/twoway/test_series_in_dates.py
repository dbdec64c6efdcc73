"""A series that Exchange has no words for any more, and one that it has words for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.rules import Removal
from agentbox_sync.models import Change, Connection, Link
from tests.builders.connections import calendar_settings
from tests.builders.crm import an_appointment

from .world import TwoWay

EVERY_WEEK, TWICE = "FREQ=WEEKLY;COUNT=6", "FREQ=MONTHLY;BYDAY=1SA,3SA;COUNT=4"


@pytest.fixture
def row(world: TwoWay) -> Appointment:
    calendar_settings(world.connection, status="two_way", removal=str(Removal.RETAIN))
    first = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=7)
    found = an_appointment(
        world.staff, title="Open home", starts_at=first, time_zone="UTC", recurrence=EVERY_WEEK
    )
    world.run_well()
    return found


def events(world: TwoWay) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.microsoft.look(f"mailbox/{world.address}")["events"]
    return found


def kinds(world: TwoWay) -> list[str]:
    return [event["type"] for event in events(world)]


def change(row: Appointment, rule: str) -> None:
    row.recurrence = rule
    row.save()


def test_the_series_goes_and_its_dates_come_whatever_is_retained(
    world: TwoWay, row: Appointment
) -> None:
    assert kinds(world) == ["seriesMaster"]

    change(row, TWICE)
    world.run_well(forced=False)

    assert kinds(world) == ["singleInstance"] * 4
    (gone,) = Change.objects.filter(kind="calendar", action="delete")
    assert (gone.cause, gone.local_pk) == ("superseded", str(row.pk))
    world.at_rest()


def test_the_dates_go_when_it_is_a_series_again(world: TwoWay, row: Appointment) -> None:
    change(row, TWICE)
    world.run_well(forced=False)

    change(row, EVERY_WEEK)
    world.run_well(forced=False)

    assert kinds(world) == ["seriesMaster"]
    world.at_rest()


def test_a_date_that_the_rule_does_not_name_any_more_goes(world: TwoWay, row: Appointment) -> None:
    change(row, TWICE)
    world.run_well(forced=False)

    change(row, TWICE.replace("COUNT=4", "COUNT=3"))
    world.run_well(forced=False)

    assert len(events(world)) == 3
    world.at_rest()


def test_a_series_with_guests_stays_beside_its_dates(world: TwoWay, row: Appointment) -> None:
    (series,) = events(world)
    guest = {"emailAddress": {"address": "vendor@example.com"}, "type": "required"}
    world.microsoft.person(edit_event=series["id"], values={"attendees": [guest]})
    world.run_well()

    change(row, TWICE)
    world.run_well(forced=False)

    assert kinds(world).count("seriesMaster") == 1
    link = Link.objects.get(kind="calendar", local_pk=str(row.pk))
    assert (link.state, link.reason) == ("retained", "superseded")
    assert Connection.objects.get().state == "connected"
