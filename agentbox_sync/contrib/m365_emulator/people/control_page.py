from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..clock import iso
from ..faults import BadRule
from .forms import read_form
from .pages import page

if TYPE_CHECKING:
    from ..state import State

SHOWN = 40
LONGEST = 6000
SAID = {
    "fault": "The fault is set.",
    "cleared": "All faults are cleared.",
    "latency": "The latency is set.",
    "clock": "The clock was moved.",
    "stats": "Counters and log start over.",
    "reset": "Everything was reset.",
}
GRAPH = r"^/(me|users)"
PRESETS = {
    "429": {
        "name": "Throttled once",
        "path": GRAPH,
        "status": 429,
        "times": 1,
        "headers": {"Retry-After": "2"},
    },
    "503": {"name": "Unavailable once", "path": GRAPH, "status": 503, "times": 1},
    "lost": {
        "name": "Answer lost after the write",
        "method": "POST",
        "path": r"^/\$batch",
        "commit": "after",
        "action": "drop",
        "times": 1,
    },
    "slow": {"name": "Everything three seconds late", "path": GRAPH, "delay": 3},
    "third": {
        "name": "Three in ten fail",
        "path": GRAPH,
        "status": 503,
        "probability": 0.3,
        "seed": 1,
    },
}


async def show(request: Request) -> Response:
    """The control page: what is scripted, how slow, what time, and what went by."""
    state: State = request.app.state.emulator
    with state.lock:
        return page(request, "control.html", _context(state, request))


async def submit(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    said = ""
    with state.lock:
        try:
            said = _do(state, request.path_params["what"], form)
        except (BadRule, ValueError) as error:
            context = {**_context(state, request), "problem": str(error)}
            return page(request, "control.html", context, status=422)
    return RedirectResponse(f"/_emulator/?said={said}", 303)


def _do(state: State, what: str, form: dict[str, str]) -> str:
    if what == "preset" and form.get("name") in PRESETS:
        state.faults.add(PRESETS[form["name"]])
        return "fault"
    if what == "fault":
        rule = {k: v for k, v in form.items() if v and k != "retry_after"}
        if form.get("retry_after"):
            rule["headers"] = {"Retry-After": form["retry_after"]}  # type: ignore[assignment]
        state.faults.add(rule)
        return "fault"
    if what == "clear":
        state.faults.clear()
        return "cleared"
    if what == "latency":
        state.latency.item_ms = max(0.0, float(form.get("item_ms") or 0))
        state.latency.round_trip_ms = max(0.0, float(form.get("round_trip_ms") or 0))
        return "latency"
    if what == "clock":
        if form.get("reset"):
            state.clock.reset()
        else:
            state.clock.advance(60 * float(form.get("minutes") or 0))
        state.touch()
        return "clock"
    if what == "stats":
        state.stats.clear()
        state.log.clear()
        return "stats"
    if what == "reset" and form.get("sure") == "on":
        state.reset()
        return "reset"
    raise ValueError("Tick the box first." if what == "reset" else "This cannot be done.")


def _context(state: State, request: Request) -> dict[str, object]:
    return {
        "rules": state.faults.rules,
        "latency": state.latency,
        "presets": PRESETS,
        "now": iso(state.clock.now()),
        "offset": round(state.clock.offset.total_seconds() / 60),
        "tiles": _tiles(state),
        "log": [_exchange(entry) for entry in list(state.log.recent)[: -SHOWN - 1 : -1]],
        "problem": "",
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }


def _tiles(state: State) -> list[tuple[str, int]]:
    stats, summary = state.stats, state.summary()
    return [
        ("Round trips", stats.round_trips),
        ("Batches", stats.batches),
        ("Operations", stats.items),
        ("Writes", stats.writes),
        ("Throttled", stats.throttled),
        ("Faults", stats.faults),
        ("Contacts", summary["contacts"]),
        ("People", summary["users"]),
    ]


def _exchange(entry: dict[str, Any]) -> dict[str, Any]:
    """One line of the log as the page shows it; long bodies are cut."""
    sent = entry["request_body"]
    return {
        "status": entry["status"],
        "method": entry["method"],
        "url": entry["url"],
        "time": entry["at"][11:19],
        "inside": len(sent["requests"])
        if isinstance(sent, dict) and isinstance(sent.get("requests"), list)
        else 0,
        "scripted": "synthetic" in entry or "synthetic_items" in entry,
        "sent": _pretty(sent),
        "answered": _pretty(entry["response_body"]),
    }


def _pretty(body: Any) -> str:
    if body is None:
        return "no body"
    text = json.dumps(body, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"


ROUTES = [
    Route("/_emulator/", show),
    Route("/_emulator/page/{what}", submit, methods=["POST"]),
]
