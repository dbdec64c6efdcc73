"""One exchange: how long it may last, and what is read of it."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from agentbox_sync.graph.exchange import Request
from agentbox_sync.graph.transport import build_session
from agentbox_sync.graph.wire import Wire

HOST = "graph.microsoft.com"
Speak = Callable[[socket.socket, Event], None]


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@contextmanager
def answering(speak: Speak, timeout: tuple[float, float] = (10.0, 10.0)) -> Iterator[Wire]:
    """A server that hears one request and answers as ``speak`` says, byte for byte."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                speak(connection, over)

        thread = Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with build_session(redirects={HOST: url}) as session:
            yield Wire(session, Clock(), f"https://{HOST}/v1.0", timeout)
        over.set()
        thread.join()


def head(length: int, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {length}", "Connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def trickle(connection: socket.socket, over: Event) -> None:
    """A byte now and then: each comes in time, and the whole never ends."""
    connection.sendall(head(10_000))
    while not over.wait(0.05):
        try:
            connection.sendall(b" ")
        except OSError:  # the client has gone, as it should
            return


def test_an_answer_that_trickles_ends_when_the_whole_time_is_over() -> None:
    begun = time.monotonic()

    with answering(trickle, (0.2, 0.3)) as wire:
        response = wire.send(Request("POST", "/me", body={}), "made-up")

    assert (response.status, response.body["error"]["code"]) == (0, "ReadTimeout")
    assert 0.5 <= time.monotonic() - begun < 5


@pytest.mark.parametrize("packed", [True, False])
def test_a_large_answer_is_read_whole(packed: bool) -> None:
    body = {"value": [{"id": str(number)} for number in range(30_000)]}
    content = json.dumps(body).encode()
    content = gzip.compress(content) if packed else content

    def speak(connection: socket.socket, over: Event) -> None:
        more = ["Content-Encoding: gzip"] if packed else []
        connection.sendall(head(len(content), *more) + content)

    with answering(speak) as wire:
        assert wire.send(Request("GET", "/me"), "made-up").body == body


@pytest.mark.parametrize("content", [b"[1, 2", b"\xff\xfe\xfd", b"<html>"], ids=repr)
def test_a_success_that_cannot_be_read_is_no_answer(content: bytes) -> None:
    def speak(connection: socket.socket, over: Event) -> None:
        connection.sendall(head(len(content)) + content)

    with answering(speak) as wire:
        response = wire.send(Request("GET", "/me"), "made-up")

    assert (response.status, response.body["error"]["code"]) == (0, "UnreadableAnswer")


def test_an_answer_that_ends_too_early_is_no_answer() -> None:
    def speak(connection: socket.socket, over: Event) -> None:
        connection.sendall(head(100) + b"{}")

    with answering(speak) as wire:
        response = wire.send(Request("GET", "/me"), "made-up")

    assert (response.status, response.body["error"]["code"]) == (0, "ChunkedEncodingError")


def test_no_body_is_an_answer() -> None:
    def speak(connection: socket.socket, over: Event) -> None:
        connection.sendall(b"HTTP/1.1 204 No Content\r\nrequest-id: theirs\r\n\r\n")

    with answering(speak) as wire:
        response = wire.send(Request("DELETE", "/me"), "made-up")

    assert (response.status, response.body, response.request_id) == (204, None, "theirs")
