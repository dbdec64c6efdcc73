from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..entra.accounts import User
from ..entra.scopes import implied
from . import me
from .errors import GraphError, bad_request, request_denied
from .messages import Answer, Call
from .query import check_plain

LARGEST_PAGE, USUAL_PAGE = 999, 100
MOST_OR = 15  # reported as "Max allowed: 15"
RIGHTS = {"User.Read.All", "User.ReadBasic.All"}
TAKES = frozenset({"$select", "$filter", "$top", "$count", "$skiptoken", "$format"})
LITERAL = r"'((?:[^']|'')*)'"
PLAIN = re.compile(rf"^(mail|userPrincipalName|displayName)\s+eq\s+{LITERAL}$", re.IGNORECASE)
PROXY = re.compile(
    rf"^proxyAddresses/any\(\s*(\w+)\s*:\s*(\w+)\s+eq\s+{LITERAL}\s*\)$", re.IGNORECASE
)
STRING = re.compile(LITERAL)

Test = Callable[[dict[str, Any]], bool]


def list_users(call: Call) -> Answer:
    """The people of the tenant; which permission it takes is looked at here, as it is no mailbox's.

    Text is compared without regard to case, as the directory is believed to do.
    """
    if RIGHTS.isdisjoint(implied(call.caller.scopes)):
        raise request_denied()
    options = check_plain(call, me.NAMES)
    test = _filter(options.get("$filter", ""))
    wanted = options.get("$select", "").split(",") if options.get("$select") else me.SHOWN
    names = {name.strip() for name in wanted}
    people = sorted(call.state.directory.users_of(call.caller.tenant), key=_key)
    rows = [profile for profile in map(me.profile, people) if test(profile)]
    size = min(_number(options.get("$top", "")) or USUAL_PAGE, LARGEST_PAGE)
    start = _number(options.get("$skiptoken", ""))
    page = rows[start : start + size]
    body: dict[str, Any] = {"@odata.context": f"{call.request.base}/$metadata#users"}
    if options.get("$count", "").lower() == "true":
        body["@odata.count"] = len(rows)
    body["value"] = [{k: v for k, v in row.items() if k in names or k == "id"} for row in page]
    if start + size < len(rows):
        rest = [(k, v) for k, v in options.items() if k != "$skiptoken"]
        body["@odata.nextLink"] = call.link("/users", [*rest, ("$skiptoken", str(start + size))])
    return Answer(200, body)


def _key(user: User) -> str:
    return user.oid


def _number(text: str) -> int:
    if text and not text.isdigit():
        raise bad_request(f"Invalid value '{text}'.")
    return int(text or 0)


def _filter(text: str) -> Test:
    if not text.strip():
        return lambda row: True
    # Quotes may hold the word itself.
    held: list[str] = []

    def hide(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"'{len(held) - 1}'"

    parts = re.split(r"\s+or\s+", STRING.sub(hide, text.strip()), flags=re.IGNORECASE)
    if len(parts) > MOST_OR:
        raise _unsupported(
            "Too many child clauses specified in search filter expression containing 'OR' "
            f"operators: {len(parts)}. Max allowed: {MOST_OR}."
        )
    shown = [STRING.sub(lambda found: held[int(found[1])], part) for part in parts]
    tests = [_comparison(part.strip()) for part in shown]
    return lambda row: any(test(row) for test in tests)


def _comparison(text: str) -> Test:
    plain, proxy = PLAIN.match(text), PROXY.match(text)
    if plain is not None:
        name = next(n for n in me.NAMES if n.lower() == plain[1].lower())
        value = _value(plain[2])
        return lambda row: str(row[name] or "").lower() == value
    if proxy is not None and proxy[1] == proxy[2]:
        value = _value(proxy[3])
        return lambda row: value in [address.lower() for address in row["proxyAddresses"]]
    raise _unsupported("Unsupported or invalid query filter clause specified.")


def _value(text: str) -> str:
    return text.replace("''", "'").lower()


def _unsupported(message: str) -> GraphError:
    return GraphError(400, "Request_UnsupportedQuery", message)
