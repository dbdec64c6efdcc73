"""What lies in a task: resources that are linked to it, and the items of its checklist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...clock import iso
from ...todo.records import Part, Task
from .. import query
from ..errors import invalid_property, invalid_query
from ..messages import Answer, Call
from ..paging import page_of
from .paths import context, find, missing
from .reading import LINKED, STEP, read_linked, read_step
from .shapes import linked_json, step_json


@dataclass(frozen=True)
class Shelf:
    """One of the two collections of a task."""

    name: str  # as its address spells it
    field: str  # of Task
    properties: tuple[str, ...]
    read: Callable[[Any], dict[str, Any]]
    show: Callable[[Part], dict[str, Any]]

    def held(self, task: Task) -> tuple[Part, ...]:
        found: tuple[Part, ...] = getattr(task, self.field)
        return found


LINKED_RESOURCES = Shelf("linkedResources", "linked", LINKED, read_linked, linked_json)
CHECKLIST = Shelf("checklistItems", "steps", STEP, read_step, step_json)
SHELVES = {shelf.name.lower(): shelf for shelf in (LINKED_RESOURCES, CHECKLIST)}


def list_parts(call: Call) -> Answer:
    shelf, options = _shelf(call), _options(call)
    found = shelf.held(find(call))

    def show(part: Part) -> dict[str, Any]:
        return _selected(shelf, part, options)

    return page_of(call, found, options, context(call, f"/{shelf.name}"), show)


def count_parts(call: Call) -> Answer:
    return Answer(200, str(len(_shelf(call).held(find(call)))))


def get_part(call: Call) -> Answer:
    return _one(call, 200, _find(call), _options(call))


def create_part(call: Call) -> Answer:
    shelf, task = _shelf(call), find(call)
    sent = shelf.read(call.request.json_body())
    made: dict[str, Any] = {"id": call.mailbox.todo.ids.guid(), **sent}
    if shelf is CHECKLIST:
        if not sent.get("displayName"):
            raise invalid_property("An item of a checklist needs a displayName.")
        created = iso(call.state.clock.now())
        made = {**made, **_checked(call, {}, sent), "createdDateTime": created}
    _keep(call, task, (*shelf.held(task), made))
    return _one(call, 201, made)


def update_part(call: Call) -> Answer:
    shelf, task, part = _shelf(call), find(call), _find(call)
    sent = shelf.read(call.request.json_body())
    changed = {**part, **sent}
    if shelf is CHECKLIST:
        changed |= _checked(call, part, sent)
    others = shelf.held(task)
    _keep(call, task, tuple(changed if p["id"] == part["id"] else p for p in others))
    return _one(call, 200, changed)


def delete_part(call: Call) -> Answer:
    shelf, task, part = _shelf(call), find(call), _find(call)
    _keep(call, task, tuple(p for p in shelf.held(task) if p["id"] != part["id"]))
    return Answer(204)


def _checked(call: Call, before: Part, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Whether an item is checked, and since when."""
    checked = bool(sent.get("isChecked", before.get("isChecked", False)))
    since = before.get("checkedDateTime") if before.get("isChecked") else None
    now = iso(call.state.clock.now())
    return {"isChecked": checked, "checkedDateTime": (since or now) if checked else None}


def _keep(call: Call, task: Task, parts: tuple[Part, ...]) -> None:
    shelf, tracked = _shelf(call), call.state.switches.todo_parts_tracked
    what = {shelf.field: parts}
    call.mailbox.todo.replace_parts(task, call.caller.actor, tracked=tracked, **what)


def _shelf(call: Call) -> Shelf:
    names = {part.lower() for part in call.request.segments}
    return next(shelf for name, shelf in SHELVES.items() if name in names)


def _find(call: Call) -> Part:
    wanted = call.args["part"].lower()
    for part in _shelf(call).held(find(call)):
        if part["id"] == wanted:
            return part
    raise missing(call)


def _options(call: Call) -> query.Options:
    options = query.read(call, query.Grammar(frozenset({"id", *_shelf(call).properties})))
    if options.filter or options.orderby or options.properties or options.extensions:
        raise invalid_query("What lies in a task can neither be filtered nor sorted.")
    return options


def _selected(shelf: Shelf, part: Part, options: query.Options) -> dict[str, Any]:
    shown = shelf.show(part)
    if options.select is None:
        return shown
    return {name: value for name, value in shown.items() if name in {"id", *options.select}}


def _one(call: Call, status: int, part: Part, options: query.Options | None = None) -> Answer:
    shelf = _shelf(call)
    shown = _selected(shelf, part, options or query.Options())
    address = context(call, f"/{shelf.name}/$entity")
    return Answer(status, {"@odata.context": address, **shown})
