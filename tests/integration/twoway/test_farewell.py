"""Disconnecting with what we put there, and coming back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.models import Change, Connection, ContactSettings, Preview, Review, Run
from agentbox_sync.services import leave
from agentbox_sync.services.disconnect import disconnect
from agentbox_sync.services.execute import execute
from agentbox_sync.services.holdings import holdings
from tests.integration.sync.world import stamps

from .farewells import State, a_mailbox_of_both, connected, leave_for_good, say_goodbye
from .world import Colleague, TwoWay


def test_what_we_put_there_goes_and_what_was_there_before_stays_as_it_is(world: TwoWay) -> None:
    ours, met, born = a_mailbox_of_both(world)
    rows = list(Contact.objects.order_by("pk").values())
    before = world.mailbox()
    found = holdings(world.connection)
    assert (dict(found.ours), dict(found.theirs)) == ({"contacts": 3}, {"contacts": 1})

    leave_for_good(world)

    names = {row["givenName"] for row in world.mailbox().values()}
    assert len(world.mailbox()) == 2
    assert "Mum" in names
    assert world.mailbox()[born] == before[born]
    assert list(Contact.objects.order_by("pk").values()) == rows
    ended = connected(world)
    assert (ended.tokens, ended.leaving_at, ended.leaving_by) == ("", None, None)
    assert {world.linked(one).state for one in ours} == {"dead"}
    assert (world.linked(met).state, world.linked(met).reason) == ("retained", "detached")
    assert world.log(ours[0])[-1] == ("delete", "detached", "done")
    run = world.last_run()
    assert (run.asked_by, run.counts["contacts"]["deleted"]) == (world.user, 3)


def test_more_than_the_guard_would_let_go_goes_because_a_person_has_read_the_number(
    world: TwoWay,
) -> None:
    world.contacts(25)
    world.run_well()

    leave_for_good(world)

    assert world.mailbox() == {}
    assert not Review.objects.exists()


def test_another_number_than_the_one_on_the_page_is_not_what_the_person_meant(
    world: TwoWay,
) -> None:
    world.contacts(2)
    world.run_well()

    with pytest.raises(leave.AmountsChanged):
        leave.begin(world.user, world.connection, 1)

    assert connected(world).leaving_at is None
    assert len(world.mailbox()) == 2


def test_an_edit_made_in_outlook_at_the_last_moment_is_taken_in_first(world: TwoWay) -> None:
    contact = world.contacts(1)[0]
    world.run_well()
    world.edit_item(contact, mobilePhone="0491 570 156")

    leave_for_good(world)

    contact.refresh_from_db()
    assert contact.mobile == "0491 570 156"
    assert world.mailbox() == {}


def test_one_way_keeps_such_an_edit_in_the_log(world: TwoWay) -> None:
    world.choose(status="one_way")
    contact = world.contacts(1)[0]
    world.run_well()
    world.edit_item(contact, mobilePhone="0491 570 156")

    leave_for_good(world)

    contact.refresh_from_db()
    assert contact.mobile == ""
    assert world.last_change(contact).before["mobile_phone"] == "+61491570156"
    assert world.mailbox() == {}


def test_what_a_person_took_for_themselves_or_removed_is_left_as_it_is(world: TwoWay) -> None:
    moved, removed, _ = world.contacts(3)
    world.run_well()
    world.move(world.linked(moved).remote_id)
    world.remove_item(removed)
    world.run_well()

    leave_for_good(world)

    assert [row["folder"] for row in world.mailbox().values()] == ["Private"]
    world.connect()
    world.choose()
    world.run_well()
    assert world.people() == ["Person02"]


def test_kinds_that_are_switched_off_leave_as_well(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    world.choose(status="disabled")

    leave_for_good(world)

    assert world.mailbox() == {}


# ------------------------------------------------------------------------------- what may happen


BATCH = {"method": "POST", "path": r"\$batch", "body_contains": '"DELETE"', "nth": 2}
REFUSED = {"status": 400, "code": "ErrorInvalidRequest"}
PROTECTED = {"status": 403, "code": "ErrorCannotDeleteObject"}
CUT = {"action": "drop", "status": 0}


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 503, "code": "serviceNotAvailable"},
        {"status": 429, "headers": {"Retry-After": "60"}},
        {**CUT, "commit": "after"},
        {**CUT, "commit": "before"},
    ],
    ids=str,
)
def test_trouble_half_way_delays_the_farewell_and_loses_nothing(
    world: TwoWay, trouble: dict[str, Any]
) -> None:
    ours = world.contacts(45)
    world.run_well()
    say_goodbye(world)
    world.fault(**BATCH, **trouble)

    world.tick_and_work()
    assert connected(world).is_leaving
    assert len(world.mailbox()) < 45
    for _ in range(4):
        world.microsoft.control("clock", {"advance": 61})
        world.later()
        world.tick_and_work()

    assert connected(world).state == State.DISCONNECTED
    assert world.mailbox() == {}
    assert {world.linked(one).state for one in ours} == {"dead"}


def test_microsoft_wanting_a_sign_in_stops_it_and_signing_in_lets_it_go_on(
    world: TwoWay,
) -> None:
    world.contacts(2)
    world.run_well()
    say_goodbye(world)
    Connection.objects.update(state=State.NEEDS_SIGN_IN, reason="grant_ended")
    assert world.tick_and_work() == 0
    assert len(world.mailbox()) == 2

    world.connect()
    assert connected(world).is_leaving
    world.tick_and_work()

    assert connected(world).state == State.DISCONNECTED
    assert world.mailbox() == {}


def test_it_cannot_begin_while_microsoft_wants_a_sign_in(world: TwoWay) -> None:
    Connection.objects.update(state=State.NEEDS_SIGN_IN)
    with pytest.raises(leave.NotReachable):
        leave.begin(world.user, world.connection, 0)


def test_giving_up_the_removal_disconnects_at_once_and_leaves_the_rest(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    say_goodbye(world)

    disconnect(world.user, connected(world))

    assert world.tick_and_work() == 0
    assert len(world.mailbox()) == 2
    assert connected(world).leaving_at is None


def test_stopping_the_removal_brings_back_what_was_gone_and_doubles_nothing(
    world: TwoWay,
) -> None:
    ours = world.contacts(45)
    world.run_well()
    say_goodbye(world)
    world.fault(**BATCH, status=503, code="serviceNotAvailable")
    world.tick_and_work()
    gone = 45 - len(world.mailbox())
    assert 0 < gone < 45

    leave.cancel(world.user, connected(world))
    world.later()
    world.tick_and_work()
    world.at_rest()

    assert connected(world).state == State.CONNECTED
    assert len(world.mailbox()) == 45
    assert len(stamps(world.mailbox())) == len(ours)


def test_what_exchange_does_not_let_go_is_told_and_waits_for_a_person(world: TwoWay) -> None:
    contacts = world.contacts(2)
    world.run_well()
    world.fault(method="DELETE", path="/contacts", times=1, **REFUSED)
    say_goodbye(world)

    world.tick_and_work()

    still = connected(world)
    assert still.is_leaving
    assert still.not_before is not None
    assert still.not_before > timezone.now()
    assert len(world.people()) == 1
    assert [world.linked(one).error for one in contacts].count("ErrorInvalidRequest") == 1
    world.no_faults()
    world.later()
    world.tick_and_work()
    assert connected(world).state == State.DISCONNECTED
    assert world.mailbox() == {}


def test_what_exchange_protects_stays_and_does_not_hold_up_the_rest(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    world.fault(method="DELETE", path="/contacts", times=1, **PROTECTED)

    leave_for_good(world)

    assert len(world.people()) == 1
    assert world.last_run().counts["contacts"]["set_aside"] == 1


def test_a_colleague_who_shares_the_contacts_keeps_theirs(
    world: TwoWay, colleague: Colleague
) -> None:
    shared = world.contact(email="olivia@example.com")
    colleague.share(shared, "full_access")
    colleague.choose(primary_owner_only=False)
    world.run_well()
    colleague.run_well()
    theirs = colleague.mailbox()

    leave_for_good(world)

    assert world.mailbox() == {}
    assert colleague.mailbox() == theirs
    assert colleague.run_well(forced=True).writes_remote == 0
    assert Contact.objects.filter(pk=shared.pk).exists()


def test_pressing_twice_begins_once(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    say_goodbye(world)
    began = connected(world).leaving_at

    say_goodbye(world)

    assert connected(world).leaving_at == began
    assert Run.objects.exclude(state=Run.State.FINISHED).count() == 1


def test_a_dry_run_of_a_farewell_shows_what_would_go_and_removes_nothing(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    say_goodbye(world)
    lines = Change.objects.count()

    done = execute(world.connection.pk, dry=True)

    assert done is not None
    assert [row.cause for row in done[1][0].rows] == ["disconnecting"] * 2
    assert len(world.mailbox()) == 2
    assert (connected(world).is_leaving, Change.objects.count()) == (True, lines)
    assert not connected(world).leaving_merged


def test_a_preview_that_showed_no_removals_does_not_hold_the_farewell_up(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    settings = ContactSettings.objects.get()
    Preview.objects.update_or_create(
        connection=settings.connection,
        kind="contacts",
        defaults={
            "fingerprint": settings.fingerprint,
            "state": Preview.State.GIVEN,
            "asked_at": timezone.now(),
            "made_at": timezone.now(),
        },
    )

    leave_for_good(world)

    assert world.mailbox() == {}
