"""The body of a ``$batch`` and the reading of its answers; pure (concepts/json-batching.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from agentbox_sync.graph.exchange import Request, Response, no_answer

# The documented limit; Graph answers 400 to more.
MAX_ITEMS = 20
PATH = "/$batch"

T = TypeVar("T")


def groups(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield ``items`` in groups that fit into one batch."""
    for start in range(0, len(items), MAX_ITEMS):
        yield items[start : start + MAX_ITEMS]


def body_of(requests: Sequence[Request]) -> dict[str, Any]:
    """Return the body that asks ``requests``; the ids are their places, counted from 1."""
    if not 0 < len(requests) <= MAX_ITEMS:
        raise ValueError(f"a batch holds 1 to {MAX_ITEMS} requests, not {len(requests)}")
    return {"requests": [_item(place, request) for place, request in enumerate(requests, 1)]}


def answers_of(requests: Sequence[Request], body: Any) -> list[Response]:
    """Return one answer per request, in their order, whatever the order of the answers.

    A request without a usable answer gets status 0: it was sent, and nobody knows its outcome.
    """
    rows = body.get("responses") if isinstance(body, Mapping) else None
    found: dict[str, Response] = {}
    for row in rows if isinstance(rows, list) else ():
        answer = _answer(row)
        if answer is not None:
            place, response = answer
            # Two answers to one question that differ say nothing that could be relied on.
            repeats = place in found and found[place] != response
            found[place] = no_answer("AmbiguousBatchAnswer") if repeats else response
    return [
        found.get(str(place), no_answer("NoBatchAnswer")) for place in range(1, len(requests) + 1)
    ]


def _item(place: int, request: Request) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": str(place),
        "method": request.method,
        "url": request.path,
        "headers": request.headers(),
    }
    if request.body is not None:
        item["body"] = request.body
    return item


def _answer(row: Any) -> tuple[str, Response] | None:
    if not isinstance(row, Mapping):
        return None
    status = row.get("status")
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        return None
    headers = row.get("headers")
    lower = {
        str(name).lower(): str(value)
        for name, value in (headers.items() if isinstance(headers, Mapping) else ())
    }
    return str(row.get("id")).strip().lower(), Response(status, lower, row.get("body"))
