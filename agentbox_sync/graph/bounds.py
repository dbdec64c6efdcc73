"""Where a token may lead: the one place that keeps an organisation's token to its mailboxes.

A token of the application itself opens every mailbox of the tenant, unless Exchange restricts it.
What of it we use is decided here: whatever goes out passes :class:`Wire`, which asks these bounds,
each item of a batch by itself. The slices go on speaking of ``/me``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.graph import batch
from agentbox_sync.graph.exchange import Request

OUTSIDE = "OutsideTheMailbox"

_ME = re.compile(r"/me(?=[/?]|$)", re.IGNORECASE)
# Graph writes the key of a user in either way into the links that it hands out.
_USER = re.compile(r"/users(?:/([^/?()]+)|\('([^']+)'\))(?=[/?]|$)", re.IGNORECASE)
_DIRECTORY = re.compile(r"/users(?=[?]|$)", re.IGNORECASE)


class Bounds(Protocol):
    """What a client may ask for."""

    def placed(self, request: Request) -> Request:
        """Return a request as it goes out; raises FixConfiguration for one that may not."""


class Anywhere:
    """The bounds of a person's own token: Microsoft itself keeps it to that person."""

    def placed(self, request: Request) -> Request:
        """Return the request as it is."""
        return request


class Mailboxes:
    """The bounds of an application's token: these mailboxes and nothing else of the tenant.

    With one mailbox, ``/me`` means that one.
    """

    def __init__(self, object_ids: Collection[str]) -> None:
        self._ids = {object_id.lower() for object_id in object_ids}

    def placed(self, request: Request) -> Request:
        """Return a request with the mailbox named; raises FixConfiguration for another's."""
        return _placed(request, self._path)

    def _path(self, method: str, path: str) -> str:
        del method
        if _climbs(path):
            raise _outside()
        found = _USER.match(path)
        if found is not None and (found[1] or found[2]).lower() in self._ids:
            return path
        if _ME.match(path) and len(self._ids) == 1:
            (object_id,) = self._ids
            return _ME.sub(f"/users/{object_id}", path, count=1)
        raise _outside()


class Directory:
    """The bounds while people are looked up: who is there is read, and no mailbox."""

    def placed(self, request: Request) -> Request:
        """Return the request; raises FixConfiguration for what is no look into the directory."""
        return _placed(request, self._path)

    def _path(self, method: str, path: str) -> str:
        if method != "GET" or not _DIRECTORY.match(path):
            raise _outside()
        return path


def _placed(request: Request, path_of: Any) -> Request:
    if request.path != batch.PATH:
        return replace(request, path=path_of(request.method, request.path))
    items = request.body.get("requests") if isinstance(request.body, Mapping) else None
    if not isinstance(items, list):
        raise _outside()
    placed = [{**item, "url": path_of(item["method"], item["url"])} for item in items]
    return replace(request, body={**(request.body or {}), "requests": placed})


def _climbs(path: str) -> bool:
    """Tell whether a server could resolve a path to another one than it begins with."""
    before, _, _ = path.partition("?")
    plain = before.lower()
    return "/../" in f"{plain}/" or "/./" in f"{plain}/" or "%2e" in plain or "\\" in plain


def _outside() -> FixConfiguration:
    return FixConfiguration(
        "Something outside of the mailboxes that were matched was asked for, and not sent.",
        code=OUTSIDE,
    )
