from __future__ import annotations

from dataclasses import replace

from ...todo.records import TaskList
from .. import query
from ..errors import GraphError, invalid_query
from ..messages import Answer, Call
from ..opentypes import shown as shown_extensions
from ..paging import page_of
from .filters import LISTS
from .paths import check_plain, context, target
from .reading import read_name
from .shapes import EXPANDED, list_json


def list_lists(call: Call) -> Answer:
    """The lists in the order in which they were made."""
    options = read_options(call)
    found = _matching(call, options)
    for _, descending in options.orderby:
        found.sort(key=lambda tasks: tasks.name.lower(), reverse=descending)
    return page_of(call, found, options, context(call), lambda tasks: _shown(tasks, options))


def count_lists(call: Call) -> Answer:
    return Answer(200, str(len(_matching(call, read_options(call)))))


def get_list(call: Call) -> Answer:
    return _one(call, 200, target(call), read_options(call))


def create_list(call: Call) -> Answer:
    name = read_name(call.request.json_body(), call.state.switches, creating=True) or ""
    made = call.mailbox.todo.add_list(_free_name(call, name))
    answer = _one(call, 201, made)
    answer.headers["Location"] = f"{call.request.base}{call.root}/todo/lists/{made.id}"
    return answer


def update_list(call: Call) -> Answer:
    tasks = target(call)
    check_plain(call, tasks)
    name = read_name(call.request.json_body(), call.state.switches, creating=False)
    if name and name != tasks.name:
        tasks = replace(tasks, name=_free_name(call, name))
    return _one(call, 200, call.mailbox.todo.change_list(tasks))


def delete_list(call: Call) -> Answer:
    tasks = target(call)
    check_plain(call, tasks)
    call.mailbox.todo.remove_list(tasks, call.caller.actor)
    return Answer(204)


def read_options(call: Call) -> query.Options:
    options = query.read(call, LISTS)
    if options.properties is not None:
        raise invalid_query("A list of tasks has no extended properties.")
    if options.extensions is None:
        return options
    # That a list can be asked for its open extensions together with it is on no page of its own.
    policy = call.state.switches.todo_list_extensions
    if policy == "refuse":
        raise invalid_query("A list of tasks has nothing to expand.")
    return replace(options, extensions=None) if policy == "ignore" else options


def _matching(call: Call, options: query.Options) -> list[TaskList]:
    found = call.mailbox.todo.lists.values()
    return [t for t in found if options.filter is None or options.filter.test(t)]


def _free_name(call: Call, name: str) -> str:
    """What becomes of a name that another list has: a switch says."""
    taken = {tasks.name.lower() for tasks in call.mailbox.todo.lists.values()}
    policy = call.state.switches.todo_same_name
    if name.lower() not in taken or policy == "keep":
        return name
    if policy == "refuse":
        raise GraphError(409, "nameAlreadyExists", f"There is a list '{name}' already.")
    number = next(n for n in range(1, len(taken) + 2) if f"{name.lower()} ({n})" not in taken)
    return f"{name} ({number})"


def _shown(tasks: TaskList, options: query.Options) -> dict[str, object]:
    shown = list_json(tasks, options.select)
    if options.extensions is not None:
        shown["extensions"] = shown_extensions(tasks, options.extensions)[:EXPANDED]
    return shown


def _one(call: Call, status: int, tasks: TaskList, options: query.Options | None = None) -> Answer:
    address = call.context("/todo/lists/$entity")
    shown = _shown(tasks, options or query.Options())
    return Answer(status, {"@odata.context": address, **shown}, {"ETag": tasks.etag})
