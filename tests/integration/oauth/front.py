"""A door before the emulator's sign-in service that can be shut, or hand on something else.

Real HTTP on loopback: what a company's proxy, an outage or an attacker on the line would do. It
knows nothing of OAuth; without a script it hands every exchange on as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import requests

Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Scripted:
    """An answer of the front's own; status 0 hangs up without one."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Front:
    def __init__(self, base_url: str, upstream: str) -> None:
        self.base_url = base_url
        self.upstream = upstream
        self.discovery: Scripted | None = None
        self.token: Scripted | None = None
        self.change_token: Change | None = None
        self.seen: list[str] = []
        self.forms: list[dict[str, list[str]]] = []  # what the token endpoint was asked with

    @property
    def token_requests(self) -> int:
        return sum(path.endswith("/token") for path in self.seen)

    @property
    def discovery_requests(self) -> int:
        return sum(path.endswith("/openid-configuration") for path in self.seen)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Scripted:
        self.seen.append(path)
        if path.endswith("/token"):
            self.forms.append(parse_qs(body.decode()))
        scripted = self.token if path.endswith("/token") else self.discovery
        if scripted is not None:
            return scripted
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, self.upstream + path, headers=dict(headers), data=body, timeout=30
            )
        text = answer.text
        if path.endswith("/token") and self.change_token and answer.ok:
            text = json.dumps(self.change_token(answer.json()))
        kept = {name: value for name, value in answer.headers.items() if name == "Retry-After"}
        return Scripted(answer.status_code, text, kept)


@contextmanager
def opened(upstream: str) -> Iterator[Front]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            wanted = ("Host", "Content-Type", "Authorization", "Accept")
            headers = {name: self.headers[name] for name in wanted if name in self.headers}
            answer = front.answer(self.command, self.path, headers, self.rfile.read(length))
            if not answer.status:
                self.close_connection = True
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    front = Front(f"http://127.0.0.1:{server.server_port}", upstream)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
