"""What of a series is written in a second request goes out before the next group does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Appointment
from tests.builders.connections import calendar_settings
from tests.builders.crm import an_appointment
from tests.contracts.emulated import JANE

from .test_overlap import GROUP, MANY
from .world import World

WEEK = timedelta(days=7)


def test_series_with_a_cancelled_date_arrive_among_many(world: World) -> None:
    calendar_settings(world.connection)
    first = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0)
    for number in range(MANY):
        is_series = number % GROUP == 0
        _visit(world, number, first + timedelta(days=1 + number), is_series=is_series)

    report = world.report(forced=True)

    assert (report.error, report.kind("calendar").created) == ("", MANY)
    events: list[dict[str, Any]] = world.microsoft.look(f"mailbox/{JANE}")["events"]
    assert sorted(event["subject"] for event in events) == [f"Visit {n:02}" for n in range(MANY)]
    cancelled = {event["subject"]: event["cancelled"] for event in events if event["cancelled"]}
    assert cancelled == {
        f"Visit {number:02}": [f"{first + timedelta(days=1 + number) + WEEK:%Y-%m-%d}"]
        for number in range(0, MANY, GROUP)
    }


def _visit(world: World, number: int, starts_at: Any, *, is_series: bool) -> Appointment:
    return an_appointment(
        world.staff,
        title=f"Visit {number:02}",
        starts_at=starts_at,
        time_zone="UTC",
        recurrence="FREQ=DAILY;INTERVAL=7;COUNT=4" if is_series else "",
        excluded_starts=[(starts_at + WEEK).isoformat()] if is_series else [],
    )
