"""Disconnecting, coming back with the same mailbox, and with another one."""

from __future__ import annotations

from agentbox_sync.models import Connection, Link, LocalChange, Run
from agentbox_sync.services.disconnect import disconnect
from tests.contracts.emulated import JANE, PASSWORD

from .world import World, stamps

OTHER = "other@agency.example"


def test_disconnecting_leaves_everything_in_exchange_and_forgets_the_tokens(world: World) -> None:
    contact = world.contact()
    world.run_well()
    before = world.mailbox()
    world.change(contact, company="New")
    assert Connection.objects.get().tokens
    requests = world.requests

    disconnect(world.user, world.connection)

    connection = Connection.objects.get()
    assert (connection.state, connection.tokens) == (Connection.State.DISCONNECTED, "")
    assert not LocalChange.objects.exists()
    world.later()
    assert world.tick_and_work() == 0
    assert world.requests == requests
    assert world.mailbox() == before
    assert world.linked(contact).state == "active"


def test_changes_are_not_noticed_for_who_is_disconnected(world: World) -> None:
    contact = world.contact()
    world.run_well()
    world.change(contact, company="First")
    assert LocalChange.objects.exists()
    disconnect(world.user, world.connection)

    world.change(contact, company="Second")

    assert not LocalChange.objects.exists()


def test_the_same_mailbox_again_adopts_what_is_there(world: World) -> None:
    kept, changed, gone, removed = (
        world.contact(f"{name} Example", email=f"{name}@example.com")
        for name in ("kept", "changed", "gone", "removed")
    )
    world.choose(removal="delete")
    world.run_well()
    first = world.connection.pk
    disconnect(world.user, world.connection)
    world.change(changed, company="Changed meanwhile")
    world.delete(gone)
    world.remove(world.linked(removed).remote_id)
    world.contact("new Example", email="new@example.com")

    world.connect()
    assert world.people() == ["changed", "gone", "kept"]  # nothing before the go
    world.choose(removal="delete")
    counts = world.run_well()

    assert world.connection.pk == first
    assert (counts.created, counts.updated, counts.deleted) == (1, 1, 1)
    assert world.people() == ["changed", "kept", "new"]
    assert world.item(changed)["companyName"] == "Changed meanwhile"
    assert world.linked(kept).state == "active"
    assert len(stamps(world.mailbox())) == 3


def test_every_kind_is_disabled_after_coming_back(world: World) -> None:
    world.run_well()
    disconnect(world.user, world.connection)

    world.connect()

    assert world.due() == []
    assert world.tick_and_work() == 0


def test_another_mailbox_begins_with_fresh_links(world: World) -> None:
    other = {"upn": OTHER, "display_name": "Jane Other", "password": PASSWORD}
    consent = {"upn": OTHER, "client_id": world.client_id}
    world.microsoft.control(
        "seed",
        {"tenants": [{"domain": "agency.example", "users": [other]}], "consent": [consent]},
    )
    contact = world.contact()
    world.run_well()
    first = world.mailbox()
    disconnect(world.user, world.connection)

    world.connect(OTHER)
    world.choose()
    world.run_well()

    assert world.mailbox() == first
    (item,) = world.microsoft.look(f"mailbox/{OTHER}")["contacts"]
    links = Link.objects.filter(local_pk=str(contact.pk))
    assert {link.remote_id for link in links} == {item["id"], *first}
    assert len({link.stamp for link in links}) == 2
    assert JANE != OTHER


def test_deleting_the_staff_record_disconnects_and_leaves_exchange_alone(world: World) -> None:
    world.contact()
    world.run_well()
    before = world.mailbox()

    world.staff.delete()

    connection = Connection.objects.get()
    assert (connection.state, connection.tokens, connection.staff_id) == (
        Connection.State.DISCONNECTED,
        "",
        None,
    )
    world.later()
    assert world.tick_and_work() == 0
    assert world.mailbox() == before


def test_an_ask_after_disconnecting_is_closed_and_not_left_waiting(world: World) -> None:
    disconnect(world.user, world.connection)

    world.ask()
    world.tick_and_work()

    assert not Run.objects.exclude(state=Run.State.FINISHED).exists()


def test_an_ask_of_who_must_sign_in_is_closed_and_not_left_waiting(world: World) -> None:
    Connection.objects.update(state=Connection.State.NEEDS_SIGN_IN)

    world.ask()
    world.tick_and_work()

    assert not Run.objects.exclude(state=Run.State.FINISHED).exists()
