"""What is known of each side, and how it differs from what both agreed on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from agentbox_sync.core.kinds import Canonical, Record
from agentbox_sync.core.loops import Turn
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.states import (
    AMBIGUOUS,
    BORN_IN_EXCHANGE,
    LEFT_BEHIND,
    RESUMABLE,
    SPENT,
    Cause,
    LinkState,
    Origin,
    Rest,
)

__all__ = [
    "AMBIGUOUS",
    "BORN_IN_EXCHANGE",
    "LEFT_BEHIND",
    "NO_ROW",
    "RESUMABLE",
    "SPENT",
    "Absence",
    "Cause",
    "Link",
    "LinkState",
    "LocalItem",
    "LocalKey",
    "Observation",
    "Origin",
    "Rest",
    "is_free",
    "is_met",
]


class LocalKey(NamedTuple):
    """A row of the CRM: ``model`` is ``app_label.modelname``, ``pk`` its primary key as text."""

    model: str
    pk: str


# The key of a pair whose CRM side does not exist: an item born in Exchange that waits.
NO_ROW = LocalKey("", "")


@dataclass(frozen=True, slots=True)
class Link:
    """The remembered pair, as the core sees it. ``id`` is the memory's own number.

    ``drift``: atoms that were edited in Exchange and stand there until the CRM changes them.
    ``left_out``: atoms of which Exchange took only a part. ``refused``: the fingerprint of both
    sides as they were last refused with ``error``; the pair is tried again when one of them reads
    differently. ``frozen``: atoms that both sides kept rewriting; ``turns`` tell it. ``pending``
    are updates that were sent and never answered, oldest first. ``collection`` is where we put or
    met the item, empty for the one that is followed; ``rehomed``: a person has put it there.
    ``ties`` tell who else is concerned by it, as it was last seen.
    """

    id: int
    key: LocalKey
    state: LinkState
    stamp: str
    remote_id: str = ""
    collection: str = ""
    etag: str = ""
    origin: Origin = Origin.CRM
    reason: str = ""
    base_local: Canonical = field(default_factory=dict)
    base_remote: Canonical = field(default_factory=dict)
    version: int = 1
    drift: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: str = ""
    error: str = ""
    attempts: int = 0
    next_attempt: datetime | None = None
    pending: tuple[Pending, ...] = ()
    ties: tuple[str, ...] = ()
    rehomed: bool = False

    @property
    def has_row(self) -> bool:
        """Tell whether the pair has a row of the CRM, or is an item that waits for a person."""
        return self.key != NO_ROW


@dataclass(frozen=True, slots=True)
class LocalItem:
    """A row of the CRM that is in scope.

    ``read_only``: nothing of it is ever written (View Only). ``fixed``: atoms that the CRM cannot
    take. An edit of either in Exchange is put back. ``is_outside``: it is in scope, and outside
    the window that was asked for. ``is_dormant``: Exchange has it in step, or never gets it.
    """

    key: LocalKey
    record: Record
    read_only: bool = False
    fixed: frozenset[str] = frozenset()
    is_outside: bool = field(default=False, compare=False)
    is_dormant: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Absence:
    """A row of the CRM that is not in scope, and the cause.

    ``record`` is what one of a kind with series says that is out of scope for being done: its next
    one may be there, and it may have a twin that it was never met with.
    """

    key: LocalKey
    cause: Cause
    record: Record | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Observation:
    """A remote item as Microsoft showed it.

    ``record`` holds the atoms that were shown: in a change feed an absent atom is unchanged, not
    empty. ``removed`` repeats what the feed said and proves nothing by itself. ``container`` is
    the remote id of the folder where the item was seen, ``stamp`` what it carries of ours; both
    are empty where a feed does not tell. ``ties`` are who else is concerned by the item, see
    :mod:`.ties`; ``None`` where what was shown does not tell.
    """

    remote_id: str
    etag: str = ""
    record: Record = field(default_factory=dict)
    removed: bool = False
    container: str = ""
    stamp: str = ""
    created_at: datetime | None = None
    ties: frozenset[str] | None = None


def is_met(link: Link | None) -> bool:
    """Tell whether a first meeting came to its end: both sides agreed, or a person parted them."""
    if link is None:
        return False
    parted = link.state is LinkState.RETAINED and link.reason not in RESUMABLE
    return parted or bool(link.remote_id and (link.base_local or link.base_remote))


def is_free(link: Link) -> bool:
    """Tell whether a row of the CRM may be met with the link's item.

    So it is while the item waits for a person, and when its own row was deleted: whoever clears
    up doubles in the CRM keeps the other one.
    """
    return not link.has_row or (link.state is LinkState.RETAINED and link.reason == Rest.DELETED)
