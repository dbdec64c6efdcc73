"""Categories: the one atom that two parties write, our names and the person's own side by side."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.text import line


def ours(value: Any, locality: Locality) -> list[str]:
    """The names that the settings give to classes, without case or order; others are not ours."""
    managed = {_folded(name) for name in locality.managed}
    return sorted({_folded(name) for name in value or ()} & managed - {""})


def woven(record: Record, shown: Record, locality: Locality) -> Record:
    """Return ``record`` with the categories that ``shown`` has of the person's own beside ours."""
    if "categories" not in record:
        return record
    managed = {_folded(name) for name in locality.managed}
    wanted = {_folded(name): name for name in record["categories"] or ()}
    standing = shown.get("categories") or ()
    stay = [name for name in standing if _folded(name) not in managed - wanted.keys()]
    there = {_folded(name) for name in stay}
    return {**record, "categories": [*stay, *(n for key, n in wanted.items() if key not in there)]}


def _folded(value: object) -> str:
    # Outlook tells its categories apart without case.
    return (line(value) or "").casefold()
