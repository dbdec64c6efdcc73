"""The three-way merge of one pair, atom by atom, against two bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agentbox_sync.core.atoms import ATOM_TABLE, Verb, agree, first_meeting, way_of
from agentbox_sync.core.kinds import Canonical, is_empty
from agentbox_sync.core.loops import Turn, is_going_round, reading_of
from agentbox_sync.core.rules import Mode
from agentbox_sync.core.written import with_own_writes


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that was sent and never answered: what it wrote, and the ETag it asked for.

    ``local`` is the canonical form of what the CRM said then, of the atoms that were sent;
    ``before`` is what the write was to replace in Exchange. It goes into the log when the
    write is no longer open: by then the value may be gone, and nobody was told. ``again`` are rows
    that it wrote as they stood, because it drops them. ``removes``: it was to remove the link's
    own item.
    """

    local: Canonical
    if_match: str = ""
    before: Canonical = field(default_factory=dict)
    removes: bool = False
    again: Canonical = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both bases and both sides now, in canonical form; ``remote`` may show only some atoms.

    ``fixed`` are atoms that the CRM cannot take: they are merged as if the item were View Only.
    ``turns`` are the writes of late, ``frozen`` the atoms that are left alone for them;
    ``thaws``: a person asked for those to be tried again.
    What ``shared`` atoms say in Exchange is of our own making: emptying them loses nothing.
    ``closed`` atoms are not written in Exchange.
    """

    base_local: Canonical
    base_remote: Canonical
    local: Canonical
    remote: Canonical
    drift: tuple[str, ...] = ()
    pending: Sequence[Pending] = ()
    fixed: frozenset[str] = frozenset()
    frozen: tuple[str, ...] = ()
    turns: Sequence[Turn] = ()
    thaws: bool = False
    shared: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a keyed atom that are written, by their keys.

    ``conflicts`` were changed by both sides; ``again`` are written in Exchange as they stand
    there, because something drops them first, or has: those are ``restored``, in canonical form.
    """

    push: frozenset[str] = frozenset()
    pull: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()
    restored: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome for one pair.

    The bases hold for everything but ``push`` and ``pull``: those move when the write has been
    read back. ``overwritten`` is what the writes replace, on the side where they replace it;
    ``conflicts`` names the atoms that both sides had changed, ``put_back`` those of ``push`` that
    only Exchange had changed, ``readings`` what both sides say of those that are written.
    ``rows``: which rows of a keyed atom are written; it may be in both directions.
    """

    push: tuple[str, ...]
    pull: tuple[str, ...]
    base_local: dict[str, Any]
    base_remote: dict[str, Any]
    drift: tuple[str, ...]
    overwritten: dict[str, Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    readings: dict[str, str] = field(default_factory=dict)
    blanks_remote: bool = False
    blanks_local: bool = False
    rows: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Tell whether there is anything to write on either side."""
        return bool(self.push or self.pull)


def merge(sides: Sides, mode: Mode) -> Merge:
    """Merge a linked pair.

    What ``remote`` does not show is as its base says; what the CRM does not offer is untouched.
    """
    sent = [one.local for one in sides.pending]
    base_local, base_remote = with_own_writes(
        sides.base_local, sides.base_remote, sides.remote, sent
    )
    now_remote = {**base_remote, **sides.remote}
    verbs: dict[str, Verb] = {}
    conflicts, put_back = [], []
    for atom, value in sides.local.items():
        there = now_remote.get(atom)
        way = way_of(mode, is_fixed=atom in sides.fixed)
        if atom not in base_local or atom not in base_remote:
            verbs[atom] = first_meeting(value, there, way, shown=atom in now_remote)
        elif value == there:
            verbs[atom] = Verb.ABSORB
        else:
            changed = _changed(sides, atom, base_local[atom] != value, base_remote[atom] != there)
            if way is Mode.PUT_BACK and atom in sides.drift:
                changed = changed[0], True
            verbs[atom] = _unless_frozen(sides, atom, there, ATOM_TABLE[way][changed])
            if all(changed) and verbs[atom] is not Verb.FREEZE:
                conflicts.append(atom)
            if changed == (False, True) and verbs[atom] is Verb.PUSH and atom not in sides.closed:
                put_back.append(atom)
        if verbs[atom] is Verb.PUSH and atom in sides.closed:
            verbs[atom] = Verb.TRACK
    merged = _outcome(sides, verbs, base_local, base_remote, now_remote, tuple(conflicts))
    return replace(merged, put_back=tuple(put_back)) if put_back else merged


def _changed(sides: Sides, atom: str, local: bool, remote: bool) -> tuple[bool, bool]:
    """Return which sides changed an atom; one that a person lets go was changed by both."""
    return (True, True) if sides.thaws and atom in sides.frozen else (local, remote)


def _unless_frozen(sides: Sides, atom: str, there: object, verb: Verb) -> Verb:
    if sides.thaws or verb not in (Verb.PUSH, Verb.PULL):
        return verb
    reading = reading_of(sides.local[atom], there)
    return Verb.FREEZE if is_going_round(sides.turns, atom, reading) else verb


def _outcome(
    sides: Sides,
    verbs: Mapping[str, Verb],
    base_local: dict[str, Any],
    base_remote: dict[str, Any],
    now_remote: Mapping[str, Any],
    conflicts: tuple[str, ...],
) -> Merge:
    push = tuple(atom for atom, verb in verbs.items() if verb is Verb.PUSH)
    pull = tuple(atom for atom, verb in verbs.items() if verb is Verb.PULL)
    drift = {a for a in sides.drift if verbs.get(a) in (Verb.KEEP, Verb.TRACK)}
    for atom, verb in verbs.items():
        if verb in (Verb.ABSORB, Verb.TRACK, Verb.LEAVE, Verb.FREEZE):
            mine, theirs = sides.local[atom], now_remote.get(atom)
            base_local[atom], base_remote[atom] = mine, theirs
            if verb is Verb.TRACK and not agree(mine, theirs):
                drift.add(atom)
    overwritten = {a: now_remote.get(a) for a in push} | {a: sides.local[a] for a in pull}
    return Merge(
        push=push,
        pull=pull,
        base_local=base_local,
        base_remote=base_remote,
        drift=tuple(sorted(drift)),
        overwritten={a: value for a, value in overwritten.items() if not is_empty(value)},
        conflicts=conflicts,
        frozen=_frozen(sides, verbs),
        readings={a: reading_of(sides.local[a], now_remote.get(a)) for a in (*push, *pull)},
        blanks_remote=any(
            is_empty(sides.local[a]) and not is_empty(now_remote.get(a))
            for a in push
            if a not in sides.shared
        ),
        blanks_local=any(
            is_empty(now_remote.get(a)) and not is_empty(sides.local[a]) for a in pull
        ),
    )


def _frozen(sides: Sides, verbs: Mapping[str, Verb]) -> tuple[str, ...]:
    still = {atom for atom in sides.frozen if verbs.get(atom) is Verb.KEEP}
    return tuple(sorted(still | {atom for atom, verb in verbs.items() if verb is Verb.FREEZE}))
