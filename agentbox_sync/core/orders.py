"""What a person may decide about a pair that waits for one, and when that can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Protocol

from agentbox_sync.core.changes import AMBIGUOUS, NO_ROW, Link, LinkState, LocalKey, Rest, is_met
from agentbox_sync.core.rules import Order
from agentbox_sync.core.situations import Local, Pairing, Remote


class Ending(StrEnum):
    """What became of an order."""

    DONE = "done"
    REFUSED = "refused"
    """One of the sides did not take it; the log says why."""
    MOOT = "moot"
    """It could not be done any more: things had moved on."""
    DOUBLE = "double"
    """The item is like somebody who is synced, and nobody said that it is another person."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order of a person that waits to be carried out.

    ``link`` is what it is about, as it is now; it may have ended. A LINK names the partner:
    ``key`` is the row that an item born in Exchange belongs to, ``remote_id`` the item that an
    ambiguous row is. ``double``: the person knows that the item is like somebody who is synced.
    """

    id: int
    order: Order
    link: Link
    key: LocalKey = NO_ROW
    remote_id: str = ""
    double: bool = False

    @property
    def row(self) -> LocalKey:
        """Return the row of the CRM that the order concerns; ``NO_ROW`` where there is none."""
        return self.link.key if self.key == NO_ROW else self.key

    @property
    def item(self) -> str:
        """Return the item that a LINK is about, empty for any other order."""
        return self.remote_id or self.link.remote_id if self.order is Order.LINK else ""

    def is_about(self, link: Link | None) -> bool:
        """Tell whether a link is still the one that was decided about, or its partner's."""
        return self.key != NO_ROW or (link is not None and link.id == self.link.id)


class Remembered(Protocol):
    """A link, as the core knows it or as it is stored."""

    @property
    def state(self) -> str:
        """Where it stands in its life."""

    @property
    def reason(self) -> str:
        """Why it rests or waits."""

    @property
    def error(self) -> str:
        """What was the matter with it last."""

    @property
    def remote_id(self) -> str:
        """The item in Exchange, empty where there is none."""

    @property
    def has_row(self) -> bool:
        """Whether it has a row of the CRM."""


_NOTHING: frozenset[Order] = frozenset()
_RESTS = {
    Rest.REMOVED_IN_EXCHANGE: frozenset({Order.RESTORE, Order.DISMISS}),
    Rest.CONTESTED: frozenset({Order.RESTORE, Order.RELEASE, Order.DISMISS}),
    Rest.MOVED_AWAY: frozenset({Order.DISMISS}),
}
# What would write to the CRM: nothing does in one-way.
_WRITES_LOCAL = frozenset({Order.ACCEPT, Order.RELEASE})


def possible(
    link: Remembered, *, two_way: bool = True, read_only: bool = False
) -> frozenset[Order]:
    """Return what a person may decide about a link; ``read_only`` is a View Only row."""
    orders = _asked(link)
    if not two_way:
        orders -= _WRITES_LOCAL
    return orders - {Order.RELEASE} if read_only else orders


def _asked(link: Remembered) -> frozenset[Order]:
    if link.state == LinkState.QUARANTINED:
        if not link.has_row:
            return frozenset({Order.ACCEPT, Order.LINK, Order.DISMISS})
        is_open = link.error == AMBIGUOUS and not link.remote_id  # a meeting that has begun goes on
        return frozenset({Order.LINK, Order.CREATE, Order.DISMISS}) if is_open else _NOTHING
    if link.state != LinkState.RETAINED or link.error:
        return _NOTHING  # one with an error is a protected item: nothing can be done with it
    if link.reason == Rest.DISMISSED:
        return _dismissed(link)
    return next((orders for rest, orders in _RESTS.items() if link.reason == rest), _NOTHING)


def is_fulfilled(ordered: Ordered, taken: Link | None) -> bool:
    """Tell whether what was ordered about a link has come about by itself.

    ``taken`` is the pair that has the item now: a first meeting may have been quicker, or have
    been cut off and gone on since.
    """
    state = ordered.link.state
    if ordered.order in (Order.RESTORE, Order.CREATE):
        return state is LinkState.ACTIVE
    if ordered.order is Order.DISMISS:
        return state is LinkState.DEAD
    if taken is None or not taken.has_row:
        return False
    is_partner = ordered.order is Order.LINK and taken.key == ordered.row and is_met(taken)
    return is_partner or ordered.order is Order.ACCEPT


def _dismissed(link: Remembered) -> frozenset[Order]:
    """Return what takes a dismissal back."""
    if not link.has_row:
        return frozenset({Order.ACCEPT, Order.LINK})
    return frozenset({Order.RESTORE} if link.remote_id else {Order.LINK, Order.CREATE})


def _fit(
    pairings: Pairing, locals_: Iterable[Local], remotes: Iterable[Remote]
) -> frozenset[tuple[Pairing, Local, Remote]]:
    return frozenset(product((pairings,), locals_, remotes))


_STRANGERS = (Local.NOBODY, Local.DOUBLE)
_HERE = (Local.PRESENT,)
_ROWS = (*_HERE, Local.DELETED, Local.LEFT_FILTER, Local.COMPLETED, Local.LOST_ACCESS)
_UNMET = (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)
_MET = (Remote.PRESENT, Remote.GONE, Remote.MOVED)

FITS: dict[Order, frozenset[tuple[Pairing, Local, Remote]]] = {
    Order.ACCEPT: _fit(Pairing.OFFERED, (Local.NOBODY,), (Remote.PRESENT,)),
    Order.LINK: _fit(Pairing.NONE, _HERE, (Remote.ALIKE,)),
    Order.CREATE: _fit(Pairing.NONE, _HERE, _UNMET),
    Order.RESTORE: _fit(Pairing.PARTED, _HERE, (Remote.GONE, Remote.PRESENT))
    # It was announced, and never arrived; or it is gone from another collection.
    | _fit(Pairing.NONE, _HERE, _UNMET),
    Order.RELEASE: _fit(Pairing.PARTED, _HERE, (Remote.GONE,)),
    Order.DISMISS: _fit(Pairing.OFFERED, _STRANGERS, (Remote.PRESENT,))
    | _fit(Pairing.NONE, _HERE, _UNMET)
    | _fit(Pairing.PARTED, _ROWS, _MET),
}
"""Where each order can be carried out; everywhere else it is moot."""


def is_doable(
    order: Order,
    facts: tuple[Pairing, Local, Remote],
    *,
    two_way: bool,
    read_only: bool,
) -> bool:
    """Tell whether an order can be carried out as a pair stands."""
    if (order in _WRITES_LOCAL and not two_way) or (order is Order.RELEASE and read_only):
        return False
    return facts in FITS[order]
