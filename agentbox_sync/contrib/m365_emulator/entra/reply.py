from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import jwt
from .accounts import App, User
from .grants import RefreshToken

if TYPE_CHECKING:
    from ..state import State

KEPT = 20  # refresh tokens per person and app; Entra's old ones die in time, ours by number


@dataclass(frozen=True)
class Issue:
    """What one successful request to the token endpoint is entitled to."""

    app: App
    user: User
    scopes: tuple[str, ...]
    audience: str
    nonce: str = ""
    replaces: str = ""  # the refresh token that was used
    challenged: bool = False  # the client understands claims challenges (CP1)


def reply(state: State, issue: Issue) -> dict[str, Any]:
    """The token endpoint's answer; MSAL needs every key of it."""
    now = int(state.clock.timestamp())
    life = token_life(state, issue.challenged)
    granted = " ".join(scope for scope in issue.scopes if scope != "offline_access")
    info = {"uid": issue.user.oid, "utid": issue.user.tenant}
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": granted,
        "expires_in": life,
        "ext_expires_in": life,
        "access_token": _access_token(state, issue, granted, now, now + life),
        "client_info": jwt.encode(json.dumps(info, separators=(",", ":")).encode()),
    }
    if issue.replaces or "offline_access" in issue.scopes:
        answer["refresh_token"] = _refresh_token(state, issue, now)
    if "openid" in issue.scopes:
        answer["id_token"] = _id_token(state, issue, now)
    return answer


def token_life(state: State, challenged: bool) -> int:
    """Seconds: 60 to 90 minutes, or up to 28 hours where Graph may call a token in early."""
    hours = (20, 28) if challenged else (1, 1.5)
    return state.switches.token_life or state.ids.random.randint(*(int(h * 3600) for h in hours))


def _access_token(state: State, issue: Issue, granted: str, now: int, end: int) -> str:
    claims: dict[str, Any] = {
        "aud": issue.audience,
        "iss": f"https://sts.windows.net/{issue.user.tenant}/",
        **_times(now, end),
        **_person(issue.user),
        "appid": issue.app.client_id,
        "app_displayname": issue.app.name,
        "upn": issue.user.upn,
        "scp": granted,
        "ver": "1.0",
        "uti": state.ids.token(12),
    }
    if issue.challenged:
        claims |= {"xms_cc": ["CP1"], "epoch": state.grants.epochs.get(issue.user.oid, 0)}
    return jwt.signed(claims, state.signing_key)


def _refresh_token(state: State, issue: Issue, now: int) -> str:
    held = state.grants.refresh_tokens
    scopes = issue.scopes
    if issue.replaces:
        scopes = tuple(dict.fromkeys((*held[issue.replaces].scopes, *scopes)))
        held[issue.replaces] = replace(held[issue.replaces], used=True)
    fresh = f"1.A{state.ids.token(90)}"
    held[fresh] = RefreshToken(
        issue.user.oid, issue.app.client_id, scopes, issue.audience, float(now)
    )
    family = [
        text
        for text, token in held.items()
        if (token.user, token.client_id) == (issue.user.oid, issue.app.client_id) and token.used
    ]
    for text in family[:-KEPT]:
        del held[text]
    return fresh


def _id_token(state: State, issue: Issue, now: int) -> str:
    claims: dict[str, Any] = {
        "aud": issue.app.client_id,
        "iss": f"https://login.microsoftonline.com/{issue.user.tenant}/v2.0",
        **_times(now, now + 3600),
        **_person(issue.user),
        "preferred_username": issue.user.upn,
        "sub": _pairwise(issue),
        "ver": "2.0",
        "uti": state.ids.token(12),
    }
    if issue.nonce:
        claims["nonce"] = issue.nonce
    if "email" in issue.scopes:
        claims["email"] = issue.user.mail or issue.user.upn
    return jwt.unsigned(claims)


def _times(now: int, end: int) -> dict[str, int]:
    return {"iat": now, "nbf": now, "exp": end}


def _person(user: User) -> dict[str, str]:
    return {"oid": user.oid, "tid": user.tenant, "name": user.display_name}


def _pairwise(issue: Issue) -> str:
    """Entra's sub differs per application, so that apps cannot compare notes."""
    return jwt.encode(hashlib.sha256(f"{issue.user.oid}:{issue.app.client_id}".encode()).digest())
