from __future__ import annotations

import asyncio
import base64
import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..faults import Rule
from .errors import GraphError, bad_request
from .items import Outcome, refusal, run_item, stopped
from .messages import Answer, Caller, GraphRequest

if TYPE_CHECKING:
    from ..state import State
    from .throttle import Wait

LARGEST = 20
AT_ONCE = 4  # what Graph sends to Outlook at a time out of one batch
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@dataclass(frozen=True)
class Item:
    id: str
    request: GraphRequest
    after: tuple[str, ...]


@dataclass
class BatchResult:
    answer: Answer
    synthetic: list[str] = field(default_factory=list)
    action: str = "answer"  # a scripted item may take the whole connection with it
    waits: list[Wait | None] = field(default_factory=list)


async def run_batch(
    state: State, caller: Caller, request: GraphRequest, rule: Rule | None = None
) -> BatchResult:
    """Run up to 20 operations as Graph does; raises GraphError 400 for a malformed batch.

    A rule stops it half way: the first `after_items` are done, the others only answered.
    """
    items = read_items(request)
    undone = {item.id for item in items[rule.after_items :]} if rule is not None else set()
    outcomes: dict[str, Outcome] = {}
    finished: list[str] = []
    free = [request.begun] * AT_ONCE  # when each of the places is free again
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(item: Item) -> None:
        async with gate:
            if rule is not None and item.id in undone:
                outcomes[item.id] = stopped(state, caller, item.request, rule)
            elif any(outcomes[i].answer.status >= 400 for i in item.after):
                error = GraphError(
                    424, "FailedDependency", "A request that this one depends on has failed."
                )
                outcomes[item.id] = Outcome(refusal(state, item.request, error))
            else:
                begun = heapq.heappop(free)
                outcomes[item.id] = await run_item(
                    state, caller, replace(item.request, begun=begun)
                )
                heapq.heappush(free, max(begun, outcomes[item.id].until))
        finished.append(item.id)

    for group in in_order(items):
        await asyncio.gather(*(run(item) for item in group))
    with state.lock:
        state.stats.batches += 1
        state.ids.random.shuffle(finished)  # answers come in any order, and clients must cope
    names = {item.id: item for item in items}
    action = next((o.action for o in outcomes.values() if o.action != "answer"), "answer")
    return BatchResult(
        Answer(200, {"responses": [_response(names[i], outcomes[i].answer) for i in finished]}),
        [i for i in finished if outcomes[i].synthetic],
        action,
        [outcome.wait for outcome in outcomes.values()],
    )


def read_items(request: GraphRequest) -> list[Item]:
    """Check the batch as a whole; one mistake refuses all of it, as Graph does."""
    body = request.json_body()
    entries = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries:
        raise bad_request("Invalid batch payload format.")
    if len(entries) > LARGEST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {LARGEST}.")
    items = [_item(entry, request) for entry in entries]
    seen: set[str] = set()
    for item in items:
        if item.id.lower() in seen:
            raise bad_request(f"Request Id '{item.id}' has to be unique in a batch.")
        seen.add(item.id.lower())
    known = {item.id for item in items}
    for item in items:
        for other in item.after:
            if other not in known or other == item.id:
                raise bad_request(
                    f"Request '{item.id}' depends on '{other}', which is not in the batch."
                )
    return items


def in_order(items: list[Item]) -> list[list[Item]]:
    """Groups to run one after the other; raises GraphError 400 for other shapes.

    Allowed: all at once, each after the one before it, all after the same one.
    """
    if not any(item.after for item in items):
        return [items]
    first = [item for item in items if not item.after]
    rest = [item for item in items if item.after]
    if len(first) == 1 and all(len(item.after) == 1 for item in rest):
        if all(item.after == (first[0].id,) for item in rest):
            return [first, *([item] for item in rest)]
        following = {item.after[0]: item for item in rest}
        if len(following) == len(rest):
            chain, last = [first], first[0]
            while last.id in following:
                last = following[last.id]
                chain.append([last])
            if len(chain) == len(items):
                return chain
    raise bad_request(
        "The dependencies of a batch must be all parallel, all serial, or all on the same request."
    )


def _item(entry: Any, batch: GraphRequest) -> Item:
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(k), str) and entry[k] for k in ("id", "method", "url")
    ):
        raise bad_request("Every request of a batch needs an id, a method and a url.")
    headers = entry.get("headers") or {}
    if not isinstance(headers, Mapping) or not all(isinstance(v, str) for v in headers.values()):
        raise bad_request(f"The headers of request '{entry['id']}' cannot be read.")
    lowered = {str(k).lower(): v for k, v in headers.items()}
    method, body = entry["method"].upper(), entry.get("body")
    if method not in METHODS:
        raise bad_request(f"The method '{entry['method']}' cannot be used in a batch.")
    if body is not None and "content-type" not in lowered:
        raise bad_request(
            f"Write request id : {entry['id']} does not contain Content-Type header or body."
        )
    # An address with a host is no path of Graph's: reported (msgraph-sdk-python #1015) as a 400
    # "Resource not found for the segment" of that item, and the others are carried out.
    path, _, query = entry["url"].partition("#")[0].partition("?")
    if path.strip("/").lower() == "$batch":
        raise bad_request("A batch cannot hold another batch.")
    after = entry.get("dependsOn") or []
    if not isinstance(after, list) or not all(isinstance(a, str) for a in after):
        raise bad_request(f"The dependsOn of request '{entry['id']}' must be a list of ids.")
    lowered.pop("authorization", None)
    request = GraphRequest(
        method,
        "/" + path.lstrip("/"),
        query,
        lowered,
        batch.base,
        body,
        request_id=batch.request_id,
        in_batch=True,
        client_request_id=lowered.get("client-request-id", batch.client_request_id),
    )
    return Item(entry["id"], request, tuple(after))


def _response(item: Item, answer: Answer) -> dict[str, Any]:
    headers = {"Cache-Control": "no-cache", **answer.headers}
    response: dict[str, Any] = {"id": item.id, "status": answer.status, "headers": headers}
    if answer.body is not None:
        kind = (
            "text/plain"
            if isinstance(answer.body, str)
            else (
                "application/json; odata.metadata=minimal; odata.streaming=true; "
                "IEEE754Compatible=false; charset=utf-8"
            )
        )
        headers.setdefault("Content-Type", kind)
        response["body"] = answer.body
        if isinstance(answer.body, bytes):
            response["body"] = base64.urlsafe_b64encode(answer.body).decode().rstrip("=")
    return response
