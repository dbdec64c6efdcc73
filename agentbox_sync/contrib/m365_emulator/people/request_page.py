from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..log import KEPT
from ..wire import browser_base
from .exchanges import STATUSES, pretty, read_exchange
from .frame import frame
from .pages import page

if TYPE_CHECKING:
    from ..state import State

FILTERS = ("status", "mailbox", "path")


async def show(request: Request) -> Response:
    """The latest exchanges with Graph, youngest first, and the one that is open."""
    state: State = request.app.state.emulator
    with state.lock:
        context = _context(state, request)
        gone = context["wanted"] and context["open"] is None
        return page(request, "requests.html", context, status=404 if gone else 200)


async def feed(request: Request) -> Response:
    """How many exchanges there were, and a word that changes with the list."""
    state: State = request.app.state.emulator
    with state.lock:
        return JSONResponse({"total": state.log.total, "version": _version(state)})


def _version(state: State) -> str:
    return f"{state.log.total}.{len(state.log.recent)}"


def _context(state: State, request: Request) -> dict[str, Any]:
    query = request.query_params
    asked = {name: query.get(name, "") for name in FILTERS}
    entries = list(reversed(state.log.recent))
    everything = [read_exchange(state, entry) for entry in entries]
    wanted = query.get("exchange", "")
    position = next((i for i, e in enumerate(everything) if str(e.number) == wanted), None)
    chosen = {name: value for name, value in asked.items() if value}
    return {
        **frame(state, request, "requests", "Requests"),
        "shown": [exchange for exchange in everything if exchange.matches(**asked)],
        "kept": len(everything),
        "limit": KEPT,
        "asked": asked,
        "chosen": chosen,
        "here": f"{urlencode(chosen)}&" if chosen else "",
        "statuses": STATUSES,
        "mailboxes": sorted({name for exchange in everything for name in exchange.mailboxes}),
        "wanted": wanted,
        "open": None if position is None else everything[position],
        "halves": [] if position is None else _halves(entries[position]),
        "address": browser_base(request),
        "version_now": _version(state),
        "total": state.log.total,
    }


def _halves(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """What was asked, and what was answered."""
    return [
        {
            "title": title,
            "headers": entry[f"{kind}_headers"],
            "body": None if entry[f"{kind}_body"] is None else pretty(entry[f"{kind}_body"]),
        }
        for title, kind in (("Request", "request"), ("Response", "response"))
    ]


ROUTES = [
    Route("/_emulator/requests", show),
    Route("/_emulator/requests/feed", feed),
]
