"""What to do with a pair of items: one table, every row named, no situation without a row.

To find the rule for a case, go by where the pair stands: is there a link, is the row in the CRM
still in scope, is the item in Exchange still there? Each heading below is one answer. The words
are those of :mod:`.situations`; the columns stand in the order pairing, local, remote, origin,
and what the settings say by name. :func:`decide` returns the one rule whose columns all admit
the situation; the test of this table enumerates every situation there can be and holds that
exactly one does.
"""

from __future__ import annotations

from functools import lru_cache

from agentbox_sync.core import columns as c
from agentbox_sync.core.actions import Action
from agentbox_sync.core.decided import DECIDED
from agentbox_sync.core.rules import Adoption
from agentbox_sync.core.situations import Remote, Situation
from agentbox_sync.core.table import Rule
from agentbox_sync.core.withheld import WITHHELD

PERHAPS_A_DOUBLE = "born in Exchange, perhaps a double"

# fmt: off
RULES: tuple[Rule, ...] = (
    # -- a first meeting
    Rule("new in the CRM", Action.CREATE, "It is new in the CRM.",
         c.NEW, c.HERE, frozenset({Remote.NOBODY})),
    Rule("already in Exchange", Action.LINK, "It was already in Exchange.",
         c.NEW, c.HERE, frozenset({Remote.ALIKE})),
    Rule("ambiguous", Action.REVIEW, "More than one item in Exchange may be the same.",
         c.NEW, c.HERE, frozenset({Remote.SEVERAL})),
    Rule("never arrived", Action.END, "It left the selection before it reached Exchange.",
         c.NEW, c.NOT_HERE),
    # -- both sides are there
    Rule("both there", Action.UPDATE, "It changed.",
         c.LINKED | c.RESTING, c.HERE, c.THERE),
    # -- the collection that was chosen is another one; several that are alike there were alike
    #    before, and nothing is gained by asking
    Rule("in another collection", Action.MOVE, "It moves to the place that was chosen.",
         c.ASTRAY, c.HERE, frozenset({Remote.NOBODY, Remote.SEVERAL}), c.OURS, tied=False),
    Rule("in another collection, and alike here", Action.MOVE,
         "It moves to the place that was chosen, where it was already.",
         c.ASTRAY, c.HERE, frozenset({Remote.ALIKE}), c.OURS, tied=False),
    Rule("in another collection, not ours", Action.REST,
         "It was in Exchange before the CRM, and stays where it is.",
         c.ASTRAY, c.HERE, c.UNMET, c.THEIRS),
    # -- a person removed or moved it in Exchange
    Rule("removed in Exchange", Action.REST, "It was removed in Exchange and stays away.",
         c.LINKED, c.HERE, c.GONE, deletion=c.KEEP),
    Rule("removed in Exchange, restored", Action.CREATE,
         "It was removed in Exchange, and is created there again as chosen.",
         c.LINKED, c.HERE, c.GONE, deletion=c.RESTORE, tied=False),
    Rule("removed in Exchange, applied", Action.RELEASE,
         "It was removed in Exchange, and the CRM follows as chosen.",
         c.LINKED, c.HERE, c.GONE, deletion=c.APPLY, edited=False),
    Rule("removed in Exchange, but edited", Action.REVIEW,
         "It was removed in Exchange while it was edited in the CRM.",
         c.LINKED, c.HERE, c.GONE, deletion=c.APPLY, edited=True),
    Rule("moved away", Action.REST, "It was moved somewhere else in Exchange.",
         c.LINKED, c.HERE, c.MOVED),
    Rule("parted", Action.REST, "A person removed or moved it in Exchange.",
         c.PARTED, c.HERE, c.THERE | c.GONE | c.MOVED),
    # -- it comes back into the scope
    Rule("back, but gone in Exchange", Action.CREATE, "It came back into the selection.",
         c.RESTING, c.HERE, c.GONE, tied=False),
    Rule("back, but moved in Exchange", Action.REST, "It was moved somewhere else in Exchange.",
         c.RESTING, c.HERE, c.MOVED),
    # -- it left the CRM or the scope
    Rule("left, retained", Action.REST, "It left the selection and stays in Exchange.",
         c.LINKED, c.AWAY, c.THERE, removal=c.RETAIN),
    Rule("left, removed", Action.DELETE, "It left the selection.",
         c.LINKED, c.AWAY, c.THERE, c.OURS, c.DELETE, tied=False),
    Rule("left, not ours", Action.REST, "It left the selection; it was not created by the CRM.",
         c.LINKED, c.AWAY, c.THERE, c.THEIRS, c.DELETE),
    Rule("no longer allowed", Action.DELETE, "This person may no longer see it.",
         c.LINKED | c.RESTING, c.FORBIDDEN, c.THERE, c.OURS, tied=False),
    Rule("no longer allowed, not ours", Action.REST,
         "This person may no longer see it; it was not created by the CRM.",
         c.LINKED | c.RESTING, c.FORBIDDEN, c.THERE, c.THEIRS),
    Rule("disconnecting", Action.DELETE, "The mailbox is being disconnected.",
         c.LINKED | c.RESTING, c.DETACHED, c.THERE, c.OURS, tied=False),
    Rule("disconnecting, not ours", Action.REST,
         "The mailbox is being disconnected; it was not created by the CRM.",
         c.LINKED | c.RESTING, c.DETACHED, c.THERE, c.THEIRS),
    Rule("resting, still away", Action.REST, "It left the selection and stays in Exchange.",
         c.RESTING, c.AWAY, c.THERE),
    # -- away on both sides: a pair is forgotten when nothing is left that could come back; an
    #    item that stays in Exchange would be taken for a new one otherwise, and what a person
    #    removed there would be created again when its row returns
    Rule("away on both sides", Action.END, "It is gone on both sides.",
         c.LINKED | c.RESTING, c.NOT_HERE, c.GONE),
    Rule("away and moved", Action.REST, "It was moved somewhere else in Exchange.",
         c.LINKED | c.RESTING, c.AWAY | c.DETACHED, c.MOVED),
    Rule("no longer allowed, moved", Action.DELETE,
         "This person may no longer see it, wherever it lies.",
         c.LINKED | c.RESTING | c.PARTED, c.FORBIDDEN, c.MOVED, c.OURS, tied=False),
    Rule("no longer allowed, moved, not ours", Action.REST,
         "This person may no longer see it; it was not created by the CRM.",
         c.LINKED | c.RESTING | c.PARTED, c.FORBIDDEN, c.MOVED, c.THEIRS),
    Rule("parted and deleted", Action.END, "It is gone on both sides.",
         c.PARTED, c.DELETED, c.GONE),
    Rule("parted and away", Action.REST, "A person removed or moved it in Exchange.",
         c.PARTED, c.NOT_HERE - c.DELETED, c.GONE),
    Rule("parted, away and there", Action.REST, "A person removed or moved it in Exchange.",
         c.PARTED, c.NOT_HERE, c.THERE),
    Rule("parted, away and moved", Action.REST, "It was moved somewhere else in Exchange.",
         c.PARTED, c.AWAY | c.DETACHED, c.MOVED),
    # -- born in Exchange
    Rule("born in Exchange, ignored", Action.IGNORE, "It was born in Exchange.",
         c.NEW, c.NEITHER, c.THERE, adoption=frozenset({Adoption.IGNORE})),
    Rule("born in Exchange, offered", Action.OFFER, "It was born in Exchange.",
         c.NEW, c.STRANGER, c.THERE, adoption=frozenset({Adoption.REVIEW})),
    Rule("born in Exchange, imported", Action.IMPORT, "It was born in Exchange.",
         c.NEW, c.STRANGER, c.THERE, adoption=frozenset({Adoption.IMPORT})),
    Rule(PERHAPS_A_DOUBLE, Action.OFFER,
         "It was born in Exchange and is like one that is synced already.",
         c.NEW, c.DOUBLE, c.THERE, adoption=frozenset({Adoption.REVIEW, Adoption.IMPORT})),
    Rule("landed late", Action.DEDUPE, "An unanswered create of ours had arrived after all.",
         c.NEW, c.NEITHER | c.UNWANTED, frozenset({Remote.GHOST})),
    Rule("offered, still there", Action.IGNORE, "It waits for a person.",
         c.OFFERED, c.NEITHER, c.THERE),
    Rule("offered, gone", Action.END, "It is gone in Exchange.",
         c.OFFERED, c.NEITHER | c.UNWANTED, c.GONE | c.MOVED),
    *WITHHELD,
    *DECIDED,
)
# fmt: on


@lru_cache(maxsize=1024)  # there are not that many situations, and a run meets a few over and over
def decide(situation: Situation) -> Rule:
    """Return the rule for a situation; raises LookupError for one that cannot be.

    The table is closed: a situation nobody thought of must stop, not do something plausible.
    """
    for rule in RULES:
        if rule.admits(situation):
            return rule
    raise LookupError(f"no rule for {situation}")
