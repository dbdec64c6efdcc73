"""What a person decides about what was removed in Exchange; withdrawn, cut off, taken over."""

from __future__ import annotations

import pytest
from django.db.models import F

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.rules import Order
from agentbox_sync.memory.lease import lease_key
from agentbox_sync.models import Lease
from agentbox_sync.services.decide import decide, withdraw
from agentbox_sync.services.execute import execute
from agentbox_sync.services.review import let_go
from tests.builders import crm
from tests.integration.sync.watched import Crash, Watched
from tests.integration.sync.world import stamps

from .test_orders import begin, may_see, offered, order, outcome, removed
from .world import TwoWay


def test_what_is_restored_is_there_again_as_the_crm_has_it(world: TwoWay) -> None:
    contact = removed(world)
    world.change(contact, company="Edited since")
    old = world.linked(contact)
    restore = order(world, old, Order.RESTORE)

    counts = world.run_well()

    assert (counts.created, counts.writes_local) == (1, 0)
    assert outcome(restore) == "done"
    new = world.linked(contact)
    assert (restore.link, new.state) == (new, "active")
    assert new.stamp != old.stamp
    assert world.item(contact)["companyName"] == "Edited since"
    assert world.log(contact)[-1] == ("create", "restored for a person", "done")
    world.at_rest()
    assert world.people() == ["Olivia", "Stays"]


@pytest.mark.parametrize("level", [crm.OWNER, crm.VIEW])
def test_a_restored_view_only_contact_goes_on_one_way(world: TwoWay, level: str) -> None:
    begin(world, primary_owner_only=False)
    contact = world.contact(access={world.staff: level}, company="Ours")
    world.run_well()
    world.remove_item(contact)
    world.run_well()
    order(world, world.linked(contact), Order.RESTORE)
    world.run_well()

    world.edit_item(contact, companyName="Theirs")
    world.run_well()

    contact.refresh_from_db()
    stands = "Theirs" if level == crm.OWNER else "Ours"
    assert contact.company == world.item(contact)["companyName"] == stands
    world.at_rest()


def test_one_way_restores_as_well(world: TwoWay) -> None:
    contact = removed(world)
    world.choose(status="one_way")
    restore = order(world, world.linked(contact), Order.RESTORE)

    world.run_well()

    assert outcome(restore) == "done"
    assert world.people() == ["Olivia", "Stays"]


def test_a_mailbox_that_a_person_emptied_is_filled_again(world: TwoWay) -> None:
    contacts = world.contacts(5)
    world.run_well()
    for contact in contacts:
        world.remove_item(contact)
    world.run()
    let_go(world.user, world.open_stop())
    world.run_well()
    ids = [world.linked(contact).pk for contact in contacts]

    assert decide(world.user, world.connection, "contacts", ids, Order.RESTORE) == 5
    world.run_well()

    assert len(world.people()) == 5
    world.at_rest()


def test_what_is_let_go_stays_away_until_a_person_thinks_again(world: TwoWay) -> None:
    contact = removed(world)
    dismiss = order(world, world.linked(contact), Order.DISMISS)
    world.run_well()
    assert outcome(dismiss) == "done"
    assert world.linked(contact).reason == "dismissed"
    world.change(contact, company="Edited")
    world.choose(deletion="restore")
    world.at_rest()
    assert world.people() == ["Stays"]

    order(world, world.linked(contact), Order.RESTORE)
    world.run_well()

    assert world.people() == ["Olivia", "Stays"]
    world.at_rest()


def test_what_lies_in_another_folder_is_let_go_and_never_doubled(world: TwoWay) -> None:
    begin(world)
    contact = world.contact(email="olivia@example.com")
    world.run_well()
    world.move(world.linked(contact).remote_id)
    world.run_well()
    order(world, world.linked(contact), Order.DISMISS)
    world.run_well()

    restore = order(world, world.linked(contact), Order.RESTORE)
    world.run_well()

    assert outcome(restore) == "moot"
    assert len(world.mailbox()) == 2
    world.at_rest()


# --------------------------------------------------------------------------------------- contested


def contested(world: TwoWay) -> Contact:
    contact = removed(world, "apply", company="Just typed")
    assert world.linked(contact).reason == "contested"
    return contact


def test_a_contested_contact_is_restored_with_its_edit(world: TwoWay) -> None:
    contact = contested(world)
    restore = order(world, world.linked(contact), Order.RESTORE)

    world.run_well()

    assert outcome(restore) == "done"
    assert world.item(contact)["companyName"] == "Just typed"
    assert may_see(world, contact)
    world.at_rest()


def test_a_contested_contact_is_released_and_stays_in_the_crm(world: TwoWay) -> None:
    contact = contested(world)
    release = order(world, world.linked(contact), Order.RELEASE)

    counts = world.run_well()

    assert (counts.deleted, counts.writes_local, counts.writes_remote) == (1, 1, 0)
    assert outcome(release) == "done"
    assert not may_see(world, contact)
    assert Contact.objects.get(pk=contact.pk).company == "Just typed"
    assert world.log(contact)[-1] == ("release", "released by a person", "done")
    assert world.last_change(contact).before["company"] == "Just typed"
    world.at_rest()


def test_what_became_view_only_meanwhile_is_not_released(world: TwoWay) -> None:
    contact = contested(world)
    release = order(world, world.linked(contact), Order.RELEASE)
    world.choose(primary_owner_only=False, deletion="apply")
    world.share(contact, crm.VIEW)

    world.run_well()

    assert outcome(release) == "moot"
    assert may_see(world, contact)
    assert world.linked(contact).reason == "contested"


def test_many_releases_wait_for_a_master_user_and_keep_their_orders(world: TwoWay) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.1)
    begin(world, deletion="apply")
    contacts = world.contacts(3)
    world.run_well()
    for contact in contacts:
        world.change(contact, company="Just typed")
        world.remove_item(contact)
    world.run_well()
    orders = [order(world, world.linked(one), Order.RELEASE) for one in contacts]

    assert world.run_well().held_back == 3
    assert [outcome(one) for one in orders] == [""] * 3
    assert ContactAccess.objects.count() == 4

    let_go(world.user, world.open_stop())
    assert world.run_well().deleted == 3

    assert [outcome(one) for one in orders] == ["done"] * 3
    assert ContactAccess.objects.count() == 1


# ------------------------------------------------ previewed, withdrawn, cut off, overtaken


def test_a_preview_shows_what_was_ordered_and_does_nothing(world: TwoWay) -> None:
    contact = removed(world)
    restore = order(world, world.linked(contact), Order.RESTORE)
    writes = world.writes

    done = execute(world.connection.pk, dry=True)

    assert done is not None
    (plan,) = done[1]
    assert [(str(row.action), row.cause) for row in plan.rows] == [
        ("create", "restored for a person")
    ]
    assert (world.writes, outcome(restore)) == (writes, "")
    world.run_well()
    assert outcome(restore) == "done"


def test_what_is_withdrawn_before_it_is_carried_out_is_not_done(
    world: TwoWay, watched: Watched
) -> None:
    _, offer = offered(world)
    accept = order(world, offer, Order.ACCEPT)
    # Read for the plan first; while it is read to be written the person thinks again.
    watched.at("fetch", 2, "before", lambda: withdraw(world.user, accept))

    world.run_well()

    assert outcome(accept) == "withdrawn"
    assert Contact.objects.count() == 1
    assert [one.pk for one in world.offers()] == [offer.pk]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_restore_that_is_cut_off_is_gone_on_with_and_done_once(
    world: TwoWay, watched: Watched, moment: str
) -> None:
    contact = removed(world)
    restore = order(world, world.linked(contact), Order.RESTORE)
    watched.crash_at("write", 1, moment)

    with pytest.raises(Crash):
        world.run()
    assert outcome(restore) == ""
    world.later()
    world.report()
    world.runs_until_quiet()

    assert outcome(restore) == "done"
    assert world.people() == ["Olivia", "Stays"]
    assert world.linked(contact).stamp in stamps(world.mailbox())
    world.at_rest()


def test_who_decides_while_a_run_is_on_its_way_wakes_the_next_one(
    world: TwoWay, watched: Watched
) -> None:
    contact = removed(world)
    world.change(contact, company="Something to do")
    ids = [world.linked(contact).pk]

    def decided() -> None:
        decide(world.user, world.connection, "contacts", ids, Order.RESTORE)

    watched.at("pull", 1, "after", decided)
    world.run_well()
    assert world.people() == ["Stays"]
    assert world.connection.wake

    world.run_well()
    assert world.people() == ["Olivia", "Stays"]
    assert not world.connection.wake


def test_a_worker_that_was_overtaken_closes_no_order(world: TwoWay, watched: Watched) -> None:
    _, offer = offered(world)
    accept = order(world, offer, Order.ACCEPT)
    key = lease_key(world.connection.pk)

    def taken_over() -> None:
        Lease.objects.filter(key=key).update(token=F("token") + 1, owner="another worker")

    watched.at("fetch", 2, "after", taken_over)
    report = world.report()

    assert report.error == "LeaseLost"
    assert outcome(accept) == ""
    assert Contact.objects.count() == 1

    Lease.objects.filter(key=key).update(owner="", until=None)
    world.runs_until_quiet()

    assert outcome(accept) == "done"
    assert Contact.objects.count() == 2
    world.at_rest()


def test_a_colleague_who_shares_the_contact_keeps_it(world: TwoWay, colleague: TwoWay) -> None:
    begin(world, deletion="apply")
    contact = world.contact(
        access={world.staff: crm.OWNER, colleague.staff: crm.FULL}, company="Was"
    )
    colleague.choose(primary_owner_only=False)
    world.run_well()
    colleague.run_well()
    world.change(contact, company="Just typed")
    world.remove_item(contact)
    world.run_well()
    order(world, world.linked(contact), Order.RELEASE)

    world.run_well()
    colleague.run_well()

    assert not may_see(world, contact)
    assert colleague.people() == ["Olivia"]
    assert may_see(colleague, contact)
