"""The collection that the settings choose: found, created once, and made anew when it is gone."""

from __future__ import annotations

from agentbox_sync.core.errors import ItemMissing, OutcomeUnknown, SuspendConnection, TryLater
from agentbox_sync.core.rules import Target
from agentbox_sync.core.windows import opened
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.settle import LANDING
from agentbox_sync.engine.verify import verify
from agentbox_sync.ports import Chain, Own

UNSETTLED = "CollectionUnsettled"


def is_chosen(part: Part, chain: Chain) -> bool:
    """Tell whether a chain follows the collection that the settings choose."""
    return part.stays or (part.policy.target is Target.OWN) == bool(chain.stamp)


def begin(box: Box, part: Part, *, dry: bool = False) -> Chain:
    """Begin the chain of the collection that the settings choose; ours is created if need be.

    ``dry``: nothing is created; what will lie in ours is foretold from the main one. Raises
    TryLater while it is not known whether ours was created.
    """
    kind = part.kind.name
    box.check()
    if part.policy.target is not Target.OWN or dry or part.stays:
        return box.memory.open_chain(kind, box.remote.locate(kind, ""), window=opened(part.window))
    collection, stamp = _own(box, kind)
    return box.memory.open_chain(kind, collection, stamp=stamp, window=opened(part.window))


def _own(box: Box, kind: str) -> tuple[str, str]:
    own = box.memory.own(kind)
    if own is not None:
        # By its stamp, however it is called by now; one in the bin is not found.
        found = box.remote.find_own(kind, own.stamp)
        if found:
            return found, own.stamp
        if own.remote_id:
            box.memory.forget_own(kind)
        elif _may_land(box, own):
            raise _unsettled(box)
    announced = box.memory.announce_own(kind)
    # Nothing else stands between here and the mailbox, as before every write.
    box.lease.renew()
    try:
        return box.remote.create_own(kind, announced.stamp), announced.stamp
    except OutcomeUnknown as error:
        raise _unsettled(box) from error


def _may_land(box: Box, own: Own) -> bool:
    """Tell whether the request may be carried out yet; a second one could not be taken back."""
    return box.clock.now() - own.sent_at < 2 * box.settle_delay


def may_leave(box: Box, part: Part) -> bool:
    """Tell whether a collection can be left: nothing of ours may land in it unseen any more."""
    last = box.memory.given_up_at(part.kind.name)
    return last is None or box.clock.now() - last > LANDING * box.settle_delay


def _unsettled(box: Box) -> TryLater:
    wait = box.settle_delay.total_seconds()
    return TryLater("It is not known yet what was created.", code=UNSETTLED, retry_after=wait)


def is_lost(box: Box, part: Part) -> bool:
    """Tell whether a collection of our own is gone for good while the mailbox answers.

    It is neither there by its id nor found by its stamp, and the main one is.
    """
    chain = box.memory.chain(part.kind.name)
    if chain is None or not chain.stamp:
        return False
    try:
        box.remote.locate(chain.kind, chain.collection)
    except (SuspendConnection, ItemMissing):
        return not box.remote.find_own(chain.kind, chain.stamp) and bool(
            box.remote.locate(chain.kind, "")
        )
    return False


def make_anew(box: Box, part: Part) -> Chain:
    """Begin a collection of our own in the place of one that is lost.

    Every item that lay in it is read: what is not there any more was removed by whoever removed
    the collection, and what that means the settings say. An item that was moved out before is
    where it was moved to.
    """
    kind = part.kind.name
    lost = box.memory.chain(kind)
    box.memory.forget_own(kind)
    chain = begin(box, part)
    after = 0
    while lost is not None and (links := box.memory.walk(kind, after=after)):
        after = links[-1].id
        ids = [link.remote_id for link in links if link.collection == lost.collection]
        for group in chunks([remote_id for remote_id in ids if remote_id]):
            box.memory.suspect(chain, group)
    verify(box, part, chain, witnessed=True)
    return chain


def tidy(box: Box, part: Part, chain: Chain) -> bool:
    """Remove our own collection when it is not the chosen one any more and nothing lies in it.

    Tells whether it is known what became of it; one that a person has put something into stays.
    """
    own = None if chain.stamp else box.memory.own(part.kind.name)
    if own is None:
        return True
    found = own.remote_id or box.remote.find_own(chain.kind, own.stamp)
    if not found and _may_land(box, own):
        return False
    if found:
        _remove(box, chain.kind, own.stamp, found)
    else:
        box.memory.forget_own(chain.kind)
    return True


def take_along(box: Box, chain: Chain) -> None:
    """Remove our own collection at a farewell, when nothing lies in it any more."""
    if chain.stamp:
        _remove(box, chain.kind, chain.stamp, chain.collection)


def _remove(box: Box, kind: str, stamp: str, collection: str) -> None:
    box.lease.renew()
    if box.remote.remove_own(kind, collection, stamp):
        box.memory.forget_own(kind)
