"""Atoms that are lists of rows with a key: each row is merged as if it were an atom.

So one date of a series that was cancelled in the CRM and another one that was moved in Outlook both
survive, and the conflict rule decides about a date only where both sides changed that very date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from agentbox_sync.core.kinds import Canonical, Kind, is_empty
from agentbox_sync.core.loops import is_going_round, reading_of
from agentbox_sync.core.merge import Merge, Pending, Rows, Sides, merge
from agentbox_sync.core.rows import Table, by_key, listed
from agentbox_sync.core.rules import Mode
from agentbox_sync.core.written import is_written_form


def merge_pair(sides: Sides, kind: Kind, mode: Mode) -> Merge:
    """Merge a linked pair: its atoms, and those that are keyed row by row."""
    keyed = [atom for atom in kind.keyed if atom in sides.local]
    if not keyed:
        return merge(sides, mode)
    merged = merge(_without(sides, kind.keyed), mode)
    for atom in keyed:
        if atom in sides.remote or atom in sides.base_remote:
            merged = _merged(merged, sides, kind, atom, mode)
    return merged


def _without(sides: Sides, atoms: Collection[str]) -> Sides:
    """Return the sides of the atoms that are merged whole; the bases of the others stay."""
    pending = [replace(one, local=_less(one.local, atoms)) for one in sides.pending]
    return replace(sides, local=_less(sides.local, atoms), pending=pending)


def _less(values: Canonical, atoms: Collection[str]) -> dict[str, Any]:
    return {atom: value for atom, value in values.items() if atom not in atoms}


def _merged(merged: Merge, sides: Sides, kind: Kind, atom: str, mode: Mode) -> Merge:
    """Return a merge with one keyed atom, each row of which went through the tables."""
    key = kind.keyed[atom]
    stands = sides.remote.get(atom, sides.base_remote.get(atom))
    mine, theirs = by_key(sides.local[atom], key), by_key(stands, key)
    restored = _restored(sides, kind, atom, theirs)
    rows = merge(_sides_of_rows(merged, sides, kind, atom, (mine, theirs | restored)), mode)
    push = {*rows.push} | {name for name, row in restored.items() if mine.get(name) == row}
    again = restored.keys() - push - {*rows.pull}
    writes = bool(push or rows.pull or again)
    reading = reading_of(sides.local[atom], stands)
    thaws = sides.thaws and atom in sides.frozen
    if writes and not thaws and is_going_round(sides.turns, atom, reading):
        return _frozen(merged, sides, atom, stands)
    # What was dropped stands nowhere in Exchange: both bases say so until it is written again.
    gone = dict.fromkeys(restored.keys() - again)
    bases = {atom: listed(rows.base_local | gone)}, {atom: listed(rows.base_remote | gone)}
    is_as_before = all(
        base[atom] == was.get(atom)
        for base, was in zip(bases, (sides.base_local, sides.base_remote), strict=True)
    )
    is_still = atom in sides.frozen and not writes and mine != theirs and is_as_before
    is_put_back = push and push == {*rows.put_back}
    lost = {atom: sides.local[atom]} if rows.pull else {atom: stands} if push else {}
    return replace(
        merged,
        push=_with(merged.push, atom, push or again),
        pull=_with(merged.pull, atom, rows.pull),
        base_local={**merged.base_local, **bases[0]},
        base_remote={**merged.base_remote, **bases[1]},
        drift=_sorted(merged.drift, atom, rows.drift),
        frozen=_sorted(merged.frozen, atom, is_still),
        conflicts=_with(merged.conflicts, atom, rows.conflicts),
        put_back=_with(merged.put_back, atom, is_put_back),
        overwritten=merged.overwritten | {a: x for a, x in lost.items() if not is_empty(x)},
        readings=merged.readings | ({atom: reading} if writes else {}),
        blanks_remote=merged.blanks_remote or _blanks(theirs | restored, mine, push),
        blanks_local=merged.blanks_local or _blanks(mine, theirs | restored, rows.pull),
        rows={
            **merged.rows,
            atom: Rows(
                push=frozenset(push),
                pull=frozenset(rows.pull),
                conflicts=frozenset(rows.conflicts),
                again=frozenset(again),
                restored={name: restored[name] for name in restored.keys() - push},
            ),
        },
    )


def _blanks(there: Table, from_: Table, keys: Iterable[str]) -> bool:
    """Tell whether writing rows leaves none of those that are there."""
    return bool(there) and not listed({**there, **{name: from_.get(name) for name in keys}})


def _sides_of_rows(
    merged: Merge, sides: Sides, kind: Kind, atom: str, now: tuple[Table, Table]
) -> Sides:
    """Return what is known of each row of an atom, as the merge wants it of atoms."""
    key, (mine, theirs) = kind.keyed[atom], now
    bases = [by_key(base.get(atom), key) for base in (sides.base_local, sides.base_remote)]
    names = sorted({*mine, *theirs, *bases[0], *bases[1]})
    every = dict.fromkeys(names)
    is_known = atom in sides.base_local and atom in sides.base_remote
    pending = [_sent(one, atom, key) for one in sides.pending if atom in one.local]
    unknown = dict.fromkeys(_dropped(merged, sides, kind, atom) - theirs.keys())
    return Sides(
        base_local={**every, **bases[0], **unknown} if is_known else {},
        base_remote={**every, **bases[1], **unknown} if is_known else {},
        local=every | mine,
        remote=every | theirs,
        drift=tuple(names) if atom in sides.drift else (),
        pending=pending if atom in sides.remote else (),
        fixed=frozenset(names if atom in sides.fixed else ()),
        frozen=tuple(names) if atom in sides.frozen else (),
        thaws=sides.thaws,
        closed=frozenset(names if atom in sides.closed else ()),
    )


def _dropped(merged: Merge, sides: Sides, kind: Kind, atom: str) -> set[str]:
    """Return rows that nobody took away where they are missing: a write took them along.

    Our own, which died before they were written; or that of a person, and it does not stand.
    """
    was = {*by_key(sides.base_remote.get(atom), kind.keyed[atom])}
    if not kind.dropping.isdisjoint({*merged.push} & {*merged.conflicts, *merged.put_back}):
        return was
    sent = (_sent(one, atom, kind.keyed[atom]).local for one in _that_dropped(sides, kind))
    return was.intersection(name for rows in sent for name in rows)


def _restored(sides: Sides, kind: Kind, atom: str, theirs: Table) -> Table:
    """Return rows as they stood in Exchange until a write of ours dropped them, and died."""
    found: Table = {}
    for one in _that_dropped(sides, kind) if atom not in sides.closed else ():
        found |= by_key(one.again.get(atom), kind.keyed[atom])
    return {name: row for name, row in found.items() if name not in theirs}


def _that_dropped(sides: Sides, kind: Kind) -> list[Pending]:
    """Return the unanswered writes that are seen to have landed, and to have dropped rows."""
    now = {**sides.base_remote, **sides.remote}
    drops = [(one, kind.dropping & one.local.keys()) for one in sides.pending]
    return [
        one
        for one, atoms in drops
        if atoms and all(a in now and is_written_form(one.local[a], now[a]) for a in atoms)
    ]


def _sent(pending: Pending, atom: str, key: str) -> Pending:
    """Return the rows that an unanswered write sent; ``None`` where it took one away."""
    rows = by_key(pending.local.get(atom), key)
    return Pending({name: row if len(row) > 1 else None for name, row in rows.items()})


def _frozen(merged: Merge, sides: Sides, atom: str, stands: Any) -> Merge:
    return replace(
        merged,
        base_local={**merged.base_local, atom: sides.local[atom]},
        base_remote={**merged.base_remote, atom: stands},
        drift=_sorted(merged.drift, atom, False),
        frozen=_sorted(merged.frozen, atom, True),
    )


def _with(atoms: Iterable[str], atom: str, holds: object) -> tuple[str, ...]:
    """Return atoms with or without one."""
    return (*(name for name in atoms if name != atom), *([atom] if holds else []))


def _sorted(atoms: Iterable[str], atom: str, holds: object) -> tuple[str, ...]:
    return tuple(sorted(_with(atoms, atom, holds)))
