from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...todo import changes
from ...todo.records import Task, blank
from .. import query
from ..contacts import check_match
from ..errors import invalid_property, invalid_query
from ..messages import Answer, Call
from ..opentypes import claim_names
from ..paging import page_of
from . import filters
from .paths import applied, context, find, hand, target
from .reading import TaskChange, read_task
from .shapes import as_json


def list_tasks(call: Call) -> Answer:
    """The tasks of a list in the order in which they were made."""
    options = read_options(call)
    found = _matching(call, options)
    for name, descending in reversed(options.orderby):
        found.sort(key=lambda task: filters.sort_value(task, name), reverse=descending)

    def show(task: Task) -> dict[str, Any]:
        return listed(call, task, options)

    answer = page_of(call, found, options, context(call, "/tasks"), show)
    answer.headers |= applied(call)
    return answer


def count_tasks(call: Call) -> Answer:
    return Answer(200, str(len(_matching(call, read_options(call)))))


def get_task(call: Call) -> Answer:
    return _one(call, 200, find(call), read_options(call))


def create_task(call: Call) -> Answer:
    tasks, body = target(call), call.request.json_body()
    sent = read_task(body, call.state.switches, creating=True)
    values = changes.laid_over(hand(call), blank(), sent.values)
    _check_series(call, {**blank(), **sent.values})
    task = add(call, tasks.id, values, sent)
    shown = ("linkedResources",) if sent.linked else ()
    answer = _one(call, 201, task, query.Options(expanded=frozenset(shown)))
    address = f"{call.request.base}{call.root}/todo/lists/{tasks.id}/tasks"
    answer.headers["Location"] = f"{address}/{answer.body['id']}"
    return answer


def add(call: Call, tasks: str, values: Mapping[str, Any], sent: TaskChange) -> Task:
    claim_names(call, sent.open)
    store = call.mailbox.todo
    linked = tuple({"id": store.ids.guid(), **part} for part in sent.linked)
    return store.add(tasks, values, call.caller.actor, linked=linked, open=sent.open)


def update_task(call: Call) -> Answer:
    task = find(call)
    check_key(call, task)
    sent = read_task(call.request.json_body(), call.state.switches, creating=False)
    _check_series(call, {**task.values, **sent.values})
    return _one(call, 200, changes.change(hand(call), task, sent.values))


def delete_task(call: Call) -> Answer:
    task = find(call)
    check_key(call, task)
    call.mailbox.todo.discard(task, call.caller.actor)
    return Answer(204)


def check_key(call: Call, task: Task) -> None:
    """No page of To Do names If-Match: a switch says whether it is looked at."""
    if call.state.switches.todo_if_match == "honour":
        check_match(call, task)


def read_options(call: Call) -> query.Options:
    options = query.read(call, filters.tasks(call.state.switches))
    if options.properties is not None:
        raise invalid_query("A task has no extended properties.")
    return options


def listed(call: Call, task: Task, options: query.Options) -> dict[str, Any]:
    """A task among others: whether its recurrence is shown there, reports differ."""
    if call.state.switches.todo_recurrence_listed == "filtered" and options.filter is None:
        task = replace(task, values={**task.values, "recurrence": None})
    return as_json(call, task, options.select, options.expanded, options.extensions)


def _matching(call: Call, options: query.Options) -> list[Task]:
    wanted = options.filter
    found = call.mailbox.todo.of(target(call).id)
    return [task for task in found if wanted is None or wanted.test(task)]


def _check_series(call: Call, values: Mapping[str, Any]) -> None:
    undated = values["recurrence"] is not None and values["dueDateTime"] is None
    if undated and call.state.switches.todo_undated_series == "refuse":
        raise invalid_property("A task that recurs needs a dueDateTime.")


def _one(call: Call, status: int, task: Task, options: query.Options | None = None) -> Answer:
    options = options or query.Options()
    shown = as_json(call, task, options.select, options.expanded, options.extensions)
    address = call.context(f"/todo/lists('{task.list}')/tasks/$entity")
    headers = {"ETag": task.etag, **applied(call)}
    return Answer(status, {"@odata.context": address, **shown}, headers)
