from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from .webhooks.wire import is_loopback

if TYPE_CHECKING:
    from .state import State

EVENTS = ("missed", "subscriptionRemoved", "reauthorizationRequired")


class BadWebhook(ValueError):
    """What was asked of the subscriptions cannot be done; the message says why."""


def subscriptions(state: State, request: Request, body: Any) -> Any:
    """The subscriptions with what was sent and what waits; and what may happen to them.

    {"address": "http://127.0.0.1:8000"}: what stands in for every public host ("" for none).
    {"id": …, "lifecycle": event}: announced at once; a subscriptionRemoved one is gone as well.
    {"id": …, "repeat": n}: its last n notifications go out again. {"id": …, "remove": true}: it
    is gone and nobody is told. DELETE: all are, and what waits with them.
    """
    if request.method == "DELETE":
        state.subscriptions.by_id.clear()
        state.post.waiting.clear()
        state.post.sent.clear()
        state.post.counts.clear()
        state.touch()
    elif request.method == "POST":
        change_subscriptions(state, body)
        state.touch()
    state.subscriptions.drop_expired(state.clock.timestamp())
    rows = [s.as_json() for s in state.subscriptions.by_id.values()]
    return {"subscriptions": rows, **state.post.as_dict()}


def change_subscriptions(state: State, body: Any) -> None:
    """What the endpoint above takes; raises BadWebhook."""
    if "address" in body:
        address = str(body["address"])
        if address and not (address.startswith("http://") and is_loopback(address)):
            raise BadWebhook("The address is one of this machine: http://127.0.0.1:8000")
        state.post.address = address.rstrip("/")
        return
    found = state.subscriptions.by_id.get(str(body.get("id", "")))
    if found is None:
        raise BadWebhook('Say which subscription: {"id": …}, or the "address" to post to.')
    if body.get("lifecycle") in EVENTS:
        if not state.post.announce(state, found, body["lifecycle"]):
            raise BadWebhook(
                "The subscription is not told of this: it has no "
                "lifecycleNotificationUrl, or is one of tasks."
            )
        if body["lifecycle"] == "subscriptionRemoved":
            del state.subscriptions.by_id[found.id]
    elif body.get("remove"):
        del state.subscriptions.by_id[found.id]
    elif body.get("repeat"):
        again = [
            value
            for entry in state.post.sent
            for value in entry["value"]
            if value["subscriptionId"] == found.id and "changeType" in value
        ][-int(body["repeat"]) :]
        for value in again:
            state.post.write(state, found, value["changeType"], value["resourceData"])
    else:
        raise BadWebhook(f"Say repeat, remove, or lifecycle: {', '.join(EVENTS)}.")
