from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...records import EVERYTHING
from ...todo.records import Task
from ..cursor import Cursor
from ..feeds import NOTED_ALWAYS, REFUSED, removed_row
from ..messages import Call
from .paths import target
from .shapes import as_json, list_json

Rows = list[dict[str, Any]]


class TaskFeed:
    """The tasks of one list. One that was moved away is removed here, and new where it is."""

    resource = "TodoTasks"

    def __init__(self, call: Call) -> None:
        self.call = call
        self.store = call.mailbox.todo
        self.id = target(call).id
        self.journal = self.store.journals[self.id]
        self.context = call.context(f"/todo/lists('{self.id}')/tasks/$delta")
        taken = {"$top"}
        if call.state.switches.todo_delta_expand != "refuse":
            taken.add("$expand")
        self.refused = tuple(name for name in REFUSED if name not in taken)

    def begin(self, cursor: Cursor) -> Cursor:
        if self.call.state.switches.todo_delta_expand == "ignore":
            return replace(cursor, expanded=())
        return cursor

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        return ((task.serial, task.key) for task in self.store.of(self.id))

    def rows(self, key: str, cursor: Cursor) -> Rows | None:
        task = self.store.tasks.get(key)
        if task is None or task.deleted or task.list != self.id:
            return None
        if self.call.state.switches.todo_recurrence_listed == "filtered":
            task = replace(task, values={**task.values, "recurrence": None})
        shown = as_json(self.call, task, cursor.select, cursor.expanded)
        if self.call.state.switches.delta_partial and not cursor.initial:
            shown = self._changed(task, shown, cursor)
        return [{"@odata.type": "#microsoft.graph.todoTask", **shown}]

    def _changed(self, task: Task, shown: dict[str, Any], cursor: Cursor) -> dict[str, Any]:
        """All that delta promises of an updated task: its id and what changed, also to nothing."""
        touched = self.store.touched.get(task.key, {})
        if task.serial > cursor.since or touched.get(EVERYTHING, 0) > cursor.since:
            return shown
        fields = {name for name, at in touched.items() if at > cursor.since}
        emptied = {name: None for name in fields if task.values.get(name, "") is None}
        if cursor.select is not None:
            emptied = {name: None for name in emptied if name in cursor.select}
        return emptied | {k: v for k, v in shown.items() if k in fields or k in NOTED_ALWAYS}

    def removed(self, key: str, cursor: Cursor) -> Rows:
        lasting = self.call.prefer.immutable_ids
        live = self.store.find(self.store.lasting_of(key))
        moved = live is not None and not live.deleted
        reason = self.call.state.switches.delta_moved_reason if moved else "deleted"
        name = self.store.lasting_of(key) if lasting else key
        return [removed_row("todoTask", name, reason)]


class ListFeed:
    """All task lists of a mailbox, those that everybody has among them."""

    resource = "TodoTaskLists"
    refused: tuple[str, ...] = REFUSED
    id = "todoLists"

    def __init__(self, call: Call) -> None:
        self.store = call.mailbox.todo
        self.journal = self.store.list_journal
        self.context = call.context("/todo/lists/$delta")

    def begin(self, cursor: Cursor) -> Cursor:
        return cursor

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        return ((tasks.serial, tasks.id) for tasks in self.store.lists.values())

    def rows(self, key: str, cursor: Cursor) -> Rows | None:
        tasks = self.store.lists.get(key)
        if tasks is None:
            return None
        return [{"@odata.type": "#microsoft.graph.todoTaskList", **list_json(tasks, cursor.select)}]

    def removed(self, key: str, cursor: Cursor) -> Rows:
        return [removed_row("todoTaskList", key)]
