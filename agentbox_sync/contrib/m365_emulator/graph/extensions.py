from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..calendar.records import Event
from ..todo.records import Task, TaskList
from . import contacts
from .calendar import paths
from .errors import GraphError, item_not_found
from .messages import Answer, Call
from .opentypes import Extended, Extension, as_json, bare_name, claim_names, read_extension, shown
from .todo import paths as todo_paths


def list_extensions(call: Call) -> Answer:
    body = {"@odata.context": _context(call), "value": shown(_item(call))}
    return Answer(200, body)


def count_extensions(call: Call) -> Answer:
    return Answer(200, str(len(_item(call).open)))


def get_extension(call: Call) -> Answer:
    item, name = _find(call)
    return _one(call, 200, name, item.open[name])


def create_extension(call: Call) -> Answer:
    item = _item(call)
    name, data = read_extension(call.request.json_body())
    if name in item.open:
        raise GraphError(
            409, "nameAlreadyExists", f"An extension with the name '{name}' exists already."
        )
    claim_names(call, [name])
    _keep(call, item, {**item.open, name: data})
    return _one(call, 201, name, data)


def update_extension(call: Call) -> Answer:
    """Properties that are sent are laid over those that are there; null takes one away."""
    item, name = _find(call)
    _, change = read_extension(call.request.json_body(), name)
    both = {**item.open[name], **change}
    data = {key: value for key, value in both.items() if value is not None}
    _keep(call, item, {**item.open, name: data})
    return _one(call, 200, name, data)


def delete_extension(call: Call) -> Answer:
    item, name = _find(call)
    _keep(call, item, {k: v for k, v in item.open.items() if k != name})
    return Answer(204)


def _one(call: Call, status: int, name: str, data: Extension) -> Answer:
    context = f"{_context(call)}/$entity"
    return Answer(status, {"@odata.context": context, **as_json(name, data)})


def _item(call: Call) -> Extended:
    """The item or list that the path names; raises GraphError."""
    if "task" in call.args:
        return todo_paths.find(call)
    if "list" in call.args:
        return todo_paths.target(call)
    return paths.find(call).event if "event" in call.args else contacts.find(call)


def _find(call: Call) -> tuple[Extended, str]:
    item, name = _item(call), bare_name(call.args["extension"])
    if name not in item.open:
        raise item_not_found()
    return item, name


def _keep(call: Call, item: Extended, extensions: Mapping[str, Extension]) -> None:
    bump = call.state.switches.extension_bumps_key
    if isinstance(item, Task):
        call.mailbox.todo.extend(item, extensions, new_key=bump)
    elif isinstance(item, TaskList):
        call.mailbox.todo.keep_list(replace(item, open=extensions))
    elif isinstance(item, Event):
        call.mailbox.calendars.extend(item, extensions, new_key=bump)
    else:
        call.mailbox.extend(item, extensions, new_key=bump)


def _context(call: Call) -> str:
    if "list" in call.args:
        return todo_paths.context(call, "/extensions")
    if "event" in call.args:
        return call.context(f"/events('{call.args['event']}')/extensions")
    return call.context(f"/contacts('{call.args['contact']}')/extensions")
