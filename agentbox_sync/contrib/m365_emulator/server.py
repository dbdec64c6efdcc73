from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from .app import create_app
from .seed import BadSeed
from .snapshot import SnapshotError
from .state import State
from .wire import CountingProtocol, Wired

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = 8365


class CannotStart(Exception):
    """The emulator cannot run as asked; the message says what to change."""


def run(
    port: int = PORT,
    host: str = "127.0.0.1",
    snapshot: Path | None = None,
    seed: Path | None = None,
    log_file: Path | None = None,
) -> None:
    """Serve until interrupted; raises CannotStart."""
    bound = _listen(host, port)
    try:
        app = create_app(snapshot, log_file, _read_seed(seed))
    except (SnapshotError, BadSeed, CannotStart) as error:
        bound.close()
        raise CannotStart(str(error)) from error
    address = f"http://{host}:{bound.getsockname()[1]}/"
    sys.stderr.write(f"Microsoft 365 emulator (not Microsoft): {address}\n")
    sys.stderr.flush()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has shut down by then
        _server(Wired(app, app.state.emulator)).run(sockets=[bound])


class EmulatorServer:
    """The emulator on a free loopback port in a thread of this process, for tests.

    Use it as a context manager; `url` is its address, `state` its state (hold `state.lock`).
    """

    def __init__(
        self,
        port: int = 0,
        snapshot: Path | None = None,
        log_file: Path | None = None,
        seed: Mapping[str, Any] | None = None,
        random_seed: int | None = None,
    ) -> None:
        self.app = create_app(snapshot, log_file, seed, random_seed)
        self._socket = _listen("127.0.0.1", port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = _server(Wired(self.app, self.state))
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name=f"m365-emulator-{self.port}",
            daemon=True,
        )

    @property
    def state(self) -> State:
        state: State = self.app.state.emulator
        return state

    def start(self) -> EmulatorServer:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise CannotStart("The emulator's server thread did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        if self._thread.is_alive():
            raise RuntimeError("The emulator's server thread did not stop within 10 s.")
        self._socket.close()

    def __enter__(self) -> EmulatorServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _server(app: Wired) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=CountingProtocol,
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=60,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise CannotStart(
            f"The emulator has no passwords worth the name, so it listens on "
            f"127.0.0.1 only, not on {host!r}."
        )
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms a request else
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotStart(
            f"Port {port} on {host} is taken. Stop what uses it, or name another with --port."
        ) from error
    return bound


def _read_seed(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotStart(f"The seed file {path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise CannotStart(f"The seed file {path} must hold one JSON object.")
    return data
