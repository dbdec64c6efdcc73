"""What a side was seen to say, and where: pure, shared by the steps that remember pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.engine.context import Part


def canonical_of(part: Part, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record in the kind's canonical form."""
    return part.kind.canonical(record, part.locality)


def known(remote: Mapping[str, Any], local: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what Exchange says what the CRM offers; nothing else is remembered."""
    return {atom: value for atom, value in remote.items() if atom in local}


def place_of(part: Part, seen: Observation | None) -> str:
    """Return the collection where an item was met."""
    return seen.container if seen and seen.container else part.collection
