"""Speaking to one mailbox: in turn, within what Microsoft allows, and through every odd answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Connection, Lease
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import look as looking
from agentbox_sync.services.wording.errors import connection_sentence
from tests.contracts.emulated import JANE, PASSWORD

from .ahead import Ahead
from .world import World, stamps

FEED = "https://graph.microsoft.com/v1.0/me/contactFolders/AAMk/contacts/delta"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="", error="insufficient_claims", claims="e30="'}


@pytest.fixture
def ahead(world: World) -> Iterator[Ahead]:
    clock = Ahead(world.microsoft)
    with clocks.under(clock):
        yield clock


def spend(world: World, requests: int, clock: Ahead | None = None) -> None:
    """So many requests were sent to the mailbox a minute ago, by whomever."""
    moment = (clock.now() if clock else timezone.now()).timestamp() - 60
    Lease.objects.update_or_create(
        key=lease_key(world.connection.pk), defaults={"spent": {str(int(moment // 10)): requests}}
    )


# ------------------------------------------------------------------------------------- the budget


def test_what_every_run_sends_is_counted(world: World) -> None:
    world.contacts(30)
    before = world.microsoft.look("stats")["items"]  # who it is was asked of a mailbox unknown yet

    world.run_well()

    spent = Lease.objects.get(key=lease_key(world.connection.pk)).spent
    assert sum(spent.values()) == world.microsoft.look("stats")["items"] - before
    assert sum(spent.values()) > 30


def test_a_run_stops_before_microsoft_has_to_stop_it(world: World) -> None:
    world.contacts(30)
    world.run_well()
    world.contacts(30)
    begun = timezone.now()
    spend(world, 9_600 - 25)

    report = world.report()

    assert report.error == world.connection.reason == "requestbudget"
    assert world.connection.state == Connection.State.CONNECTED
    assert world.connection.not_before is not None
    assert 530 < (world.connection.not_before - begun).total_seconds() < 560
    assert len(stamps(world.mailbox())) < 60
    requests = world.requests
    world.ask()
    world.tick_and_work()
    assert world.requests == requests


def test_when_its_time_has_come_the_rest_goes_out(world: World, ahead: Ahead) -> None:
    world.contacts(30)
    spend(world, 9_600 - 25, ahead)
    world.report()
    assert len(stamps(world.mailbox())) < 30

    ahead.sleep(560)
    Connection.objects.update(not_before=None)
    world.runs_until_quiet()

    assert len(stamps(world.mailbox())) == 30


def test_a_mailbox_that_comes_back_to_another_card_has_spent_what_it_has(world: World) -> None:
    world.run_well()
    spend(world, 9_599)
    Connection.objects.filter(pk=world.connection.pk).update(
        state=Connection.State.DISCONNECTED, staff=None
    )

    world.connect()
    world.choose()
    world.contact()

    assert world.report().error == "requestbudget"


# --------------------------------------------------------------------------------------- the pause


def test_a_page_does_not_look_into_a_mailbox_that_wants_quiet(world: World) -> None:
    contact = world.contact()
    world.run_well()
    until = timezone.now() + timedelta(seconds=300)
    Lease.objects.filter(key=lease_key(world.connection.pk)).update(quiet_until=until)
    requests = world.requests

    with pytest.raises(looking.Unseen) as caught:
        looking.look(world.connection, "contacts", [world.linked(contact).remote_id])

    assert caught.value.args == ("pauseasked",)
    assert world.requests == requests


def test_what_a_page_was_told_holds_for_the_next_run(world: World) -> None:
    contact = world.contact()
    world.run_well()
    world.fault(status=429, path="/me", times=1, headers={"Retry-After": "300"})
    begun = timezone.now()
    with pytest.raises(looking.Unseen):
        looking.look(world.connection, "contacts", [world.linked(contact).remote_id])

    report = world.report()

    assert report.error == "pauseasked"
    assert world.connection.not_before is not None
    pause = timedelta(seconds=300)
    assert begun + pause <= world.connection.not_before <= timezone.now() + pause


def test_whoever_signs_in_again_during_a_run_is_not_asked_beside_it(world: World) -> None:
    zone = world.connection.zone
    lease = acquire(lease_key(world.connection.pk), 60)
    assert lease is not None
    requests = world.requests

    world.connect()

    assert world.requests == requests
    assert world.connection.zone == zone
    assert world.connection.state == Connection.State.CONNECTED
    lease.release()


# ------------------------------------------------------------------------------------ odd answers


def serve(world: World, at: str, to: str, times: int) -> None:
    body = {"value": [], "@odata.nextLink": f"{FEED}?$skiptoken={to}"}
    world.fault(status=200, path=at, body=body, times=times)


def circle(world: World, times: int = 0) -> None:
    """The first listing leads into a circle of two pages."""
    serve(world, "delta$", "a", times)
    serve(world, "token=a", "b", times)
    serve(world, "token=b", "a", times)


def test_a_round_without_an_end_is_begun_anew(world: World) -> None:
    world.add("Nina", "nina@example.com")
    world.contacts(3)
    circle(world, times=1)

    world.run_well()

    assert len(stamps(world.mailbox())) == 3
    assert world.microsoft.look("stats")["faults"] == 3


def test_a_feed_without_any_end_is_left_alone_for_a_while(world: World) -> None:
    world.contacts(3)
    circle(world)

    report = world.report()

    assert report.error == "EndlessRound"
    assert world.connection.state == Connection.State.CONNECTED
    assert world.connection.not_before is not None
    assert world.requests < 20
    world.no_faults()
    Connection.objects.update(not_before=None)
    world.runs_until_quiet()
    assert len(stamps(world.mailbox())) == len(world.people()) == 3


@pytest.mark.parametrize(
    "status,code", [(410, "x"), (400, "NeverHeardOf"), (404, "resyncRequired")]
)
def test_a_token_that_dies_in_the_middle_costs_a_listing_and_no_item(
    world: World, status: int, code: str
) -> None:
    contacts = world.contacts(5)
    world.run_well()
    world.microsoft.control("switches", {"delta_trailing_page": True})
    world.edit(world.item(contacts[0])["id"], companyName="theirs")
    world.remove(world.item(contacts[1])["id"])
    world.change(contacts[2], company="ours")
    world.fault(status=status, code=code, path="skiptoken", times=1)

    world.runs_until_quiet()

    assert world.connection.failures == 0
    assert world.item(contacts[2])["companyName"] == "ours"
    assert len(world.people()) == len(stamps(world.mailbox())) == 4
    assert world.linked(contacts[1]).reason == "removed_in_exchange"


def test_a_mailbox_that_is_not_there_is_a_state_and_no_reason_to_ask_again(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    # The two codes alternate for one user (microsoft-graph-docs #10481).
    world.fault(path="/me", status=404, code="ErrorNonExistentMailbox", nth=1)
    world.fault(path="/me", status=404, code="MailboxNotEnabledForRESTAPI")
    requests = world.requests

    world.report(forced=True)

    assert world.requests == requests + 1
    assert world.connection.state == Connection.State.SUSPENDED
    assert world.connection.reason == "ErrorNonExistentMailbox"
    world.later()
    assert world.due() == []
    assert {world.linked(one).state for one in contacts} == {"active"}


def test_a_mailbox_that_says_it_in_two_ways_is_suspended_once(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    world.microsoft.control("switches", {"mailbox_codes": "alternate"})
    world.microsoft.control("seed", {"tenants": [_without_mailbox(world)]})
    requests = world.requests

    world.report(forced=True)

    assert world.connection.state == Connection.State.SUSPENDED
    assert world.connection.reason in ("MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox")
    assert world.requests == requests + 1
    assert {world.linked(one).state for one in contacts} == {"active"}


def _without_mailbox(world: World) -> dict[str, Any]:
    """Jane's licence was taken away."""
    owner = world.microsoft.look(f"mailbox/{JANE}")["owner"]
    jane = {"upn": JANE, "oid": owner["oid"], "password": PASSWORD, "mailbox": False}
    return {"domain": "agency.example", "id": owner["tenant"], "users": [jane]}


@pytest.mark.parametrize("code", ["ErrorQuotaExceeded", "quotaLimitReached"])
def test_a_full_mailbox_stops_and_tells_the_person(world: World, code: str) -> None:
    contacts = world.contacts(3)
    world.run_well()
    world.microsoft.control("switches", {"full_code": code})
    world.microsoft.person(full=True)
    world.change(contacts[0], company="Ours")

    world.report()

    assert world.connection.state == Connection.State.SUSPENDED
    assert world.connection.reason == code
    assert connection_sentence(code) == "The mailbox is full. Make room in Outlook."
    world.microsoft.person(full=False)
    world.connect()
    world.run_well()
    assert world.item(contacts[0])["companyName"] == "Ours"


def test_a_challenge_is_answered_and_the_run_goes_on(world: World) -> None:
    world.contacts(3)
    world.fault(path="/me", status=401, headers=CHALLENGE, times=1)

    assert world.run_well().created == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_challenge_that_no_token_answers_needs_the_person(world: World, status: int) -> None:
    world.contacts(3)
    world.run_well()
    world.fault(path="/me", status=status, headers=CHALLENGE)
    requests = world.requests

    world.report(forced=True)

    assert world.connection.state == Connection.State.NEEDS_SIGN_IN
    assert world.connection.reason == "insufficient_claims"
    assert world.requests == requests + 2
    world.later()
    assert world.due() == []


def test_a_crowded_mailbox_gets_everything_in_smaller_portions(world: World, ahead: Ahead) -> None:
    world.contacts(30)
    world.fault(
        status=429,
        code="ApplicationThrottled",
        path="/contacts$",
        method="POST",
        probability=0.2,
        seed=7,
        times=8,
        headers={"Retry-After": "2"},
    )

    world.runs_until_quiet()

    assert len(stamps(world.mailbox())) == len(world.people()) == 30
    sizes = [
        len(one["request_body"]["requests"])
        for one in world.microsoft.look("log?limit=200")["exchanges"]
        if one["url"].endswith("$batch")
    ]
    assert 20 in sizes
    assert sizes.count(4) > 1
