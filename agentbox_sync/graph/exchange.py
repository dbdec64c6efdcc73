"""What goes to Graph and what comes back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agentbox_sync.core.errors import SyncError

# On every request and every batch item: without it an item's id changes when a person moves the
# item to another folder (concepts/outlook-immutable-id.md).
IMMUTABLE_IDS = 'IdType="ImmutableId"'


@dataclass(frozen=True, slots=True)
class Request:
    """One question to Graph; ``path`` is relative to the version root and begins with ``/``."""

    method: str
    path: str
    prefer: tuple[str, ...] = ()
    if_match: str = ""
    body: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        # The path is put behind the configured host: nothing else may name another one.
        if not self.path.startswith("/"):
            raise ValueError("a Graph path begins with a slash")

    @property
    def reading(self) -> bool:
        """Whether sending it twice is the same as sending it once."""
        return self.method == "GET"

    def headers(self) -> dict[str, str]:
        """Return the headers that the request needs by itself, alone or inside a batch."""
        headers = {"Prefer": ", ".join((IMMUTABLE_IDS, *self.prefer))}
        if self.if_match:
            headers["If-Match"] = self.if_match
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        return headers


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of Graph; header names are in lower case, ``body`` is parsed JSON or ``None``.

    ``status`` 0 says that the request was sent and no whole answer came back; with ``unsent``, that
    it was not sent, and why.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    unsent: SyncError | None = None

    @property
    def ok(self) -> bool:
        """Whether Graph says that it did what was asked."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """Microsoft's id of the exchange."""
        return self.headers.get("request-id", "")


def no_answer(code: str) -> Response:
    """Return the answer that stands for "sent, but nobody knows what became of it"."""
    return Response(status=0, body={"error": {"code": code, "message": ""}})


def not_sent(error: SyncError) -> Response:
    """Return the answer that stands for "not sent", and says why."""
    return Response(status=0, unsent=error)
