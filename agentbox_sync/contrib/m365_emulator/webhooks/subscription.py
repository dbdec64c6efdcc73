from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..clock import iso_of


@dataclass(frozen=True)
class Subscription:
    """What an app wants to hear of, where, and until when (seconds of the emulator's clock)."""

    id: str
    client_id: str
    creator: str
    tenant: str
    owner: str  # object id of the mailbox's owner
    kind: str
    folder: str
    resource: str
    change_types: tuple[str, ...]
    notification_url: str
    expires: float
    lifecycle_url: str | None = None
    client_state: str | None = None
    tls: str = "v1_2"
    immutable: bool = False  # ids in notifications keep the form of the first request
    app_only: bool = False
    authorized_until: float = 0.0  # when the token of the latest request dies
    warned: bool = False  # reauthorizationRequired was sent for it

    @property
    def topic(self) -> tuple[Any, ...]:
        """What may be subscribed to once only."""
        return (self.client_id, self.owner, self.kind, self.folder, frozenset(self.change_types))

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "resource": self.resource,
            "applicationId": self.client_id,
            "changeType": ",".join(self.change_types),
            "clientState": self.client_state,
            "notificationUrl": self.notification_url,
            "notificationQueryOptions": None,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": iso_of(self.expires),
            "creatorId": self.creator,
            "includeResourceData": False,
            "latestSupportedTlsVersion": self.tls,
            "encryptionCertificate": None,
            "encryptionCertificateId": None,
            "notificationUrlAppId": None,
        }


@dataclass
class Subscriptions:
    """All that are alive, in the order of their creation."""

    by_id: dict[str, Subscription] = field(default_factory=dict)

    def drop_expired(self, now: float) -> None:
        for subscription in [s for s in self.by_id.values() if s.expires <= now]:
            del self.by_id[subscription.id]

    def of_mailbox(self, owner: str) -> list[Subscription]:
        return [s for s in self.by_id.values() if s.owner == owner]

    def twin(self, other: Subscription) -> Subscription | None:
        return next((s for s in self.by_id.values() if s.topic == other.topic), None)

    def keep(self, subscription: Subscription) -> None:
        self.by_id[subscription.id] = subscription

    def warn(self, subscription: Subscription) -> None:
        self.keep(replace(subscription, warned=True))

    def made_by(self, creator: str, client_id: str = "") -> Iterable[Subscription]:
        """What one person created through an app, or through any."""
        return [
            s
            for s in self.by_id.values()
            if s.creator == creator and client_id in ("", s.client_id)
        ]
