from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from ..state import State

STATUSES = {
    "failed": "Failed, or failed inside",
    "2": "2xx done",
    "4": "4xx refused",
    "429": "429 throttled",
    "5": "5xx broken",
    "cut": "Connection cut",
    "scripted": "Struck by a fault",
}
# What a body may hold that nobody should read over a shoulder.
SECRETS = frozenset(
    {"clientstate", "access_token", "refresh_token", "id_token", "client_secret", "password"}
)
LEFT_OUT = "(left out)"
USER = re.compile(r"^(?:/v1\.0)?/users/([^/?]+)")
TOKEN = re.compile(r"(\$(?:delta|skip)token=.{8})[^&]+")
KEY = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(: .*)$')
LONGEST = 40_000


@dataclass(frozen=True)
class Part:
    """One operation inside a batch with its answer."""

    id: str
    method: str
    url: str
    status: int
    scripted: bool

    @property
    def failed(self) -> bool:
        return self.status >= 400


@dataclass(frozen=True)
class Exchange:
    """One line of the log, as the page shows it."""

    number: int
    time: str
    method: str
    url: str
    status: int
    mailboxes: tuple[str, ...]
    app: str
    parts: tuple[Part, ...]
    scripted: bool

    @property
    def short(self) -> str:
        """The address below the version; tokens of delta and paging are cut to their start."""
        return TOKEN.sub(r"\1…", unquote(self.url.removeprefix("/v1.0")))

    @property
    def words(self) -> str:
        if not self.status:
            return "Connection cut"
        return HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Unknown"

    @property
    def failed_parts(self) -> int:
        return sum(part.failed for part in self.parts)

    def matches(self, status: str, mailbox: str, path: str) -> bool:
        if mailbox and mailbox not in self.mailboxes:
            return False
        wanted = path.strip().lower()
        urls = (self.url, *(part.url for part in self.parts))
        if wanted and not any(wanted in unquote(url).lower() for url in urls):
            return False
        codes = {self.status, *(part.status for part in self.parts)}
        if status == "failed":
            return self.status == 0 or any(code >= 400 for code in codes)
        if status == "cut":
            return self.status == 0
        if status == "scripted":
            return self.scripted
        if status == "429":
            return 429 in codes
        return not status or any(str(code).startswith(status) for code in codes)


def read_exchange(state: State, entry: dict[str, Any]) -> Exchange:
    sent = entry["request_body"]
    struck = set(entry.get("synthetic_items", ()))
    parts = tuple(_parts(sent, entry["response_body"], struck))
    return Exchange(
        entry["number"],
        entry["at"][11:19],
        entry["method"],
        entry["url"],
        entry["status"],
        _mailboxes(state, entry, parts),
        entry["caller"].get("app", ""),
        parts,
        "synthetic" in entry or bool(struck),
    )


def _parts(sent: Any, answered: Any, struck: set[str]) -> Iterable[Part]:
    if not isinstance(sent, dict) or not isinstance(sent.get("requests"), list):
        return
    responses = answered.get("responses", []) if isinstance(answered, dict) else []
    statuses = {str(answer.get("id")): answer.get("status", 0) for answer in responses}
    for request in sent["requests"]:
        if isinstance(request, dict):
            name = str(request.get("id", ""))
            method, url = str(request.get("method", "")), str(request.get("url", ""))
            yield Part(name, method, url, statuses.get(name, 0), name in struck)


def _mailboxes(state: State, entry: dict[str, Any], parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Whose mailboxes an exchange speaks of, in the order in which it does."""
    found: dict[str, None] = {}
    for url in [part.url for part in parts] or [entry["url"]]:
        named = USER.match(url)
        user = state.directory.user(unquote(named[1])) if named else None
        whose = user.upn if user else unquote(named[1]) if named else entry["caller"].get("upn", "")
        if whose:
            found[whose] = None
    return tuple(found)


def without_secrets(body: Any) -> Any:
    """A body as it may be shown: what is secret in it is left out, the rest is as it was."""
    if isinstance(body, dict):
        return {
            name: LEFT_OUT if name.lower() in SECRETS and value else without_secrets(value)
            for name, value in body.items()
        }
    return [without_secrets(entry) for entry in body] if isinstance(body, list) else body


def pretty(body: Any) -> Markup:
    """A body as text with its names marked; a very long one is cut, and says so."""
    text = json.dumps(without_secrets(body), indent=2, ensure_ascii=False)
    cut = text[:LONGEST].splitlines()
    lines = [
        Markup("{}<b>{}</b>{}").format(*match.groups())
        if (match := KEY.match(line))
        else escape(line)
        for line in cut
    ]
    if len(text) > LONGEST:
        lines.append(escape(f"… {len(text) - LONGEST} more characters"))
    return Markup("\n").join(lines)
