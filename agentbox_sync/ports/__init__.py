"""The ports of the engine: what it asks of Microsoft, the CRM, its memory, and the clock.

Protocols and the values that pass through them, nothing else. ``tests/contracts/`` runs one
suite per port on every implementation. A ``kind`` argument is a name such as ``"contacts"``;
records are the plain dicts of :mod:`agentbox_sync.core.kinds`; moments are aware ``datetime``
values in UTC. Where a method answers for several items, the answers come in the order of the
questions, and an answer may be the error that this one item met: one bad item never hides
another. An error that concerns the whole mailbox is raised.
"""

from __future__ import annotations

from agentbox_sync.core.windows import Window
from agentbox_sync.ports.local import LocalStore
from agentbox_sync.ports.memory import Chain, Intent, LinkMemory, Own, Staged
from agentbox_sync.ports.remote import (
    Create,
    Cursor,
    Delete,
    Landing,
    Lost,
    Page,
    RemoteStore,
    TokenSource,
    Update,
    Write,
    Written,
)
from agentbox_sync.ports.turn import Clock, Lease, Turn

__all__ = [
    "Chain",
    "Clock",
    "Create",
    "Cursor",
    "Delete",
    "Intent",
    "Landing",
    "Lease",
    "LinkMemory",
    "LocalStore",
    "Lost",
    "Own",
    "Page",
    "RemoteStore",
    "Staged",
    "TokenSource",
    "Turn",
    "Update",
    "Window",
    "Write",
    "Written",
]
