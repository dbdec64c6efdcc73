from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ..clock import iso
from ..log import visible
from ..wire import BrokenResponse, link_base
from . import items
from .batch import run_batch
from .bearer import authenticate
from .errors import GraphError, bad_request
from .messages import VERSION, Answer, Caller, GraphRequest

if TYPE_CHECKING:
    from ..state import State

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)


async def graph(request: Request) -> Response:
    """The doorway of Graph v1.0: one HTTP exchange in, one out, one line in the log."""
    state: State = request.app.state.emulator
    read = await _read(state, request)
    started = state.clock.now()
    if state.latency.round_trip_ms:
        await asyncio.sleep(state.latency.round_trip_ms / 1000)
    answer, marks, action = await _answer(state, read)
    entry: dict[str, Any] = {
        "at": iso(started),
        "method": read.method,
        "url": VERSION + read.url,
        "request_headers": visible(dict(request.headers)),
        "request_body": read.body,
        "status": 0 if action == "drop" else answer.status,
    }
    headers = {
        **answer.headers,
        "request-id": read.request_id,
        "client-request-id": read.client_request_id,
        "OData-Version": "4.0",
        "Cache-Control": "no-store",
        "Date": started.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
    entry |= {"response_headers": headers, "response_body": answer.body, **marks}
    with state.lock:
        state.stats.round_trips += 1
        state.log.add(entry)
    content, kind = _content(answer)
    if action != "answer":
        return BrokenResponse(content, kind, answer.status, headers, drop=action == "drop")
    return Response(content, answer.status, headers, media_type=kind)


async def _answer(state: State, read: GraphRequest) -> tuple[Answer, dict[str, Any], str]:
    """The answer, the marks for the log, and what is to happen to the connection."""
    try:
        with state.lock:
            caller = authenticate(state, read.headers.get("authorization", ""))
            state.throttle.note_arrival(state, (caller.client_id, caller.oid))
    except GraphError as error:
        with state.lock:
            state.stats.statuses[str(error.status)] += 1
        return items.refusal(state, read, error), {}, "answer"
    if read.path.strip("/").lower() != "$batch":
        outcome = await items.run_item(state, caller, read)
        return outcome.answer, {"synthetic": True} if outcome.synthetic else {}, outcome.action
    return await _batch(state, caller, read)


async def _batch(
    state: State, caller: Caller, read: GraphRequest
) -> tuple[Answer, dict[str, Any], str]:
    with state.lock:
        rule = state.faults.strike(read.method, read.url, json.dumps(read.body))
        state.stats.routes[f"{read.method} /$batch"] += 1
        state.stats.faults += rule is not None and rule.answers
    if rule is not None and rule.delay:
        await asyncio.sleep(rule.delay)
    if rule is not None and rule.answers and rule.commit == "before":
        return _scripted(state, caller, read, rule), {"synthetic": True}, rule.action
    try:
        if read.method != "POST":
            raise GraphError(
                405,
                "Request_BadRequest",
                "Specified HTTP method is not allowed for the request target.",
            )
        result = await run_batch(state, caller, read)
    except GraphError as error:
        return items.refusal(state, read, error), {}, "answer"
    if rule is not None and rule.answers:
        answer = (
            result.answer if rule.action == "truncate" else _scripted(state, caller, read, rule)
        )
        return answer, {"synthetic": True}, rule.action
    if result.action != "answer":
        return result.answer, {"synthetic": True}, result.action
    return (
        result.answer,
        {"synthetic_items": result.synthetic} if result.synthetic else {},
        ("answer"),
    )


def _scripted(state: State, caller: Caller, read: GraphRequest, rule: Any) -> Answer:
    answer = items.scripted(state, read, rule)
    wait = answer.headers.get("Retry-After", "")
    if wait.isdigit():
        with state.lock:
            state.throttle.note_wait(state, (caller.client_id, caller.oid), float(wait))
    return answer


async def _read(state: State, request: Request) -> GraphRequest:
    raw = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    body, problem = None, None
    if raw:
        try:
            if "json" not in headers.get("content-type", "").lower():
                raise ValueError("not JSON")
            body = json.loads(raw)
        except ValueError:
            problem = bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type "
                "header is set and payload is of valid JSON format."
            )
    elif request.method in ("POST", "PATCH") and not request.url.path.endswith("Delete"):
        problem = bad_request("Empty Payload. JSON content expected.")
    path = request.scope["raw_path"].decode("ascii").partition("?")[0]
    with state.lock:
        request_id = state.ids.guid()
    return GraphRequest(
        request.method,
        path[len(VERSION) :] or "/",
        request.url.query,
        headers,
        f"{link_base(request)}{VERSION}",
        body,
        problem,
        request_id,
        headers.get("client-request-id", request_id),
    )


def _content(answer: Answer) -> tuple[bytes, str | None]:
    if answer.body is None:
        return b"", None
    if isinstance(answer.body, str):
        return answer.body.encode(), "text/plain"
    return json.dumps(answer.body, ensure_ascii=False).encode(), JSON_TYPE
