"""A mailbox as the server holds it, and what people do in it."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agentbox_sync.core.kinds import Record
from tests.sim.clock import VirtualClock
from tests.sim.values import CATEGORIES, canon, own_names, server_form

MAIN = "folder-contacts"
OTHER = "folder-other"
DELETED = "folder-deleted-items"
LAG = 60.0  # seconds after which everything that happened is seen


@dataclass(slots=True)
class Folder:
    """A folder that can be made and removed; ``stamp`` is ours, empty for a person's."""

    id: str
    name: str
    stamp: str = ""
    is_deleted: bool = False
    is_kept: bool = False
    """Whether something of a person lay in it when it was to be removed."""


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
    that one put it back into the folder. ``own`` are the categories that people have given it,
    ``typed`` the canonical values of what people typed since we last wrote the atom;
    ``edits`` when people edited an atom, and what it said before.
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
    own: frozenset[str] = frozenset()
    shown: set[str] = field(default_factory=set)
    moved: dict[str, int] = field(default_factory=dict)
    past: dict[str, Any] = field(default_factory=dict)
    edits: list[tuple[tuple[datetime, int], str, Any]] = field(default_factory=list)
    held: dict[str, list[Any]] = field(default_factory=dict)
    typed: dict[str, list[Any]] = field(default_factory=dict)
    _reads: tuple[Any, ...] = (None, 0.0, {})

    def reads(self) -> dict[str, Any]:
        """Return what a whole read shows; one value for as long as nobody writes."""
        record, modified, shown = self._reads
        if record is not self.record or modified != self.modified:
            shown = {**self.record, "modified": self.modified}
            self._reads = self.record, self.modified, shown
        return shown


class Mailbox:
    """The server's side of one mailbox: items, the log behind its change feed, late requests."""

    def __init__(self, name: str, clock: VirtualClock) -> None:
        self.name = name
        self.clock = clock
        self.items: dict[str, Item] = {}
        self.gone: dict[str, Item] = {}  # and what they said when they were removed for good
        self.log: list[tuple[int, str, frozenset[str]]] = []  # and the folders that it concerns
        self.folders: dict[str, Folder] = {}
        self.seq = 0
        self.times: list[float] = []  # of each entry of the log
        self.floor = 0  # tokens from before this are evicted
        self.late: list[tuple[float, Callable[[], object]]] = []
        self.seems_empty = False
        self.soft_delete = False
        # A write to what was deleted softly meets its new ETag, and not an empty place.
        self.bin_answers = False
        # Whether some item is known to a worker: only then a short listing can be seen through.
        self.is_known: Callable[[str], bool] = lambda _: True
        self.next_links: dict[str, tuple[Any, ...]] = {}
        self.refuses: Callable[[Record], bool] = lambda _: False
        self.has_labels = False
        self.given: set[frozenset[str]] = set()  # what people ever labelled an item with
        self._ids = 0

    # ------------------------------------------------------------------------ what is carried out

    def create(
        self, record: Record, *, stamp: str = "", ours: bool = False, container: str = MAIN
    ) -> Item:
        """Carry a create out; raises Refused."""
        if not self.is_folder(container):
            raise Refused(404)
        if ours and self.refuses(record):
            raise Refused(400)
        self._ids += 1
        # Ids differ in case alone here and there, as Exchange's do.
        letter = "a" if self._ids % 2 else "A"
        item = Item(
            remote_id=f"{self.name}-{letter}{(self._ids + 1) // 2}",
            record={"website": ""},
            container=container,
            stamp=stamp,
            ours=ours,
            born=self.seq + 1,
            created=self.clock.seconds + self.seq / 1000,
        )
        self.items[item.remote_id] = item
        # What moves brings along what people gave it; nothing else of theirs is ours to write.
        if ours and (names := frozenset(own_names(record))) in self.given:
            item.own = names
        self._store(item, {CATEGORIES: [], **record} if self.has_labels else record)
        return item

    def update(self, remote_id: str, values: Mapping[str, Any], etag: str) -> Item:
        """Carry an update out; raises Refused."""
        item = self._found(remote_id, etag)
        if self.refuses({**item.record, **values}):
            raise Refused(400)
        item.typed = {atom: typed for atom, typed in item.typed.items() if atom not in values}
        # The same of what moves to one that was there already: its own names stay, and these come.
        names = frozenset(own_names(values))
        if any(names == item.own | given for given in self.given):
            item.own = names
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

    def listed(self, container: str = MAIN) -> list[Item]:
        """Return the items of a folder, the main one if none is named."""
        return [item for item in self.items.values() if item.container == container]

    def synced(self) -> list[Item]:
        """Return the items of every folder that we ever put anything into."""
        return self.lying_in((MAIN, *self.owns()))

    def lying_in(self, containers: Sequence[str]) -> list[Item]:
        """Return the items of some folders."""
        return [item for item in self.items.values() if item.container in containers]

    def owns(self) -> list[str]:
        """Return the ids of our own folders."""
        return [f.id for f in self.folders.values() if f.stamp and not f.is_deleted]

    def is_folder(self, container: str) -> bool:
        """Tell whether there is such a folder."""
        made = self.folders.get(container)
        return container in (MAIN, OTHER, DELETED) or (made is not None and not made.is_deleted)

    def make_folder(self, name: str, stamp: str = "") -> Folder:
        """Carry the create of a folder out; raises Refused where the name is taken."""
        if any(f.name == name and not f.is_deleted for f in self.folders.values()):
            raise Refused(409)
        made = Folder(f"folder-{len(self.folders) + 1}", name, stamp)
        self.folders[made.id] = made
        return made

    def drop_folder(self, id_: str) -> None:
        """A folder goes into the bin, with all that lies in it."""
        self.folders[id_].is_deleted = True
        for item in self.listed(id_):
            self._drop(item)

    def alive(self) -> list[Item]:
        """Return the items of all folders that a person would call there."""
        return [item for item in self.items.values() if item.container != DELETED]

    def settled(self) -> int:
        """Return the entry of the log up to which nothing lags any more: it is a minute old."""
        return bisect_right(self.times, self.clock.seconds - LAG)

    # ------------------------------------------------------------------------------ what people do

    def edit(self, remote_id: str, values: Mapping[str, Any]) -> None:
        """A person changes an item in Outlook."""
        item = self.items[remote_id]
        item.touched = True
        item.edits += [(self.clock.event(), a, item.record.get(a)) for a in values]
        if CATEGORIES in values:
            item.own = frozenset(own_names(values))
            self.given.add(item.own)
        self._store(item, values)
        for atom in values:
            item.typed.setdefault(atom, []).append(canon(atom, item.record[atom]))

    def touch(self, remote_id: str) -> None:
        """The ETag moves without an edit."""
        self._bump(self.items[remote_id])

    def move(self, remote_id: str, container: str) -> None:
        """A person moves an item; moving into Deleted Items is deleting."""
        item = self.items[remote_id]
        before, item.container = item.container, container
        self._bump(item, before)

    def put_back(self, item: Item, container: str) -> None:
        """A person puts an item back that was taken out."""
        self.move(item.remote_id, container)
        item.placed = True

    def remove(self, remote_id: str) -> None:
        """A person deletes an item."""
        self._drop(self.items[remote_id])

    def copy(self, remote_id: str) -> Item:
        """A person copies an item; the copy carries the original's stamp."""
        item = self.items[remote_id]
        copy = self.create(dict(item.record), stamp=item.stamp, container=item.container)
        copy.own = item.own
        # Nobody can tell it from its original, so what that has said counts as said by it.
        copy.held = {atom: list(values) for atom, values in item.held.items()}
        return copy

    # -------------------------------------------------------------------------------------- inside

    def _found(self, remote_id: str, etag: str) -> Item:
        item = self.items.get(remote_id)
        if item is None or self.seems_empty:
            raise Refused(404)
        if item.container == DELETED:
            raise Refused(412 if self.bin_answers else 404)
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
        before = item.container
        if self.soft_delete:
            item.container = DELETED
        else:
            self.gone[item.remote_id] = self.items.pop(item.remote_id)
        self._bump(item, before)

    def _bump(self, item: Item, before: str = "") -> None:
        self.seq += 1
        self.log.append((self.seq, item.remote_id, frozenset({before, item.container})))
        self.times.append(self.clock.seconds)
        # Opaque and without order, like a change key.
        digest = hashlib.md5(f"{self.name}{self.seq}".encode(), usedforsecurity=False)
        item.etag = f'W/"{digest.hexdigest()[:8]}"'
