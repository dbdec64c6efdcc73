from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from .graph.errors import GraphError, invalid_property, item_not_found
from .graph.todo.reading import TaskChange, read_linked, read_step, read_task
from .mailbox import Mailbox
from .records import Actor
from .todo import changes
from .todo.changes import TaskHand
from .todo.dates import CLIENTS, day_written
from .todo.records import DONE, OPEN, PLAIN, Task, TaskList, blank

if TYPE_CHECKING:
    from .entra.accounts import User
    from .state import State
    from .todo.store import TaskLists

SEED = Actor("seed")
DAYS = {"due": "dueDateTime", "start": "startDateTime"}
VERBS = frozenset(
    {
        "add_task",
        "edit_task",
        "complete_task",
        "reopen_task",
        "delete_task",
        "restore_task",
        "purge_task",
        "copy_task",
        "move_task",
        "touch_task",
        "add_list",
        "rename_list",
        "delete_list",
    }
)


def tasks_of(box: Mailbox) -> dict[str, Any]:
    """The lists and tasks of a mailbox, for the asserts of a test; ids are those of Graph."""
    store = box.todo
    return {
        "task_lists": [
            {"id": found.id, "name": found.name, "well_known": found.well_known}
            for found in store.lists.values()
        ],
        "tasks": [task_row(store, task) for task in store.everything()],
        "deleted_tasks": [task_row(store, task) for task in store.tasks.values() if task.deleted],
    }


def task_row(store: TaskLists, task: Task) -> dict[str, Any]:
    """A task as it is kept: all times in UTC."""
    home = store.lists.get(task.list)
    return {
        "id": task.key,
        "immutable_id": task.lasting,
        "list": home.name if home else "",
        "etag": task.etag,
        **task.values,
        "linkedResources": [dict(part) for part in task.linked],
        "checklistItems": [dict(part) for part in task.steps],
        "open": dict(task.open),
        "created": task.created,
        "modified": task.modified,
        "serial": task.serial,
    }


def change_tasks(state: State, user: User, body: dict[str, Any]) -> dict[str, Any]:
    """Do what a person would do in To Do; raises GraphError for what Exchange refuses.

    One of: {"add_task": {…}, "list"?}, {"edit_task": id, "values": {…}}, {"complete_task": id},
    {"reopen_task": id}, {"delete_task": id}, {"restore_task": id}, {"purge_task": id},
    {"copy_task": id, "list"?}, {"move_task": id, "list": id or name}, {"touch_task": id} as
    Exchange itself does now and then, {"add_list": name, "foreign"? if somebody else's, who has
    shared it}, {"rename_list": id or name, "to": name},
    {"delete_list": id or name}. Values are as Graph takes them, and beside those `due` and `start`
    (a date), written as `client` does (one of dates.CLIENTS, else local midnight); and
    `linkedResources` and `checklistItems` replace what is there.
    """
    hand = TaskHand(state, user, Actor(user.display_name))
    store = hand.store
    if "add_task" in body:
        place = find_list(store, str(body["list"])) if "list" in body else store.default
        return task_row(store, sow(hand, place, body["add_task"]))
    if "add_list" in body:
        made = store.add_list(str(body["add_list"]), foreign=bool(body.get("foreign")))
        return {"id": made.id, "name": made.name}
    if "rename_list" in body or "delete_list" in body:
        return _arranged(hand, body)
    verb = next(verb for verb in sorted(VERBS) if verb in body)
    task = store.find(str(body[verb]))
    if task is None:
        raise item_not_found()
    done = _done(hand, verb, task, body)
    return {"purged": True} if done is None else task_row(store, done)


def find_list(store: TaskLists, name: str) -> TaskList:
    for found in store.lists.values():
        if name in (found.id, found.name):
            return found
    raise GraphError(404, "ErrorItemNotFound", f"There is no task list called {name!r}.")


def sow(hand: TaskHand, place: TaskList, sent: Any) -> Task:
    """A new task of the person's own; raises GraphError."""
    change, more = read(hand, sent, creating=True)
    values = changes.laid_over(hand, blank(), change.values)
    ids = hand.store.ids
    more = {"linked": tuple({"id": ids.guid(), **part} for part in change.linked), **more}
    return hand.store.add(place.id, values, hand.actor, open=change.open, **more)


def read(
    hand: TaskHand, sent: Any, *, creating: bool = False
) -> tuple[TaskChange, dict[str, tuple[dict[str, Any], ...]]]:
    """Values as a person gives them, and the parts that lie in the task; raises GraphError."""
    if not isinstance(sent, dict):
        raise invalid_property("The values of a task must be one JSON object.")
    given, ids = dict(sent), hand.store.ids
    client = str(given.pop("client", "local_midnight"))
    days = {DAYS[name]: given.pop(name) for name in DAYS if name in given}
    more: dict[str, tuple[dict[str, Any], ...]] = {}
    if "checklistItems" in given:
        steps = given.pop("checklistItems")
        more["steps"] = tuple(
            {"id": ids.guid(), "isChecked": False, **read_step(step)} for step in steps
        )
    if "linkedResources" in given and not creating:
        linked = given.pop("linkedResources")
        more["linked"] = tuple({"id": ids.guid(), **read_linked(part)} for part in linked)
    change = read_task(given, hand.switches, creating=creating)
    return replace(change, values={**change.values, **_written(hand, days, client)}), more


def _written(hand: TaskHand, days: dict[str, Any], client: str) -> dict[str, Any]:
    if client not in CLIENTS:
        raise invalid_property(f"The client of a date is one of {', '.join(CLIENTS)}.")
    policy = hand.switches.todo_dates
    try:
        return {
            name: day_written(date.fromisoformat(day), client, hand.zone, policy) if day else None
            for name, day in days.items()
        }
    except (TypeError, ValueError):
        raise invalid_property("A day is written as 2026-12-05.") from None


def _arranged(hand: TaskHand, body: dict[str, Any]) -> dict[str, Any]:
    store = hand.store
    verb = "rename_list" if "rename_list" in body else "delete_list"
    found = find_list(store, str(body[verb]))
    if found.well_known != PLAIN:
        raise invalid_property(f"The list {found.name!r} cannot be renamed or deleted.")
    if verb == "rename_list":
        store.change_list(replace(found, name=str(body["to"])))
        return {"id": found.id}
    store.remove_list(found, hand.actor)
    return {"deleted": True}


def _done(hand: TaskHand, verb: str, task: Task, body: dict[str, Any]) -> Task | None:
    store = hand.store
    if verb == "edit_task":
        change, more = read(hand, body.get("values", {}))
        return changes.change(hand, task, change.values, **more)
    if verb in ("complete_task", "reopen_task"):
        status = DONE if verb == "complete_task" else OPEN
        return changes.change(hand, task, {"status": status})
    if verb == "delete_task":
        return store.discard(task, hand.actor)
    if verb == "restore_task":
        return store.restore(task, hand.actor)
    if verb == "copy_task":
        place = find_list(store, str(body.get("list", task.list)))
        linked = task.linked if hand.switches.copy_keeps_stamp else ()
        return store.add(place.id, task.values, hand.actor, linked=linked, steps=task.steps)
    if verb == "move_task":
        return store.move(task, find_list(store, str(body["list"])).id, hand.actor)
    if verb == "touch_task":
        return store.touch(task)
    store.purge(task, hand.actor)
    return None
