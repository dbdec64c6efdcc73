from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..people.forms import read_form
from ..people.pages import page
from . import errors
from .accounts import SHARED_AUTHORITIES, User
from .authorize import redirect, send_back
from .consent import needs_administrator
from .errors import EntraError
from .flows import Flow
from .grants import Code
from .scopes import RESERVED, ROLES, WORDS
from .sessions import sign_in, sign_out, signed_in

if TYPE_CHECKING:
    from ..state import State


async def show(request: Request) -> Response:
    """The page of the stage that a sign-in has reached, or the way back when it is done."""
    state: State = request.app.state.emulator
    with state.lock:
        flow = _flow(state, request)
        if flow is None:
            return _expired(request)
        if flow.stage == "consent":
            answer = _settle(state, flow)
            if answer is not None:
                return answer
        return page(
            request, f"signin_{flow.stage}.html", _context(state, request, flow), plain_form=True
        )


async def submit(request: Request) -> Response:
    """One step of a sign-in: account picked, address typed, password typed, answer given."""
    state: State = request.app.state.emulator
    form = await read_form(request)
    with state.lock:
        flow = _flow(state, request)
        if flow is None:
            return _expired(request)
        flow.message = ""
        step = request.path_params["step"]
        response: Response = RedirectResponse(f"/_signin/{flow.id}", 303)
        if step == "pick":
            _pick(state, request, flow, form.get("account", ""))
        elif step == "email":
            _email(state, flow, form.get("email", ""))
        elif step == "password" and flow.stage == "password":
            if _password(state, flow, form.get("password", "")):
                sign_in(state, request, response, flow.account)
        elif step == "back":
            flow.stage, flow.account = "email", ""
        elif step == "cancel":
            return _cancel(state, flow)
        elif step == "accept" and flow.stage == "consent" and flow.account:
            return _accept(state, flow, for_all=form.get("for_all") == "on")
    return response


async def logout(request: Request) -> Response:
    state: State = request.app.state.emulator
    response = page(request, "signed_out.html", {})
    with state.lock:
        sign_out(state, request, response)
    return response


def _pick(state: State, request: Request, flow: Flow, account: str) -> None:
    if account in signed_in(state, request):
        user = state.directory.users[account]
        if _may_enter(state, flow, user):
            flow.account, flow.stage = account, "consent"
            return
        flow.stage, flow.typed = "email", user.upn
        return
    flow.stage, flow.typed = "email", ""


def _email(state: State, flow: Flow, email: str) -> None:
    flow.typed = email.strip()
    user = state.directory.user(flow.typed) if flow.typed else None
    if not flow.typed:
        flow.message = "Enter a valid email address."
    elif user is None:
        flow.message = (
            "We couldn't find an account with that username. Try another, or ask "
            "whoever seeded this emulator."
        )
    elif _may_enter(state, flow, user):
        flow.stage = "password"


def _may_enter(state: State, flow: Flow, user: User) -> bool:
    authority = flow.authority.lower()
    home = state.directory.tenant(authority)
    if authority in SHARED_AUTHORITIES or (home is not None and home.id == user.tenant):
        return True
    name = home.name if home else authority
    flow.message = (
        f"AADSTS50020: User account '{user.upn}' does not exist in tenant '{name}' "
        "and cannot access the application. Sign in with a different account."
    )
    return False


def _password(state: State, flow: Flow, password: str) -> bool:
    user = state.directory.user(flow.typed)
    if user is None or password != user.password:
        flow.message = "Your account or password is incorrect. Try again."
        return False
    if not user.enabled:
        flow.message = "AADSTS50057: The user account is disabled. Ask an administrator."
        return False
    flow.account, flow.stage = user.oid, "consent"
    return True


def _settle(state: State, flow: Flow) -> Response | None:
    """Answer at once when nothing is left to ask; otherwise set the stage and return None."""
    user = state.directory.users.get(flow.account)
    if user is None or not user.enabled:
        flow.stage, flow.account = "email", ""
        flow.message = "AADSTS50057: The user account is disabled." if user else ""
        return None
    if flow.kind == "adminconsent":
        if not user.admin:
            flow.stage = "approval"
        return None
    missing = state.grants.missing(user, flow.app.client_id, flow.requested.scopes)
    if not missing and flow.params.get("prompt") != "consent":
        return _issue(state, flow, user)
    tenant = state.directory.tenants[user.tenant]
    if needs_administrator(tenant, user, missing):
        flow.stage = "approval"
    return None


def _accept(state: State, flow: Flow, for_all: bool) -> Response:
    user = state.directory.users[flow.account]
    scopes = flow.requested.scopes
    if flow.kind == "adminconsent":
        state.grants.allow_tenant(user.tenant, flow.app.client_id, scopes)
        if flow.requested.default:  # nothing else asks for application permissions
            state.grants.allow_app(user.tenant, flow.app.client_id, flow.app.roles)
        state.touch()
        state.flows.end(flow)
        return redirect(
            flow,
            {
                "admin_consent": "True",
                "tenant": user.tenant,
                "scope": " ".join(
                    f"{flow.requested.audience}/{s}" for s in scopes if s not in RESERVED
                ),
            },
        )
    state.grants.allow(user, flow.app.client_id, scopes)
    if for_all and user.admin:
        state.grants.allow_tenant(user.tenant, flow.app.client_id, scopes)
    return _issue(state, flow, user)


def _issue(state: State, flow: Flow, user: User) -> Response:
    code = f"1.A{state.ids.token(60)}"
    state.grants.codes[code] = Code(
        user.oid,
        flow.app.client_id,
        flow.redirect_uri,
        flow.requested.scopes,
        flow.requested.audience,
        flow.params.get("nonce", ""),
        flow.params.get("code_challenge", ""),
        flow.params.get("code_challenge_method", ""),
        state.clock.timestamp(),
    )
    state.stats.tokens["codes"] += 1
    state.touch()
    state.flows.end(flow)
    return redirect(flow, {"code": code, "session_state": state.ids.guid()})


def _cancel(state: State, flow: Flow) -> Response:
    if flow.kind == "adminconsent":
        error = EntraError(
            "consent_required",
            65004,
            "The resource owner or authorization server denied the request.",
        )
        return send_back(state, flow, error, admin_consent="False")
    if flow.stage == "approval":
        error = EntraError(
            "consent_required",
            90094,
            "An administrator of the organization has set a policy that prevents "
            "you from granting the application the permissions it asks for.",
        )
        return send_back(state, flow, error)
    if flow.stage != "consent":
        error = EntraError("access_denied", 65004, "User canceled the sign-in.")
        return send_back(state, flow, error, error_subcode="cancel")
    return send_back(state, flow, errors.declined(), error_subcode="cancel")


def _context(state: State, request: Request, flow: Flow) -> dict[str, Any]:
    user = state.directory.users.get(flow.account)
    tenant = state.directory.tenants.get(user.tenant) if user else None
    home = state.directory.tenant(flow.authority)
    people = [u for u in state.directory.users.values() if home is None or u.tenant == home.id]
    typed = state.directory.user(flow.typed) if flow.typed else None
    return {
        "flow": flow,
        "user": user,
        "tenant": tenant,
        "home": home,
        "accounts": [state.directory.users[oid] for oid in signed_in(state, request)],
        "people": people[:12],
        "more_people": max(0, len(people) - 12),
        "typed": typed,
        "permissions": _permissions(flow),
        "way_back": state.switches.approval_way_back,
    }


def _permissions(flow: Flow) -> list[tuple[str, str]]:
    """What the consent page lists: title and explanation of each permission."""
    asked = [WORDS.get(s, (s, "")) for s in _shown(flow.requested.scopes)]
    if flow.kind == "adminconsent" and flow.requested.default:
        asked += [
            (ROLES[role], "Allows the app to do so without a signed-in user.")
            for role in flow.app.roles
        ]
    return asked


def _shown(scopes: tuple[str, ...]) -> list[str]:
    """The consent page's order; openid and profile hide behind User.Read."""
    hidden = {"openid", "profile", "email"} if "User.Read" in scopes else set()
    last = [s for s in scopes if s in ("User.Read", "offline_access")]
    return [s for s in scopes if s not in last and s not in hidden] + last


def _flow(state: State, request: Request) -> Flow | None:
    return state.flows.find(request.path_params["flow"], state.clock.timestamp())


def _expired(request: Request) -> Response:
    error = EntraError(
        "invalid_request",
        165000,
        "This sign-in has ended or is too old. Go back to the application and start again.",
    )
    return page(request, "signin_refused.html", {"error": error}, status=400)
