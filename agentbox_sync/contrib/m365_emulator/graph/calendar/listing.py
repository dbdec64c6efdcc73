from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...calendar.views import Instance
from .. import query
from ..messages import Answer, Call
from ..opentypes import shown as shown_extensions
from .filters import sort_value
from .shapes import applied, as_json

EXPANDED = 20  # an $expand returns so many at most, and no link to the rest


def page_of(call: Call, items: Iterable[Instance], options: query.Options, context: str) -> Answer:
    """One page of events, filtered and in the order that is asked for."""
    found = [item for item in items if options.filter is None or options.filter.test(item)]
    for name, descending in reversed(options.orderby):
        found.sort(key=lambda item: sort_value(item, name), reverse=descending)
    size = options.page_size(call)
    page = found[options.skip : options.skip + size]
    body: dict[str, Any] = {"@odata.context": context}
    if options.count:
        body["@odata.count"] = len(found)
    body["value"] = [shown(call, item, options) for item in page]
    if options.skip + size < len(found):
        given = {name: text for name, text in call.request.query if name.lower() != "$skip"}
        rest = [(name, text) for name, text in given.items() if name.lower() != "$top"]
        paging = [("$top", str(size))] if options.top is not None else []
        body["@odata.nextLink"] = call.link(
            call.request.path, [*rest, *paging, ("$skip", str(options.skip + size))]
        )
    return Answer(200, body, applied(call))


def shown(call: Call, item: Instance, options: query.Options) -> dict[str, Any]:
    body = as_json(call, item, options.select, options.properties)
    if options.extensions is not None:
        body["extensions"] = shown_extensions(item.event, options.extensions)[:EXPANDED]
    return body
