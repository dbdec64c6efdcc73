from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..mailbox import Mailbox
from ..records import CONTACTS, DELETED, Actor, Contact
from .card import fields_of, layout_of, original
from .frame import frame
from .listing import fresh_marks, listing, name_of
from .pages import page

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State

SAID = {"saved": "Saved.", "created": "Created.", "restored": "Restored.", "moved": "Moved."}


def context_of(
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
        **frame(state, request, "people", "People"),
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
        "photos": {
            key: f"/mailbox/{quote(user.upn)}/contacts/{quote(key)}/photo?{quote(photo.etag)}"
            for key, photo in box.belongings.photos.items()
        },
        "categories": categories_of(box, contact),
        "colors": {c.name: c.color for c in box.belongings.categories.values()},
        "fresh": mark.fields if mark and mark.verb == "changed" else (),
        "layout": layout_of(contact),
        "original": original(contact),
        "form": fields_of(contact),
        "deleted": contact is not None and box.is_deleted(contact),
        "undo": gone if gone is not None and box.is_deleted(gone) else None,
        "message": "",
        "said": SAID.get(query.get("said", ""), ""),
        "version_now": version_of(state, box),
        **more,
    }


def _folders(box: Mailbox) -> list[dict[str, Any]]:
    shown = [f for f in box.folders.values() if not f.deleted]
    order = {CONTACTS: 0, "": 1, DELETED: 2}
    return [
        {"folder": f, "count": len(box.members[f.id])}
        for f in sorted(shown, key=lambda f: (order[f.well_known], f.name.lower()))
    ]


def categories_of(box: Mailbox, contact: Contact | None) -> list[str]:
    """What the card offers: the contact's own categories first, then those of the mailbox."""
    return categories_named(box, list(contact.values["categories"]) if contact else [])


def categories_named(box: Mailbox, own: list[str]) -> list[str]:
    """An item's own categories, then what else the mailbox has."""
    return [*own, *(c.name for c in box.belongings.categories.values() if c.name not in own)]


def card_again(
    state: State,
    request: Request,
    user: User,
    contact: Contact | None,
    form: dict[str, str],
    message: str,
) -> Response:
    context = context_of(
        state,
        request,
        user,
        contact,
        form={**fields_of(contact), **form},
        message=message,
        new=contact is None,
    )
    return page(request, "people.html", context, status=422)


def version_of(state: State, box: Mailbox) -> str:
    return f"{box.sequence}.{len(fresh_marks(state, box))}.{box.root[-12:-4]}"


def actor(user: User) -> Actor:
    return Actor(user.display_name)


def owner(state: State, request: Request) -> User | None:
    return state.directory.user(request.path_params["upn"])


def found(state: State, request: Request) -> tuple[User | None, Contact | None]:
    user = owner(state, request)
    if user is None:
        return None, None
    return user, state.mailbox(user).contacts.get(request.path_params["key"])


def nobody(state: State, request: Request) -> Response:
    """What is said where no such mailbox, contact or folder is."""
    words = {
        "heading": "Nothing here",
        "words": "This mailbox, contact or folder does not exist, or not any more.",
    }
    around = frame(state, request, "people", "People")
    return page(request, "nothing_here.html", {**around, **words}, status=404)


def no_mailbox(state: State, request: Request, user: User) -> Response:
    words = {
        "heading": f"{user.display_name} has no mailbox",
        "words": "The seed made this account without an Exchange Online mailbox, so that an "
        "application can be tried on one. Choose somebody else.",
    }
    around = frame(state, request, "people", "People")
    return page(request, "nothing_here.html", {**around, **words}, status=404)


def back_to(user: User, request: Request, **query: str) -> Response:
    kept = {k: v for k, v in request.query_params.items() if k in ("q", "folder")}
    words = {k: v for k, v in {**kept, **query}.items() if v}
    tail = f"?{urlencode(words)}" if words else ""
    return RedirectResponse(f"/mailbox/{quote(user.upn)}{tail}", 303)
