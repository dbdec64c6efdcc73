from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from ..state import State

COOKIE = "m365_emulator_session"


def signed_in(state: State, request: Request) -> list[str]:
    """The object ids of the people who are signed in with this browser."""
    accounts = state.sessions.get(request.cookies.get(COOKIE, ""), [])
    return [oid for oid in accounts if oid in state.directory.users]


def sign_in(state: State, request: Request, response: Response, oid: str) -> None:
    session = request.cookies.get(COOKIE, "")
    if session not in state.sessions:
        session = state.ids.token(24)
        state.sessions[session] = []
        response.set_cookie(COOKIE, session, httponly=True, samesite="lax", path="/")
    if oid not in state.sessions[session]:
        state.sessions[session].append(oid)
    state.touch()


def sign_out(state: State, request: Request, response: Response) -> None:
    state.sessions.pop(request.cookies.get(COOKIE, ""), None)
    response.delete_cookie(COOKIE)
    state.touch()
