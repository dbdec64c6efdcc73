"""Texts with a block of the CRM's own below a mark: only what stands above it is taken in."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.kinds import Canonical, Kind
from agentbox_sync.core.kinds.bodies import parted
from agentbox_sync.core.merge import Merge


def yet_to_go(kind: Kind, merged: Merge, shown: Canonical, after: Canonical) -> dict[str, Any]:
    """Return the bases of texts that came from Exchange, of which the blocks have yet to go there.

    The CRM has put its own block below what came in. Where both sides had not agreed on that one
    (a first meeting, or it has changed meanwhile), what stands below the mark in Exchange is
    outdated, or even the way to another row. Taken as agreed on it would stand there for good: so
    the base is what Exchange shows, and what differs from it travels back. A block that a person
    edited or took away where it was agreed on stands there as they left it.
    """
    base = merged.base_local
    return {
        atom: shown[atom]
        for atom in kind.composed.intersection(merged.pull, shown, after)
        if _block(shown[atom]) != _block(after[atom])
        and (atom not in base or _block(base[atom]) != _block(after[atom]))
    }


def _block(text: Any) -> str:
    return (parted(str(text or ""))[1] or "").strip()
