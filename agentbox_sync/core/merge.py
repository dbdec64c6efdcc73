"""The three-way merge of one pair, atom by atom, against two bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentbox_sync.core.atoms import ATOM_TABLE, MEETING_TABLE, Verb
from agentbox_sync.core.kinds import Canonical, is_empty
from agentbox_sync.core.rules import Mode


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that was sent and never answered: what it wrote, and the ETag it asked for.

    ``local`` is the canonical form of what the CRM said then, of the atoms that were sent;
    ``before`` is what the write was to replace in Exchange. It goes into the log when the
    write is no longer open: by then the value may be gone, and nobody was told. ``removes``:
    it was to remove the link's own item.
    """

    local: Canonical
    if_match: str = ""
    before: Canonical = field(default_factory=dict)
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """Both bases and both sides now, in canonical form; ``remote`` may show only some atoms.

    ``fixed`` are atoms that the CRM cannot take: they are merged as if the item were View Only.
    """

    base_local: Canonical
    base_remote: Canonical
    local: Canonical
    remote: Canonical
    drift: tuple[str, ...] = ()
    pending: Sequence[Pending] = ()
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome for one pair.

    The bases hold for everything but ``push`` and ``pull``: those move when the write has been
    read back. ``overwritten`` is what the writes replace, on the side where they replace it;
    ``conflicts`` names the atoms that both sides had changed.
    """

    push: tuple[str, ...]
    pull: tuple[str, ...]
    base_local: dict[str, Any]
    base_remote: dict[str, Any]
    drift: tuple[str, ...]
    overwritten: dict[str, Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    blanks_remote: bool = False
    blanks_local: bool = False

    @property
    def writes(self) -> bool:
        """Tell whether there is anything to write on either side."""
        return bool(self.push or self.pull)


def merge(sides: Sides, mode: Mode) -> Merge:
    """Merge a linked pair.

    An atom that ``remote`` does not show is as its base says; one that the CRM does not offer is
    never touched.
    """
    base_local, base_remote = _with_own_writes(sides)
    now_remote = {**base_remote, **sides.remote}
    verbs: dict[str, Verb] = {}
    conflicts = []
    for atom, value in sides.local.items():
        there = now_remote.get(atom)
        way = _way(mode, is_fixed=atom in sides.fixed)
        if atom not in base_local or atom not in base_remote:
            verbs[atom] = _first_meeting(value, there, way, shown=atom in now_remote)
        elif value == there:
            verbs[atom] = Verb.ABSORB
        else:
            changed = base_local[atom] != value, base_remote[atom] != there
            if way is Mode.PUT_BACK and atom in sides.drift:
                changed = changed[0], True
            verbs[atom] = ATOM_TABLE[way][changed]
            if all(changed):
                conflicts.append(atom)
    return _outcome(sides, verbs, base_local, base_remote, now_remote, tuple(conflicts))


def _way(mode: Mode, *, is_fixed: bool) -> Mode:
    return Mode.PUT_BACK if is_fixed and mode is not Mode.ONE_WAY else mode


def _with_own_writes(sides: Sides) -> tuple[dict[str, Any], dict[str, Any]]:
    """Move the bases to an unanswered write of ours that is seen to have landed.

    Otherwise our own echo would look like an edit in Exchange and undo what a person did in the
    CRM meanwhile (sync-engine section 2.2, rule b).
    """
    base_local, base_remote = dict(sides.base_local), dict(sides.base_remote)
    for pending in sides.pending:
        for atom, sent in pending.local.items():
            if atom not in sides.remote or sides.remote[atom] == sides.base_remote.get(atom):
                continue
            if is_written_form(sent, sides.remote[atom]):
                base_local[atom], base_remote[atom] = sent, sides.remote[atom]
    return base_local, base_remote


# No server cuts more than this off: what is shorter was shortened by a person.
SHORTEST_TEXT = 16
SHORTEST_LIST = 2


def is_written_form(sent: Any, shown: Any) -> bool:
    """Tell whether ``shown`` is what a server makes of ``sent``: the same, or cut short."""
    if sent == shown:
        return True
    if isinstance(sent, str) and isinstance(shown, str):
        return len(shown) >= SHORTEST_TEXT and sent.startswith(shown)
    if isinstance(sent, list) and isinstance(shown, list):
        return len(shown) >= SHORTEST_LIST and sent[: len(shown)] == shown
    return False


def _first_meeting(local: object, remote: object, mode: Mode, *, shown: bool) -> Verb:
    """Return the verb for an atom whose bases are unknown; one that was not shown is unknown."""
    if not shown:
        return Verb.KEEP
    if local == remote:
        return Verb.ABSORB
    return MEETING_TABLE[mode][is_empty(local), is_empty(remote)]


def _outcome(
    sides: Sides,
    verbs: Mapping[str, Verb],
    base_local: dict[str, Any],
    base_remote: dict[str, Any],
    now_remote: Mapping[str, Any],
    conflicts: tuple[str, ...],
) -> Merge:
    named = {verb: tuple(a for a, v in verbs.items() if v is verb) for verb in Verb}
    push, pull = named[Verb.PUSH], named[Verb.PULL]
    for atom in (*named[Verb.ABSORB], *named[Verb.TRACK]):
        base_local[atom], base_remote[atom] = sides.local[atom], now_remote.get(atom)
    drift = {a for a in sides.drift if verbs.get(a) in (Verb.KEEP, Verb.TRACK)}
    drift.update(a for a in named[Verb.TRACK] if not _agree(sides.local[a], now_remote.get(a)))
    overwritten = {a: now_remote.get(a) for a in push} | {a: sides.local[a] for a in pull}
    return Merge(
        push=push,
        pull=pull,
        base_local=base_local,
        base_remote=base_remote,
        drift=tuple(sorted(drift)),
        overwritten={a: value for a, value in overwritten.items() if not is_empty(value)},
        conflicts=conflicts,
        blanks_remote=any(
            is_empty(sides.local[a]) and not is_empty(now_remote.get(a)) for a in push
        ),
        blanks_local=any(
            is_empty(now_remote.get(a)) and not is_empty(sides.local[a]) for a in pull
        ),
    )


def _agree(local: object, remote: object) -> bool:
    return local == remote or (is_empty(local) and is_empty(remote))
