"""Questions to a real mailbox that public material leaves open, and what their answers settle.

Each kind has a workshop: a place of its own in the mailbox, which it removes again, and its probes.
A probe asks, and returns answers; each names the constant (or the function) of ours that leans on
it, so that the first real tenant can settle it in one line. A kind is added by one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.probes.answers import Answer, Workshop
from agentbox_sync.graph.probes.calendar import CalendarWorkshop
from agentbox_sync.graph.probes.contacts import ContactWorkshop
from agentbox_sync.graph.probes.tasks import TaskWorkshop
from agentbox_sync.ports import Clock

WORKSHOPS: Mapping[str, Callable[[GraphClient, Clock], Workshop]] = {
    "contacts": ContactWorkshop,
    "calendar": CalendarWorkshop,
    "tasks": TaskWorkshop,
}

__all__ = ["WORKSHOPS", "Answer", "Workshop"]
