from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .control_actions import PRESETS, SAID
from .fault_form import BLANK, KINDS, happens, is_spent, when
from .frame import frame
from .pages import page

if TYPE_CHECKING:
    from ..state import State

METHODS = ("*", "GET", "POST", "PATCH", "PUT", "DELETE")
PATHS = {
    "^/(me|users)": "everything of a mailbox",
    "/contacts": "contacts",
    "/delta": "rounds of delta",
    r"^/\$batch": "a batch as a whole",
    "/photo": "photos",
    "/subscriptions": "subscriptions",
    "token": "the token endpoint",
}


async def show(request: Request) -> Response:
    """The rules in force with how often they struck, and the form that makes one."""
    state: State = request.app.state.emulator
    with state.lock:
        return page(request, "faults.html", fault_context(state, request))


def fault_context(
    state: State,
    request: Request,
    form: dict[str, str] | None = None,
    problem: str = "",
    field: str = "",
) -> dict[str, Any]:
    """`form`, `problem` and `field`: what was typed, why it was not taken, and where."""
    return {
        **frame(state, request, "faults", "Faults"),
        "rules": [
            {"rule": rule, "happens": happens(rule), "when": when(rule), "spent": is_spent(rule)}
            for rule in state.faults.rules
        ],
        "struck": sum(rule.fired for rule in state.faults.rules),
        "presets": PRESETS,
        "kinds": KINDS,
        "methods": METHODS,
        "paths": PATHS,
        "form": {**BLANK, **(form or {})},
        "problem": problem,
        "field": field,
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }


ROUTES = [Route("/_emulator/faultboard", show)]
