"""Holds the tests on this machine: whatever reaches beyond loopback fails its test.

An audit hook, because it sees every socket of the interpreter and nothing can patch it away.
Child processes and C libraries with sockets of their own (libpq) are outside its sight.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

Report = Callable[[str], None]
_reports: list[Report] = []
_installed: list[bool] = []


class NetworkReached(RuntimeError):
    """Code under test tried to leave this machine.

    Not an OSError: a client would take that for an ordinary failure, and carry on.
    """


@contextmanager
def guard(report: Report) -> Iterator[None]:
    """Refuse every way out, and tell `report` of it, since the error may be swallowed."""
    if not _installed:
        sys.addaudithook(_audit)  # can never be removed: added once
        _installed.append(True)
    _reports.append(report)
    try:
        yield
    finally:
        _reports.remove(report)


def is_local(host: object) -> bool:
    """Whether a host is this machine: no name, localhost, loopback or "any address"."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _reports:
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if not isinstance(address, tuple):  # a Unix socket, or already connected
            return
        host = address[0]
    else:
        return
    if not is_local(host):
        _reports[-1](str(host))  # the innermost: a control may plant what it expects
        raise NetworkReached(f"A test tried to reach {host}; the emulator is the only Microsoft.")


@pytest.fixture(autouse=True)
def network_guard() -> Iterator[list[str]]:
    """Every test runs under the guard; the fixture is the list of hosts that were tried."""
    reached: list[str] = []
    with guard(reached.append):
        yield reached
    if reached:
        pytest.fail(f"This test reached beyond this machine: {', '.join(reached)}.")
