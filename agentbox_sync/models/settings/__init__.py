"""What a person chose, one kind a file; all of them on one base."""

from __future__ import annotations

from agentbox_sync.models.settings.calendar import CalendarSettings
from agentbox_sync.models.settings.contacts import ContactSettings
from agentbox_sync.models.settings.kind import KindSettings
from agentbox_sync.models.settings.tasks import TaskSettings

# The settings model of each kind: the registration of a slice on this floor, in the order in
# which pages show the kinds.
SETTINGS: dict[str, type[KindSettings]] = {
    model.KIND: model for model in (ContactSettings, CalendarSettings, TaskSettings)
}

__all__ = ["SETTINGS", "CalendarSettings", "ContactSettings", "KindSettings", "TaskSettings"]
