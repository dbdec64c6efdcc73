"""Every situation that there can be: what the decision table must answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from agentbox_sync.core.changes import Origin
from agentbox_sync.core.orders import FITS
from agentbox_sync.core.rules import Adoption, Deletion, Order, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation

STRANGERS = (Local.NOBODY, Local.DOUBLE, Local.PRIVATE, Local.OVER)
ROWS = tuple(local for local in Local if local not in STRANGERS)
UNLINKED = (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)
LINKED = (Remote.PRESENT, Remote.GONE, Remote.MOVED)
KNOWN = (Pairing.LINKED, Pairing.RESTING, Pairing.PARTED)
INSIDE = tuple(local for local in ROWS if local is not Local.OUTSIDE)
AWAY = (Local.DELETED, Local.LEFT_FILTER, Local.COMPLETED)

# A row that is not linked has met nobody, one, or several; a stranger was seen, or is a late
# arrival; whatever is linked, or offered, has an item. What lies in another collection has met
# nobody, one, or several in the chosen one. Outside the window is what both sides say takes place
# there; where one of them says otherwise, or is away, the other is what counts.
CAN_BE: tuple[tuple[Pairing, Local, Remote], ...] = (
    *itertools.product((Pairing.NONE,), ROWS, UNLINKED),
    *itertools.product((Pairing.NONE,), STRANGERS, (Remote.PRESENT, Remote.GHOST)),
    *itertools.product(KNOWN, INSIDE, LINKED),
    *itertools.product(KNOWN, (Local.OUTSIDE,), (Remote.OUTSIDE, Remote.GONE, Remote.MOVED)),
    *itertools.product(KNOWN, AWAY, (Remote.OUTSIDE,)),
    *itertools.product((Pairing.OFFERED,), STRANGERS, LINKED),
    *itertools.product((Pairing.ASTRAY,), (Local.PRESENT,), UNLINKED),
)

# The same where a person has decided: an order is a fact only where it can be carried out.
ORDERED: tuple[tuple[Order, tuple[Pairing, Local, Remote]], ...] = tuple(
    (order, facts) for order in Order for facts in CAN_BE if facts in FITS[order]
)


def possible_situations() -> Iterator[Situation]:
    """Yield every combination of the facts that can be, without a person's order."""
    for facts in CAN_BE:
        for rest in _rest():
            yield Situation(*facts, *rest)


def ordered_situations() -> Iterator[Situation]:
    """Yield every combination of the facts that can be, with a person's order."""
    for order, facts in ORDERED:
        for rest in _rest():
            yield Situation(*facts, *rest, order)


def _rest() -> Iterator[tuple[Origin, Removal, Deletion, Adoption, bool, bool]]:
    both = (False, True)
    return itertools.product(Origin, Removal, Deletion, Adoption, both, both)
