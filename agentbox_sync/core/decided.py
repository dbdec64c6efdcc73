"""Rows of the decision table: a person has decided about a pair."""

from __future__ import annotations

from agentbox_sync.core import columns as c
from agentbox_sync.core.actions import Action
from agentbox_sync.core.rules import Order
from agentbox_sync.core.situations import Remote
from agentbox_sync.core.table import Rule

# fmt: off
DECIDED: tuple[Rule, ...] = (
    Rule("accepted by a person", Action.IMPORT, "A person took it into the CRM.",
         c.OFFERED, c.STRANGER, c.THERE, order=Order.ACCEPT),
    Rule("linked by a person", Action.LINK, "A person said that the two are the same.",
         c.NEW, c.HERE, frozenset({Remote.ALIKE}), order=Order.LINK),
    Rule("created for a person", Action.CREATE, "A person said that it is none of the others.",
         c.NEW, c.HERE, c.UNMET, order=Order.CREATE),
    Rule("restored for a person", Action.CREATE, "A person asked for it to be put back.",
         c.PARTED | c.NEW, c.HERE, c.GONE | frozenset({Remote.NOBODY}), order=Order.RESTORE),
    Rule("restored for a person, and alike here", Action.LINK,
         "A person asked for it to be put back, and it was already in Exchange.",
         c.NEW, c.HERE, frozenset({Remote.ALIKE}), order=Order.RESTORE),
    Rule("restored for a person, but ambiguous", Action.REVIEW,
         "A person asked for it to be put back, and more than one item may be the same.",
         c.NEW, c.HERE, frozenset({Remote.SEVERAL}), order=Order.RESTORE),
    Rule("taken up for a person", Action.UPDATE,
         "A person asked for it to be put back, and it is in its place again.",
         c.PARTED, c.HERE, c.THERE, order=Order.RESTORE),
    Rule("released by a person", Action.RELEASE,
         "A person asked the CRM to follow its removal in Exchange.",
         c.PARTED, c.HERE, c.GONE, order=Order.RELEASE),
    Rule("dismissed by a person", Action.REST, "A person does not want it in the CRM.",
         c.OFFERED, c.NEITHER, c.THERE, order=Order.DISMISS),
    Rule("left out by a person", Action.REST, "A person asked to leave it out of Exchange.",
         c.NEW, c.HERE, c.UNMET, order=Order.DISMISS),
    Rule("let go by a person", Action.REST, "A person let it go: it stays away.",
         c.PARTED, c.HERE | c.AWAY | c.FORBIDDEN, c.THERE | c.GONE | c.MOVED, order=Order.DISMISS),
)
# fmt: on
