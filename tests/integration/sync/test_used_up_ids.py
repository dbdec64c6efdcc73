"""An event that was created and is gone again before we heard of it: its id is used up for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.models import Intent, Link
from tests.builders.connections import calendar_settings
from tests.builders.crm import an_appointment
from tests.contracts.emulated import JANE

from .world import World


def events(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.microsoft.look(f"mailbox/{JANE}")["events"]
    return found


def links() -> list[Link]:
    return list(Link.objects.filter(kind="calendar").exclude(state="dead"))


@pytest.mark.parametrize("status", ["400", "409"])
def test_what_was_removed_before_we_knew_of_it_is_created_under_another_id(
    world: World, status: str
) -> None:
    world.microsoft.control("switches", {"transaction_status": status})
    calendar_settings(world.connection)
    an_appointment(world.staff, starts_at=timezone.now() + timedelta(days=3))
    world.fault(method="POST", path="/events", status=503, commit="after", times=1)

    assert world.report().unfinished
    (made,) = events(world)
    world.microsoft.person(delete_event=made["id"])
    world.runs_until_quiet()

    (event,) = events(world)
    (link,) = links()
    assert (event["subject"], event["id"]) == ("Appraisal", link.remote_id)
    assert event["transactionId"] == link.stamp != made["transactionId"]
    assert not Intent.objects.filter(open=True).exists()
    world.run_well(forced=True)
    assert [row["id"] for row in events(world)] == [link.remote_id]


def test_what_comes_back_from_the_bin_under_its_old_id_is_known_as_ours(world: World) -> None:
    calendar_settings(world.connection)
    an_appointment(world.staff, starts_at=timezone.now() + timedelta(days=3))
    world.fault(method="POST", path="/events", status=503, commit="after", times=1)
    assert world.report().unfinished
    (made,) = events(world)
    world.microsoft.person(delete_event=made["id"])
    world.runs_until_quiet()
    (link,) = links()

    world.microsoft.person(restore_event=made["id"])
    world.runs_until_quiet()

    assert [row["id"] for row in events(world)] == [link.remote_id]
