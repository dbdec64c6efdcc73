from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..switches import CHOICES, Switches, UnknownSwitch
from .forms import read_form
from .frame import frame
from .pages import page

if TYPE_CHECKING:
    from ..state import State

LINE = re.compile(r"^    (\w+): (?:int|str|bool) = .*?(?:  # (.+))?$")
HEADING = re.compile(r"^    # (.+)$")


@dataclass(frozen=True)
class Row:
    """One switch as the page shows it."""

    name: str
    words: str
    value: Any
    default: Any
    choices: tuple[str, ...]

    @property
    def kind(self) -> str:
        if self.choices:
            return "choice"
        return "tick" if isinstance(self.default, bool) else "number"

    @property
    def is_changed(self) -> bool:
        return bool(self.value != self.default)


def explained() -> list[tuple[str, list[tuple[str, str]]]]:
    """The switches by group, each with its words: the comments beside their defaults."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    known = {field.name for field in fields(Switches)}
    for line in inspect.getsource(Switches).splitlines():
        heading, entry = HEADING.match(line), LINE.match(line)
        if heading is not None:
            groups.append((heading[1], []))
        elif entry is not None and entry[1] in known:
            groups[-1][1].append((entry[1], entry[2] or ""))
    return groups


async def show(request: Request) -> Response:
    """Every switch with its words, its value, and whether it is what it was at the start."""
    state: State = request.app.state.emulator
    with state.lock:
        return page(request, "switches.html", _context(state, request))


async def submit(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        try:
            if form.get("what") == "defaults":
                state.switches = Switches()
            else:
                state.switches = state.switches.changed(_read(form))
        except (UnknownSwitch, ValueError) as error:
            context = {**_context(state, request), "problem": str(error)}
            return page(request, "switches.html", context, status=422)
        state.touch()
    return RedirectResponse("/_emulator/switchboard?said=1", 303)


def _read(form: dict[str, str]) -> dict[str, Any]:
    """A form sends every switch; a box that is not ticked is not sent at all."""
    values: dict[str, Any] = {}
    for field in fields(Switches):
        name, default = field.name, field.default
        if isinstance(default, bool):
            values[name] = form.get(name) == "on"
        elif isinstance(default, int):
            try:
                values[name] = int(form.get(name, ""))
            except ValueError:
                raise UnknownSwitch(f"The switch {name!r} takes a whole number.") from None
        else:
            values[name] = form.get(name, default)
    return values


def _context(state: State, request: Request) -> dict[str, Any]:
    values, defaults = state.switches.as_dict(), Switches().as_dict()
    groups = [
        (
            title,
            [
                Row(name, words, values[name], defaults[name], CHOICES.get(name, ()))
                for name, words in rows
            ],
        )
        for title, rows in explained()
    ]
    return {
        **frame(state, request, "switches", "Switches"),
        "groups": groups,
        "changed": sum(values[name] != defaults[name] for name in values),
        "said": "The switches are set." if request.query_params.get("said") else "",
        "problem": "",
    }


ROUTES = [
    Route("/_emulator/switchboard", show),
    Route("/_emulator/switchboard", submit, methods=["POST"]),
]
