"""The addresses that the demo's parts listen at."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

IPV4, IPV6 = "127.0.0.1", "::1"


class PortTaken(Exception):
    """A port is used by another program; the message says which, and what to type instead."""


@dataclass(frozen=True)
class Port:
    """One port that a person may choose; 0 means any free one."""

    number: int
    variable: str

    def choose(self) -> int:
        """The port to use; raises PortTaken."""
        if self.number == 0:
            return free_port()
        if is_taken(self.number):
            other = next_free_port(self.number + 10)
            raise PortTaken(
                f"Port {self.number} is taken by another program. Stop it, or choose another: "
                f"make demo {self.variable}={other}"
            )
        return self.number


def hosts() -> list[str]:
    """The loopback addresses of this machine that the name localhost may lead to."""
    return [host for host in (IPV4, IPV6) if _try(host, 0, _bind)]


def is_taken(port: int) -> bool:
    """Whether a program answers there, or keeps us from listening there."""
    addresses = hosts()
    return any(_try(host, port, _connect) or not _try(host, port, _bind) for host in addresses)


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind((IPV4, 0))
            port = int(probe.getsockname()[1])
        if not is_taken(port):
            return port


def next_free_port(start: int) -> int:
    ports = range(start, min(start + 1000, 65_536))
    return next((port for port in ports if not is_taken(port)), 0)


def _try(host: str, port: int, act: Callable[[socket.socket, tuple[str, int]], None]) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.settimeout(1)
            act(probe, (host, port))
    except OSError:
        return False
    return True


def _bind(probe: socket.socket, address: tuple[str, int]) -> None:
    # As servers do: a port whose last connection just ended is free.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(address)


def _connect(probe: socket.socket, address: tuple[str, int]) -> None:
    probe.connect(address)
