from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..clock import iso
from ..entra.consent import POLICIES
from ..faults import BadRule
from ..switches import Switches
from .control_actions import ACCOUNT, SAID, act
from .fault_form import BadField
from .fault_page import fault_context
from .forms import read_form
from .frame import frame
from .pages import page

if TYPE_CHECKING:
    from ..state import State


OF_FAULTS = frozenset({"fault", "preset", "remove", "clear"})


async def show(request: Request) -> Response:
    """The control page: how slow, what time, whose account, and what is told to whom."""
    state: State = request.app.state.emulator
    with state.lock:
        return page(request, "control.html", _context(state, request))


async def submit(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    what = request.path_params["what"]
    said = ""
    with state.lock:
        try:
            said = act(state, what, form)
        except (BadRule, ValueError) as error:
            return _refused(state, request, what, form, error)
    place = "faultboard" if what in OF_FAULTS else ""
    return RedirectResponse(f"/_emulator/{place}?said={said}", 303)


def _refused(
    state: State, request: Request, what: str, form: dict[str, str], error: ValueError
) -> Response:
    """The page that the form stands on, with what was typed and why it was not taken."""
    if what in OF_FAULTS:
        typed = form if what == "fault" else None
        field = error.field if isinstance(error, BadField) else ""
        context = fault_context(state, request, typed, str(error), field)
        return page(request, "faults.html", context, status=422)
    context = {**_context(state, request), "problem": str(error)}
    return page(request, "control.html", context, status=422)


def _context(state: State, request: Request) -> dict[str, object]:
    return {
        **frame(state, request, "control", "Control"),
        "rules": len(state.faults.rules),
        "latency": state.latency,
        "actions": ACCOUNT,
        "persons": list(state.directory.users.values()),
        "tenants": list(state.directory.tenants.values()),
        "policies": POLICIES,
        "post": state.post.as_dict(),
        "subscriptions": [
            (subscription, state.names().get(subscription.owner, subscription.owner))
            for subscription in state.subscriptions.by_id.values()
        ],
        "thrown": sum(
            value != getattr(Switches(), name) for name, value in state.switches.as_dict().items()
        ),
        "now": iso(state.clock.now()),
        "offset": round(state.clock.offset.total_seconds() / 60),
        "tiles": _tiles(state),
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


ROUTES = [
    Route("/_emulator/", show),
    Route("/_emulator/page/{what}", submit, methods=["POST"]),
]
