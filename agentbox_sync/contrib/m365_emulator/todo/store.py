from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..clock import Clock, iso
from ..identifiers import Identifiers
from ..journal import Journal
from ..records import EVERYTHING, Actor, Mark
from .records import DEFAULT, FLAGGED, PLAIN, Task, TaskList, Values

PARTS = {"linked": "linkedResources", "steps": "checklistItems"}


class TaskLists:
    """The task lists and tasks of one mailbox. Callers hold the state's lock."""

    def __init__(self, ids: Identifiers, clock: Clock, tick: Callable[[], int]) -> None:
        self.ids = ids
        self.clock = clock
        self.tick = tick
        self.lists: dict[str, TaskList] = {}
        self.tasks: dict[str, Task] = {}
        self.journals: dict[str, Journal] = {}
        self.list_journal = Journal()
        self.marks: dict[str, Mark] = {}
        self.former: dict[str, str] = {}  # id that is no more -> the immutable id it stood for
        self.touched: dict[str, dict[str, int]] = {}  # key -> property -> when it last changed
        self.tell: Callable[[str, Task], None] | None = None
        self._by_lasting: dict[str, str] = {}
        self._members: dict[str, dict[str, None]] = {}
        self.add_list("Tasks", DEFAULT)
        self.add_list("Flagged Emails", FLAGGED)

    # lists --------------------------------------------------------------------------------

    @property
    def default(self) -> TaskList:
        return next(found for found in self.lists.values() if found.well_known == DEFAULT)

    def add_list(self, name: str, well_known: str = PLAIN, *, foreign: bool = False) -> TaskList:
        made = TaskList(
            self.ids.folder_id(),
            name,
            self.tick(),
            self.ids.change_key(),
            well_known,
            foreign=foreign,
        )
        return self.change_list(made)

    def keep_list(self, tasks: TaskList) -> TaskList:
        """Put a list in place; announces nothing to delta."""
        self.lists[tasks.id] = tasks
        self.journals.setdefault(tasks.id, Journal())
        self._members.setdefault(tasks.id, {})
        return tasks

    def change_list(self, tasks: TaskList) -> TaskList:
        self.keep_list(replace(tasks, change_key=self.ids.change_key()))
        self.list_journal.note(self.tick(), tasks.id)
        return self.lists[tasks.id]

    def remove_list(self, tasks: TaskList, actor: Actor) -> None:
        """A list goes with all that is in it."""
        for task in self.of(tasks.id):
            self.discard(task, actor)
        del self.lists[tasks.id]
        self.list_journal.note(self.tick(), tasks.id)

    # tasks --------------------------------------------------------------------------------

    def find(self, identifier: str) -> Task | None:
        """By the present id or by the immutable one; both are case-sensitive."""
        return self.tasks.get(self._by_lasting.get(identifier, identifier))

    def of(self, tasks: str) -> list[Task]:
        return [self.tasks[key] for key in self._members[tasks]]

    def everything(self) -> list[Task]:
        return [task for task in self.tasks.values() if not task.deleted]

    def add(self, tasks: str, values: Values, actor: Actor, **more: Any) -> Task:
        """A new task; `linked`, `steps` and `open` may come along."""
        now = iso(self.clock.now())
        task = Task(
            self.ids.rest_id(),
            self.ids.immutable_id(),
            self.tick(),
            tasks,
            values,
            self.ids.change_key(),
            now,
            now,
            now if values["body"]["content"] else "",
            **more,
        )
        self.keep(task)
        self._announce(task, actor, "added", "created")
        return task

    def change(self, task: Task, actor: Actor, fields: Iterable[str] = (), **what: Any) -> Task:
        """Replace parts of a task: `values`, `linked`, `steps`."""
        now = iso(self.clock.now())
        if "values" in what and what["values"]["body"] != task.values["body"]:
            what["body_modified"] = now
        changed = replace(task, change_key=self.ids.change_key(), modified=now, **what)
        self.keep(changed)
        self._announce(changed, actor, "changed", "updated", fields)
        return changed

    def touch(self, task: Task) -> Task:
        """Another key and no other change, as Exchange does now and then by itself."""
        return self.change(task, Actor("Exchange"))

    def extend(
        self, task: Task, extensions: Mapping[str, Mapping[str, Any]], *, new_key: bool
    ) -> Task:
        """Set the open extensions of a task, which delta does not track."""
        key = self.ids.change_key() if new_key else task.change_key
        changed = replace(task, open=extensions, change_key=key)
        self.keep(changed)
        return changed

    def replace_parts(self, task: Task, actor: Actor, *, tracked: bool, **what: Any) -> Task:
        """Set `linked` or `steps`; whether that is a change of the task, is not known."""
        if tracked:
            return self.change(task, actor, {PARTS[name] for name in what}, **what)
        changed = replace(task, **what)
        self.keep(changed)
        return changed

    def move(self, task: Task, tasks: str, actor: Actor) -> Task:
        """To another list, where it is another item: its id is gone for good."""
        return self._reborn(task, tasks, actor, "moved")

    def discard(self, task: Task, actor: Actor) -> Task:
        gone = replace(task, deleted=True, change_key=self.ids.change_key())
        self.keep(gone)
        self._announce(gone, actor, "removed", "deleted")
        return gone

    def restore(self, task: Task, actor: Actor) -> Task:
        home = task.list if task.list in self.lists else self.default.id
        return self._reborn(task, home, actor, "restored")

    def purge(self, task: Task, actor: Actor) -> None:
        self._forget(task)
        if not task.deleted:
            self._announce(task, actor, "removed", "deleted")

    def keep(self, task: Task) -> None:
        """Put a task in place with its indexes; announces nothing to delta."""
        self.tasks[task.key] = task
        self._by_lasting[task.lasting] = task.key
        members = self._members.setdefault(task.list, {})
        if task.deleted:
            members.pop(task.key, None)
        else:
            members.setdefault(task.key)

    def lasting_of(self, key: str) -> str:
        """The immutable id behind an id, also of what has left."""
        task = self.tasks.get(key)
        return task.lasting if task else self.former.get(key, key)

    # ------------------------------------------------------------------------------ inside

    def _reborn(self, task: Task, tasks: str, actor: Actor, verb: str) -> Task:
        self._forget(task)
        if not task.deleted:
            self._announce(task, actor, "removed", "deleted")
        there = replace(
            task,
            key=self.ids.rest_id(),
            serial=self.tick(),
            list=tasks,
            change_key=self.ids.change_key(),
            modified=iso(self.clock.now()),
            deleted=False,
        )
        self.keep(there)
        self._announce(there, actor, verb, "created")
        return there

    def _forget(self, task: Task) -> None:
        self.former[task.key] = task.lasting
        del self.tasks[task.key], self._by_lasting[task.lasting]
        self._members[task.list].pop(task.key, None)
        self.touched.pop(task.key, None)
        self.marks.pop(task.key, None)

    def _announce(
        self, task: Task, actor: Actor, verb: str, told: str, fields: Iterable[str] = ()
    ) -> None:
        now = self.tick()
        self.journals[task.list].note(now, task.key)
        names = fields if verb == "changed" else (EVERYTHING,)
        self.touched.setdefault(task.key, {}).update(dict.fromkeys(names, now))
        if actor.is_app:
            label = str(task.values["title"] or "Without a title")
            at = self.clock.now()
            self.marks[task.key] = Mark(actor.name, frozenset(fields), at, verb, label)
        else:
            self.marks.pop(task.key, None)
        if self.tell is not None:
            self.tell(told, task)
