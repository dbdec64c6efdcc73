"""The stores of a world, with the invariants that are watched at every single write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.changes import LEFT_BEHIND, LinkState, LocalItem
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.rules import Conflict, Status
from agentbox_sync.engine.settle import LANDING
from agentbox_sync.ports import Create, Delete, Write
from tests.sim.clock import SETTLE, START
from tests.sim.crm import CrmStore
from tests.sim.graph import SimulatedGraph
from tests.sim.mailbox import Item
from tests.sim.places import followed
from tests.sim.values import canon, canonical, tokens

if TYPE_CHECKING:
    from tests.sim.world import World


class WatchedGraph(SimulatedGraph):
    """A mailbox whose every write is held against I6 and I15."""

    def __init__(self, world: World, name: str, point: Callable[[str], None]) -> None:
        super().__init__(world.mailboxes[name], world.faults_of(name), point, trace=world.trace)
        self.deletes = 0
        self._world = world
        self._name = name

    def check_write(self, write: Write) -> None:
        """I15: no POST without a committed intent, no PATCH or DELETE without a read ETag."""
        world = self._world
        world.note("lands", self._name, type(write).__name__, getattr(write, "remote_id", ""))
        if isinstance(write, Create):
            store = world.stores[self._name]
            announced = {store.links[number].stamp for number in store.intents}
            known = {link.stamp for link in store.links.values()}
            if not write.stamp or write.stamp not in announced | known:
                world.ghost.breaks("I15: a create was sent that was never announced")
            return
        item = world.mailboxes[self._name].items.get(write.remote_id)
        if item is not None and write.etag not in item.shown:
            world.ghost.breaks("I15: a write was sent with an ETag that nobody has read")
        if isinstance(write, Delete) and item is not None and item.etag == write.etag:
            self.deletes += self._is_ours(item)
        if isinstance(write, Delete) and item is not None and not item.ours:
            if not self._is_taken_for_late(item):
                world.ghost.breaks("I6: an item that a person put there was deleted")

    def _is_ours(self, item: Item) -> bool:
        links = self._world.stores[self._name].links.values()
        # What was created anew elsewhere is no removal.
        return any(x.remote_id == item.remote_id and x.reason != LEFT_BEHIND for x in links)

    def _is_taken_for_late(self, item: Item) -> bool:
        """Tell whether a person's copy looks like what a create of ours has left.

        So it does where the original was removed before we had found it, and after a create that
        was given up.
        """
        store = self._world.stores[self._name]
        listed = self._world.mailboxes[self._name].listed()
        stands_alone = not any(
            one.ours and one.stamp == item.stamp and not one.placed for one in listed
        )
        if stands_alone and any(
            link.remote_id == item.remote_id and link.stamp == item.stamp
            for link in store.links.values()
        ):
            return True
        for number, intent in store.intents.items():
            if store.links[number].stamp == item.stamp and intent.given_up:
                age = START + timedelta(seconds=item.created) - intent.sent_at
                return age < LANDING * SETTLE + timedelta(seconds=40)  # and the skew of a clock
        return False


class WatchedCrm(CrmStore):
    """The CRM of one staff member, whose every write is held against I6 and I15."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(
            world.crm,
            name,
            groups=world.groups[name],
            levels=world.levels[name],
            point=world.point,
        )
        self._world = world
        self._name = name
        self.releases = 0
        self.enter: Callable[[], None] = lambda: None

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write under a lock."""
        self.enter()
        try:
            return super().update(seen, record, atoms)
        finally:
            self._world.leave_unit()

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new row."""
        self.enter()
        try:
            return super().create(record)
        finally:
            self._world.leave_unit()

    def release(self, seen: LocalItem) -> SyncError | None:
        """Take access away."""
        self.enter()
        try:
            return super().release(seen)
        finally:
            self._world.leave_unit()

    def check_update(self, seen: LocalItem, values: Mapping[str, Any]) -> None:
        """I6: one-way and View Only never write to the CRM; no truncated echo comes back."""
        world = self._world
        world.note("CRM written", self._name, seen.key.pk, dict(values))
        self._check_direction()
        if seen.read_only:
            world.ghost.breaks("I6: a View Only contact was written to the CRM")
        was, now = canon("notes", seen.record.get("notes")), canon("notes", values.get("notes"))
        links = world.stores[self._name].links.values()
        met = any(
            link.key == seen.key and link.base_local and link.state is not LinkState.DEAD
            for link in links
        )
        for atom, value in values.items():
            back = any((seen.key.pk, t) in world.ghost.replaced for t in tokens(atom, value))
            if met and back and not self._was_typed_again(seen, atom, value):
                world.ghost.breaks("I3: what a person had replaced in the CRM came back")
        # Where the pair has ended and both meet again, nothing tells who has shortened it.
        if met and was and now and was != now and was.startswith(now):
            if not self._was_typed(seen, "notes", now):
                world.ghost.breaks("I3: our own shortened text came back over the full one")

    def _was_typed(self, seen: LocalItem, atom: str, value: Any) -> bool:
        """Tell whether a person typed a canonical value into the item themselves.

        What is written was read a while ago: since then they may have typed something else, or
        removed the item. What has gone counts for as long as its pair has not ended.
        """
        mailbox = self._world.mailboxes[self._name]
        links = [x for x in self._world.stores[self._name].links.values() if x.key == seen.key]
        items = [mailbox.items.get(x.remote_id) for x in links]
        items += [mailbox.gone.get(x.remote_id) for x in links if x.state is not LinkState.DEAD]
        return any(value in item.typed.get(atom, ()) for item in items if item is not None)

    def _was_typed_again(self, seen: LocalItem, atom: str, value: Any) -> bool:
        """Tell whether an old value was typed again in Exchange, which wins over the CRM's edit."""
        wins = self._world.policies[self._name].conflict is Conflict.EXCHANGE_WINS
        was_typed = wins and self._was_typed(seen, atom, canon(atom, value))
        self._world.ghost.legal["an old value, typed again in Exchange, which wins"] += was_typed
        return was_typed

    def check_create(self, values: Mapping[str, Any]) -> None:
        """I6: one-way never writes to the CRM. I5: what was paired is not imported again."""
        world = self._world
        world.note("CRM row imported", self._name, dict(values))
        self._check_direction()
        person = world.people.person_in(values)
        if any(world.people.person_in(row.record) == person for row in world.crm.rows.values()):
            world.ghost.doubled.add(person)
        theirs = [
            item
            for item in world.mailboxes[self._name].items.values()
            if world.people.person_in(item.record) == person
            # What lies elsewhere is not what is imported: a twin of it is somebody new.
            and item.container == followed(world, self._name)
        ]
        # What a person took out of the bin is somebody new to us, whatever lies there beside it.
        ids = set() if any(x.placed for x in theirs) else {x.remote_id for x in theirs}
        known = [x for x in world.stores[self._name].links.values() if x.remote_id in ids]
        if person not in world.ghost.copied and any(x.key.pk and x.base_local for x in known):
            world.ghost.breaks("I5: an item that was paired before is imported again")

    def check_release(self, seen: LocalItem) -> None:
        """I15: nothing follows an absence that was not real."""
        world = self._world
        world.note("CRM access released", self._name, seen.key.pk)
        self._check_direction()
        person = world.people.person_in(seen.record)
        world.ghost.released.add((self._name, person))
        links = world.stores[self._name].links.values()
        self.releases += 1
        for link in links:
            if link.key == seen.key and link.state is LinkState.ACTIVE:
                if any(link.base_local.get(a) != v for a, v in canonical(seen.record).items()):
                    world.ghost.breaks("I6: access was released while an edit was on its way")
        ids = {link.remote_id for link in links if link.key == seen.key}
        if not ids & world.ghost.removed_ids:
            world.ghost.breaks("I15: the CRM followed a removal that never happened")

    def _check_direction(self) -> None:
        if self._world.policies[self._name].status is not Status.TWO_WAY:
            self._world.ghost.breaks("I6: a one-way mailbox wrote to the CRM")
