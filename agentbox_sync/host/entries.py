"""Tasks as entries of the calendar: the other face of the rows that the store of tasks reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused, SyncError
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.kinds.faces import entry_of, fixed_of, task_of
from agentbox_sync.core.windows import Window
from agentbox_sync.host.store import HostStore


class EntryStore:
    """The tasks of one staff member as entries; the key of each is that of its task.

    ``zone`` is the mailbox's, ``label`` the category of its entries. ``is_on``: the settings show
    tasks at all; where they do not, every task has left the selection. So has one without a date.
    """

    def __init__(
        self,
        tasks: HostStore,
        *,
        zone: str,
        label: str = "",
        is_on: bool = True,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._tasks = tasks
        self._zone = zone
        self._label = label
        self._is_on = is_on
        self._now = now

    @property
    def model(self) -> str:
        """Return the model that the keys of its items name."""
        return self._tasks.model

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every entry in the window."""
        for task in self._tasks.scan(within) if self._is_on else ():
            entry = self._told(task, within)
            if isinstance(entry, LocalItem) and not entry.is_outside:
                yield entry

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read tasks afresh; of what is no entry the cause is the task's own, or its date."""
        found = self._tasks.read(keys)
        return {
            key: self._told(task, within) if isinstance(task, LocalItem) else _away(task)
            for key, task in found.items()
        }

    def search(self, text: str, limit: int) -> list[LocalItem]:
        """Return entries that a person may mean by ``text``, at most ``limit``."""
        found = self._tasks.search(text, limit) if self._is_on else []
        entries = (self._told(task) for task in found)
        return [entry for entry in entries if isinstance(entry, LocalItem)]

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write to the task what an edit of its entry means; what it has no place for stays."""
        task = self._behind(seen)
        if isinstance(task, SyncError):
            return task
        edited = {atom: record[atom] for atom in atoms}
        changes = task_of(edited, task.record, self._zone, self._now())
        changes = {atom: value for atom, value in changes.items() if atom not in task.fixed}
        if not changes:
            return seen
        answer = self._tasks.update(task, {**task.record, **changes}, tuple(changes))
        return answer if isinstance(answer, SyncError) else self._item(answer)

    def create(self, record: Record) -> LocalItem | SyncError:
        """Refuse: what is born in a calendar is an appointment."""
        del record
        return ItemRefused("An entry does not become a task.", code="CrmNotOffered")

    def release(self, seen: LocalItem) -> SyncError | None:
        """Follow a removal from the calendar as the task follows one from its list."""
        task = self._behind(seen)
        return task if isinstance(task, SyncError) else self._tasks.release(task)

    def grant(self, key: LocalKey) -> SyncError | None:
        """Give the staff member a task back that a release has done, or taken from them."""
        return self._tasks.grant(key)

    def is_lost(self, key: LocalKey) -> bool:
        """Tell whether a task is as a release leaves it."""
        return self._tasks.is_lost(key)

    def _behind(self, seen: LocalItem) -> LocalItem | SyncError:
        """Return the task of an entry if it still reads as ``seen``."""
        task = self._tasks.read([seen.key])[seen.key]
        if isinstance(task, LocalItem) and self._told(task) == seen:
            return task
        return ItemChanged("The task was changed or is no entry any more.", code="CrmChanged")

    def _told(self, task: LocalItem, within: Window | None = None) -> LocalItem | Absence:
        item = self._item(task, within)
        is_entry = self._is_on and item.record["when"] is not None
        return item if is_entry else Absence(task.key, Cause.LEFT_FILTER)

    def _item(self, task: LocalItem, within: Window | None = None) -> LocalItem:
        record = entry_of(task.record, self._zone, self._label)
        is_outside = within is not None and not KIND.takes_place(
            KIND.canonical(record, Locality(zone=self._zone)), within
        )
        fixed = fixed_of(task.record, task.fixed)
        return replace(task, record=record, fixed=fixed, is_outside=is_outside)


def _away(task: Absence) -> Absence:
    """Return why there is no entry; what the task said is said in the words of a task."""
    return Absence(task.key, task.cause)
