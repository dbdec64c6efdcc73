from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from ..clock import iso
from ..effects import befall
from ..faults import Rule
from ..log import caller_of, visible
from ..wire import BrokenResponse, link_base
from . import items
from .batch import run_batch
from .bearer import authenticate
from .errors import GraphError, bad_request
from .messages import VERSION, Answer, Caller, GraphRequest

if TYPE_CHECKING:
    from ..state import State
    from .throttle import Wait

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)

_Outcome: TypeAlias = "tuple[Answer, dict[str, Any], str, Sequence[Wait | None]]"


async def graph(request: Request) -> Response:
    """The doorway of Graph v1.0: one HTTP exchange in, one out, one line in the log."""
    state: State = request.app.state.emulator
    arrived = asyncio.get_running_loop().time()
    read = await _read(state, request, arrived + state.latency.round_trip_ms / 1000)
    started = state.clock.now()
    await items.pause_until(read.begun)
    answer, marks, action, waits = await _answer(state, read)
    if not await request.is_disconnected():  # who has hung up was told nothing
        _note(state, *waits)
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
    content, kind = _content(answer)
    told = None if isinstance(answer.body, bytes) else answer.body
    entry |= {"response_headers": headers, "response_body": told, **marks}
    with state.lock:
        if mails := state.mail.caused_by(read.request_id):
            entry["mail"] = [mail.as_dict() for mail in mails]
            entry["mail_is_expected"] = state.mail.is_expected
        state.stats.round_trips += 1
        entry["faults"] = state.stats.graph_faults
        state.log.add(entry, caller_of(read.headers.get("authorization", ""), state.signing_key))
    if action != "answer":
        return BrokenResponse(content, kind, answer.status, headers, drop=action == "drop")
    return Response(content, answer.status, headers, media_type=kind)


async def _answer(state: State, read: GraphRequest) -> _Outcome:
    """The answer, the marks for the log, what happens to the connection, the pauses asked for."""
    try:
        with state.lock:
            caller = authenticate(state, read.headers.get("authorization", ""))
            if not caller.app_only:  # whose mailbox is only known item by item
                state.throttle.note_arrival(state, (caller.client_id, caller.oid))
    except GraphError as error:
        with state.lock:
            state.stats.statuses[str(error.status)] += 1
        return items.refusal(state, read, error), {}, "answer", ()
    if read.path.strip("/").lower() != "$batch":
        outcome = await items.run_item(state, caller, read)
        marks = {"synthetic": True} if outcome.synthetic else {}
        waits = (outcome.wait,) if outcome.action == "answer" else ()
        return outcome.answer, marks, outcome.action, waits
    return await _batch(state, caller, read)


async def _batch(state: State, caller: Caller, read: GraphRequest) -> _Outcome:
    with state.lock:
        rule = state.faults.strike(read.method, read.url, json.dumps(read.body))
        state.stats.routes[f"{read.method} /$batch"] += 1
        partial = rule is not None and rule.after_items > 0 and rule.action == "answer"
        state.stats.graph_faults += rule is not None and rule.answers and not partial
        _befall(state, caller, rule, "before")
    if rule is not None and rule.delay:
        await asyncio.sleep(rule.delay)
    done = rule.after_items if rule is not None else 0
    if rule is not None and rule.answers and rule.commit == "before" and not done:
        return _scripted(state, caller, read, rule)
    try:
        if read.method != "POST":
            raise GraphError(
                405,
                "Request_BadRequest",
                "Specified HTTP method is not allowed for the request target.",
            )
        result = await run_batch(state, caller, read, rule if done else None)
        with state.lock:
            _befall(state, caller, rule, "after")
    except GraphError as error:
        return items.refusal(state, read, error), {}, "answer", ()
    if rule is not None and rule.answers and not partial:
        _count_once(state, len(result.synthetic))
        if rule.action == "truncate":
            return result.answer, {"synthetic": True}, rule.action, ()
        return _scripted(state, caller, read, rule)
    if result.action != "answer":
        _count_once(state, len(result.synthetic) - 1)
        return result.answer, {"synthetic": True}, result.action, ()
    marks = {"synthetic_items": result.synthetic} if result.synthetic else {}
    return result.answer, marks, "answer", tuple(result.waits)


def _befall(state: State, caller: Caller, rule: Rule | None, moment: str) -> None:
    if rule is not None and rule.commit == moment:
        befall(state, rule, state.directory.users.get(caller.oid), caller.client_id)


def _count_once(state: State, inside: int) -> None:
    """A batch that is lost as a whole is one fault, whatever struck inside it."""
    with state.lock:
        state.stats.graph_faults -= inside


def _scripted(state: State, caller: Caller, read: GraphRequest, rule: Rule) -> _Outcome:
    answer = items.scripted(state, read, rule)
    wait = answer.headers.get("Retry-After", "")
    is_asked = wait.isdigit() and rule.action == "answer"
    waits: tuple[Wait, ...] = (((caller.client_id, caller.oid), float(wait)),) if is_asked else ()
    return answer, {"synthetic": True}, rule.action, waits


def _note(state: State, *waits: Wait | None) -> None:
    """Hold a client to what an answer tells it; one that gets lost on the way tells nothing."""
    with state.lock:
        state.throttle.note_waits(state, waits)


async def _read(state: State, request: Request, begun: float) -> GraphRequest:
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
        begun=begun,
        raw=raw,
    )


def _content(answer: Answer) -> tuple[bytes, str | None]:
    if answer.body is None:
        return b"", None
    if isinstance(answer.body, str):
        return answer.body.encode(), "text/plain"
    if isinstance(answer.body, bytes):
        return answer.body, answer.headers.pop("Content-Type")
    return json.dumps(answer.body, ensure_ascii=False).encode(), JSON_TYPE
