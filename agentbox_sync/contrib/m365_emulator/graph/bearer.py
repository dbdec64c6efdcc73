from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..entra import jwt
from ..entra.claims import challenge
from ..entra.scopes import GRAPH_AUDIENCES
from .errors import GraphError
from .messages import Caller

if TYPE_CHECKING:
    from ..state import State

CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/'
    'oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"'
)


def authenticate(state: State, header: str) -> Caller:
    """The caller behind an Authorization header; raises GraphError 401."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _refused("Access token is empty.")
    try:
        claims = jwt.read(token.strip(), state.signing_key)
    except jwt.BadToken:
        raise _refused("IDX14100: JWT is not well formed, or its signature is not valid.") from None
    if claims.get("aud") not in GRAPH_AUDIENCES:
        raise _refused("Access token validation failure. Invalid audience.")
    if float(claims.get("exp", 0)) <= state.clock.timestamp():
        raise _refused("Lifetime validation failed, the token is expired.")
    if claims.get("idtyp") == "app":
        return _app(claims)
    user = state.directory.users.get(str(claims.get("oid")))
    if user is None or not user.enabled:
        raise _refused("The user account does not exist or is disabled.")
    if "xms_cc" in claims and claims.get("epoch") != state.grants.epochs.get(user.oid, 0):
        raise _challenged(state.clock.timestamp())
    return Caller(
        user.oid,
        user.tenant,
        str(claims.get("appid")),
        str(claims.get("app_displayname")),
        frozenset(str(claims.get("scp")).split()),
        expires=float(claims["exp"]),
    )


def _app(claims: dict[str, Any]) -> Caller:
    return Caller(
        str(claims["oid"]),
        str(claims["tid"]),
        str(claims["appid"]),
        str(claims["app_displayname"]),
        frozenset(claims.get("roles", ())),
        app_only=True,
        expires=float(claims["exp"]),
    )


def _challenged(now: float) -> GraphError:
    """Continuous access evaluation: the token is good, and yet a younger one is wanted."""
    header = f'{CHALLENGE}, error="insufficient_claims", claims="{challenge(now)}"'
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and "
        "code: TokenIssuedBeforeRevocationTimestamp.",
        headers={"WWW-Authenticate": header},
    )


def _refused(message: str) -> GraphError:
    return GraphError(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": CHALLENGE}
    )
