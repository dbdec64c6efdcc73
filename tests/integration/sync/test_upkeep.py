"""What is done from time to time, and after an upgrade of ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agentbox_sync.core.kinds import contacts
from agentbox_sync.models import Collection, Link

from .world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_listing_of_last_week_is_made_anew_without_a_write(world: World) -> None:
    people = world.contacts(3)
    theirs = world.add("Somebody", "else@example.com")
    world.run_well()
    world.run_well()
    gone = world.linked(people[0]).remote_id
    world.remove(gone)
    Collection.objects.update(listed_at=timezone.now() - timedelta(days=8))
    writes = world.writes

    world.run_well(forced=True)
    assert Collection.objects.get().generation == 1
    # No row tells of the removal in a first round: it is missed, and believed after a read.
    assert world.linked(people[0]).reason == "removed_in_exchange"
    assert [world.linked(one).state for one in people[1:]] == ["active", "active"]
    assert theirs in world.mailbox()
    assert world.writes == writes

    requests = world.requests
    world.run_well(forced=True)
    assert Collection.objects.get().generation == 1
    assert world.requests == requests + 1


def test_a_new_canonical_form_asks_nothing_and_writes_nothing(world: World) -> None:
    people = world.contacts(3)
    world.run_well()
    world.run_well()
    # As an earlier release left it: with capitals, and under another version.
    for row in Link.objects.all():
        for base in (row.base_local, row.base_remote):
            base["emails"] = [address.upper() for address in base["emails"]]
        row.mapping_version = contacts.KIND.version - 1
        row.save()
    requests, writes = world.requests, world.writes

    world.run_well(forced=True)
    assert (world.requests, world.writes) == (requests + 1, writes)
    assert {row.mapping_version for row in Link.objects.all()} == {contacts.KIND.version}
    assert world.linked(people[0]).base_local["emails"] == ["person00@example.com"]
