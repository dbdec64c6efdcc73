from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..faults import Rule
from .errors import GraphError
from .messages import Answer, Caller, GraphRequest
from .router import dispatch, route

if TYPE_CHECKING:
    from ..state import State


@dataclass
class Outcome:
    """The answer to one operation and whether a script made it."""

    answer: Answer
    synthetic: bool = False
    action: str = "answer"


async def run_item(state: State, caller: Caller, request: GraphRequest) -> Outcome:
    """One operation with all that may befall it: throttling, latency, scripted faults."""
    label = f"{request.method} {request.path}"
    lane: tuple[str, str] | None = None
    try:
        with state.lock:
            routed = route(state, caller, request)
            label = f"{request.method} {routed.route.label}"
            lane = (caller.client_id, routed.user.oid)
            rule = state.faults.strike(request.method, request.url, _text(request.body))
        # who somebody is comes from the directory, which Outlook's limits do not count
        limited = routed.route.needs_mailbox
        with state.throttle.slot(state, lane) if limited else nullcontext():
            outcome = await _perform(state, caller, request, routed, rule)
    except GraphError as error:
        outcome = Outcome(refusal(state, request, error))
    with state.lock:
        _count(state, label, outcome)
        wait = outcome.answer.headers.get("Retry-After", "")
        if lane is not None and wait.isdigit():
            state.throttle.note_wait(state, lane, float(wait))
    return outcome


async def _perform(
    state: State, caller: Caller, request: GraphRequest, routed: Any, rule: Rule | None
) -> Outcome:
    if rule is not None and rule.delay:
        await asyncio.sleep(rule.delay)
    if rule is not None and rule.answers and rule.commit == "before":
        return Outcome(scripted(state, request, rule), True, rule.action)
    if state.latency.item_ms:
        await asyncio.sleep(state.latency.item_ms / 1000)
    try:
        with state.lock:
            answer = dispatch(state, caller, request, routed)
    except GraphError as error:
        answer = refusal(state, request, error)
    if rule is not None and rule.answers:
        if rule.action == "truncate":
            return Outcome(answer, True, rule.action)
        return Outcome(scripted(state, request, rule), True, rule.action)
    return Outcome(answer)


def scripted(state: State, request: GraphRequest, rule: Rule) -> Answer:
    """The answer that a fault rule dictates, in Graph's shape unless it brings its own."""
    headers = dict(rule.headers)
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


def refusal(state: State, request: GraphRequest, error: GraphError) -> Answer:
    body = error.body(state.clock.now(), request.request_id, request.client_request_id)
    return Answer(error.status, body, dict(error.headers))


def _count(state: State, label: str, outcome: Outcome) -> None:
    state.stats.items += 1
    state.stats.routes[label] += 1
    state.stats.statuses[str(outcome.answer.status)] += 1
    state.stats.faults += outcome.synthetic


def _text(body: Any) -> str:
    return "" if body is None else json.dumps(body, ensure_ascii=False)
