"""What is persisted, one noun a file."""

from __future__ import annotations

from agentbox_sync.models.change import Change
from agentbox_sync.models.collection import Collection
from agentbox_sync.models.connection import Connection, ProviderSwitch, StaffSettings
from agentbox_sync.models.inbox import Inbox
from agentbox_sync.models.lease import Heartbeat, Lease
from agentbox_sync.models.link import Intent, Link
from agentbox_sync.models.outbox import LocalChange
from agentbox_sync.models.review import Review
from agentbox_sync.models.run import Run
from agentbox_sync.models.settings import ContactSettings, KindSettings

# The settings model of each kind: the registration of a slice on this floor.
SETTINGS: dict[str, type[KindSettings]] = {ContactSettings.KIND: ContactSettings}

__all__ = [
    "SETTINGS",
    "Change",
    "Collection",
    "Connection",
    "ContactSettings",
    "Heartbeat",
    "Inbox",
    "Intent",
    "KindSettings",
    "Lease",
    "Link",
    "LocalChange",
    "ProviderSwitch",
    "Review",
    "Run",
    "StaffSettings",
]
