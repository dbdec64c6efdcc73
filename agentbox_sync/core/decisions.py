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

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import Origin
from agentbox_sync.core.rules import Adoption, Deletion, Order, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation
from agentbox_sync.core.table import Rule

_NEW = frozenset({Pairing.NONE})
_LINKED = frozenset({Pairing.LINKED})
_RESTING = frozenset({Pairing.RESTING})
_PARTED = frozenset({Pairing.PARTED})
_ASTRAY = frozenset({Pairing.ASTRAY})
_HERE = frozenset({Local.PRESENT})
_AWAY = frozenset({Local.DELETED, Local.LEFT_FILTER, Local.COMPLETED})
_FORBIDDEN = frozenset({Local.LOST_ACCESS})
_DETACHED = frozenset({Local.DETACHED})
_NOT_HERE = _AWAY | _FORBIDDEN | _DETACHED
_DELETED = frozenset({Local.DELETED})
_THERE = frozenset({Remote.PRESENT})
_UNMET = frozenset({Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL})
_GONE = frozenset({Remote.GONE})
_MOVED = frozenset({Remote.MOVED})
_OURS = frozenset({Origin.CRM})
_THEIRS = frozenset({Origin.EXCHANGE})
_RETAIN = frozenset({Removal.RETAIN})
_DELETE = frozenset({Removal.DELETE})
_KEEP = frozenset({Deletion.KEEP})
_RESTORE = frozenset({Deletion.RESTORE})
_APPLY = frozenset({Deletion.APPLY})
_OFFERED = frozenset({Pairing.OFFERED})
_STRANGER = frozenset({Local.NOBODY})
_DOUBLE = frozenset({Local.DOUBLE})
_NEITHER = _STRANGER | _DOUBLE

PERHAPS_A_DOUBLE = "born in Exchange, perhaps a double"

# fmt: off
RULES: tuple[Rule, ...] = (
    # -- a first meeting
    Rule("new in the CRM", Action.CREATE, "It is new in the CRM.",
         _NEW, _HERE, frozenset({Remote.NOBODY})),
    Rule("already in Exchange", Action.LINK, "It was already in Exchange.",
         _NEW, _HERE, frozenset({Remote.ALIKE})),
    Rule("ambiguous", Action.REVIEW, "More than one item in Exchange may be the same.",
         _NEW, _HERE, frozenset({Remote.SEVERAL})),
    Rule("never arrived", Action.END, "It left the selection before it reached Exchange.",
         _NEW, _NOT_HERE),
    # -- both sides are there
    Rule("both there", Action.UPDATE, "It changed.",
         _LINKED | _RESTING, _HERE, _THERE),
    # -- the collection that was chosen is another one; several that are alike there were alike
    #    before, and nothing is gained by asking
    Rule("in another collection", Action.MOVE, "It moves to the place that was chosen.",
         _ASTRAY, _HERE, frozenset({Remote.NOBODY, Remote.SEVERAL}), _OURS),
    Rule("in another collection, and alike here", Action.MOVE,
         "It moves to the place that was chosen, where it was already.",
         _ASTRAY, _HERE, frozenset({Remote.ALIKE}), _OURS),
    Rule("in another collection, not ours", Action.REST,
         "It was in Exchange before the CRM, and stays where it is.",
         _ASTRAY, _HERE, _UNMET, _THEIRS),
    # -- a person removed or moved it in Exchange
    Rule("removed in Exchange", Action.REST, "It was removed in Exchange and stays away.",
         _LINKED, _HERE, _GONE, deletion=_KEEP),
    Rule("removed in Exchange, restored", Action.CREATE,
         "It was removed in Exchange, and is created there again as chosen.",
         _LINKED, _HERE, _GONE, deletion=_RESTORE),
    Rule("removed in Exchange, applied", Action.RELEASE,
         "It was removed in Exchange, and the CRM follows as chosen.",
         _LINKED, _HERE, _GONE, deletion=_APPLY, edited=False),
    Rule("removed in Exchange, but edited", Action.REVIEW,
         "It was removed in Exchange while it was edited in the CRM.",
         _LINKED, _HERE, _GONE, deletion=_APPLY, edited=True),
    Rule("moved away", Action.REST, "It was moved to another folder in Exchange.",
         _LINKED, _HERE, _MOVED),
    Rule("parted", Action.REST, "A person removed or moved it in Exchange.",
         _PARTED, _HERE, _THERE | _GONE | _MOVED),
    # -- it comes back into the scope
    Rule("back, but gone in Exchange", Action.CREATE, "It came back into the selection.",
         _RESTING, _HERE, _GONE),
    Rule("back, but moved in Exchange", Action.REST, "It was moved to another folder in Exchange.",
         _RESTING, _HERE, _MOVED),
    # -- it left the CRM or the scope
    Rule("left, retained", Action.REST, "It left the selection and stays in Exchange.",
         _LINKED, _AWAY, _THERE, removal=_RETAIN),
    Rule("left, removed", Action.DELETE, "It left the selection.",
         _LINKED, _AWAY, _THERE, _OURS, _DELETE),
    Rule("left, not ours", Action.REST, "It left the selection; it was not created by the CRM.",
         _LINKED, _AWAY, _THERE, _THEIRS, _DELETE),
    Rule("no longer allowed", Action.DELETE, "This person may no longer see it.",
         _LINKED | _RESTING, _FORBIDDEN, _THERE, _OURS),
    Rule("no longer allowed, not ours", Action.REST,
         "This person may no longer see it; it was not created by the CRM.",
         _LINKED | _RESTING, _FORBIDDEN, _THERE, _THEIRS),
    Rule("disconnecting", Action.DELETE, "The mailbox is being disconnected.",
         _LINKED | _RESTING, _DETACHED, _THERE, _OURS),
    Rule("disconnecting, not ours", Action.REST,
         "The mailbox is being disconnected; it was not created by the CRM.",
         _LINKED | _RESTING, _DETACHED, _THERE, _THEIRS),
    Rule("resting, still away", Action.REST, "It left the selection and stays in Exchange.",
         _RESTING, _AWAY, _THERE),
    # -- away on both sides: a pair is forgotten when nothing is left that could come back; an
    #    item that stays in Exchange would be taken for a new one otherwise, and what a person
    #    removed there would be created again when its row returns
    Rule("away on both sides", Action.END, "It is gone on both sides.",
         _LINKED | _RESTING, _NOT_HERE, _GONE),
    Rule("away and moved", Action.REST, "It was moved to another folder in Exchange.",
         _LINKED | _RESTING, _AWAY | _DETACHED, _MOVED),
    Rule("no longer allowed, moved", Action.DELETE,
         "This person may no longer see it, in whatever folder it lies.",
         _LINKED | _RESTING | _PARTED, _FORBIDDEN, _MOVED, _OURS),
    Rule("no longer allowed, moved, not ours", Action.REST,
         "This person may no longer see it; it was not created by the CRM.",
         _LINKED | _RESTING | _PARTED, _FORBIDDEN, _MOVED, _THEIRS),
    Rule("parted and deleted", Action.END, "It is gone on both sides.",
         _PARTED, _DELETED, _GONE),
    Rule("parted and away", Action.REST, "A person removed or moved it in Exchange.",
         _PARTED, _NOT_HERE - _DELETED, _GONE),
    Rule("parted, away and there", Action.REST, "A person removed or moved it in Exchange.",
         _PARTED, _NOT_HERE, _THERE),
    Rule("parted, away and moved", Action.REST, "It was moved to another folder in Exchange.",
         _PARTED, _AWAY | _DETACHED, _MOVED),
    # -- born in Exchange
    Rule("born in Exchange, ignored", Action.IGNORE, "It was born in Exchange.",
         _NEW, _NEITHER, _THERE, adoption=frozenset({Adoption.IGNORE})),
    Rule("born in Exchange, offered", Action.OFFER, "It was born in Exchange.",
         _NEW, _STRANGER, _THERE, adoption=frozenset({Adoption.REVIEW})),
    Rule("born in Exchange, imported", Action.IMPORT, "It was born in Exchange.",
         _NEW, _STRANGER, _THERE, adoption=frozenset({Adoption.IMPORT})),
    Rule(PERHAPS_A_DOUBLE, Action.OFFER,
         "It was born in Exchange and is like somebody who is synced already.",
         _NEW, _DOUBLE, _THERE, adoption=frozenset({Adoption.REVIEW, Adoption.IMPORT})),
    Rule("landed late", Action.DEDUPE, "An unanswered create of ours had arrived after all.",
         _NEW, _NEITHER, frozenset({Remote.GHOST})),
    Rule("offered, still there", Action.IGNORE, "It waits for a person.",
         _OFFERED, _NEITHER, _THERE),
    Rule("offered, gone", Action.END, "It is gone in Exchange.",
         _OFFERED, _NEITHER, _GONE | _MOVED),
    # -- a person has decided
    Rule("accepted by a person", Action.IMPORT, "A person took it into the CRM.",
         _OFFERED, _STRANGER, _THERE, order=Order.ACCEPT),
    Rule("linked by a person", Action.LINK, "A person said that the two are the same.",
         _NEW, _HERE, frozenset({Remote.ALIKE}), order=Order.LINK),
    Rule("created for a person", Action.CREATE, "A person said that it is none of the others.",
         _NEW, _HERE, _UNMET, order=Order.CREATE),
    Rule("restored for a person", Action.CREATE, "A person asked for it to be put back.",
         _PARTED | _NEW, _HERE, _GONE | frozenset({Remote.NOBODY}), order=Order.RESTORE),
    Rule("restored for a person, and alike here", Action.LINK,
         "A person asked for it to be put back, and it was already in Exchange.",
         _NEW, _HERE, frozenset({Remote.ALIKE}), order=Order.RESTORE),
    Rule("restored for a person, but ambiguous", Action.REVIEW,
         "A person asked for it to be put back, and more than one item may be the same.",
         _NEW, _HERE, frozenset({Remote.SEVERAL}), order=Order.RESTORE),
    Rule("taken up for a person", Action.UPDATE,
         "A person asked for it to be put back, and it is in its place again.",
         _PARTED, _HERE, _THERE, order=Order.RESTORE),
    Rule("released by a person", Action.RELEASE,
         "A person asked the CRM to follow its removal in Exchange.",
         _PARTED, _HERE, _GONE, order=Order.RELEASE),
    Rule("dismissed by a person", Action.REST, "A person does not want it in the CRM.",
         _OFFERED, _NEITHER, _THERE, order=Order.DISMISS),
    Rule("left out by a person", Action.REST, "A person asked to leave it out of Exchange.",
         _NEW, _HERE, _UNMET, order=Order.DISMISS),
    Rule("let go by a person", Action.REST, "A person let it go: it stays away.",
         _PARTED, _HERE | _AWAY | _FORBIDDEN, _THERE | _GONE | _MOVED, order=Order.DISMISS),
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
