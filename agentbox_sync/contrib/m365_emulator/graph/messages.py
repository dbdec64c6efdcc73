from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from ..mailbox import Mailbox
from ..records import Actor
from .errors import GraphError

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State

VERSION = "/v1.0"


@dataclass(frozen=True)
class Caller:
    """Who a bearer token speaks for."""

    oid: str
    tenant: str
    client_id: str
    app_name: str
    scopes: frozenset[str]  # delegated permissions, or the roles of an app on its own
    app_only: bool = False
    expires: float = 0.0  # when the token does

    @property
    def actor(self) -> Actor:
        return Actor(self.app_name, is_app=True)


@dataclass(frozen=True)
class GraphRequest:
    """One operation: a whole HTTP request, or one item of a $batch."""

    method: str
    path: str  # below the version, percent-encoded as it came, without query
    raw_query: str
    headers: Mapping[str, str]  # names in lower case
    base: str  # scheme, host and version that links are built from
    body: Any = None
    body_error: GraphError | None = None
    request_id: str = ""
    client_request_id: str = ""
    in_batch: bool = False
    begun: float = 0.0  # by the event loop's clock: when the service set to work on it
    raw: bytes = b""  # the body of a request that is not inside a batch

    @property
    def url(self) -> str:
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's decoded parts; `contacts('x')` counts as `contacts/x`."""
        parts: list[str] = []
        for part in self.path.strip("/").split("/"):
            text = unquote(part)
            keyed = re.fullmatch(r"(\w+)\('(.+)'\)", text)
            parts += [keyed[1], keyed[2].replace("''", "'")] if keyed else [text]
        return tuple(parts)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.raw_query, keep_blank_values=True)

    def json_body(self) -> Any:
        if self.body_error is not None:
            raise self.body_error
        return self.body

    def binary_body(self) -> bytes:
        """The bytes of a picture; in a batch they come as base64url. Raises GraphError 400."""
        if not self.in_batch:
            return self.raw
        try:
            text = self.body if isinstance(self.body, str) else ""
            return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise GraphError(
                400, "BadRequest", "The binary body of a batched request must be base64url."
            ) from None

    @property
    def size(self) -> int:
        """Bytes that are uploaded with it."""
        if self.raw or self.body is None:
            return len(self.raw)
        return len(json.dumps(self.body, ensure_ascii=False).encode())


@dataclass
class Answer:
    status: int
    body: Any = None  # JSON value, str for text/plain, or the bytes of a picture
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Preferences:
    """What the Prefer header asks for, and what of it was applied."""

    immutable_ids: bool = False
    max_page_size: int | None = None
    time_zone: str = ""  # of the times of events; empty: UTC
    text_bodies: bool = False

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Preferences:
        text = headers.get("prefer", "")
        zone = re.search(
            r"outlook\.timezone\s*=\s*(?:\"([^\"]*)\"|([^,;\s]+))", text, re.IGNORECASE
        )
        body = re.search(r"outlook\.body-content-type\s*=\s*\"?(\w+)", text, re.IGNORECASE)
        size = re.search(r"odata\.maxpagesize\s*=\s*\"?(\d+)", text, re.IGNORECASE)
        return cls(
            immutable_ids=bool(re.search(r"idtype\s*=\s*\"?immutableid\"?", text, re.IGNORECASE)),
            max_page_size=int(size[1]) if size and int(size[1]) > 0 else None,
            time_zone=(zone[1] or zone[2] or "").strip() if zone else "",
            text_bodies=body is not None and body[1].lower() == "text",
        )

    def for_tasks(self) -> Preferences:
        """The same for items that are not among those with immutable ids."""
        return replace(self, immutable_ids=False)

    @property
    def applied(self) -> str:
        words = ['IdType="ImmutableId"'] if self.immutable_ids else []
        if self.max_page_size is not None:
            words.append(f"odata.maxpagesize={self.max_page_size}")
        return ", ".join(words)


@dataclass(frozen=True)
class Call:
    """A request on its way to one handler: routed, allowed, its mailbox found."""

    state: State
    request: GraphRequest
    caller: Caller
    user: User
    args: Mapping[str, str]
    root: str  # "/me" or "/users/{id}" as the client spelled it
    prefer: Preferences

    @property
    def mailbox(self) -> Mailbox:
        return self.state.mailbox(self.user)

    def link(self, path: str, options: list[tuple[str, str]]) -> str:
        """An absolute link below the version root, for next and delta links."""
        query = "&".join(f"{quote(k, safe='$')}={quote(v, safe='')}" for k, v in options)
        return f"{self.request.base}{path}?{query}"

    def context(self, tail: str) -> str:
        return f"{self.request.base}/$metadata#users('{quote(self.user.oid)}'){tail}"
