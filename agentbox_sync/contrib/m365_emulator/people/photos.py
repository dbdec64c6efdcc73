from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..belongings import PERSON, Photo
from ..graph.photos import LARGEST
from ..graph.pictures import NoPicture, measure
from .forms import read_form
from .mailbox_view import actor, back_to, found, nobody, owner

if TYPE_CHECKING:
    from ..state import State


async def show(request: Request) -> Response:
    """The picture of the person, or of the contact in the URL."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        key = request.path_params.get("key", PERSON)
        photo = state.mailbox(user).belongings.photos.get(key) if user else None
    if photo is None:
        return Response(status_code=404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
    return Response(photo.content, media_type=photo.kind, headers=headers)


async def put(request: Request) -> Response:
    """Take a picture for a contact, sent as it is; what is none is refused in a sentence."""
    content = await request.body()
    state: State = request.app.state.emulator
    if len(content) > LARGEST:
        return JSONResponse({"error": "The picture is larger than 4 MB: choose another."}, 422)
    try:
        kind, width, height = measure(content)
    except NoPicture:
        words = "This is no picture that can be read: choose a JPEG, PNG or GIF."
        return JSONResponse({"error": words}, 422)
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return JSONResponse({"error": "The contact does not exist any more."}, 404)
        box = state.mailbox(user)
        box.belongings.photos[contact.key] = Photo(content, kind, width, height)
        if state.switches.photo_tracked:
            box.touch(contact, actor(user), "photo")
        state.touch()
    return JSONResponse({"width": width, "height": height})


async def remove(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = found(state, request)
        if user is None or contact is None:
            return nobody(state, request)
        box = state.mailbox(user)
        if box.belongings.photos.pop(contact.key, None) and state.switches.photo_tracked:
            box.touch(contact, actor(user), "photo")
        state.touch()
    return back_to(user, request, contact=contact.key, said="saved")


ROUTES = [
    Route("/mailbox/{upn}/photo", show),
    Route("/mailbox/{upn}/contacts/{key}/photo", show),
    Route("/mailbox/{upn}/contacts/{key}/photo", put, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/photo/remove", remove, methods=["POST"]),
]
