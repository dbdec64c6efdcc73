from __future__ import annotations

import asyncio
import http.client
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Reply:
    """What an endpoint answered; status 0 where it did not."""

    status: int
    kind: str = ""
    body: str = ""
    seconds: float = 0.0


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def reachable(url: str, address: str) -> bool:
    """Whether the emulator would send anything there: it speaks to loopback alone."""
    return bool(address) or is_loopback(url)


async def post(
    url: str, address: str, body: bytes, kind: str, patience: float, query: str = ""
) -> Reply:
    """POST to an endpoint; where it is not on loopback, `address` stands in for its host.

    The Host header stays the endpoint's own, so that what serves it cannot tell the difference.
    """
    started = time.monotonic()
    call = asyncio.to_thread(_post, url, address, body, kind, patience, query)
    try:
        status, answered, text = await asyncio.wait_for(call, patience)
    except (TimeoutError, OSError, http.client.HTTPException):
        return Reply(0, seconds=time.monotonic() - started)
    return Reply(status, answered, text, time.monotonic() - started)


def _post(
    url: str, address: str, body: bytes, kind: str, patience: float, query: str
) -> tuple[int, str, str]:
    parts = urlsplit(url)
    target = parts if is_loopback(url) and not address else urlsplit(address)
    port = target.port or (443 if target.scheme == "https" else 80)
    connection = http.client.HTTPConnection(target.hostname or "127.0.0.1", port, timeout=patience)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    whole = "&".join(part for part in (parts.query, query) if part)
    try:
        connection.request(
            "POST",
            f"{path}?{whole}" if whole else path,
            body,
            {"Content-Type": kind, "Host": parts.netloc, "Accept": "*/*"},
        )
        answer = connection.getresponse()
        text = answer.read(65536).decode("utf-8", "replace")
        return answer.status, answer.getheader("Content-Type") or "", text
    finally:
        connection.close()
