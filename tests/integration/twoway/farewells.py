"""Saying goodbye to a mailbox, for tests of what becomes of both sides."""

from __future__ import annotations

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.models import Connection
from agentbox_sync.services import leave
from agentbox_sync.services.holdings import holdings

from .world import TwoWay

State = Connection.State


def connected(world: TwoWay) -> Connection:
    return Connection.objects.get(pk=world.connection.pk)


def say_goodbye(world: TwoWay) -> None:
    leave.begin(world.user, connected(world), holdings(world.connection).removable)


def leave_for_good(world: TwoWay) -> None:
    say_goodbye(world)
    world.tick_and_work()
    assert connected(world).state == State.DISCONNECTED


def a_mailbox_of_both(world: TwoWay) -> tuple[list[Contact], Contact, str]:
    """Three of ours, one that the person had before, and somebody who is none of our business."""
    born = world.add("Liv", "olivia@example.com")
    world.add("Mum", "mum@example.com")
    ours = world.contacts(3)
    met = world.contact(email="olivia@example.com")
    world.run_well()
    world.run_well()
    assert world.linked(met).remote_id == born
    return ours, met, born
