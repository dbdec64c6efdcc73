"""Microsoft as the engine's port sees task lists, with what goes wrong on the way."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    ItemChanged,
    ItemMissing,
    SuspendConnection,
    SyncError,
)
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.ports import Create, Cursor, Delete, Lost, Page, Update, Write, Written
from tests.sim import wire
from tests.sim.clock import START, VirtualClock
from tests.sim.tasks.mailbox import MAIN, Mailbox, Task, linked_of
from tests.sim.wire import Wire

REMOVED = "@removed for a live task"
FAULTS = wire.FAULTS | {REMOVED}
"""What may go wrong."""


class TaskGraph(Wire):
    """A RemoteStore of task lists.

    A task is read before it is written, because nobody knows whether If-Match is heeded: people
    may act between the two (``between``), and ``overwrites`` is told what they did there.
    """

    def __init__(self, mailbox: Mailbox, clock: VirtualClock, rng: random.Random) -> None:
        super().__init__(mailbox, clock, rng)
        self.check: Callable[[Write, Task | None], None] = lambda write, task: None
        self.overwrites: Callable[[Record, Task, tuple[str, ...]], None] = lambda *_: None
        self.tells: Callable[[Task], None] = lambda task: None
        self._looked: dict[tuple[str, str], Record] = {}
        self._mailbox = mailbox

    def locate(self, kind: str, target: str) -> str:
        """Return the id of a list."""
        self.begin()
        if target and target not in self._mailbox.lists:
            raise SuspendConnection("no such list", code="ErrorItemNotFound")
        return target or MAIN

    def find_own(self, kind: str, stamp: str) -> str:
        """Return the id of our own list with a stamp."""
        self.begin()
        return next((id_ for id_, known in self._mailbox.lists.items() if known == stamp), "")

    def create_own(self, kind: str, stamp: str) -> str:
        """Create a list of our own."""
        self.begin()
        if self.chance(0.5, "never committed, no answer"):
            raise wire.unknown()
        own = f"list-own-{len(self._mailbox.log)}-{len(self._mailbox.lists)}"
        self._mailbox.lists[own] = stamp
        if self.chance(0.5, "500 committed"):
            raise wire.unknown()
        return own

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Remove our own list if nothing lies in it."""
        self.begin()
        box = self._mailbox
        if collection not in box.lists:
            return True
        if box.lists[collection] != stamp or any(
            task.place == collection for task in box.tasks.values()
        ):
            return False
        box.drop_list(collection)
        return True

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor."""
        self.begin()
        return [self._page(cursor) for cursor in cursors]

    def _page(self, cursor: Cursor) -> Page | SyncError:
        box, place = self._mailbox, cursor.collection
        if place not in box.lists:
            raise SuspendConnection("no such list", code="ErrorItemNotFound")
        if cursor.link and self.chance(0.1, "410"):
            return CursorExpired("gone", code="SyncStateNotFound")
        entries = []
        if not cursor.link:
            entries = [self.seen(task) for task in box.tasks.values() if task.place == place]
        else:
            news = [id_ for where, id_ in box.log[int(cursor.link) :] if where == place]
            for id_ in dict.fromkeys(news):
                task = box.tasks.get(id_)
                lives = task is not None and not self.chance(0.2, REMOVED)
                entries.append(self.seen(task) if task and lives else _gone(id_))
        return Page(tuple(entries), delta_link=str(len(box.log)))

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole tasks, each in the list that its id names."""
        if not remote_ids:
            return []
        self.begin()
        tasks = [self._mailbox.tasks.get(id_) for id_ in remote_ids]
        return [self.seen(t) if t else ItemMissing("no", code="404") for t in tasks]

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the tasks of a list that carry each stamp."""
        if not stamps:
            return []
        self.begin()
        tasks = [task for task in self._mailbox.tasks.values() if task.place == collection]
        return [[self.seen(t) for t in tasks if t.stamp == stamp] for stamp in stamps]

    def find_strayed(self, kind: str, lost: Sequence[Lost]) -> list[list[Observation] | SyncError]:
        """Find in all lists the tasks with each stamp, and those without one and of each name.

        Those of a name, whatever they carry, where no stamp is named.
        """
        self.begin()
        tasks = list(self._mailbox.tasks.values())
        return [
            [
                self.seen(task)
                for task in tasks
                if (
                    task.stamp == one.stamp
                    if task.stamp and one.stamp
                    else task.values["title"] == one.record.get("title")
                )
            ]
            for one in lost
        ]

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find tasks of a list with the title and the due date of each record."""
        if not records:
            return []
        self.begin()
        box = self._mailbox
        tasks = [task for task in box.tasks.values() if task.place == collection]
        found: list[list[Observation] | SyncError] = []
        for record in records:
            keys = KIND.strong_keys(KIND.canonical(record, box.locality))
            named = [t for t in tasks if KIND.strong_keys(box.canonical(t)) == keys]
            found.append([self.seen(t) for t in named if keys != ((),)])
        return found

    def seen(self, task: Task) -> Observation:
        """Return a task as every answer shows it; the feed shows its stamp as well."""
        self.tells(task)
        task.shown.add(task.etag)
        return Observation(
            task.remote_id,
            task.etag,
            self._mailbox.record(task),
            container=task.place,
            stamp=task.stamp,
            created_at=START + timedelta(seconds=task.born),
        )

    # ------------------------------------------------------------------------------------- writing

    def _one(self, collection: str, write: Write) -> Written | SyncError:
        if isinstance(write, Update | Delete) and write.etag:
            task = self._mailbox.tasks.get(write.remote_id)
            if task is None:
                return ItemMissing("not found", code="ErrorItemNotFound")
            task.shown.add(task.etag)
            if task.etag != write.etag:
                return ItemChanged("changed", code="OtherETag")
            self._looked[write.remote_id, write.etag] = self._mailbox.record(task)
            self.between()
        return super()._one(collection, write)

    def carry_out(self, collection: str, write: Write) -> Written:
        """Carry a write out that a look has allowed; raises Refused."""
        box = self._mailbox
        if isinstance(write, Create):
            self.check(write, None)
            task = box.create(write.record, write.stamp, collection)
        else:
            task = box.found(write.remote_id, write.etag if box.habits.heeds else "")
            self.check(write, task)
            was = self._looked[write.remote_id, write.etag]
            if isinstance(write, Delete):
                self.overwrites(was, task, KIND.atoms)
                box.remove(task)
                self.writes += 1
                return Written(write.remote_id)
            self.overwrites(was, task, write.atoms)
            self._link(task, write)
            box.update(task, write.record, write.atoms)
        self.writes += 1
        task.shown.add(task.etag)
        record = box.record(task)
        if not isinstance(write, Update):
            return Written(task.remote_id, task.etag, record)
        # What else has changed meanwhile is news, and has yet to be read.
        told = {a: v for a, v in record.items() if a in write.atoms or was.get(a) == v}
        return Written(task.remote_id, task.etag, told, is_edited=told != record)

    def _link(self, task: Task, write: Update) -> None:
        if "reference" in write.atoms:
            task.linked = linked_of(write.record, write.stamp or task.stamp)


def _gone(remote_id: str) -> Observation:
    return Observation(remote_id, removed=True)
