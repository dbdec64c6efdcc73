"""Rows of the decision table: what is left alone, whatever the settings would do otherwise.

What takes place outside the window that is synced is frozen. What concerns others beside the
mailbox's owner is never removed and never created again by us: Exchange would call a meeting off,
or a second one would stand beside it. What somebody keeps private never comes in.
"""

from __future__ import annotations

from agentbox_sync.core import columns as c
from agentbox_sync.core.actions import Action
from agentbox_sync.core.table import Rule

# fmt: off
WITHHELD: tuple[Rule, ...] = (
    # -- outside the window
    Rule("new outside the window", Action.IGNORE, "It takes place outside the period of the sync.",
         c.NEW, c.OUTSIDE, c.UNMET),
    Rule("outside the window", Action.IGNORE, "It takes place outside the period of the sync.",
         c.LINKED | c.RESTING | c.PARTED, c.OUTSIDE, c.BEYOND),
    Rule("outside the window, removed in Exchange", Action.REST,
         "It was removed in Exchange and stays away.",
         c.LINKED | c.RESTING | c.PARTED, c.OUTSIDE, c.GONE),
    Rule("outside the window, moved away", Action.REST,
         "It was moved somewhere else in Exchange.",
         c.LINKED | c.RESTING | c.PARTED, c.OUTSIDE, c.MOVED),
    Rule("left outside the window", Action.REST,
         "It left the selection outside the period of the sync, and stays in Exchange.",
         c.LINKED | c.RESTING, c.AWAY, c.BEYOND),
    Rule("parted, left outside the window", Action.REST,
         "A person removed or moved it in Exchange.",
         c.PARTED, c.AWAY, c.BEYOND),
    # -- it concerns others
    Rule("left, with others", Action.REST,
         "It left the selection; others take part in it, so it stays in Exchange.",
         c.LINKED, c.AWAY, c.THERE, c.OURS, c.DELETE, tied=True),
    Rule("no longer allowed, with others", Action.REST,
         "This person may no longer see it; others take part in it, so it stays in Exchange.",
         c.LINKED | c.RESTING, c.FORBIDDEN, c.THERE, c.OURS, tied=True),
    Rule("no longer allowed, moved, with others", Action.REST,
         "This person may no longer see it; others take part in it, so it stays in Exchange.",
         c.LINKED | c.RESTING | c.PARTED, c.FORBIDDEN, c.MOVED, c.OURS, tied=True),
    Rule("disconnecting, with others", Action.REST,
         "The mailbox is being disconnected; others take part in it, so it stays in Exchange.",
         c.LINKED | c.RESTING, c.DETACHED, c.THERE, c.OURS, tied=True),
    Rule("in another collection, with others", Action.REST,
         "Others take part in it, so it stays where it is.",
         c.ASTRAY, c.HERE, c.UNMET, c.OURS, tied=True),
    Rule("removed in Exchange, with others", Action.REST,
         "It was removed in Exchange; others take part in it, so it is not created again.",
         c.LINKED, c.HERE, c.GONE, deletion=c.RESTORE, tied=True),
    Rule("back, but gone in Exchange, with others", Action.REST,
         "It was removed in Exchange; others take part in it, so it is not created again.",
         c.RESTING, c.HERE, c.GONE, tied=True),
    # -- somebody keeps it private
    Rule("born in Exchange, private", Action.IGNORE, "It is private in Exchange.",
         c.NEW, c.PRIVATE, c.THERE),
    Rule("offered, and private since", Action.END, "It is private in Exchange.",
         c.OFFERED, c.PRIVATE, c.THERE),
    # -- nobody has to do it any more
    Rule("born in Exchange, done", Action.IGNORE, "It is done already.",
         c.NEW, c.OVER, c.THERE),
    Rule("offered, and done since", Action.END, "It is done already.",
         c.OFFERED, c.OVER, c.THERE),
)
# fmt: on
