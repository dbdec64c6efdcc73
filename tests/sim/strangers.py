"""What became of items that no row of the CRM is linked to, in a world that has come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.actions import Outcome
from agentbox_sync.core.changes import Cause, Link, LinkState, LocalItem
from agentbox_sync.core.rules import Adoption
from tests.sim.places import current, in_scope, waits_to_move

if TYPE_CHECKING:
    from tests.sim.world import World


def stranger(world: World, name: str, item: Any, link: Link | None) -> Iterator[str]:
    """I1: an item that no row of ours is linked to is known as what it is."""
    policy = world.policies[name]
    if item.ours and not item.placed and not item.touched and not item.protected:
        yield f"I1: {item.remote_id} was created by us, and no link knows it"
    elif not policy.adopts or item.ours or item.container != world.home(name):
        return
    elif link is None and not _was_told(world, name, item):
        person = world.people.person_in(item.record)
        is_let_go = (name, item.remote_id) in world.ghost.let_go or person in world.ghost.unmade
        if not is_let_go and not waits_to_move(world, name, person):
            yield f"I1: {item.remote_id} was born in {name}, and nobody has taken note of it"
    elif (
        link is not None
        and policy.adoption is Adoption.IMPORT
        and link.id not in world.dismissed(name)
        and not _is_like_ours(world, name, item)
        and "!!" not in str(item.record.get("company"))
    ):
        yield f"I1: {item.remote_id} was born in {name}, and it was not imported"


def was_nobodys(world: World, person: int) -> bool:
    """Tell whether a person put an item back whose pair ended for another cause than a deletion.

    When its row was deleted after that, nobody knew any more that the two had been one.
    """
    return any(
        item.placed
        and link.state is LinkState.DEAD
        and link.reason != Cause.DELETED
        and world.people.person_in(item.record) == person
        for name, mailbox in world.mailboxes.items()
        for link in world.stores[name].links.values()
        if (item := mailbox.items.get(link.remote_id)) is not None
    )


def _was_told(world: World, name: str, item: Any) -> bool:
    """Tell whether the log says of an item that it was taken for a double and may not go."""
    told = any(
        entry.remote_id == item.remote_id and entry.line.outcome is Outcome.SET_ASIDE
        for entry in world.stores[name].log
    )
    world.ghost.legal["a copy that was taken for a double, and may not go"] += told
    return told


def _is_like_ours(world: World, name: str, item: Any) -> bool:
    person = world.people.person_in(item.record)
    if person in world.ghost.copied | world.ghost.twins:
        return True
    rows = {
        pk for pk, row in world.crm.rows.items() if world.people.person_in(row.record) == person
    }
    if any(link.key.pk in rows for link in current(world, name)):
        return True
    # What a person put back beside its pair was asked about; the pair may have ended since.
    links = world.stores[name].links.values()
    if item.placed and any(world.people.person_in(link.base_local) == person for link in links):
        return True
    return any(isinstance(in_scope(world, name, pk), LocalItem) for pk in rows)
