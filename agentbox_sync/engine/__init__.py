"""One run of one connection, through the ports only.

::

    settle    creates whose outcome is unknown are looked up by their stamp
    pull      change feeds are staged, page and cursor in one transaction
    verify    what the feed calls removed is read before it is believed
    planning  the pure core decides every pair; the guard reads the whole plan
    apply     the plan is carried out, each group announced before it is sent and remembered after

The feeds of all kinds are read together; from there on one kind after the other is brought to its
end, so that what is in the way of one leaves those before it alone.
"""

from __future__ import annotations

from agentbox_sync.engine.context import Box, Depth, Part
from agentbox_sync.engine.leaving import leaving
from agentbox_sync.engine.run import run

__all__ = ["Box", "Depth", "Part", "leaving", "run"]
