from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..entra.accounts import User
from ..entra.scopes import implied, role_for
from .errors import GraphError, access_denied, bad_request, no_mailbox, not_covered, request_denied
from .messages import Answer, Call, Caller, GraphRequest, Preferences
from .query import check_names
from .table import ROUTES, SERVICE_ROUTES, Route

if TYPE_CHECKING:
    from ..state import State

TIME_ZONES = re.compile(
    r"^(?:microsoft\.graph\.)?supportedTimeZones"
    r"(?:\((?:TimeZoneStandard\s*=\s*(?:microsoft\.graph\.timeZoneStandard)?'(\w+)')?\))?$",
    re.IGNORECASE,
)
DELTA = ("delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()")
FULL = {"ErrorQuotaExceeded": 507, "quotaLimitReached": 413}


def _by_variables(table: Sequence[Route]) -> list[Route]:
    """What is spelled out is looked at before what anything fits."""
    return sorted(table, key=lambda route: sum(part[0] == "{" for part in route.pattern))


MAILBOX_TABLE, SERVICE_TABLE = _by_variables(ROUTES), _by_variables(SERVICE_ROUTES)
SERVICES = {route.pattern[0] for route in SERVICE_ROUTES}
# Real resources that later issues add, or that COVERAGE.md leaves out: said, not faked.
NOT_COVERED = {
    "attachments",
    "calendargroup",
    "calendargroups",
    "getschedule",
    "outlook",
    "photos",
    "messages",
    "mailfolders",
    "manager",
}


@dataclass(frozen=True)
class Routed:
    """A request whose route, mailbox owner and arguments are known."""

    route: Route
    user: User
    root: str
    args: Mapping[str, str]


def find_owner(state: State, caller: Caller, request: GraphRequest) -> tuple[User, str, int]:
    """Whose data the path speaks of, the root as spelled, and how many segments it took."""
    segments = request.segments
    if segments and segments[0].lower() == "me":
        if caller.app_only:
            raise bad_request("/me request is only valid with delegated authentication flow.")
        return state.directory.users[caller.oid], "/me", 1
    if (
        segments
        and segments[0].lower() in SERVICES
        and (len(segments) == 1 or segments[0].lower() != "users")
    ):
        return caller_itself(state, caller), "", 0
    if len(segments) > 1 and segments[0].lower() == "users":
        user = state.directory.user(segments[1])
        if user is None or user.tenant != caller.tenant:
            if len(segments) == 2:
                raise GraphError(
                    404,
                    "Request_ResourceNotFound",
                    f"Resource '{segments[1]}' does not exist or one of its queried "
                    "reference-property objects are not present.",
                )
            raise GraphError(
                404, "ErrorInvalidUser", f"The requested user '{segments[1]}' is invalid."
            )
        return user, "/" + "/".join(request.path.strip("/").split("/")[:2]), 2
    raise bad_request(f"Resource not found for the segment '{segments[0] if segments else ''}'.")


def caller_itself(state: State, caller: Caller) -> User:
    """The signed-in person; an app on its own stands in its place, without a mailbox."""
    nobody = User(caller.oid, caller.tenant, "", caller.app_name, "", mailbox=False)
    return state.directory.users.get(caller.oid, nobody)


def route(state: State, caller: Caller, request: GraphRequest) -> Routed:
    """Find the operation; raises GraphError for unknown paths and methods."""
    user, root, taken = find_owner(state, caller, request)
    rest = tuple(s for s in request.segments[taken:] if s)
    rest = tuple(part for s in rest for part in _functions(s))
    other_method = False
    for candidate in MAILBOX_TABLE if root else SERVICE_TABLE:
        args = _match(candidate.pattern, rest)
        if args is None:
            continue
        if candidate.method == request.method:
            return Routed(candidate, user, root, args)
        other_method = True
    if other_method:
        raise GraphError(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    if any(part.lower() in NOT_COVERED for part in rest) or rest[-1:] == ("delta()",):
        raise not_covered("/".join(rest))
    raise bad_request(f"Resource not found for the segment '{rest[-1] if rest else ''}'.")


def authorize(state: State, caller: Caller, routed: Routed) -> None:
    """Whether the caller may do this, and there is a mailbox to do it in; raises GraphError."""
    route, user = routed.route, routed.user
    if not route.scope:
        return  # the handler looks at what is asked for
    wanted = role_for(route.scope) if caller.app_only else route.scope
    tenant = state.directory.tenants[user.tenant] if user.tenant else None
    # What Exchange grants to an app adds to what Entra grants, and is not policed.
    is_granted = caller.app_only and any(
        wanted in implied(frozenset(grant.roles)) and user.oid in grant.members
        for grant in (tenant.exchange_grants if tenant else ())
        if grant.client_id == caller.client_id and route.is_policed
    )
    if wanted not in implied(caller.scopes) and not is_granted:
        raise access_denied() if route.needs_mailbox else request_denied()
    if not route.needs_mailbox:
        return
    if is_granted:
        pass
    elif caller.app_only:
        policies = tenant.access_policies if tenant else ()
        if route.is_policed and any(p.denies(caller.client_id, user.oid) for p in policies):
            raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")
    elif user.oid != caller.oid:
        raise access_denied()  # delegated: nobody has shared a mailbox here
    if not user.mailbox:
        raise no_mailbox(state)


def dispatch(state: State, caller: Caller, request: GraphRequest, routed: Routed) -> Answer:
    """Check the right to do it and do it; the caller holds the state's lock."""
    call = admit(state, caller, request, routed)
    answer = routed.route.handler(call)
    applied = [answer.headers.get("Preference-Applied", ""), call.prefer.applied]
    if any(applied):
        answer.headers["Preference-Applied"] = ", ".join(filter(None, applied))
    if request.method != "GET":
        state.touch()
        state.stats.writes += 1
    return answer


def admit(state: State, caller: Caller, request: GraphRequest, routed: Routed) -> Call:
    """The call for a handler, once the right to it and its parameters are checked."""
    authorize(state, caller, routed)
    if routed.route.fills_mailbox and state.mailbox(routed.user).belongings.full:
        code = state.switches.full_code
        raise GraphError(FULL[code], code, "The mailbox has no room for this.")
    prefer = Preferences.read(request.headers)
    if routed.route.is_todo and state.switches.todo_ids == "plain":
        prefer = prefer.for_tasks()
    call = Call(state, request, caller, routed.user, routed.args, routed.root, prefer)
    check_names(call, routed.route.takes)
    return call


def _functions(segment: str) -> tuple[str, ...]:
    """The functions that Graph has here, in one spelling each."""
    if segment.lower() in DELTA:
        return ("delta()",)
    zones = TIME_ZONES.match(segment)
    if zones is not None:
        return ("supportedTimeZones", zones[1]) if zones[1] else ("supportedTimeZones",)
    return (segment,)


def _match(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(segments):
        return None
    args: dict[str, str] = {}
    for part, segment in zip(pattern, segments, strict=True):
        if part.startswith("{") and segment != "delta()":
            args[part[1:-1]] = segment
        elif part.lower() != segment.lower():
            return None
    return args
