"""The three-way merge of one pair, atom by atom, against two bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agentbox_sync.core.kinds import Canonical, is_empty


class Verb(StrEnum):
    """What happens to one atom."""

    KEEP = "keep"
    """Nothing moved."""
    ABSORB = "absorb"
    """Both sides say the same; remember it."""
    PUSH = "push"
    """The CRM's value goes to Exchange."""
    TRACK = "track"
    """Exchange's value stands there until the CRM changes the atom: drift."""


# (changed in the CRM, changed in Exchange, strict) -> verb, for atoms that differ now. The rows
# are sync-engine section 2.2 for one-way, lenient and strict (2.14).
ATOM_TABLE: Mapping[tuple[bool, bool, bool], Verb] = {
    (False, False, False): Verb.KEEP,
    (False, True, False): Verb.TRACK,
    (True, False, False): Verb.PUSH,
    (True, True, False): Verb.PUSH,
    (False, False, True): Verb.KEEP,
    (False, True, True): Verb.PUSH,
    (True, False, True): Verb.PUSH,
    (True, True, True): Verb.PUSH,
}


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome for one pair. ``blanks``: a push would empty what is filled in Exchange."""

    push: tuple[str, ...]
    base_local: dict[str, Any]
    base_remote: dict[str, Any]
    drift: tuple[str, ...]
    blanks: bool

    @property
    def moved(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.push)


def merge(
    base_local: Canonical,
    base_remote: Canonical,
    local: Canonical,
    remote: Canonical,
    *,
    drift: tuple[str, ...] = (),
    strict: bool = False,
) -> Merge:
    """Merge a linked pair.

    ``remote`` may show only some atoms: one that it does not show is as its base says. The bases
    returned hold for everything but ``push``: those move when the write has been read back.
    Atoms that the CRM does not offer are never touched.
    """
    now_remote = {**base_remote, **remote}
    bases = dict(base_local), {**base_remote}
    push, standing = [], {atom for atom in drift if atom in local}
    for atom, value in local.items():
        known = atom in base_local and atom in base_remote
        there = now_remote.get(atom)
        if not known:
            verb = first_meeting(value, there, shown=atom in now_remote, strict=strict)
        elif value == there:
            verb = Verb.ABSORB
        else:
            local_changed = base_local[atom] != value
            remote_changed = base_remote[atom] != there
            verb = ATOM_TABLE[local_changed, remote_changed or (strict and atom in drift), strict]
        if verb is Verb.PUSH:
            push.append(atom)
        elif verb in (Verb.ABSORB, Verb.TRACK):
            bases[0][atom], bases[1][atom] = value, there
        if verb is Verb.TRACK:
            standing.add(atom)
        elif verb is not Verb.KEEP:
            standing.discard(atom)
    return Merge(
        push=tuple(push),
        base_local=bases[0],
        base_remote=bases[1],
        drift=tuple(sorted(standing)),
        blanks=any(is_empty(local[a]) and not is_empty(now_remote.get(a)) for a in push),
    )


def first_meeting(local: object, remote: object, *, shown: bool, strict: bool) -> Verb:
    """Return the verb for an atom whose bases are unknown: fill what is empty, overwrite nothing.

    An atom that the remote side did not show is unknown, not empty.
    """
    if shown and local == remote:
        return Verb.ABSORB
    if shown and is_empty(remote):
        return Verb.PUSH
    if strict and not is_empty(local):
        return Verb.PUSH
    return Verb.TRACK if shown else Verb.KEEP
