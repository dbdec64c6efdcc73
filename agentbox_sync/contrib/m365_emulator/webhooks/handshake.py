from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from ..graph.errors import GraphError
from .wire import is_loopback, post, reachable

if TYPE_CHECKING:
    from ..state import State


def check_url(state: State, name: str, url: object) -> str:
    """An address that Graph would post to; raises GraphError 400."""
    if not isinstance(url, str) or not urlsplit(url).netloc or urlsplit(url).fragment:
        raise invalid(f"The {name} is not an absolute address.")
    scheme, plain = urlsplit(url).scheme, state.switches.http_webhooks and is_loopback(url)
    if scheme != "https" and not (scheme == "http" and plain):
        raise invalid(f"The {name} must begin with https.")
    if not reachable(url, state.post.address):
        raise invalid(
            f"The {name} could not be reached. The emulator posts to loopback only; tell it "
            "which address stands in for public hosts: /_emulator/subscriptions."
        )
    return url


async def shake_hands(state: State, name: str, url: str, request_id: str) -> None:
    """Ask an endpoint to send a token back in plain text; raises GraphError 400.

    The caller must not hold the lock: what answers may call Graph meanwhile.
    """
    with state.lock:
        address, timeout = state.post.address, float(state.switches.webhook_timeout)
    token = (
        "Validation: Testing client application reachability for subscription "
        f"Request-Id: {request_id}"
    )
    query = f"validationToken={quote(token, safe='')}"
    reply = await post(url, address, b"", "text/plain; charset=utf-8", timeout, query)
    if reply.status == 0:
        raise invalid(
            f"Subscription validation request to the {name} failed. The operation has timed out "
            "or the endpoint could not be reached."
        )
    if reply.status != 200:
        raise invalid(
            f"Subscription validation request to the {name} failed. HTTP status code is "
            f"'{reply.status}'."
        )
    if reply.body != token or "text/plain" not in reply.kind.lower():
        raise invalid(
            "Subscription validation request failed. Response must exactly match validationToken "
            "query parameter."
        )


def invalid(message: str) -> GraphError:
    return GraphError(400, "ValidationError", message)
