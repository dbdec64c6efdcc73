"""What is known of a pair, in the words of the decision table."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.changes import (
    Absence,
    Cause,
    LinkState,
    LocalItem,
    Origin,
    Rest,
)
from agentbox_sync.core.kinds import Canonical, Kind, Locality
from agentbox_sync.core.orders import is_doable
from agentbox_sync.core.pairs import Pair, is_read_only, pairing_of
from agentbox_sync.core.rules import Adoption, Order, Policy, Removal, Status
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation
from agentbox_sync.core.ties import is_tied, ties_of

_UNMET = frozenset({Pairing.NONE, Pairing.ASTRAY})
# What of the CRM side leaves an item alone that takes place outside the window. Who may not see
# it any more, or takes leave of the mailbox, does so whenever it was.
_FROZEN = frozenset({Local.OUTSIDE, Local.DELETED, Local.LEFT_FILTER, Local.COMPLETED})
_CAUSES = {
    Cause.DELETED: Local.DELETED,
    Cause.LEFT_FILTER: Local.LEFT_FILTER,
    Cause.SUPERSEDED: Local.LEFT_FILTER,
    Cause.COMPLETED: Local.COMPLETED,
    Cause.LOST_ACCESS: Local.LOST_ACCESS,
    Cause.DETACHED: Local.DETACHED,
}


def situation(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Situation:
    """Return the facts of a pair in the words of the decision table."""
    link = pair.link
    pairing = pairing_of(link, pair)
    local = _local(pair, kind, locality)
    remote = _remote(pair, pairing, local)
    order = pair.order.order if pair.order else None
    if order and not _is_doable(order, pair, (pairing, local, remote), policy):
        return situation(replace(pair, order=None), kind, policy, locality)
    return Situation(
        pairing=pairing,
        local=local,
        remote=remote,
        origin=link.origin if link else Origin.CRM,
        removal=_removal(pair, local, policy),
        deletion=policy.meaning_of_deletion(read_only=is_read_only(pair)),
        adoption=policy.adoption if policy.adopts else Adoption.IGNORE,
        edited=_is_edited(pair, kind, locality),
        tied=is_tied(ties_of(link, pair.remote)),
        order=order,
    )


def _is_doable(
    order: Order, pair: Pair, facts: tuple[Pairing, Local, Remote], policy: Policy
) -> bool:
    two_way = policy.status is Status.TWO_WAY
    return is_doable(order, facts, two_way=two_way, read_only=is_read_only(pair))


def _removal(pair: Pair, local: Local, policy: Policy) -> Removal:
    """Return what happens in Exchange to an item that left; beside what replaced it none stays."""
    if isinstance(pair.local, Absence) and pair.local.cause is Cause.SUPERSEDED:
        return Removal.DELETE
    return policy.removal_of(is_completed=local is Local.COMPLETED)


def is_frozen(pair: Pair) -> bool:
    """Tell whether neither side takes place in the window, as far as is known.

    What is dormant is never created: without an item in Exchange it is left alone like those,
    unless a person wants it there, or one is there that it meets.
    """
    local = pair.local
    if not isinstance(local, LocalItem):
        return False
    is_away = pair.gone or pair.link is None or not pair.link.remote_id
    if local.is_dormant and is_away and len(pair.alike) != 1 and pair.order is None:
        return True
    return local.is_outside and (is_away or pair.outside or pair.moved)


def _local(pair: Pair, kind: Kind, locality: Locality) -> Local:
    if pair.local is None:
        shown = pair.remote.record if pair.remote is not None else {}
        if kind.is_private(shown):
            return Local.PRIVATE
        # What a person has ordered to be taken in is taken in, done or not.
        if pair.order is None and kind.is_over(kind.canonical(shown, locality)):
            return Local.OVER
        is_known = pair.order is not None and pair.order.double
        return Local.DOUBLE if pair.double and not is_known else Local.NOBODY
    if isinstance(pair.local, LocalItem):
        return Local.OUTSIDE if is_frozen(pair) else Local.PRESENT
    return _CAUSES[pair.local.cause]


def _remote(pair: Pair, pairing: Pairing, local: Local) -> Remote:
    if pair.ghost:
        return Remote.GHOST
    if pairing in _UNMET and pair.local is not None:
        return (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)[min(len(pair.alike), 2)]
    if pair.gone or (pairing is Pairing.PARTED and pair.link and not pair.link.remote_id):
        return Remote.GONE
    if _is_moved(pair):
        return Remote.MOVED
    return Remote.OUTSIDE if pair.outside and local in _FROZEN else Remote.PRESENT


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
