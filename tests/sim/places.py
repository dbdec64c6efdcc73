"""Where everything is in a world that has come to rest; I17: what must be true of folders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentbox_sync.core.actions import Action, Outcome
from agentbox_sync.core.changes import (
    LEFT_BEHIND,
    Absence,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
)
from tests.sim.crm import MODEL
from tests.sim.mailbox import MAIN

if TYPE_CHECKING:
    from tests.sim.world import World


def current(world: World, name: str) -> list[Link]:
    """Return the links of a mailbox that are not dead."""
    links = world.stores[name].links.values()
    return [link for link in links if link.state is not LinkState.DEAD]


def in_scope(world: World, name: str, pk: str) -> LocalItem | Absence:
    """Return how a row stands for the staff member of a mailbox."""
    key = LocalKey(MODEL, pk)
    return world.local(name).read([key])[key]


def one_folder(world: World) -> Iterator[str]:
    """I17: there is one folder of ours at most, and none that is empty and was not chosen."""
    for name, mailbox in world.mailboxes.items():
        owns = mailbox.owns()
        if len(owns) > 1:
            yield f"I17: {name} has {len(owns)} folders of ours"
        empty = [x for x in owns if not mailbox.listed(x) and not mailbox.folders[x].is_kept]
        if empty and world.home(name) == MAIN:
            yield f"I17: the empty folder of ours stayed in {name}"
        chain = next(
            c for n, c in world.stores[name].chains.items() if n not in world.stores[name].closed
        )
        behind = [x for x in world.stores[name].links.values() if x.reason == LEFT_BEHIND]
        if chain.moving or any(not link.error for link in behind):
            yield f"I17: {name} is still moving"


def followed(world: World, name: str) -> str:
    """Return the folder that the runs of a mailbox follow now, empty before the first one."""
    store = world.stores[name]
    return next((c.collection for n, c in store.chains.items() if n not in store.closed), "")


def waits_to_move(world: World, name: str, person: int) -> bool:
    """Tell whether a contact was set aside in a folder that is not the chosen one.

    What is like it in the chosen one is met when it is mended, and nobody is asked until then.
    """
    return any(
        link.state is LinkState.QUARANTINED
        and link.collection not in ("", world.home(name))
        and (row := world.crm.rows.get(link.key.pk)) is not None
        and world.people.person_in(row.record) == person
        for link in current(world, name)
    )


def out_of_reach(world: World) -> frozenset[str]:
    """Return the mailboxes with pairs that were set aside and lie in a folder that was left.

    And those with a move that was set aside: what it was to meet is noted by the next whole
    listing, whatever becomes of the pair.
    """
    return frozenset(
        name
        for name, store in world.stores.items()
        if any(
            link.state is LinkState.QUARANTINED
            and link.has_row
            and link.collection not in ("", world.home(name))
            for link in store.links.values()
        )
        or any(
            entry.line.action is Action.MOVE and entry.line.outcome is Outcome.SET_ASIDE
            for entry in store.log
        )
    )
