from __future__ import annotations

from ...calendar.records import MASTER
from ...calendar.views import in_window
from .. import query
from ..errors import GraphError, bad_request
from ..messages import Answer, Call
from .filters import EVENTS, VIEW
from .listing import page_of
from .paths import context, find, target, window


def calendar_view(call: Call) -> Answer:
    """Everything that happens in a window: single events, occurrences and exceptions."""
    start, end = window(call)
    options = query.read(call, VIEW)
    if "calendar" in call.args and any(name.lower() == "$expand" for name, _ in options.given):
        raise bad_request("$expand is not supported on the view of a calendar.")
    items = call.mailbox.calendars.between(target(call).id, start, end)
    return page_of(call, items, options, context(call, "calendarView"))


def instances(call: Call) -> Answer:
    """One series in a window."""
    item = find(call)
    start, end = window(call)
    options = query.read(call, EVENTS)
    if any(name.lower() == "$expand" for name, _ in options.given):
        raise bad_request("$expand is not supported on the instances of a series.")
    if item.kind != MASTER:
        raise GraphError(400, "ErrorInvalidRequest", "Only the master of a series can be expanded.")
    tail = f"events('{call.args['event']}')/instances"
    return page_of(call, in_window(item.event, start, end), options, context(call, tail))
