from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..clock import read_moment
from ..webhooks.handshake import check_url, invalid, shake_hands
from ..webhooks.resources import LIFETIMES, SHORTEST, read_resource
from ..webhooks.subscription import Subscription
from .errors import GraphError, invalid_property, not_covered, unreadable
from .messages import Answer, Call

CHANGES = ("created", "updated", "deleted")
TLS = ("v1_0", "v1_1", "v1_2", "v1_3")
LONGEST_STATE = 128
REQUIRED = ("changeType", "notificationUrl", "resource", "expirationDateTime")
KNOWN = {
    *REQUIRED,
    "clientState",
    "lifecycleNotificationUrl",
    "latestSupportedTlsVersion",
    "includeResourceData",
    "encryptionCertificate",
    "encryptionCertificateId",
    "notificationQueryOptions",
    "notificationUrlAppId",
}
READ_ONLY = ("id", "applicationId", "creatorId")


async def validate(call: Call) -> None:
    """Before a subscription is made, both its addresses must answer; raises GraphError."""
    with call.state.lock:
        wanted = _read(call)
        _check_room(call, wanted)
    request_id = call.request.request_id
    await shake_hands(call.state, "notificationUrl", wanted.notification_url, request_id)
    if wanted.lifecycle_url:
        await shake_hands(call.state, "lifecycleNotificationUrl", wanted.lifecycle_url, request_id)


def create_subscription(call: Call) -> Answer:
    wanted = _read(call)
    _check_room(call, wanted)  # another request may have been quicker
    call.state.subscriptions.keep(wanted)
    return Answer(201, {"@odata.context": _context(call), **wanted.as_json()})


def list_subscriptions(call: Call) -> Answer:
    found = [s.as_json() for s in _alive(call).values() if _is_own(call, s)]
    context = f"{call.request.base}/$metadata#subscriptions"
    return Answer(200, {"@odata.context": context, "value": found})


def get_subscription(call: Call) -> Answer:
    return Answer(200, {"@odata.context": _context(call), **_find(call).as_json()})


async def revalidate(call: Call) -> None:
    """A new address must answer as the first one did; raises GraphError."""
    with call.state.lock:
        renewed = _renewed(call)
        changed = renewed.notification_url != _find(call).notification_url
    if changed:
        url, request_id = renewed.notification_url, call.request.request_id
        await shake_hands(call.state, "notificationUrl", url, request_id)


def update_subscription(call: Call) -> Answer:
    renewed = _renewed(call)
    call.state.subscriptions.keep(renewed)
    return Answer(200, {"@odata.context": _context(call), **renewed.as_json()})


def _renewed(call: Call) -> Subscription:
    subscription, body = _find(call), _object(call)
    changeable = {"expirationDateTime"}
    if call.state.switches.patch_notification_url:  # python-o365 offers it, the facts do not
        changeable.add("notificationUrl")
    for name in body:
        if name in KNOWN | {*READ_ONLY} and name not in changeable:
            raise invalid_property(f"The property '{name}' of a subscription cannot be changed.")
        if name not in KNOWN and "@odata." not in name:
            raise _unknown(name)
    if changeable.isdisjoint(body):
        raise invalid("The expirationDateTime is missing.")
    if "notificationUrl" in body:
        url = check_url(call.state, "notificationUrl", body["notificationUrl"])
        subscription = replace(subscription, notification_url=url)
    if "expirationDateTime" in body:
        expires = _expiration(call, subscription.kind, body["expirationDateTime"])
        subscription = replace(subscription, expires=expires)
    return _authorized(call, subscription)


def reauthorize_subscription(call: Call) -> Answer:
    call.state.subscriptions.keep(_authorized(call, _find(call)))
    return Answer(204)


def delete_subscription(call: Call) -> Answer:
    del call.state.subscriptions.by_id[_find(call).id]
    return Answer(204)


def _alive(call: Call) -> dict[str, Subscription]:
    call.state.subscriptions.drop_expired(call.state.clock.timestamp())
    return call.state.subscriptions.by_id


def _find(call: Call) -> Subscription:
    found = _alive(call).get(call.args["subscription"].lower())
    if found is None or not _is_own(call, found):
        raise GraphError(404, "ResourceNotFound", "The object was not found.")
    return found


def _is_own(call: Call, subscription: Subscription) -> bool:
    mine = subscription.client_id == call.caller.client_id
    return mine and subscription.creator == call.caller.oid


def _authorized(call: Call, subscription: Subscription) -> Subscription:
    return replace(subscription, authorized_until=call.caller.expires, warned=False)


def _check_room(call: Call, wanted: Subscription) -> None:
    _alive(call)
    held = call.state.subscriptions
    if held.twin(wanted) is not None:
        raise GraphError(
            409, "Conflict", "A subscription with this resource and changeType exists already."
        )
    most = call.state.switches.max_subscriptions
    if len(held.of_mailbox(wanted.owner)) >= most:
        raise GraphError(
            403,
            "ExtensionError",
            f"Operation: Create; Exception: [Status Code: Forbidden; Reason: The limit of {most} "
            "active subscriptions of this mailbox was reached.]",
        )


def _read(call: Call) -> Subscription:
    body = _object(call)
    for name in body:
        if name in READ_ONLY:
            raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
        if name not in KNOWN and "@odata." not in name:
            raise _unknown(name)
    for name in REQUIRED:
        if not isinstance(body.get(name), str) or not body[name]:
            raise invalid(f"The {name} is missing or no text.")
    if body.get("includeResourceData") or body.get("encryptionCertificate"):
        raise not_covered("notifications with resource data")
    tls = body.get("latestSupportedTlsVersion") or "v1_2"
    if tls not in TLS:
        raise invalid(f"The latestSupportedTlsVersion is one of {', '.join(TLS)}.")
    resource = read_resource(call, body["resource"])
    lifecycle = body.get("lifecycleNotificationUrl")
    return Subscription(
        id=call.state.ids.guid(),
        client_id=call.caller.client_id,
        creator=call.caller.oid,
        tenant=call.caller.tenant,
        owner=resource.owner.oid,
        kind=resource.kind,
        folder=resource.folder,
        resource=body["resource"],
        change_types=_changes(body["changeType"]),
        notification_url=check_url(call.state, "notificationUrl", body["notificationUrl"]),
        expires=_expiration(call, resource.kind, body["expirationDateTime"]),
        lifecycle_url=check_url(call.state, "lifecycleNotificationUrl", lifecycle)
        if lifecycle
        else None,
        client_state=_client_state(body.get("clientState")),
        tls=tls,
        immutable=call.prefer.immutable_ids,
        app_only=call.caller.app_only,
        authorized_until=call.caller.expires,
    )


def _object(call: Call) -> dict[str, Any]:
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    return body


def _client_state(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise unreadable("The property 'clientState' must be a string.")
    if len(value or "") > LONGEST_STATE:
        raise invalid(f"The clientState is longer than {LONGEST_STATE} characters.")
    return value


def _changes(text: str) -> tuple[str, ...]:
    words = [word.strip().lower() for word in text.split(",")]
    if any(word not in CHANGES for word in words) or len(set(words)) != len(words):
        raise invalid(f"The changeType names each of {', '.join(CHANGES)} at most once.")
    return tuple(words)


def _expiration(call: Call, kind: str, text: Any) -> float:
    """When it ends: no sooner than in 45 minutes, no later than the resource allows."""
    try:
        wanted = read_moment(str(text)).timestamp()
    except ValueError:
        raise unreadable(
            f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'."
        ) from None
    now, longest = call.state.clock.timestamp(), LIFETIMES[kind]
    if wanted > now + 60 * longest:
        if call.state.switches.subscription_beyond == "refuse":
            raise invalid(f"Subscription expiration can only be {longest} minutes in the future.")
        wanted = now + 60 * longest
    return max(wanted, now + 60 * SHORTEST)


def _context(call: Call) -> str:
    return f"{call.request.base}/$metadata#subscriptions/$entity"


def _unknown(name: str) -> GraphError:
    return unreadable(
        f"The property '{name}' does not exist on type 'microsoft.graph.subscription'."
    )
