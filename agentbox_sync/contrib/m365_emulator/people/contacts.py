from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..graph.contacts import merged
from ..graph.properties import blank
from ..graph.validation import ContactChange
from ..mailbox import CONTACTS, DELETED, Actor, Contact, Mailbox
from .card import BadCard, changes, fields_of, layout_of, original, values_of
from .forms import read_form
from .listing import fresh_marks, listing, name_of
from .pages import page

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State


SAID = {"saved": "Saved.", "created": "Created.", "restored": "Restored."}


async def mailbox(request: Request) -> Response:
    """The People view of one mailbox: the list, and the card of the contact in the URL."""
    state: State = request.app.state.emulator
    with state.lock:
        user = _owner(state, request)
        if user is None:
            return _nobody(request)
        return page(request, "people.html", _context(state, request, user))


async def feed(request: Request) -> Response:
    """A word that changes whenever the page has become old."""
    state: State = request.app.state.emulator
    with state.lock:
        user = _owner(state, request)
        if user is None:
            return JSONResponse({"version": "gone"}, 404)
        return JSONResponse({"version": _version(state, state.mailbox(user))})


async def create(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = _owner(state, request)
        if user is None:
            return _nobody(request)
        box = state.mailbox(user)
        try:
            values = values_of(changes(form, original(None)), None)
        except BadCard as error:
            return _card_again(state, request, user, None, form, str(error))
        if not values:
            return _card_again(state, request, user, None, form, "Enter at least a name.")
        folder = form.get("folder", "")
        target = folder if folder in box.folders else box.well_known(CONTACTS).id
        contact = box.add(target, merged(blank(), ContactChange(values, {})), {}, _person(user))
        state.touch()
    return _to(user, request, contact=contact.key, said="created")


async def save(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = _found(state, request)
        if user is None or contact is None:
            return _nobody(request)
        try:
            edited = changes(form, form.get("original", ""))
        except BadCard as error:
            return _card_again(state, request, user, contact, form, str(error))
        if edited:
            new = merged(contact.values, ContactChange(values_of(edited, contact), {}))
            state.mailbox(user).update(contact, new, contact.extended, _person(user))
            state.touch()
    return _to(user, request, contact=contact.key, said="saved" if edited else "")


async def delete(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = _found(state, request)
        if user is None or contact is None:
            return _nobody(request)
        box = state.mailbox(user)
        if box.folders[contact.folder].well_known == DELETED:
            box.purge(contact, _person(user))
        else:
            box.discard(contact, _person(user))
        state.touch()
    return _to(user, request, undo=contact.key)


async def restore(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, contact = _found(state, request)
        if user is None or contact is None:
            return _nobody(request)
        if state.mailbox(user).is_deleted(contact):
            state.mailbox(user).restore(contact, _person(user))
            state.touch()
    return _to(user, request, contact=contact.key, said="restored", folder="")


def _context(
    state: State, request: Request, user: User, contact: Contact | None = None, **more: Any
) -> dict[str, Any]:
    box, query = state.mailbox(user), request.query_params
    folder = box.folders.get(query.get("folder", "")) or box.well_known(CONTACTS)
    if contact is None and query.get("contact"):
        contact = box.find(query["contact"])
    new = contact is None and (query.get("new") == "1" or more.get("new", False))
    gone = box.contacts.get(query.get("undo", ""))
    marks = fresh_marks(state, box)
    mark = marks.get(contact.key) if contact else None
    return {
        "user": user,
        "base": f"/mailbox/{quote(user.upn)}",
        "folder": folder,
        "folders": _folders(box),
        "q": query.get("q", ""),
        "listing": listing(box, folder, query.get("q", ""), marks),
        "removed": [m for m in marks.values() if m.verb == "removed"],
        "contact": contact,
        "new": new,
        "title": name_of(contact) if contact else "New contact" if new else "People",
        "mark": mark,
        # Of someone who was just added everything is new: the mark at the name says so.
        "fresh": mark.fields if mark and mark.verb == "changed" else (),
        "layout": layout_of(contact),
        "original": original(contact),
        "form": fields_of(contact),
        "deleted": contact is not None and box.is_deleted(contact),
        "undo": gone if gone is not None and box.is_deleted(gone) else None,
        "message": "",
        "said": SAID.get(query.get("said", ""), ""),
        "version_now": _version(state, box),
        **more,
    }


def _folders(box: Mailbox) -> list[dict[str, Any]]:
    shown = [f for f in box.folders.values() if not f.deleted]
    order = {CONTACTS: 0, "": 1, DELETED: 2}
    return [
        {"folder": f, "count": len(box.members[f.id])}
        for f in sorted(shown, key=lambda f: (order[f.well_known], f.name.lower()))
    ]


def _card_again(
    state: State,
    request: Request,
    user: User,
    contact: Contact | None,
    form: dict[str, str],
    message: str,
) -> Response:
    context = _context(
        state,
        request,
        user,
        contact,
        form={**fields_of(contact), **form},
        message=message,
        new=contact is None,
    )
    return page(request, "people.html", context, status=422)


def _version(state: State, box: Mailbox) -> str:
    return f"{box.sequence}.{len(fresh_marks(state, box))}.{box.root[-12:-4]}"


def _person(user: User) -> Actor:
    return Actor(user.display_name)


def _owner(state: State, request: Request) -> User | None:
    return state.directory.user(request.path_params["upn"])


def _found(state: State, request: Request) -> tuple[User | None, Contact | None]:
    user = _owner(state, request)
    if user is None:
        return None, None
    return user, state.mailbox(user).contacts.get(request.path_params["key"])


def _nobody(request: Request) -> Response:
    return page(request, "nothing_here.html", {}, status=404)


def _to(user: User, request: Request, **query: str) -> Response:
    kept = {k: v for k, v in request.query_params.items() if k in ("q", "folder")}
    words = {k: v for k, v in {**kept, **query}.items() if v}
    tail = f"?{urlencode(words)}" if words else ""
    return RedirectResponse(f"/mailbox/{quote(user.upn)}{tail}", 303)


ROUTES = [
    Route("/mailbox/{upn}", mailbox),
    Route("/mailbox/{upn}/feed", feed),
    Route("/mailbox/{upn}/contacts", create, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}", save, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/delete", delete, methods=["POST"]),
    Route("/mailbox/{upn}/contacts/{key}/restore", restore, methods=["POST"]),
]
