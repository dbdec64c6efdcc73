"""Connecting the same mailbox again: what stayed goes on, what was removed comes once."""

from __future__ import annotations

from agentbox_sync.services.disconnect import disconnect
from tests.integration.sync.world import stamps

from .farewells import a_mailbox_of_both, connected, leave_for_good
from .world import TwoWay


def test_coming_back_after_removal_creates_each_once_and_goes_on_with_the_others(
    world: TwoWay,
) -> None:
    ours, met, born = a_mailbox_of_both(world)
    first = world.connection.pk
    leave_for_good(world)
    world.change(ours[0], company="Changed meanwhile")
    world.change(met, company="Changed as well")
    world.edit(born, jobTitle="Edited meanwhile")

    world.connect()
    assert len(world.mailbox()) == 2
    world.choose()
    counts = world.run_well()
    world.at_rest()

    assert world.connection.pk == first
    assert counts.created == 3
    assert world.item(ours[0])["companyName"] == "Changed meanwhile"
    assert world.item(met)["companyName"] == "Changed as well"
    met.refresh_from_db()
    assert met.job_title == "Edited meanwhile"
    assert len(world.mailbox()) == 5
    assert len(stamps(world.mailbox())) == 3


def test_removals_on_the_day_of_coming_back_are_not_weighed_with_the_farewell(
    world: TwoWay,
) -> None:
    world.choose(removal="delete")
    contacts = world.contacts(30)
    world.run_well()
    leave_for_good(world)
    world.connect()
    world.choose(removal="delete")
    world.run_well()

    for one in contacts[:3]:
        world.delete(one)
    counts = world.run_well()

    assert (counts.deleted, counts.held_back) == (3, 0)


def test_keeping_everything_and_coming_back_merges_what_both_sides_did_meanwhile(
    world: TwoWay,
) -> None:
    ours, met, born = a_mailbox_of_both(world)
    disconnect(world.user, connected(world))
    world.change(ours[0], company="From the CRM")
    world.edit_item(ours[0], jobTitle="From Outlook")
    world.edit(born, jobTitle="From Outlook too")

    world.connect()
    world.choose()
    counts = world.run_well()
    world.at_rest()

    assert counts.created == 0
    ours[0].refresh_from_db()
    met.refresh_from_db()
    assert (ours[0].company, ours[0].job_title) == ("From the CRM", "From Outlook")
    assert met.job_title == "From Outlook too"
    assert world.item(ours[0])["companyName"] == "From the CRM"
    assert len(world.mailbox()) == 5
