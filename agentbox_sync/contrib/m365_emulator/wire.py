from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MICROSOFT = (
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def host_of(request: Request) -> str:
    return request.headers.get("host", "").lower()


def is_loopback(host: str) -> bool:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOOPBACK


def link_base(request: Request) -> str:
    """Where links that we hand out point: Microsoft's host as https, loopback as http."""
    host = host_of(request)
    return f"http://{host}" if is_loopback(host) else f"https://{host}"


def browser_base(request: Request) -> str:
    """The loopback address that a browser on this machine reaches."""
    if is_loopback(host_of(request)):
        return f"http://{host_of(request)}"
    host, port = request.scope["server"]
    return f"http://{host}:{port}"


class Guard:
    """Who may speak to what: Microsoft's names to the APIs, only loopback to the pages.

    The emulator runs in a developer's browser beside everything else, so a foreign page must
    not post to it (Origin), nor reach it under a name of its own (DNS rebinding).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        problem = refusal(Request(scope))
        if problem:
            await PlainTextResponse(problem, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def refusal(request: Request) -> str:
    """Why this request is not answered, or nothing."""
    host, path = host_of(request), request.url.path
    is_api = not path.startswith("/_") and _is_api(path)
    if not is_loopback(host):
        name = host.partition(":")[0]
        if not is_api or name not in MICROSOFT:
            return f"This emulator does not answer under the name {name!r}."
    if request.method in ("GET", "HEAD", "OPTIONS") or is_api:
        return ""
    origin = request.headers.get("origin")
    if origin is not None:
        if urlsplit(origin).netloc.lower() != host:
            return "A page of another site may not post to the emulator."
    elif request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "A page of another site may not post to the emulator."
    return ""


def _is_api(path: str) -> bool:
    ends = ("/token", "/openid-configuration", "/discovery/instance", "/keys", "/authorize")
    return path.startswith(("/v1.0", "/beta")) or path.endswith(ends)


class CountingProtocol(H11Protocol):
    """HTTP/1.1 that counts its connections and lets a scripted fault cut one."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        state = self._emulator()
        state.stats.connections += 1
        state.stats.open_connections += 1
        self.config.loaded_app.transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._emulator().stats.open_connections -= 1
        self.config.loaded_app.transports.pop(self.client, None)

    def _emulator(self) -> Any:
        return self.config.loaded_app.emulator


class Wired:
    """The outermost layer: knows the transport of each connection by the client's address."""

    def __init__(self, app: ASGIApp, emulator: Any) -> None:
        self.app = app
        self.emulator = emulator
        self.transports: dict[Any, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["transport"] = self.transports.get(scope.get("client"))
        await self.app(scope, receive, send)


class BrokenResponse(Response):
    """A scripted misfortune of the wire: no answer at all, or half of one."""

    def __init__(
        self, content: bytes, kind: str | None, status: int, headers: dict[str, str], drop: bool
    ) -> None:
        super().__init__(content, status, headers, media_type=kind)
        self.drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope.get("transport")
        if not self.drop:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            await send(
                {
                    "type": "http.response.body",
                    "more_body": True,
                    "body": bytes(self.body)[: len(self.body) // 2],
                }
            )
            await asyncio.sleep(0.01)  # the half that was sent should arrive
        if transport is not None:
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass
