from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..effects import befall
from ..faults import Rule
from .errors import GraphError
from .messages import Answer, Caller, GraphRequest
from .router import admit, dispatch, route

if TYPE_CHECKING:
    from ..state import State
    from .throttle import Wait


@dataclass
class Outcome:
    """The answer to one operation and whether a script made it."""

    answer: Answer
    synthetic: bool = False
    action: str = "answer"
    until: float = 0.0  # by the event loop's clock: how long it was to take
    wait: Wait | None = None  # what the answer asks for; it holds once the answer is delivered


async def run_item(state: State, caller: Caller, request: GraphRequest) -> Outcome:
    """One operation with all that may befall it: throttling, latency, scripted faults."""
    label = f"{request.method} {request.path}"
    lane: tuple[str, str] | None = None
    try:
        with state.lock:
            routed = route(state, caller, request)
            label = f"{request.method} {routed.route.label}"
            lane = (caller.client_id, routed.user.oid)
            if caller.app_only:
                state.throttle.note_arrival(state, lane)
            rule = state.faults.strike(request.method, request.url, _text(request.body))
            if rule is not None and rule.commit == "before":
                befall(state, rule, routed.user, caller.client_id)
        # who somebody is comes from the directory, which Outlook's limits do not count
        limited = routed.route.needs_mailbox
        upload = request.size if request.method in ("POST", "PATCH", "PUT") else 0
        with state.throttle.slot(state, lane, upload) if limited else nullcontext():
            outcome = await _perform(state, caller, request, routed, rule)
            if rule is not None and rule.commit == "after":
                with state.lock:
                    befall(state, rule, routed.user, caller.client_id)
    except GraphError as error:
        outcome = Outcome(refusal(state, request, error))
    with state.lock:
        _count(state, label, outcome)
    wait = outcome.answer.headers.get("Retry-After", "")
    if lane is not None and wait.isdigit():
        outcome.wait = (lane, float(wait))
    return outcome


async def _perform(
    state: State, caller: Caller, request: GraphRequest, routed: Any, rule: Rule | None
) -> Outcome:
    until = request.begun + (rule.delay if rule is not None else 0.0)
    await pause_until(until)
    if rule is not None and rule.answers and rule.commit == "before":
        return Outcome(scripted(state, request, rule), True, rule.action, until)
    until += state.latency.item_ms / 1000
    await pause_until(until)
    try:
        if routed.route.errand is not None:
            with state.lock:
                call = admit(state, caller, request, routed)
            await routed.route.errand(call)
        with state.lock:
            answer = dispatch(state, caller, request, routed)
    except GraphError as error:
        answer = refusal(state, request, error)
    if rule is not None and rule.answers:
        if rule.action == "truncate":
            return Outcome(answer, True, rule.action, until)
        return Outcome(scripted(state, request, rule), True, rule.action, until)
    return Outcome(answer, until=until)


async def pause_until(moment: float) -> None:
    """Wait until the event loop's clock shows it: our own work is part of the service's time."""
    remaining = moment - asyncio.get_running_loop().time()
    if remaining > 0:
        await asyncio.sleep(remaining)


def scripted(state: State, request: GraphRequest, rule: Rule) -> Answer:
    """The answer that a fault rule dictates, in Graph's shape unless it brings its own."""
    headers = dict(rule.headers)
    if rule.status == 410 and "/delta" in request.path:
        headers.setdefault("Location", f"{request.base}{request.path}?$deltatoken=")
    if rule.body is not None:
        return Answer(rule.status or 500, rule.body, headers)
    code = rule.code or {
        429: "TooManyRequests",
        503: "serviceNotAvailable",
        410: "syncStateNotFound",
    }.get(rule.status, "generalException")
    error = GraphError(
        rule.status or 500, code, rule.message or "Scripted by the emulator.", headers
    )
    return refusal(state, request, error)


def stopped(state: State, caller: Caller, request: GraphRequest, rule: Rule) -> Outcome:
    """The answer to an operation that a batch did not get to."""
    outcome = Outcome(scripted(state, request, rule), True)
    wait = outcome.answer.headers.get("Retry-After", "")
    if wait.isdigit():
        outcome.wait = ((caller.client_id, caller.oid), float(wait))
    with state.lock:
        state.stats.items += 1
        state.stats.graph_faults += 1
    return outcome


def refusal(state: State, request: GraphRequest, error: GraphError) -> Answer:
    body = error.body(state.clock.now(), request.request_id, request.client_request_id)
    return Answer(error.status, body, dict(error.headers))


def _count(state: State, label: str, outcome: Outcome) -> None:
    state.stats.items += 1
    state.stats.routes[label] += 1
    state.stats.statuses[str(outcome.answer.status)] += 1
    state.stats.graph_faults += outcome.synthetic


def _text(body: Any) -> str:
    return "" if body is None else json.dumps(body, ensure_ascii=False)
