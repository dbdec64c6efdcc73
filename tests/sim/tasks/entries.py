"""Tasks as entries of a calendar: their other face, beside the list that they lie in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused, SyncError
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.kinds.faces import DONE, entry_of, fixed_of, task_of
from agentbox_sync.core.windows import Window
from tests.sim.tasks.crm import TaskStore

LABEL = "Task"
MANAGED = (LABEL, DONE)


class TaskEntries:
    """A LocalStore on the tasks of one staff member: what of them a calendar shows."""

    def __init__(self, tasks: TaskStore, locality: Locality, now: Callable[[], datetime]) -> None:
        self._tasks, self._locality, self._now = tasks, locality, now

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every entry in the window."""
        for task in self._tasks.scan():
            entry = self._told(task, within)
            if isinstance(entry, LocalItem) and not entry.is_outside:
                yield entry

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read tasks afresh; one without a date is no entry."""
        found = self._tasks.read(keys)
        return {
            key: self._told(task, within) if isinstance(task, LocalItem) else _away(task)
            for key, task in found.items()
        }

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write to the task what an edit of its entry means."""
        task = self._tasks.of(seen.key.pk)
        if not isinstance(task, LocalItem) or self._item(task).record != seen.record:
            return ItemChanged("somebody saved it meanwhile")
        edited = {atom: record[atom] for atom in atoms}
        changes = task_of(edited, task.record, self._locality.zone, self._now())
        if not changes:
            return seen
        answer = self._tasks.update(task, {**task.record, **changes}, tuple(changes))
        return answer if isinstance(answer, SyncError) else self._item(answer)

    def create(self, record: Record) -> LocalItem | SyncError:
        """Refuse: what is born in a calendar is no task."""
        del record
        return ItemRefused("An entry does not become a task.", code="CrmNotOffered")

    def release(self, seen: LocalItem) -> SyncError | None:
        """Complete the task."""
        task = self._tasks.of(seen.key.pk)
        if not isinstance(task, LocalItem) or self._item(task).record != seen.record:
            return ItemChanged("somebody saved it meanwhile")
        return self._tasks.release(task)

    def _told(self, task: LocalItem, within: Window | None) -> LocalItem | Absence:
        item = self._item(task, within)
        return item if item.record["when"] else Absence(task.key, Cause.LEFT_FILTER)

    def _item(self, task: LocalItem, within: Window | None = None) -> LocalItem:
        entry = dict(entry_of(task.record, self._locality.zone, LABEL))
        shown = KIND.canonical(entry, self._locality)
        outside = within is not None and not KIND.takes_place(shown, within)
        fixed = fixed_of(task.record, task.fixed)
        return replace(task, record=entry, fixed=fixed, is_outside=outside)


def _away(task: Absence) -> Absence:
    """Return why there is no entry; what the task said is said in the words of a task."""
    return Absence(task.key, task.cause)
