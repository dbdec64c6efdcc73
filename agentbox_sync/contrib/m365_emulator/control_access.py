from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from .entra.consent import POLICIES
from .webhooks.notices import end_subscriptions

if TYPE_CHECKING:
    from .entra.accounts import Tenant, User
    from .state import State


class BadAccess(ValueError):
    """What an administrator was asked to do cannot be done; the message says why."""


def revoke(state: State, request: Request, body: Any) -> Any:
    """As an administrator would, for one person or for a whole tenant.

    {"upn": …}: refresh tokens and browser sessions die, and access tokens of clients that take
    claims challenges with them; "consent": true withdraws the person's consent as well,
    "client_id" only for one app. {"upn": …, "challenge": true}: nothing dies, but a younger token
    is wanted. {"upn": …, "enabled": false}: the account is disabled, or enabled again.
    {"tenant": …, "consent": true, "client_id"?}: what an administrator agreed to, roles of apps
    included. {"tenant": …, "consent_policy": …}: what people may agree to from now on.
    """
    client_id = str(body.get("client_id", ""))
    if "tenant" in body:
        answer = _tenant(state, str(body["tenant"]), client_id, body)
    else:
        user = state.directory.user(str(body.get("upn", "")))
        if user is None:
            raise BadAccess('Say whose tokens to revoke: {"upn": …} or {"tenant": …}.')
        answer = _user(state, user, client_id, body)
    state.touch()
    return answer


def _user(state: State, user: User, client_id: str, body: Any) -> dict[str, Any]:
    if "enabled" in body:
        set_enabled(state, user, enabled=bool(body["enabled"]))
        return {"enabled": bool(body["enabled"])}
    if body.get("challenge"):
        state.grants.challenge(user.oid)
        return {"challenged": True}
    count = revoke_sessions(state, user)
    if body.get("consent"):
        state.grants.forget(user, client_id)
    return {"refresh_tokens": count}


def set_enabled(state: State, user: User, *, enabled: bool) -> None:
    """Disable an account, which every client that takes challenges hears of, or enable it."""
    state.directory.users[user.oid] = replace(user, enabled=enabled)
    if not enabled:
        state.grants.challenge(user.oid)
        end_subscriptions(state, user.oid)


def revoke_sessions(state: State, user: User) -> int:
    """Refresh tokens and browser sessions of a person end; returns how many tokens died."""
    for session, accounts in list(state.sessions.items()):
        if user.oid in accounts:
            state.sessions[session] = [oid for oid in accounts if oid != user.oid]
    end_subscriptions(state, user.oid)
    return state.grants.revoke_tokens(user)


def _tenant(state: State, name: str, client_id: str, body: Any) -> dict[str, Any]:
    tenant: Tenant | None = state.directory.tenant(name)
    if tenant is None:
        raise BadAccess(f"No tenant called {name!r} is seeded.")
    if "consent_policy" in body:
        if body["consent_policy"] not in POLICIES:
            raise BadAccess(f"A consent_policy is one of {', '.join(POLICIES)}.")
        state.directory.tenants[tenant.id] = replace(tenant, consent_policy=body["consent_policy"])
        return {"consent_policy": body["consent_policy"]}
    if not body.get("consent"):
        raise BadAccess('Say "consent": true, or name a "consent_policy".')
    state.grants.forget_tenant(tenant.id, client_id)
    return {"withdrawn": True}
