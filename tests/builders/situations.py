"""Every situation that there can be: what the decision table must answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from agentbox_sync.core.changes import Origin
from agentbox_sync.core.rules import Adoption, Deletion, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation

STRANGERS = (Local.NOBODY, Local.DOUBLE)
ROWS = tuple(local for local in Local if local not in STRANGERS)
UNLINKED = (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)
LINKED = (Remote.PRESENT, Remote.GONE, Remote.MOVED)

# A row that is not linked has met nobody, one, or several; a stranger was seen, or is a late
# arrival; whatever is linked, or offered, has an item.
CAN_BE: tuple[tuple[Pairing, Local, Remote], ...] = (
    *itertools.product((Pairing.NONE,), ROWS, UNLINKED),
    *itertools.product((Pairing.NONE,), STRANGERS, (Remote.PRESENT, Remote.GHOST)),
    *itertools.product((Pairing.LINKED, Pairing.RESTING, Pairing.PARTED), ROWS, LINKED),
    *itertools.product((Pairing.OFFERED,), STRANGERS, LINKED),
)


def possible_situations() -> Iterator[Situation]:
    """Yield every combination of the facts that can be."""
    for facts in CAN_BE:
        for rest in itertools.product(Origin, Removal, Deletion, Adoption, (False, True)):
            yield Situation(*facts, *rest)
