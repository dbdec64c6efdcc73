"""A stored link, as the core knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from agentbox_sync.core.changes import Link, LinkState, LocalKey, Origin
from agentbox_sync.core.loops import Turn
from agentbox_sync.core.merge import Pending
from agentbox_sync.models import Link as StoredLink

# What a pair is stored by; the rest says whose it is.
COLUMNS = (
    "local_model",
    "local_pk",
    "remote_id",
    "collection",
    "rehomed",
    "etag",
    "state",
    "reason",
    "origin",
    "base_local",
    "base_remote",
    "mapping_version",
    "drift",
    "frozen",
    "turns",
    "left_out",
    "pending",
    "ties",
    "refused",
    "error",
    "attempts",
    "next_attempt",
    "updated_at",
)


def read_link(row: StoredLink) -> Link:
    """Return the link that a row holds."""
    return Link(
        id=row.pk,
        key=LocalKey(row.local_model, row.local_pk),
        state=LinkState(row.state),
        stamp=row.stamp,
        remote_id=row.remote_id,
        collection=row.collection,
        etag=row.etag,
        origin=Origin(row.origin),
        reason=row.reason,
        base_local=row.base_local,
        base_remote=row.base_remote,
        version=row.mapping_version,
        drift=tuple(row.drift),
        frozen=tuple(row.frozen),
        turns=tuple(Turn(a, reading, datetime.fromisoformat(at)) for a, reading, at in row.turns),
        left_out=tuple(row.left_out),
        pending=tuple(Pending(**sent) for sent in row.pending),
        refused=row.refused,
        error=row.error,
        attempts=row.attempts,
        next_attempt=row.next_attempt,
        ties=tuple(row.ties),
        rehomed=row.rehomed,
    )


def pending_rows(pending: Sequence[Pending]) -> list[dict[str, Any]]:
    """Return updates that were not answered as a row holds them."""
    return [asdict(sent) for sent in pending]
