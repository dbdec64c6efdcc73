"""What is persisted, one noun a file."""

from __future__ import annotations

from agentbox_sync.models.audit import AuditEntry
from agentbox_sync.models.change import Change
from agentbox_sync.models.collection import Collection
from agentbox_sync.models.connection import Connection, ProviderSwitch, StaffSettings
from agentbox_sync.models.decision import Decision
from agentbox_sync.models.inbox import Inbox
from agentbox_sync.models.invitation import Invitation
from agentbox_sync.models.lease import Heartbeat, Lease
from agentbox_sync.models.link import Intent, Link
from agentbox_sync.models.organisation import Match, Organisation
from agentbox_sync.models.outbox import LocalChange
from agentbox_sync.models.preview import Preview, PreviewRow
from agentbox_sync.models.review import Review
from agentbox_sync.models.run import Run
from agentbox_sync.models.settings import (
    SETTINGS,
    CalendarSettings,
    ContactSettings,
    KindSettings,
    TaskSettings,
)

__all__ = [
    "SETTINGS",
    "AuditEntry",
    "CalendarSettings",
    "Change",
    "Collection",
    "Connection",
    "ContactSettings",
    "Decision",
    "Heartbeat",
    "Inbox",
    "Intent",
    "Invitation",
    "KindSettings",
    "Lease",
    "Link",
    "LocalChange",
    "Match",
    "Organisation",
    "Preview",
    "PreviewRow",
    "ProviderSwitch",
    "Review",
    "Run",
    "StaffSettings",
    "TaskSettings",
]
