"""The Connections tab and the panel "Why?" for a host's pages, and the log, read-only."""

from __future__ import annotations

from agentbox_sync.admin import records, trail
from agentbox_sync.admin.tab import ConnectionsTabMixin, add_connections_tab
from agentbox_sync.admin.why import WhyPanelMixin

__all__ = ["ConnectionsTabMixin", "WhyPanelMixin", "add_connections_tab", "records", "trail"]
