from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..journal import Journal
from .records import Task, TaskList
from .store import TaskLists


def dump(store: TaskLists) -> dict[str, Any]:
    """Everything that outlives a restart. Fields of a task are replaced, never changed."""
    return {
        "lists": [asdict(tasks) for tasks in store.lists.values()],
        "tasks": [dict(vars(task)) for task in store.tasks.values()],
        "journals": {name: dict(journal.latest) for name, journal in store.journals.items()},
        "list_journal": dict(store.list_journal.latest),
        "touched": {key: dict(fields) for key, fields in store.touched.items()},
        "former": dict(store.former),
    }


def restore(store: TaskLists, data: dict[str, Any]) -> None:
    """Put a dump into the task lists of a new mailbox."""
    store.lists, store.journals = {}, {}
    for entry in data["lists"]:
        store.keep_list(TaskList(**entry))
    for entry in data["tasks"]:
        parts = {name: tuple(entry[name]) for name in ("linked", "steps")}
        store.keep(Task(**{**entry, **parts}))
    for name, latest in data["journals"].items():
        store.journals[name] = Journal.read(latest)
    store.list_journal = Journal.read(data["list_journal"])
    store.touched = data["touched"]
    store.former = data["former"]
