"""What is known of one pair at one moment, and the same in the words of the decision table."""

from __future__ import annotations

from dataclasses import dataclass

from agentbox_sync.core.changes import (
    BORN_IN_EXCHANGE,
    RESUMABLE,
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    Observation,
    Origin,
    Rest,
    is_edited,
    is_met,
)
from agentbox_sync.core.kinds import Canonical, Kind, Locality
from agentbox_sync.core.rules import Adoption, Policy
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation

_OFFERS = frozenset({BORN_IN_EXCHANGE, Rest.DISMISSED.value})
_CAUSES = {
    Cause.DELETED: Local.DELETED,
    Cause.LEFT_FILTER: Local.LEFT_FILTER,
    Cause.COMPLETED: Local.COMPLETED,
    Cause.LOST_ACCESS: Local.LOST_ACCESS,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything known about one pair.

    ``local`` is ``None`` for an item born in Exchange. ``remote`` is what was newly seen, ``None``
    when there is no news: then the base stands for it. ``alike`` are the remote ids that a first
    meeting found; ``double`` says that an item born in Exchange is like one of ours. ``ghost`` is
    set where it carries the stamp of a create that we had given up: the canonical forms of all
    that was tried under that stamp, oldest first; ``link`` is then the link of that create.
    """

    local: LocalItem | Absence | None
    link: Link | None = None
    remote: Observation | None = None
    gone: bool = False
    moved: bool = False
    alike: tuple[str, ...] = ()
    double: bool = False
    ghost: tuple[Canonical, ...] = ()


def is_read_only(pair: Pair) -> bool:
    """Tell whether nothing of the pair may ever be written to the CRM."""
    return isinstance(pair.local, LocalItem) and pair.local.read_only


def situation(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Situation:
    """Return the facts of a pair in the words of the decision table."""
    link = pair.link
    return Situation(
        pairing=_pairing(link, pair),
        local=_local(pair),
        remote=_remote(pair),
        origin=link.origin if link else Origin.CRM,
        removal=policy.removal,
        deletion=policy.meaning_of_deletion(read_only=is_read_only(pair)),
        adoption=policy.adoption if policy.adopts else Adoption.IGNORE,
        edited=_is_edited(pair, kind, locality),
    )


def _pairing(link: Link | None, pair: Pair) -> Pairing:
    if link is None or pair.ghost:
        return Pairing.NONE
    if pair.local is None and (link.reason in _OFFERS or pair.gone or pair.moved):
        return Pairing.OFFERED
    if not is_met(link) and not (link.remote_id and isinstance(pair.local, Absence)):
        return Pairing.NONE
    if link.state is LinkState.RETAINED:
        return Pairing.RESTING if link.reason in RESUMABLE else Pairing.PARTED
    if pair.gone and any(sent.removes for sent in link.pending):
        return Pairing.RESTING  # an unanswered delete of ours: no person removed it
    return Pairing.LINKED


def _local(pair: Pair) -> Local:
    if pair.local is None:
        return Local.DOUBLE if pair.double else Local.NOBODY
    if isinstance(pair.local, LocalItem):
        return Local.PRESENT
    return _CAUSES[pair.local.cause]


def _remote(pair: Pair) -> Remote:
    if pair.ghost:
        return Remote.GHOST
    if _pairing(pair.link, pair) is Pairing.NONE and pair.local is not None:
        return (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)[min(len(pair.alike), 2)]
    if pair.gone:
        return Remote.GONE
    return Remote.MOVED if pair.moved else Remote.PRESENT


def _is_edited(pair: Pair, kind: Kind, locality: Locality) -> bool:
    if pair.link is None or not isinstance(pair.local, LocalItem):
        return False
    return is_edited(pair.link.base_local, kind.canonical(pair.local.record, locality))
