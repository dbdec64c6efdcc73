from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .frame import frame, photo_of
from .pages import page

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State


async def home(request: Request) -> Response:
    """Who am I? The mailboxes, by tenant."""
    state: State = request.app.state.emulator
    with state.lock:
        tenants = [
            {
                "tenant": tenant,
                "people": [
                    {"user": user, "words": _words(state, user), "photo": photo_of(state, user)}
                    for user in sorted(
                        state.directory.users_of(tenant.id), key=lambda u: u.display_name.lower()
                    )
                ],
            }
            for tenant in sorted(state.directory.tenants.values(), key=lambda t: t.name.lower())
        ]
        around = frame(state, request, "home", "Mailboxes")
        return page(request, "home.html", {**around, "tenants": tenants})


def _words(state: State, user: User) -> str:
    """What lies in a mailbox, or why nobody gets in."""
    if not user.mailbox:
        return "no mailbox"
    if not user.enabled:
        return "disabled"
    box = state.mailboxes.get(user.oid)
    count = sum(not box.is_deleted(c) for c in box.contacts.values()) if box else 0
    return f"{count} contact{'' if count == 1 else 's'}"


ROUTES = [Route("/", home)]
