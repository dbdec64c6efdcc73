from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .messages import Answer, Call
from .query import Options

T = TypeVar("T")


def page_of(
    call: Call, found: Sequence[T], options: Options, context: str, show: Callable[[T], Any]
) -> Answer:
    """One page of what a listing found, with a link to the next one."""
    size = options.page_size(call)
    page = found[options.skip : options.skip + size]
    body: dict[str, Any] = {"@odata.context": context}
    if options.count:
        body["@odata.count"] = len(found)
    body["value"] = [show(entry) for entry in page]
    if options.skip + size < len(found):
        rest = [(name, text) for name, text in options.given if name not in ("$skip", "$top")]
        paging = [("$top", str(size))] if options.top is not None else []
        link = [*rest, *paging, ("$skip", str(options.skip + size))]
        body["@odata.nextLink"] = call.link(call.request.path, link)
    return Answer(200, body)
