"""Troubles of the whole mailbox: what the connection says, and that nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.demo import ports
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.models import Connection, Lease, Run
from tests.contracts.emulated import JANE

from .world import World, stamps

BATCH = {"method": "POST", "path": r"\$batch"}
FEED = {"method": "GET", "path": "/delta"}
ITEM = {"method": "POST", "path": "/contacts"}


def throttle(world: World, where: dict[str, str], seconds: int, **rule: Any) -> None:
    headers = {"Retry-After": str(seconds)}
    world.fault(**where, status=429, code="TooManyRequests", headers=headers, times=1, **rule)


def waits(world: World) -> float:
    """Seconds until the connection may run again."""
    assert world.connection.not_before is not None
    return (world.connection.not_before - timezone.now()).total_seconds()


def time_passes(world: World, seconds: float) -> None:
    """On both sides: Microsoft's clock, and the moment that the connection waits for."""
    world.microsoft.control("clock", {"advance": seconds})
    Connection.objects.update(not_before=None)
    Lease.objects.update(quiet_until=None)


# ---------------------------------------------------------------------------------------- throttled


@pytest.mark.parametrize("where", [BATCH, ITEM, FEED], ids=["batch", "item", "feed"])
def test_a_short_pause_is_waited_for_and_the_run_goes_on(
    world: World, where: dict[str, str]
) -> None:
    world.contacts(3)
    throttle(world, where, 1)

    counts = world.run_well()

    assert counts.created == 3
    assert len(stamps(world.mailbox())) == 3
    assert world.microsoft.look("stats")["faults"] == 1


@pytest.mark.parametrize("where", [BATCH, ITEM, FEED], ids=["batch", "item", "feed"])
def test_a_long_pause_gives_the_worker_back_and_is_obeyed(
    world: World, where: dict[str, str]
) -> None:
    contacts = world.contacts(3)
    throttle(world, where, 300)

    report = world.report()

    assert 295 < waits(world) <= 300
    assert report.error == "TooManyRequests"
    assert world.connection.state == Connection.State.CONNECTED
    assert world.connection.reason == "TooManyRequests"
    assert world.last_run().error == "TooManyRequests"
    requests = world.requests
    world.tick_and_work()
    assert world.requests == requests

    time_passes(world, 300)
    world.runs_until_quiet()
    assert world.people() == ["Person00", "Person01", "Person02"]
    assert {world.linked(one).state for one in contacts} == {"active"}
    assert (world.connection.failures, world.connection.reason) == (0, "")


def test_a_pause_is_obeyed_even_when_a_person_presses_the_button(world: World) -> None:
    world.contact()
    throttle(world, FEED, 300)
    world.report()
    requests = world.requests

    world.ask()
    world.tick_and_work()

    assert world.requests == requests
    time_passes(world, 300)
    world.tick_and_work()
    assert world.people() == ["Olivia"]


def test_items_that_were_written_beside_a_throttled_one_are_remembered(world: World) -> None:
    contacts = world.contacts(5)
    throttle(world, ITEM, 300, body_contains="person03")

    world.report()

    assert [world.linked(one).state for one in contacts].count("active") == 4
    time_passes(world, 300)
    world.runs_until_quiet()
    assert len(world.people()) == len(stamps(world.mailbox())) == 5


# -------------------------------------------------------------------------------- Microsoft is down


def test_a_hiccup_of_the_feed_is_asked_again(world: World) -> None:
    world.contact()
    world.fault(**FEED, status=503, times=1)

    assert world.run_well().created == 1


def test_an_outage_is_tried_later_with_growing_pauses_and_nothing_is_lost(world: World) -> None:
    world.contact()
    world.fault(**FEED, status=503)

    pauses = []
    for _ in range(2):
        Connection.objects.update(not_before=None)
        world.report()
        pauses.append(waits(world))

    assert 25 < pauses[0] <= 30
    assert 55 < pauses[1] <= 60
    assert world.connection.state == Connection.State.CONNECTED
    assert world.connection.failures == 2
    assert world.people() == []
    world.no_faults()
    Connection.objects.update(not_before=None)
    world.tick_and_work()
    assert world.people() == ["Olivia"]


def test_a_microsoft_that_cannot_be_reached_is_tried_later(world: World) -> None:
    there = world.settings.MS365_GRAPH_URL
    world.contact()
    world.settings.MS365_GRAPH_URL = f"http://127.0.0.1:{ports.free_port()}"

    report = world.report()

    assert report.error
    assert world.last_run().error == report.error == world.connection.reason
    assert world.connection.state == Connection.State.CONNECTED
    assert waits(world) > 0
    world.settings.MS365_GRAPH_URL = there
    Connection.objects.update(not_before=None)
    world.tick_and_work()
    assert world.people() == ["Olivia"]
    assert world.connection.failures == 0


def test_a_press_does_not_wait_for_a_pause_that_nobody_asked_for(world: World) -> None:
    there = world.settings.MS365_GRAPH_URL
    world.contact()
    world.settings.MS365_GRAPH_URL = f"http://127.0.0.1:{ports.free_port()}"
    world.report()
    world.settings.MS365_GRAPH_URL = there
    assert waits(world) > 0

    world.ask()
    world.tick_and_work()

    assert world.people() == ["Olivia"]


def test_pauses_do_not_grow_beyond_a_quarter_of_an_hour(world: World) -> None:
    Connection.objects.update(failures=50)
    world.fault(**FEED, status=503, headers={"Retry-After": "60"}, times=1)
    world.report()
    assert waits(world) <= 60  # a named pause is obeyed, whatever happened before
    time_passes(world, 60)

    world.settings.MS365_GRAPH_URL = f"http://127.0.0.1:{ports.free_port()}"
    world.report()

    assert 14 * 60 < waits(world) <= 15 * 60


# ----------------------------------------------------------------- somebody has to do something


def test_a_refused_token_asks_the_person_to_sign_in_and_the_rest_follows(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    world.change(contacts[0], company="New")
    world.fault(path="/me", status=401, code="InvalidAuthenticationToken")

    world.report()

    assert world.connection.state == Connection.State.NEEDS_SIGN_IN
    assert world.due() == []
    world.no_faults()
    world.connect()
    assert world.connection.state == Connection.State.CONNECTED
    world.run_well()
    assert world.item(contacts[0])["companyName"] == "New"
    assert len(world.people()) == 3


def test_a_revoked_sign_in_asks_the_person_to_sign_in(disconnected: World) -> None:
    world = disconnected
    world.microsoft.control("switches", {"token_life": 200})  # always due for renewal
    world.connect()
    world.choose()
    world.contact()
    world.run_well()
    world.microsoft.control("revoke", {"upn": JANE})

    world.report()

    assert world.connection.state == Connection.State.NEEDS_SIGN_IN
    assert world.connection.reason
    world.connect()
    world.run_well()
    assert world.people() == ["Olivia"]


def test_a_mailbox_that_is_gone_suspends_the_connection_and_no_link(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    world.fault(path="/me", status=404, code="MailboxNotEnabledForRESTAPI")

    report = world.report(forced=True)

    assert world.connection.state == Connection.State.SUSPENDED
    assert world.connection.reason == "MailboxNotEnabledForRESTAPI" == report.error
    assert {world.linked(one).state for one in contacts} == {"active"}
    assert world.due() == []
    world.no_faults()
    world.connect()
    world.run_well()
    assert len(world.people()) == 3


def test_a_folder_that_is_gone_suspends_the_connection_and_no_link(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    world.fault(path="/contactFolders", status=404, code="ErrorItemNotFound")

    world.report(forced=True)

    assert world.connection.state == Connection.State.SUSPENDED
    assert {world.linked(one).state for one in contacts} == {"active"}


def test_the_crm_that_fails_itself_is_no_run_that_never_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: RecordMapping, row: object) -> None:
        raise ValueError("a mistake in the host's adapter")

    world.contact()
    world.ask()
    with monkeypatch.context() as patched:
        patched.setattr(RecordMapping, "read", fail)
        with pytest.raises(ValueError, match="mistake in the host's adapter"):
            world.report()

    run = world.last_run()
    assert (run.state, run.error) == (Run.State.FINISHED, "unexpected")
    world.connection.refresh_from_db()
    assert waits(world) > 0
    assert world.due() == []
    Connection.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    world.tick_and_work()
    assert world.people() == ["Olivia"]
    assert world.connection.failures == 0
