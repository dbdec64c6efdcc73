"""Pairs whose items a person has put elsewhere, and those that an item may be known by."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core import changes
from agentbox_sync.core.changes import LinkState
from agentbox_sync.memory.orders import Orders
from agentbox_sync.memory.rows import read_link
from agentbox_sync.models import Link


class Wanderers(Orders):
    """The part of LinkMemory that finds pairs again whose items have another id now."""

    def links_by_stamp(self, kind: str, stamps: Sequence[str]) -> dict[str, changes.Link]:
        """Return the current link of each stamp."""
        if not stamps:
            return {}
        rows = self._current(kind).filter(stamp__in=set(stamps))
        return {row.stamp: read_link(row) for row in rows}

    def rehomed(self, kind: str) -> list[changes.Link]:
        """Return the current links whose items a person has put into another collection."""
        rows = self._current(kind).filter(rehomed=True).order_by("id")
        return [read_link(row) for row in rows]

    def walk_ended(self, kind: str, *, after: int = 0, limit: int = 500) -> list[changes.Link]:
        """Return links that have ended, in the order of ids; items may carry their stamps yet."""
        rows = Link.objects.filter(
            connection_id=self._connection_id,
            kind=kind,
            state=LinkState.DEAD.value,
            id__gt=after,
        )
        return [read_link(row) for row in rows.order_by("id")[:limit]]
