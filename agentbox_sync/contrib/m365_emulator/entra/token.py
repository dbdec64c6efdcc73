from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from ..faults import Rule
from ..people.forms import read_form
from ..wire import BrokenResponse
from . import errors, jwt, scopes
from .accounts import SHARED_AUTHORITIES, App
from .application import application_token
from .claims import understands_challenges
from .errors import EntraError, json_response
from .reply import Issue, reply

if TYPE_CHECKING:
    from ..state import State

CODE_LIFE = 10 * 60
IDLE_LIFE = 90 * 24 * 3600


async def token(request: Request) -> Response:
    """The token endpoint: a code, a refresh token or the app itself for an access token."""
    state: State = request.app.state.emulator
    form = await read_form(request)
    with state.lock:
        rule = state.faults.strike_token(request.url.path)
    if rule is not None and rule.delay:
        await asyncio.sleep(rule.delay)
    if rule is not None and rule.answers:
        return _scripted(state, rule)
    with state.lock:
        try:
            body = _grant(state, request, form)
        except EntraError as error:
            state.stats.tokens[f"AADSTS{error.number}"] += 1
            return json_response(error.body(state, form.get("client-request-id", "")), error.status)
    return json_response(body)


def _scripted(state: State, rule: Rule) -> Response:
    """A fault of Entra itself; only what a path of the token endpoint asks for gets here."""
    with state.lock:
        state.stats.token_faults += 1
        error = EntraError(
            rule.code or "temporarily_unavailable",
            90006,
            rule.message or "The server is temporarily too busy.",
            rule.status or 503,
        )
        body = rule.body if rule.body is not None else error.body(state)
    if rule.action == "answer":
        return json_response(body, error.status, rule.headers)
    return BrokenResponse(b"{}", None, error.status, {}, drop=rule.action == "drop")


def _grant(state: State, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
    authority = request.path_params["tenant"]
    if not state.directory.knows_authority(authority):
        raise errors.unknown_tenant(authority)
    app = _authenticate(state, authority, request, form)
    kind = form.get("grant_type")
    if kind == "client_credentials":
        answer = application_token(state, authority, app, form)
        state.stats.tokens[kind] += 1
        return answer
    if kind == "authorization_code":
        issue = _redeem(state, app, form)
    elif kind == "refresh_token":
        issue = _refresh(state, app, form)
    else:
        raise EntraError(
            "unsupported_grant_type",
            70003,
            f"The app requested an unsupported grant type '{kind}'.",
        )
    _check_user(state, authority, issue)
    state.stats.tokens[str(kind)] += 1
    state.touch()
    return reply(state, replace(issue, challenged=understands_challenges(form)))


def _authenticate(state: State, authority: str, request: Request, form: Mapping[str, str]) -> App:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            left, _, right = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise errors.missing("client_id") from None
        client_id, secret = unquote_plus(left), unquote_plus(right)
    if not client_id:
        raise errors.missing("client_id")
    app = state.directory.apps.get(client_id)
    if app is None:
        raise errors.unknown_app(client_id, authority)
    if not secret:
        raise EntraError(
            "invalid_client",
            7000218,
            "The request body must contain the following "
            "parameter: 'client_assertion' or 'client_secret'.",
            401,
        )
    if secret != app.client_secret:
        raise EntraError(
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the "
            "secret being sent in the request is the client secret value, not the "
            f"client secret ID, for a secret added to app '{client_id}'.",
            401,
        )
    return app


def _redeem(state: State, app: App, form: Mapping[str, str]) -> Issue:
    text = form.get("code", "")
    if not text:
        raise errors.missing("code")
    if text in state.grants.spent_codes:
        raise EntraError(
            "invalid_grant",
            54005,
            "OAuth2 Authorization code was already redeemed, "
            "please retry with a new valid code or use an existing refresh token.",
        )
    code = state.grants.codes.get(text)
    if code is None or code.client_id != app.client_id:
        raise EntraError(
            "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid."
        )
    if state.clock.timestamp() - code.issued > CODE_LIFE:
        raise EntraError(
            "invalid_grant",
            70008,
            "The provided authorization code or refresh "
            "token has expired due to inactivity. Send a new interactive "
            "authorization request for this user and resource.",
        )
    if form.get("redirect_uri") != code.redirect_uri:
        raise EntraError(
            "invalid_grant",
            500112,
            "The reply address does not match the reply "
            "address provided when requesting Authorization code.",
        )
    if code.challenge:
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        if jwt.encode(digest) != code.challenge:
            raise EntraError(
                "invalid_grant",
                501481,
                "The Code_Verifier does not match the "
                "code_challenge supplied in the authorization request.",
            )
    del state.grants.codes[text]
    state.grants.spent_codes.add(text)
    user = state.directory.users.get(code.user)
    if user is None:
        raise EntraError("invalid_grant", 50034, "The user account does not exist.")
    return Issue(app, user, code.scopes, code.audience, nonce=code.nonce)


def _refresh(state: State, app: App, form: Mapping[str, str]) -> Issue:
    text = form.get("refresh_token", "")
    if not text:
        raise errors.missing("refresh_token")
    if text in state.grants.revoked:
        raise EntraError(
            "invalid_grant",
            50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
            suberror="bad_token",
        )
    held = state.grants.refresh_tokens.get(text)
    if held is None or held.client_id != app.client_id:
        raise EntraError(
            "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid."
        )
    if held.used and state.switches.strict_rotation:
        raise EntraError(
            "invalid_grant",
            70000,
            "The provided value for the input parameter "
            "'refresh_token' or 'assertion' is not valid.",
            suberror="token_expired",
        )
    if state.clock.timestamp() - held.issued > IDLE_LIFE:
        raise EntraError(
            "invalid_grant",
            700082,
            "The refresh token has expired due to inactivity.",
            suberror="token_expired",
        )
    user = state.directory.users.get(held.user)
    if user is None:
        raise EntraError("invalid_grant", 50034, "The user account does not exist.")
    try:
        wanted = scopes.parse(form.get("scope", ""))
    except scopes.UnknownScope as error:
        raise errors.unknown_scope(str(error)) from None
    if wanted.default or not wanted.scopes:
        return Issue(app, user, held.scopes, held.audience, replaces=text)
    return Issue(app, user, wanted.scopes, wanted.audience, replaces=text)


def _check_user(state: State, authority: str, issue: Issue) -> None:
    user, app = issue.user, issue.app
    tenant = state.directory.tenant(authority)
    if authority.lower() not in SHARED_AUTHORITIES and tenant and tenant.id != user.tenant:
        raise EntraError(
            "invalid_grant",
            50020,
            f"User account '{user.upn}' does not exist in tenant '{tenant.name}'.",
        )
    if not user.enabled:
        raise EntraError("invalid_grant", 50057, "The user account is disabled.")
    missing = state.grants.missing(user, app.client_id, issue.scopes)
    if missing:
        raise EntraError(
            "invalid_grant",
            65001,
            "The user or administrator has not consented to "
            f"use the application with ID '{app.client_id}' named '{app.name}'. "
            "Send an interactive authorization request for this user and resource.",
            suberror="consent_required",
        )
