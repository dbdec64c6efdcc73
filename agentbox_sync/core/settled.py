"""Whether a pair stands already as it was decided, so that nothing has to be remembered."""

from __future__ import annotations

from agentbox_sync.core.changes import (
    RESUMABLE,
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    Rest,
)
from agentbox_sync.core.merge import Merge
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.ties import ties_of


def rests_already(pair: Pair) -> bool:
    """Tell whether a link rests, and for a reason that still says it all."""
    link = pair.link
    if link is None or link.state is not LinkState.RETAINED:
        return False
    etag = "" if pair.gone else pair.remote.etag if pair.remote else link.etag
    # An unanswered write is told about when it can no longer land, and when nobody looks any more.
    is_unseen = pair.astray or pair.outside
    if any(sent.before and (is_unseen or sent.if_match != etag) for sent in link.pending):
        return False
    deleted = isinstance(pair.local, Absence) and pair.local.cause is Cause.DELETED
    if deleted and link.reason in RESUMABLE - {Rest.DELETED}:
        return False  # its row will not come back: its item is free for one that is like it
    if pair.gone and isinstance(pair.local, LocalItem) and link.reason in RESUMABLE:
        return False  # it is back, and its item is not created again: a person removed that
    if pair.astray and isinstance(pair.local, LocalItem):
        return link.reason == Rest.OTHER_COLLECTION or link.reason not in RESUMABLE
    return not (pair.moved and link.reason in RESUMABLE)


def is_settled(link: Link, merged: Merge, pair: Pair) -> bool:
    """Tell whether nothing about an active pair is to be remembered anew."""
    etag = pair.remote.etag if pair.remote else link.etag
    return (
        link.state is LinkState.ACTIVE
        # An unanswered write that can no longer land is told about, and forgotten.
        and all(sent.if_match == etag for sent in link.pending)
        and merged.base_local == link.base_local
        and merged.base_remote == link.base_remote
        and merged.drift == link.drift
        and merged.frozen == link.frozen
        and etag == link.etag
        and ties_of(link, pair.remote) == frozenset(link.ties)
    )
