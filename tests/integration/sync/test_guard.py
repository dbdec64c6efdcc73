"""A run that would remove too much removes nothing, goes on with the rest, and asks a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.models import Change, Review
from agentbox_sync.services.review import let_go

from .world import World


@pytest.fixture
def contacts(world: World) -> list[Contact]:
    world.set(GUARD_FLOOR=3, GUARD_SHARE=0.1)
    world.choose(removal="delete")
    contacts = world.contacts(8)
    world.run_well()
    world.run_well()  # reads its echo
    return contacts


def open_stop() -> Review:
    return Review.objects.get(closed_at=None)


def deleted(world: World, *contacts: Contact) -> None:
    for contact in contacts:
        world.delete(contact)


def test_as_many_as_the_limit_go(world: World, contacts: list[Contact]) -> None:
    deleted(world, *contacts[:3])

    counts = world.run_well()

    assert (counts.deleted, counts.held_back) == (3, 0)
    assert not Review.objects.exists()


def test_one_more_and_none_goes_while_everything_else_does(
    world: World, contacts: list[Contact]
) -> None:
    deleted(world, *contacts[:4])
    world.change(contacts[4], company="New")
    world.contact("Nina New")

    counts = world.run_well()

    assert (counts.deleted, counts.held_back, counts.updated, counts.created) == (0, 4, 1, 1)
    assert len(world.people()) == 9
    assert len(open_stop().rows) == 4


def test_a_stop_stands_with_the_same_list_until_somebody_acts(
    world: World, contacts: list[Contact]
) -> None:
    deleted(world, *contacts[:4])
    world.run_well()
    stop = open_stop()

    for _ in range(2):
        world.later()
        world.run_well()

    assert open_stop() == stop
    assert len(world.people()) == 8


def test_who_lets_a_list_go_lets_exactly_it_go_once(world: World, contacts: list[Contact]) -> None:
    deleted(world, *contacts[:4])
    world.run_well()

    let_go(world.user, open_stop())
    counts = world.run_well()

    assert counts.deleted == 4
    assert len(world.people()) == 4
    assert not Review.objects.filter(closed_at=None).exists()
    deleted(world, *contacts[4:])
    assert world.run_well().held_back == 4


def test_a_list_that_has_grown_since_is_stopped_again(
    world: World, contacts: list[Contact]
) -> None:
    deleted(world, *contacts[:4])
    world.run_well()
    let_go(world.user, open_stop())
    deleted(world, contacts[4])

    counts = world.run_well()

    assert (counts.deleted, counts.held_back) == (0, 5)
    assert open_stop().approved_at is None
    assert len(open_stop().rows) == 5


def test_a_stop_that_is_no_longer_needed_is_closed(world: World, contacts: list[Contact]) -> None:
    for contact in contacts[:4]:
        world.share(contact, None)
    world.run_well()
    assert open_stop()

    for contact in contacts[:4]:
        world.share(contact, "primary_owner")
    world.run_well(forced=True)

    assert not Review.objects.filter(closed_at=None).exists()
    assert len(world.people()) == 8


def test_small_removals_add_up_within_a_day(world: World, contacts: list[Contact]) -> None:
    deleted(world, *contacts[:2])
    world.run_well()
    deleted(world, *contacts[2:4])

    assert world.run_well().held_back == 2
    assert len(world.people()) == 6

    Change.objects.update(at=timezone.now() - timedelta(hours=25))
    world.run_well(forced=True)
    assert len(world.people()) == 4


def test_emptied_fields_count_as_removals(world: World, contacts: list[Contact]) -> None:
    for contact in contacts[:4]:
        world.change(contact, email="")

    counts = world.run_well()

    assert (counts.updated, counts.held_back) == (0, 4)
    assert all(row["emailAddresses"] for row in world.mailbox().values())


def test_emptied_fields_add_up_within_a_day(world: World, contacts: list[Contact]) -> None:
    for contact in contacts[:2]:
        world.change(contact, email="")
    assert world.run_well().updated == 2
    for contact in contacts[2:4]:
        world.change(contact, email="")

    assert world.run_well().held_back == 2


def test_an_unrelated_small_removal_neither_closes_nor_shortens_a_stop(
    world: World, contacts: list[Contact]
) -> None:
    deleted(world, *contacts[:4])
    world.run_well()
    stop = open_stop()
    deleted(world, contacts[4])  # noticed alone by the next incremental run

    assert world.run_well().deleted == 1

    assert open_stop() == stop
