"""What is known of one pair at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agentbox_sync.core.changes import (
    BORN_IN_EXCHANGE,
    RESUMABLE,
    Absence,
    Link,
    LinkState,
    LocalItem,
    Observation,
    Rest,
    is_met,
)
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.rules import Deletion, Order, Policy
from agentbox_sync.core.situations import Pairing

_OFFERS = frozenset({BORN_IN_EXCHANGE, Rest.DISMISSED.value})


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
    ``astray``: the item lies in a collection that is not the chosen one. ``outside``: by all that
    is known of it, it takes place outside the window.
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
    outside: bool = False


def is_read_only(pair: Pair) -> bool:
    """Tell whether nothing of the pair may ever be written to the CRM."""
    return isinstance(pair.local, LocalItem) and pair.local.read_only


def pairing_of(link: Link | None, pair: Pair) -> Pairing:
    """Return what is remembered of a pair."""
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

    What a person has parted is not, nor what a person has put there.
    """
    link = pair.link
    if link is None or not (pair.astray and link.remote_id and isinstance(pair.local, LocalItem)):
        return False
    if pair.gone or pair.moved or link.rehomed:
        return False
    return link.state is not LinkState.RETAINED or link.reason in RESUMABLE


def leaves_untold(link: Link | None) -> bool:
    """Tell whether nobody has been told yet what an unanswered write may have replaced.

    Of a pair that is left alone it is told at once. Nobody sees its item any more, and a window
    that rolls on may never come back to it: what waits for the next merge may wait for ever (seed
    5406417 of the simulated calendars).
    """
    return link is not None and any(sent.before for sent in link.pending)


def is_left_out(
    item: LocalItem | Absence, link: Link | None, is_gone: bool = False, *, is_done: bool = False
) -> bool:
    """Tell whether Exchange has no item of a row, and is not to get one.

    What was announced once stays so until its row is wanted again, and so does a first meeting
    whose item has gone, once it is told what that had said. Of what ``is_done`` there may be one
    nevertheless, where it would stay open for ever: it is looked for, and never created.
    """
    has_found = link is not None and bool(link.remote_id)
    if link is not None and has_found and (is_met(link) or not is_gone):
        return False
    if leaves_untold(link):
        return False
    if isinstance(item, Absence):
        return link is None
    return item.is_outside or (item.is_dormant and (has_found or not is_done))


def may_meet_anew(pair: Pair, policy: Policy) -> bool:
    """Tell whether a pair is to be created again, and its item is gone from another collection.

    In the chosen one its twin may have been all the time: that is a first meeting.
    """
    link, order = pair.link, pair.order.order if pair.order else None
    if link is None or not (pair.gone and pair.astray and isinstance(pair.local, LocalItem)):
        return False
    pairing = pairing_of(link, pair)
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
