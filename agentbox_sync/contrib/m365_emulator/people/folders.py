from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..records import CONTACTS
from .forms import read_form
from .mailbox_view import actor, back_to, context_of, found, nobody, owner
from .pages import page

if TYPE_CHECKING:
    from ..state import State

LONGEST = 255


async def create(request: Request) -> Response:
    """A new folder below Contacts; a name that is taken or empty is told."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return nobody(state, request)
        box = state.mailbox(user)
        name = form.get("name", "").strip()
        problem = _wrong(name, [f.name for f in box.folders.values() if not f.deleted])
        if problem:
            context = context_of(state, request, user, message=problem)
            return page(request, "people.html", context, status=422)
        made = box.add_folder(name, box.well_known(CONTACTS).id)
        state.touch()
    return back_to(user, request, folder=made.id, q="")


async def change(request: Request) -> Response:
    """Rename a folder, or delete it with what lies in it."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        box = state.mailbox(user) if user else None
        folder = box.folders.get(request.path_params["folder"]) if box else None
        if user is None or box is None or folder is None or folder.well_known or folder.deleted:
            return nobody(state, request)
        if form.get("what") == "delete":
            box.discard_folder(folder)
            state.touch()
            return back_to(user, request, folder="", q="")
        name = form.get("name", "").strip()
        others = [f.name for f in box.folders.values() if not f.deleted and f.id != folder.id]
        problem = _wrong(name, others)
        if problem:
            context = context_of(state, request, user, message=problem)
            return page(request, "people.html", context, status=422)
        box.change_folder(replace(folder, name=name))
        state.touch()
    return back_to(user, request, folder=folder.id)


async def move(request: Request) -> Response:
    """Put a contact into another folder."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return nobody(state, request)
        box = state.mailbox(user)
        target = box.folders.get(form.get("to", ""))
        if target is None or target.deleted:
            return nobody(state, request)
        if target.id != contact.folder:
            box.move(contact, target.id, actor(user))
            state.touch()
    return back_to(user, request, folder=target.id, contact=contact.key, said="moved", q="")


def _wrong(name: str, others: list[str]) -> str:
    """Why a folder cannot be called so, or nothing."""
    if not name:
        return "Give the folder a name."
    if len(name) > LONGEST:
        return f"A folder's name has at most {LONGEST} characters."
    if name.lower() in {other.lower() for other in others}:
        return f"There is a folder called “{name}” already: choose another name."
    return ""


ROUTES = [
    Route("/mailbox/{upn}/folders", create, methods=["POST"]),
    Route("/mailbox/{upn}/folders/{folder}", change, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/move", move, methods=["POST"]),
]
