"""An application's address for notifications, as a test sees it: a plain server on loopback."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE = 30.0  # seconds; never reached when things go well


class Endpoint:
    """Answers the handshake and keeps what it is told; its ways can be changed."""

    def __init__(self) -> None:
        self.handshakes: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.status = 202
        self.delay = 0.0
        self.gate = threading.Event()  # while it is closed nothing is answered
        self.gate.set()
        self.handshake_status = 200
        self.handshake_kind = "text/plain; charset=utf-8"
        self.answer_with = "{token}"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def values(self) -> list[dict[str, Any]]:
        """All notifications of all requests, in the order of their arrival."""
        return [value for request in self.received for value in request["body"]["value"]]

    def wait(self, count: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """The notifications once there are so many of them; fails when there are not."""
        end = time.monotonic() + seconds
        while len(self.values) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.values) >= count, self.values
        return self.values

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(size)
                parts = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(parts.query).items()}
                seen = {
                    "host": self.headers["Host"],
                    "path": parts.path,
                    "query": query,
                    "type": self.headers["Content-Type"],
                }
                time.sleep(endpoint.delay)
                endpoint.gate.wait(PATIENCE)
                if "validationToken" in query:
                    endpoint.handshakes.append(seen)
                    text = endpoint.answer_with.format(token=query["validationToken"])
                    self._answer(endpoint.handshake_status, endpoint.handshake_kind, text)
                    return
                endpoint.received.append({**seen, "body": json.loads(raw)})
                self._answer(endpoint.status, "text/plain", "")

            def _answer(self, status: int, kind: str, text: str) -> None:
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing on the terminal."""

        return Handler
