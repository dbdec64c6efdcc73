"""The answers that the rows of the decision table admit in their columns, by their names."""

from __future__ import annotations

from agentbox_sync.core.changes import Origin
from agentbox_sync.core.rules import Deletion, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote

NEW = frozenset({Pairing.NONE})
LINKED = frozenset({Pairing.LINKED})
RESTING = frozenset({Pairing.RESTING})
PARTED = frozenset({Pairing.PARTED})
ASTRAY = frozenset({Pairing.ASTRAY})
HERE = frozenset({Local.PRESENT})
AWAY = frozenset({Local.DELETED, Local.LEFT_FILTER, Local.COMPLETED})
FORBIDDEN = frozenset({Local.LOST_ACCESS})
DETACHED = frozenset({Local.DETACHED})
NOT_HERE = AWAY | FORBIDDEN | DETACHED
DELETED = frozenset({Local.DELETED})
THERE = frozenset({Remote.PRESENT})
UNMET = frozenset({Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL})
GONE = frozenset({Remote.GONE})
MOVED = frozenset({Remote.MOVED})
OURS = frozenset({Origin.CRM})
THEIRS = frozenset({Origin.EXCHANGE})
RETAIN = frozenset({Removal.RETAIN})
DELETE = frozenset({Removal.DELETE})
KEEP = frozenset({Deletion.KEEP})
RESTORE = frozenset({Deletion.RESTORE})
APPLY = frozenset({Deletion.APPLY})
OFFERED = frozenset({Pairing.OFFERED})
STRANGER = frozenset({Local.NOBODY})
DOUBLE = frozenset({Local.DOUBLE})
NEITHER = STRANGER | DOUBLE
OUTSIDE = frozenset({Local.OUTSIDE})
BEYOND = frozenset({Remote.OUTSIDE})
PRIVATE = frozenset({Local.PRIVATE})
OVER = frozenset({Local.OVER})
UNWANTED = PRIVATE | OVER
