"""The Connections tab for a host's staff card, and the log of what happened, read-only."""

from __future__ import annotations

from agentbox_sync.admin import records
from agentbox_sync.admin.tab import ConnectionsTabMixin, add_connections_tab

__all__ = ["ConnectionsTabMixin", "add_connections_tab", "records"]
