"""A mailbox as the server holds it, and what people do in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentbox_sync.core.kinds import Record
from tests.sim.clock import VirtualClock
from tests.sim.values import canon, server_form

MAIN = "folder-contacts"
OTHER = "folder-other"
DELETED = "folder-deleted-items"


class Refused(Exception):
    """What the server answers instead of carrying a write out."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(slots=True)
class Item:
    """One contact in the mailbox; ``ours`` says that a request of ours created it.

    ``shown`` are the ETags that some answer has named, ``held`` the canonical values that each
    atom ever had; ``touched`` says that a person edited it since it was created, ``placed``
    that one put it back into the folder.
    """

    remote_id: str
    record: dict[str, Any]
    container: str
    stamp: str
    ours: bool
    born: int
    created: float
    etag: str = ""
    touched: bool = False
    modified: float = 0.0
    protected: bool = False
    placed: bool = False
    shown: set[str] = field(default_factory=set)
    moved: dict[str, int] = field(default_factory=dict)
    past: dict[str, Any] = field(default_factory=dict)
    held: dict[str, list[Any]] = field(default_factory=dict)


class Mailbox:
    """The server's side of one mailbox: items, the log behind its change feed, late requests."""

    def __init__(self, name: str, clock: VirtualClock) -> None:
        self.name = name
        self.clock = clock
        self.items: dict[str, Item] = {}
        self.log: list[tuple[int, str]] = []
        self.seq = 0
        self.floor = 0  # tokens from before this are evicted
        self.late: list[tuple[float, Callable[[], object]]] = []
        self.seems_empty = False
        self.soft_delete = False
        # Whether some item is known to a worker: only then a short listing can be seen through.
        self.is_known: Callable[[], bool] = lambda: True
        self.next_links: dict[str, tuple[Any, ...]] = {}
        self.refuses: Callable[[Record], bool] = lambda _: False
        self._ids = 0

    # ------------------------------------------------------------------------ what is carried out

    def create(self, record: Record, *, stamp: str = "", ours: bool = False) -> Item:
        """Carry a create out; raises Refused."""
        if ours and self.refuses(record):
            raise Refused(400)
        self._ids += 1
        # Ids differ in case alone here and there, as Exchange's do.
        letter = "a" if self._ids % 2 else "A"
        item = Item(
            remote_id=f"{self.name}-{letter}{(self._ids + 1) // 2}",
            record={"website": ""},
            container=MAIN,
            stamp=stamp,
            ours=ours,
            born=self.seq + 1,
            created=self.clock.seconds + self.seq / 1000,
        )
        self.items[item.remote_id] = item
        self._store(item, record)
        return item

    def update(self, remote_id: str, values: Mapping[str, Any], etag: str) -> Item:
        """Carry an update out; raises Refused."""
        item = self._found(remote_id, etag)
        if self.refuses({**item.record, **values}):
            raise Refused(400)
        self._store(item, values)
        return item

    def delete(self, remote_id: str, etag: str) -> Item:
        """Carry a delete out; raises Refused."""
        item = self._found(remote_id, etag)
        self._drop(item)
        return item

    def land(self) -> None:
        """Carry out what was sent earlier and has been on its way since."""
        if not self.late:
            return
        now = self.clock.seconds
        due = [entry for entry in self.late if entry[0] <= now]
        self.late = [entry for entry in self.late if entry[0] > now]
        for _, deed in due:
            try:
                deed()
            except Refused:
                continue  # nobody is waiting for the answer any more

    # --------------------------------------------------------------------------------- what is seen

    def is_there(self, remote_id: str) -> bool:
        """Tell whether an item can be read by its id."""
        item = self.items.get(remote_id)
        return item is not None and item.container != DELETED and not self.seems_empty

    def listed(self) -> list[Item]:
        """Return the items of the main folder."""
        return [item for item in self.items.values() if item.container == MAIN]

    def alive(self) -> list[Item]:
        """Return the items of all folders that a person would call there."""
        return [item for item in self.items.values() if item.container != DELETED]

    # ------------------------------------------------------------------------------ what people do

    def edit(self, remote_id: str, values: Mapping[str, Any]) -> None:
        """A person changes an item in Outlook."""
        item = self.items[remote_id]
        item.touched = True
        self._store(item, values)

    def touch(self, remote_id: str) -> None:
        """The ETag moves without an edit."""
        self._bump(self.items[remote_id])

    def move(self, remote_id: str, container: str) -> None:
        """A person moves an item; moving into Deleted Items is deleting."""
        item = self.items[remote_id]
        item.container = container
        self._bump(item)

    def remove(self, remote_id: str) -> None:
        """A person deletes an item."""
        self._drop(self.items[remote_id])

    def copy(self, remote_id: str) -> Item:
        """A person copies an item; the copy carries the original's stamp."""
        item = self.items[remote_id]
        copy = self.create(dict(item.record), stamp=item.stamp)
        copy.container = item.container
        return copy

    # -------------------------------------------------------------------------------------- inside

    def _found(self, remote_id: str, etag: str) -> Item:
        item = self.items.get(remote_id)
        if item is None or item.container == DELETED or self.seems_empty:
            raise Refused(404)
        if item.protected:
            raise Refused(403)
        if etag not in ("*", item.etag):
            raise Refused(412)
        return item

    def _store(self, item: Item, values: Mapping[str, Any]) -> None:
        fresh = {atom: server_form(atom, value) for atom, value in values.items()}
        item.past |= {atom: item.record[atom] for atom in fresh if atom in item.record}
        item.record = {**item.record, **fresh}
        self._bump(item)
        item.modified = self.clock.seconds
        for atom, value in fresh.items():
            item.moved[atom] = self.seq
            item.held.setdefault(atom, []).append(canon(atom, value))

    def _drop(self, item: Item) -> None:
        if self.soft_delete:
            item.container = DELETED
        else:
            del self.items[item.remote_id]
        self._bump(item)

    def _bump(self, item: Item) -> None:
        self.seq += 1
        self.log.append((self.seq, item.remote_id))
        # Opaque and without order, like a change key.
        digest = hashlib.md5(f"{self.name}{self.seq}".encode(), usedforsecurity=False)
        item.etag = f'W/"{digest.hexdigest()[:8]}"'
