"""What is known of one pair at one moment, and the same in the words of the decision table."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    is_met,
)
from agentbox_sync.core.kinds import Canonical, Kind, Locality
from agentbox_sync.core.orders import Ordered, is_doable
from agentbox_sync.core.rules import Adoption, Deletion, Order, Policy, Status
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation

_OFFERS = frozenset({BORN_IN_EXCHANGE, Rest.DISMISSED.value})
_UNMET = frozenset({Pairing.NONE, Pairing.ASTRAY})
_CAUSES = {
    Cause.DELETED: Local.DELETED,
    Cause.LEFT_FILTER: Local.LEFT_FILTER,
    Cause.COMPLETED: Local.COMPLETED,
    Cause.LOST_ACCESS: Local.LOST_ACCESS,
    Cause.DETACHED: Local.DETACHED,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything known about one pair.

    ``local`` is ``None`` for an item born in Exchange. ``remote`` is what was newly seen, ``None``
    when there is no news: then the base stands for it. ``alike`` are the remote ids that a first
    meeting found; ``double`` says that an item born in Exchange is like one of ours. ``ghost`` is
    set where it carries the stamp of a create that we had given up: the canonical forms of all
    that was tried under that stamp, oldest first; ``link`` is then the link of that create.
    ``thaws``: a person asked for frozen atoms to be tried again.
    ``order`` is what a person wants done with the pair.
    ``astray``: the item lies in a collection that is not the chosen one.
    """

    local: LocalItem | Absence | None
    link: Link | None = None
    remote: Observation | None = None
    gone: bool = False
    moved: bool = False
    alike: tuple[str, ...] = ()
    double: bool = False
    ghost: tuple[Canonical, ...] = ()
    thaws: bool = False
    order: Ordered | None = None
    astray: bool = False


def is_read_only(pair: Pair) -> bool:
    """Tell whether nothing of the pair may ever be written to the CRM."""
    return isinstance(pair.local, LocalItem) and pair.local.read_only


def situation(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Situation:
    """Return the facts of a pair in the words of the decision table."""
    link = pair.link
    pairing = _pairing(link, pair)
    local, remote = _local(pair), _remote(pair, pairing)
    order = pair.order.order if pair.order else None
    if order and not _is_doable(order, pair, (pairing, local, remote), policy):
        return situation(replace(pair, order=None), kind, policy, locality)
    return Situation(
        pairing=pairing,
        local=local,
        remote=remote,
        origin=link.origin if link else Origin.CRM,
        removal=policy.removal_of(is_completed=local is Local.COMPLETED),
        deletion=policy.meaning_of_deletion(read_only=is_read_only(pair)),
        adoption=policy.adoption if policy.adopts else Adoption.IGNORE,
        edited=_is_edited(pair, kind, locality),
        order=order,
    )


def _is_doable(
    order: Order, pair: Pair, facts: tuple[Pairing, Local, Remote], policy: Policy
) -> bool:
    two_way = policy.status is Status.TWO_WAY
    return is_doable(order, facts, two_way=two_way, read_only=is_read_only(pair))


def _pairing(link: Link | None, pair: Pair) -> Pairing:
    if link is None or pair.ghost:
        return Pairing.NONE
    if pair.local is None and (link.reason in _OFFERS or pair.gone or pair.moved or pair.order):
        return Pairing.OFFERED
    if pair.order and not link.remote_id:
        return Pairing.NONE  # left out until now, and a person has thought again
    if is_astray(pair):
        return Pairing.ASTRAY
    if not is_met(link) and not (link.remote_id and isinstance(pair.local, Absence)):
        return Pairing.NONE
    if pair.gone and any(sent.removes for sent in link.pending):
        return Pairing.RESTING  # an unanswered delete of ours: no person removed it
    if link.state is LinkState.RETAINED:
        return Pairing.RESTING if link.reason in RESUMABLE else Pairing.PARTED
    return Pairing.LINKED


def is_astray(pair: Pair) -> bool:
    """Tell whether a pair is to be synced, and its item lies in another collection.

    What a person has parted is not.
    """
    link = pair.link
    if link is None or not (pair.astray and link.remote_id and isinstance(pair.local, LocalItem)):
        return False
    if pair.gone or pair.moved:
        return False
    return link.state is not LinkState.RETAINED or link.reason in RESUMABLE


def may_meet_anew(pair: Pair, policy: Policy) -> bool:
    """Tell whether a pair is to be created again, and its item is gone from another collection.

    In the chosen one its twin may have been all the time: that is a first meeting.
    """
    link, order = pair.link, pair.order.order if pair.order else None
    if link is None or not (pair.gone and pair.astray and isinstance(pair.local, LocalItem)):
        return False
    pairing = _pairing(link, pair)
    if order not in (None, Order.RESTORE) or pairing is Pairing.PARTED:
        return order is Order.RESTORE
    restores = policy.meaning_of_deletion(read_only=is_read_only(pair)) is Deletion.RESTORE
    return pairing is Pairing.RESTING or restores


def met_anew(pair: Pair, policy: Policy) -> Pair:
    """Return a pair that meets another item in the place of its own as one that was never met."""
    if pair.link is None or not (pair.alike and may_meet_anew(pair, policy)):
        return pair
    return replace(pair, link=unmet(pair.link), gone=False, astray=False)


def unmet(link: Link) -> Link:
    """Return a link that knows its row and no item."""
    return Link(link.id, link.key, LinkState.CREATING, link.stamp)


def _local(pair: Pair) -> Local:
    if pair.local is None:
        is_known = pair.order is not None and pair.order.double
        return Local.DOUBLE if pair.double and not is_known else Local.NOBODY
    if isinstance(pair.local, LocalItem):
        return Local.PRESENT
    return _CAUSES[pair.local.cause]


def _remote(pair: Pair, pairing: Pairing) -> Remote:
    if pair.ghost:
        return Remote.GHOST
    if pairing in _UNMET and pair.local is not None:
        return (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)[min(len(pair.alike), 2)]
    if pair.gone or (pairing is Pairing.PARTED and pair.link and not pair.link.remote_id):
        return Remote.GONE
    return Remote.MOVED if _is_moved(pair) else Remote.PRESENT


def _is_moved(pair: Pair) -> bool:
    """Tell whether the item lies in another folder: now seen there, or last seen there.

    Whoever may not see it any more may not see it where it was either: to have moved it back
    makes no difference to them.
    """
    link, local = pair.link, pair.local
    was = link is not None and link.state is LinkState.RETAINED and link.reason == Rest.MOVED_AWAY
    is_forbidden = isinstance(local, Absence) and local.cause is Cause.LOST_ACCESS
    return pair.moved or (was and (pair.remote is None or is_forbidden))


def is_edited(base: Canonical, now: Canonical) -> bool:
    """Tell whether an atom of ``now`` differs from ``base``; what ``now`` omits is unchanged."""
    return any(atom not in base or base[atom] != value for atom, value in now.items())


def _is_edited(pair: Pair, kind: Kind, locality: Locality) -> bool:
    if pair.link is None or not isinstance(pair.local, LocalItem):
        return False
    return is_edited(pair.link.base_local, kind.canonical(pair.local.record, locality))
