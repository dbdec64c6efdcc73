"""What to do with one atom: two tables, one for a linked pair and one for a first meeting."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from agentbox_sync.core.kinds import is_empty
from agentbox_sync.core.rules import Mode


class Verb(StrEnum):
    """What happens to one atom."""

    KEEP = "keep"
    """Nothing moved."""
    ABSORB = "absorb"
    """Both sides say the same; remember it."""
    PUSH = "push"
    """The CRM's value goes to Exchange."""
    PULL = "pull"
    """Exchange's value goes to the CRM."""
    TRACK = "track"
    """Exchange's value stands there until the CRM changes the atom: drift."""
    LEAVE = "leave"
    """What stood in Exchange before we came, in a field that the CRM does not fill, stays theirs.

    No drift: the bases agree that the sides differ, so only what is edited later counts.
    """
    FREEZE = "freeze"
    """Both sides keep rewriting it: each stays as it is, see :mod:`.loops`."""


# mode -> (changed in the CRM, changed in Exchange) -> verb, for atoms that differ now
# (sync-engine sections 2.2 and 2.14). Whatever a verb overwrites is kept in the log.
ATOM_TABLE: Mapping[Mode, Mapping[tuple[bool, bool], Verb]] = {
    Mode.ONE_WAY: {
        (False, False): Verb.KEEP,
        (False, True): Verb.TRACK,
        (True, False): Verb.PUSH,
        (True, True): Verb.PUSH,
    },
    Mode.PUT_BACK: {
        (False, False): Verb.KEEP,
        (False, True): Verb.PUSH,
        (True, False): Verb.PUSH,
        (True, True): Verb.PUSH,
    },
    Mode.CRM_WINS: {
        (False, False): Verb.KEEP,
        (False, True): Verb.PULL,
        (True, False): Verb.PUSH,
        (True, True): Verb.PUSH,
    },
    Mode.EXCHANGE_WINS: {
        (False, False): Verb.KEEP,
        (False, True): Verb.PULL,
        (True, False): Verb.PUSH,
        (True, True): Verb.PULL,
    },
}

# mode -> (empty in the CRM, empty in Exchange) -> verb, for a first meeting of differing values.
# What is empty is filled; in one-way nothing of theirs is overwritten until the CRM changes it.
# A field that the CRM leaves empty is the agent's own, in every mode that may not read it.
MEETING_TABLE: Mapping[Mode, Mapping[tuple[bool, bool], Verb]] = {
    Mode.ONE_WAY: {
        (False, True): Verb.PUSH,
        (True, False): Verb.LEAVE,
        (False, False): Verb.TRACK,
    },
    Mode.PUT_BACK: {
        (False, True): Verb.PUSH,
        (True, False): Verb.LEAVE,
        (False, False): Verb.PUSH,
    },
    Mode.CRM_WINS: {
        (False, True): Verb.PUSH,
        (True, False): Verb.PULL,
        (False, False): Verb.PUSH,
    },
    Mode.EXCHANGE_WINS: {
        (False, True): Verb.PUSH,
        (True, False): Verb.PULL,
        (False, False): Verb.PULL,
    },
}


def way_of(mode: Mode, *, is_fixed: bool) -> Mode:
    """Return how an atom is merged; one that the CRM cannot take goes as a View Only item's do."""
    return Mode.PUT_BACK if is_fixed and mode is not Mode.ONE_WAY else mode


def first_meeting(local: object, remote: object, mode: Mode, *, shown: bool) -> Verb:
    """Return the verb for an atom whose bases are unknown; one that was not shown is unknown."""
    if not shown:
        return Verb.KEEP
    if local == remote:
        return Verb.ABSORB
    return MEETING_TABLE[mode][is_empty(local), is_empty(remote)]


def agree(local: object, remote: object) -> bool:
    """Tell whether two canonical values say the same; one kind of nothing is as good as another."""
    return local == remote or (is_empty(local) and is_empty(remote))
