"""What every page for people has around it: who one is, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from ..belongings import PERSON

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State

COOKIE = "m365_emulator_me"
OFFERED = 12  # people in the menu; the page of all mailboxes has the others


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `key` names its icon too."""

    key: str
    label: str
    href: str
    opens_group: bool = False


def frame(state: State, request: Request, here: str, label: str) -> dict[str, Any]:
    """The frame around a page: `here` is the entry it belongs to, `label` its name."""
    me = person(state, request)
    people = sorted(state.directory.users.values(), key=lambda user: user.display_name.lower())
    offered = people[:OFFERED]
    tenants = sorted(state.directory.tenants.values(), key=lambda tenant: tenant.name.lower())
    return {
        "frame": {
            "here": here,
            "label": label,
            "me": me,
            "photo": photo_of(state, me) if me else "",
            "organization": state.directory.tenants[me.tenant].name if me else "",
            "organizations": [
                {"name": tenant.name, "people": members}
                for tenant in tenants
                if (members := [user for user in offered if user.tenant == tenant.id])
            ],
            "count": len(people),
            "places": places(me),
        }
    }


def places(me: User | None) -> list[Place]:
    """What belongs to the mailbox first, then what belongs to the emulator."""
    return [
        Place("people", "People", f"/mailbox/{quote(me.upn)}" if me else "/"),
        Place("calendar", "Calendar", f"/mailbox/{quote(me.upn)}/calendar" if me else "/"),
        Place("tasks", "Tasks", f"/mailbox/{quote(me.upn)}/tasks" if me else "/"),
        Place("requests", "Requests", "/_emulator/requests", opens_group=True),
        Place("faults", "Faults", "/_emulator/faultboard"),
        Place("switches", "Switches", "/_emulator/switchboard"),
        Place("control", "Control", "/_emulator/"),
    ]


def person(state: State, request: Request) -> User | None:
    """Whose mailbox is open, else whose was open last."""
    named = request.path_params.get("upn") or request.cookies.get(COOKIE, "")
    return state.directory.user(named) if named else None


def remember(response: Response, user: User) -> Response:
    """Keep who one is for the pages that belong to nobody."""
    response.set_cookie(COOKIE, user.oid, httponly=True, samesite="strict")
    return response


def photo_of(state: State, user: User) -> str:
    """Where a person's picture is, or nothing."""
    box = state.mailboxes.get(user.oid)
    photo = box.belongings.photos.get(PERSON) if box else None
    return f"/mailbox/{quote(user.upn)}/photo?{quote(photo.etag)}" if photo else ""
