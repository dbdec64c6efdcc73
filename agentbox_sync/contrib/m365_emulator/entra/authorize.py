from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..people.pages import page
from . import errors, scopes
from .accounts import SHARED_AUTHORITIES, App
from .errors import EntraError
from .flows import Flow
from .sessions import signed_in

if TYPE_CHECKING:
    from ..state import State

PROMPTS = ("", "none", "login", "consent", "select_account", "create")


async def authorize(request: Request) -> Response:
    """Begin a sign-in: check the request, then hand the browser to the pages."""
    state: State = request.app.state.emulator
    params = dict(request.query_params)
    with state.lock:
        try:
            app = check_app(state, request.path_params["tenant"], params)
        except EntraError as error:
            return refused_page(request, error)
        flow = Flow(
            state.ids.token(24),
            "authorize",
            request.path_params["tenant"],
            app,
            scopes.Requested((), scopes.GRAPH),
            params["redirect_uri"],
            params,
            state.clock.timestamp(),
        )
        try:
            flow.requested = _check_request(state, app, params)
            _choose_stage(state, flow, signed_in(state, request))
        except EntraError as error:
            return send_back(state, flow, error)
        state.flows.keep(flow)
    return RedirectResponse(f"/_signin/{flow.id}", 302)


async def admin_consent(request: Request) -> Response:
    """Begin an administrator's consent for a whole tenant."""
    state: State = request.app.state.emulator
    params = dict(request.query_params)
    authority = request.path_params["tenant"]
    with state.lock:
        try:
            if authority.lower() == "common":
                raise EntraError(
                    "invalid_request",
                    900971,
                    "Admin consent needs a tenant id or 'organizations', not 'common'.",
                )
            app = check_app(state, authority, params)
            requested = _requested(app, params.get("scope", f"{scopes.GRAPH}/.default"))
        except EntraError as error:
            return refused_page(request, error)
        flow = Flow(
            state.ids.token(24),
            "adminconsent",
            authority,
            app,
            requested,
            params["redirect_uri"],
            params,
            state.clock.timestamp(),
        )
        flow.stage = "pick" if signed_in(state, request) else "email"
        state.flows.keep(flow)
    return RedirectResponse(f"/_signin/{flow.id}", 302)


def check_app(state: State, authority: str, params: dict[str, str]) -> App:
    """What Entra must know before it dares to redirect; raises EntraError for a page."""
    if not state.directory.knows_authority(authority):
        raise errors.unknown_tenant(authority)
    for name in ("client_id", "redirect_uri"):
        if not params.get(name):
            raise errors.missing(name)
    app = state.directory.apps.get(params["client_id"])
    if app is None:
        raise errors.unknown_app(params["client_id"], authority)
    if not app.multi_tenant and authority.lower() in SHARED_AUTHORITIES:
        raise errors.not_multi_tenant(app.client_id)
    if params["redirect_uri"] not in app.redirect_uris:
        raise errors.wrong_redirect(params["redirect_uri"], app.client_id)
    return app


def _check_request(state: State, app: App, params: dict[str, str]) -> scopes.Requested:
    if params.get("response_type") != "code":
        raise EntraError(
            "unsupported_response_type",
            70011,
            "The emulator supports the response_type 'code' only.",
        )
    if params.get("response_mode", "query") != "query":
        raise EntraError(
            "invalid_request", 70007, "The emulator supports the response_mode 'query' only."
        )
    if params.get("prompt", "") not in PROMPTS:
        raise EntraError("invalid_request", 90023, "Unsupported 'prompt' value.")
    if not params.get("scope"):
        raise errors.missing("scope")
    if "code_challenge" in params and (
        params.get("code_challenge_method") != "S256" or len(params["code_challenge"]) != 43
    ):
        raise EntraError(
            "invalid_request",
            501491,
            "Invalid size or method of the Code_Challenge parameter: the emulator takes S256.",
        )
    hint = params.get("login_hint")
    if (
        hint
        and params.get("prompt") == "select_account"
        and state.switches.select_account_with_hint == "refuse"
    ):
        raise EntraError(
            "invalid_request",
            90023,
            "The parameters prompt=select_account and login_hint cannot be used together.",
        )
    return _requested(app, params["scope"])


def _requested(app: App, text: str) -> scopes.Requested:
    try:
        requested = scopes.parse(text)
    except scopes.UnknownScope as error:
        raise errors.unknown_scope(str(error)) from None
    if requested.default:
        merged = tuple(dict.fromkeys((*requested.scopes, *app.permissions)))
        return scopes.Requested(merged, requested.audience, default=True)
    return requested


def _choose_stage(state: State, flow: Flow, accounts: list[str]) -> None:
    prompt, hint = flow.params.get("prompt", ""), flow.params.get("login_hint", "")
    hinted = state.directory.user(hint) if hint and prompt != "select_account" else None
    if hinted is not None and hinted.oid in accounts and prompt != "login":
        accounts = [hinted.oid]
    elif hinted is not None:
        accounts = []
    if prompt == "none":
        if len(accounts) != 1:
            raise EntraError(
                "login_required" if not accounts else "interaction_required",
                50058,
                "A silent sign-in request was sent but no user is signed in.",
            )
        user = state.directory.users[accounts[0]]
        if state.grants.missing(user, flow.app.client_id, flow.requested.scopes):
            raise EntraError(
                "interaction_required",
                65001,
                "The user or administrator has not consented to use the application.",
            )
        flow.account, flow.stage = user.oid, "consent"
        return
    if prompt == "login" or not accounts:
        flow.typed = hinted.upn if hinted else ""
        flow.stage = "password" if hinted else "email"
    elif prompt == "select_account" or len(accounts) > 1:
        flow.stage = "pick"
    else:
        flow.account, flow.stage = accounts[0], "consent"


def send_back(state: State, flow: Flow, error: EntraError, **more: str) -> Response:
    """Redirect to the application with an error."""
    state.flows.end(flow)
    answer = {"error": error.error, "error_description": error.description, **more}
    return redirect(flow, answer)


def redirect(flow: Flow, answer: dict[str, str]) -> Response:
    if "state" in flow.params:
        answer["state"] = flow.state
    glue = "&" if urlsplit(flow.redirect_uri).query else "?"
    return RedirectResponse(f"{flow.redirect_uri}{glue}{urlencode(answer)}", 303)


def refused_page(request: Request, error: EntraError) -> Response:
    return page(request, "signin_refused.html", {"error": error}, status=400)
