"""A small world without chance, for one story at a time."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.changes import Link, LinkState
from agentbox_sync.core.rules import Policy, Removal, Status
from agentbox_sync.core.safety import Limit
from tests.sim.crm import GROUPS, PRIMARY
from tests.sim.lease import acquire
from tests.sim.mailbox import Item, Mailbox
from tests.sim.memory import Memory
from tests.sim.world import Shape, Worker, World

NAME = "a"


class Stage:
    """One CRM, one mailbox, one staff member who sees everybody; nothing goes wrong by itself."""

    def __init__(self, **policy: Any) -> None:
        shape = Shape(faults=0.0, edits=0.0, mailboxes=1, populated=False)
        self.world = World("a stage", shape)
        self.world.policies[NAME] = Policy(
            **{"status": Status.TWO_WAY, "removal": Removal.DELETE, **policy}
        )
        self.world.limits[NAME] = Limit()
        self.world.groups[NAME] = frozenset(GROUPS)
        self.world.levels[NAME] = frozenset({PRIMARY})

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox as the server holds it."""
        return self.world.mailboxes[NAME]

    def row(self, given: str, **atoms: Any) -> str:
        """Somebody types a contact into the CRM; returns its key."""
        return self.world.crm.insert(_record(given, atoms), GROUPS[0], NAME)

    def item(self, given: str, **atoms: Any) -> Item:
        """Somebody types a contact into Outlook."""
        return self.mailbox.create(_record(given, atoms))

    def sync(self, **facts: Any) -> Worker:
        """Run the mailbox."""
        worker = self.world.sync(NAME, **facts)
        assert worker is not None
        return worker

    def said(self, pk: str, atom: str) -> Any:
        """Return what the CRM says."""
        return self.world.crm.rows[pk].record[atom]

    def shown(self, item: Item, atom: str) -> Any:
        """Return what Exchange says."""
        return self.mailbox.items[item.remote_id].record[atom]

    def link_of(self, pk: str) -> Link:
        """Return the current link of a row."""
        links = self.world.stores[NAME].links.values()
        return next(x for x in links if x.key.pk == pk and x.state is not LinkState.DEAD)

    def item_of(self, pk: str) -> Item:
        """Return the item that a row is linked to."""
        return self.mailbox.items[self.link_of(pk).remote_id]

    def log(self) -> list[Any]:
        """Return the lines of the log."""
        return [entry.line for entry in self.world.stores[NAME].log]


def memory_of(stage: Stage) -> Memory:
    """The memory as a worker between two runs holds it."""
    store = stage.world.stores[NAME]
    lease = acquire(store.lease, stage.world.clock)
    assert lease is not None
    return Memory(store, lease, stage.world.clock)


def _record(given: str, atoms: dict[str, Any]) -> dict[str, Any]:
    plain = {"company": "", "mobile_phone": "", "notes": ""}
    address = f"{given.lower()}@example.com"
    return {"name": {"given": given, "surname": "Doe"}, "emails": [address], **plain, **atoms}
