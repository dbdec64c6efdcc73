from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .pages import page

if TYPE_CHECKING:
    from ..state import State


async def home(request: Request) -> Response:
    """Who am I? The mailboxes, by tenant."""
    state: State = request.app.state.emulator
    with state.lock:
        tenants = [
            {
                "tenant": tenant,
                "people": [
                    {"user": user, "contacts": _live(state, user.oid)}
                    for user in sorted(
                        state.directory.users_of(tenant.id), key=lambda u: u.display_name.lower()
                    )
                ],
            }
            for tenant in sorted(state.directory.tenants.values(), key=lambda t: t.name.lower())
        ]
        return page(request, "home.html", {"tenants": tenants})


def _live(state: State, oid: str) -> int:
    box = state.mailboxes.get(oid)
    return sum(not box.is_deleted(c) for c in box.contacts.values()) if box else 0


ROUTES = [Route("/", home)]
