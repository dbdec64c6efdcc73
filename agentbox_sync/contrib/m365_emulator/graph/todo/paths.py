from __future__ import annotations

from urllib.parse import quote

from ...identifiers import is_well_formed
from ...todo.changes import TaskHand
from ...todo.records import PLAIN, Task, TaskList
from ..calendar.checks import check_zone
from ..errors import GraphError, item_not_found, malformed_id
from ..messages import Call


def target(call: Call) -> TaskList:
    """The list that the path names; raises GraphError."""
    zone_asked(call)  # refused before anything is done
    named = call.args["list"]
    if not is_well_formed(named):
        raise malformed(call)
    found = call.mailbox.todo.lists.get(named)
    if found is None:
        raise missing(call)
    return found


def find(call: Call) -> Task:
    """The task that the path names, in the list that it names; raises GraphError."""
    tasks, identifier = target(call), call.args["task"]
    if not is_well_formed(identifier):
        raise malformed(call)
    task = call.mailbox.todo.find(identifier)
    if task is None or task.deleted or task.list != tasks.id:
        raise missing(call)
    return task


def hand(call: Call) -> TaskHand:
    return TaskHand(call.state, call.user, call.caller.actor)


def zone_asked(call: Call) -> str:
    """The zone of the answer's times: UTC, unless the header is heeded. Raises GraphError 400."""
    name = call.prefer.time_zone
    if not name or call.state.switches.todo_time_zone == "ignore":
        return "UTC"
    check_zone(name, call.state.switches)
    return name


def applied(call: Call) -> dict[str, str]:
    """What of the Prefer header is heeded beside what every operation heeds."""
    if not call.prefer.time_zone or call.state.switches.todo_time_zone == "ignore":
        return {}
    return {"Preference-Applied": f'outlook.timezone="{call.prefer.time_zone}"'}


def check_plain(call: Call, tasks: TaskList) -> None:
    """The lists that every mailbox has keep their names and stay; raises GraphError 400."""
    if tasks.well_known == PLAIN:
        return
    words = f"The list '{tasks.name}' cannot be renamed or deleted."
    codes = {
        "exchange": "ErrorDeleteDistinguishedFolder",
        "service": "invalidRequest",
        "unknown": "UnknownError",
    }
    raise GraphError(400, codes[call.state.switches.todo_codes], words)


def missing(call: Call) -> GraphError:
    """What is not there, in the words that a switch chooses: services differ in them."""
    return {
        "exchange": item_not_found(),
        "service": GraphError(404, "itemNotFound", "The item was not found."),
        "unknown": GraphError(404, "UnknownError", ""),
    }[call.state.switches.todo_codes]


def malformed(call: Call) -> GraphError:
    return {
        "exchange": malformed_id(),
        "service": GraphError(400, "invalidRequest", "The request is malformed or incorrect."),
        "unknown": GraphError(400, "UnknownError", ""),
    }[call.state.switches.todo_codes]


def context(call: Call, tail: str = "") -> str:
    """The metadata address of the lists, or of what lies in the list that the path names."""
    if "list" not in call.args:
        return call.context(f"/todo/lists{tail}")
    if "task" not in call.args:
        return call.context(f"/todo/lists('{quote(call.args['list'])}'){tail}")
    names = (quote(call.args[name]) for name in ("list", "task"))
    return call.context("/todo/lists('{}')/tasks('{}'){}".format(*names, tail))
