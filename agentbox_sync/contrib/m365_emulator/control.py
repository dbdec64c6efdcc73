from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import snapshot
from .clock import iso
from .control_access import BadAccess, revoke
from .control_calendar import mail
from .control_mailbox import change_mailbox, show_mailbox
from .control_webhooks import BadWebhook, subscriptions
from .faults import BadRule
from .graph.errors import GraphError
from .seed import BadSeed, seed
from .switches import UnknownSwitch

if TYPE_CHECKING:
    from .state import State

Handler = Callable[["State", Request, Any], Any]


class BadControl(ValueError):
    """A control request cannot be carried out; the message says why."""


REFUSED = (
    BadWebhook,
    BadAccess,
    BadControl,
    BadRule,
    BadSeed,
    UnknownSwitch,
    snapshot.SnapshotError,
)


def reset(state: State, request: Request, body: Any) -> Any:
    state.reset(body.get("seed") if isinstance(body, dict) else None)
    return state.summary()


def plant(state: State, request: Request, body: Any) -> Any:
    return seed(state, body)


def faults(state: State, request: Request, body: Any) -> Any:
    if request.method == "DELETE" and "id" in request.query_params:
        state.faults.remove(int(request.query_params["id"]))
    elif request.method == "DELETE":
        state.faults.clear()
    elif request.method == "POST":
        rules = body if isinstance(body, list) else [body]
        for rule in rules:
            if not isinstance(rule, dict):
                raise BadRule("A fault rule must be an object.")
            state.faults.add(rule)
    return {"rules": [rule.as_dict() for rule in state.faults.rules]}


def latency(state: State, request: Request, body: Any) -> Any:
    if request.method == "POST":
        unknown = set(body) - {"item_ms", "round_trip_ms"}
        if unknown:
            raise BadControl(f"Latency has no {min(unknown)!r}.")
        state.latency.item_ms = float(body.get("item_ms", 0))
        state.latency.round_trip_ms = float(body.get("round_trip_ms", 0))
    return {"item_ms": state.latency.item_ms, "round_trip_ms": state.latency.round_trip_ms}


def clock(state: State, request: Request, body: Any) -> Any:
    if request.method == "POST":
        if "advance" in body:
            state.clock.advance(float(body["advance"]))
        elif "set" in body:
            state.clock.set(datetime.fromisoformat(str(body["set"])))
        elif body.get("reset"):
            state.clock.reset()
        else:
            raise BadControl("Say advance (seconds), set (a date and time) or reset.")
        state.touch()
    return {"now": iso(state.clock.now()), "offset": state.clock.offset.total_seconds()}


def log(state: State, request: Request, body: Any) -> Any:
    if request.method == "DELETE":
        state.log.clear()
    limit = int(request.query_params.get("limit", "50"))
    after = int(request.query_params.get("after", "0"))
    entries = [entry for entry in state.log.recent if entry["number"] > after]
    return {"total": state.log.total, "exchanges": entries[-limit:] if limit else []}


def stats(state: State, request: Request, body: Any) -> Any:
    if request.method == "DELETE":
        state.stats.clear()
    return {**state.stats.as_dict(state.names()), **state.summary(), "now": iso(state.clock.now())}


def switches(state: State, request: Request, body: Any) -> Any:
    if request.method == "POST":
        state.switches = state.switches.changed(body)
        state.touch()
    return state.switches.as_dict()


def mailbox(state: State, request: Request, body: Any) -> Any:
    user = state.directory.user(request.path_params["upn"])
    if user is None:
        raise BadControl(f"Nobody called {request.path_params['upn']!r} is seeded.")
    if request.method == "POST":
        return change_mailbox(state, user, body)
    return show_mailbox(state, user, request.query_params.get("folder"))


def delta(state: State, request: Request, body: Any) -> Any:
    """Kill all delta tokens of a mailbox, or announce its last changes once more."""
    user = state.directory.user(str(body.get("upn", "")))
    if user is None:
        raise BadControl('Say whose mailbox: {"upn": …, "kill": true} or {…, "replay": 5}.')
    box = state.mailbox(user)
    answer: dict[str, Any] = {}
    if body.get("kill"):
        box.kill_delta_tokens()
        answer["killed"] = True
    if body.get("replay"):
        place = str(body.get("folder") or box.well_known("contacts").id)
        places = (box.folders, box.calendars.calendars, box.todo.lists)
        if not any(place in kind for kind in places):
            raise BadControl("There is no folder, calendar or task list with this id.")
        answer["replayed"] = box.replay(place, int(body["replay"]))
    state.touch()
    return answer


async def save(request: Request) -> Response:
    keeper = request.app.state.keeper
    if keeper is None:
        return JSONResponse({"error": "The emulator was started without --snapshot."}, 400)
    await keeper.save()
    return JSONResponse({"saved": str(keeper.path)})


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        state: State = request.app.state.emulator
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
            with state.lock:
                return JSONResponse(handler(state, request, body))
        except GraphError as error:
            return JSONResponse({"error": error.message, "code": error.code}, error.status)
        except REFUSED as error:
            return JSONResponse({"error": str(error)}, 400)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            message = f"The request cannot be read ({type(error).__name__}: {error})."
            return JSONResponse({"error": message}, 400)

    return answer


ROUTES = [
    Route("/_emulator/reset", endpoint(reset), methods=["POST"]),
    Route("/_emulator/seed", endpoint(plant), methods=["POST"]),
    Route("/_emulator/faults", endpoint(faults), methods=["GET", "POST", "DELETE"]),
    Route("/_emulator/latency", endpoint(latency), methods=["GET", "POST"]),
    Route("/_emulator/clock", endpoint(clock), methods=["GET", "POST"]),
    Route("/_emulator/log", endpoint(log), methods=["GET", "DELETE"]),
    Route("/_emulator/stats", endpoint(stats), methods=["GET", "DELETE"]),
    Route("/_emulator/switches", endpoint(switches), methods=["GET", "POST"]),
    Route("/_emulator/mailbox/{upn}", endpoint(mailbox), methods=["GET", "POST"]),
    Route("/_emulator/mail", endpoint(mail), methods=["GET", "POST", "DELETE"]),
    Route("/_emulator/revoke", endpoint(revoke), methods=["POST"]),
    Route("/_emulator/delta", endpoint(delta), methods=["POST"]),
    Route("/_emulator/subscriptions", endpoint(subscriptions), methods=["GET", "POST", "DELETE"]),
    Route("/_emulator/snapshot", save, methods=["POST"]),
]
