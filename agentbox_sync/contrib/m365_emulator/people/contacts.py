from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..graph.contacts import merged
from ..graph.properties import blank
from ..graph.validation import ContactChange
from ..records import CONTACTS, DELETED
from .card import BadCard, changes, original, values_of
from .forms import read_form
from .frame import remember
from .mailbox_view import (
    actor,
    back_to,
    card_again,
    context_of,
    found,
    no_mailbox,
    nobody,
    owner,
    version_of,
)
from .pages import page

if TYPE_CHECKING:
    from ..state import State


async def mailbox(request: Request) -> Response:
    """The People view of one mailbox: the list, and the card of the contact in the URL."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return nobody(state, request)
        if not user.mailbox:
            return no_mailbox(state, request, user)
        return remember(page(request, "people.html", context_of(state, request, user)), user)


async def feed(request: Request) -> Response:
    """A word that changes whenever the page has become old."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return JSONResponse({"version": "gone"}, 404)
        return JSONResponse({"version": version_of(state, state.mailbox(user))})


async def create(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return nobody(state, request)
        box = state.mailbox(user)
        try:
            values = values_of(changes(form, original(None)), None)
        except BadCard as error:
            return card_again(state, request, user, None, form, str(error))
        if not values:
            return card_again(state, request, user, None, form, "Enter at least a name.")
        folder = form.get("folder", "")
        target = folder if folder in box.folders else box.well_known(CONTACTS).id
        contact = box.add(target, merged(blank(), ContactChange(values, {})), {}, actor(user))
        state.touch()
    return back_to(user, request, contact=contact.key, said="created")


async def save(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return nobody(state, request)
        try:
            edited = changes(form, form.get("original", ""))
        except BadCard as error:
            return card_again(state, request, user, contact, form, str(error))
        if edited:
            new = merged(contact.values, ContactChange(values_of(edited, contact), {}))
            state.mailbox(user).update(contact, new, contact.extended, actor(user))
            state.touch()
    return back_to(user, request, contact=contact.key, said="saved" if edited else "")


async def delete(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return nobody(state, request)
        box = state.mailbox(user)
        if box.folders[contact.folder].well_known == DELETED:
            box.purge(contact, actor(user))
        else:
            box.discard(contact, actor(user))
        state.touch()
    return back_to(user, request, undo=contact.key)


async def restore(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return nobody(state, request)
        if state.mailbox(user).is_deleted(contact):
            state.mailbox(user).restore(contact, actor(user))
            state.touch()
    return back_to(user, request, contact=contact.key, said="restored", folder="")


ROUTES = [
    Route("/mailbox/{upn}", mailbox),
    Route("/mailbox/{upn}/feed", feed),
    Route("/mailbox/{upn}/contacts", create, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}", save, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/delete", delete, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/restore", restore, methods=["POST"]),
]
