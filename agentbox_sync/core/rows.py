"""Lists of rows with a key: what is written of them, and what becomes of their bases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from agentbox_sync.core.actions import Side
from agentbox_sync.core.kinds import Canonical, Kind, Locality, Record
from agentbox_sync.core.merge import Merge, Rows

Table = dict[str, Any]


def by_key(value: Any, key: str) -> Table:
    """Return rows by their keys."""
    return {row[key]: row for row in value or ()}


def listed(rows: Mapping[str, Any]) -> list[Any]:
    """Return rows in the order of their keys; ``None`` is no row."""
    return [rows[name] for name in sorted(rows) if rows[name] is not None]


def taken(into: Any, other: Any, keys: Collection[str], key: str) -> list[Any]:
    """Return canonical rows with those of ``keys`` as ``other`` has them: changed, new or gone."""
    rows = {name: row for name, row in by_key(into, key).items() if name not in keys}
    rows |= {name: row for name, row in by_key(other, key).items() if name in keys}
    return listed(rows)


def taken_raw(
    kind: Kind, atom: str, into: Any, other: Any, keys: Collection[str], locality: Locality
) -> list[Any]:
    """Return the same of rows as a side tells them: what is written is never a canonical form."""
    rows = {k: row for k, row in _named(kind, atom, into, locality) if k not in keys}
    rows |= {k: row for k, row in _named(kind, atom, other, locality) if k in keys}
    return listed(rows)


def to_push(
    kind: Kind, merged: Merge, record: Record, stands: Record, locality: Locality
) -> dict[str, Any]:
    """Return what keyed atoms are to say in Exchange, where ``stands`` is what they say there.

    A row that nobody wants written is told as it stands: what dropped it would take it away.
    """
    return {
        atom: taken_raw(
            kind,
            atom,
            [*stands.get(atom, ()), *rows.restored.values()],
            record[atom],
            rows.push,
            locality,
        )
        for atom, rows in merged.rows.items()
        if atom in merged.push
    }


def to_pull(
    kind: Kind, merged: Merge, record: Record, shown: Record, locality: Locality
) -> dict[str, Any]:
    """Return what keyed atoms are to say in the CRM, whose row says ``record`` now."""
    return {
        atom: taken_raw(
            kind,
            atom,
            record[atom],
            [*shown.get(atom, ()), *rows.restored.values()],
            rows.pull,
            locality,
        )
        for atom, rows in merged.rows.items()
        if atom in merged.pull
    }


def sent_rows(kind: Kind, merged: Merge, local: Canonical) -> dict[str, Any]:
    """Return the rows of keyed atoms that an update sends; one that it takes away says nothing."""
    found: dict[str, Any] = {}
    for atom in merged.rows.keys() & {*merged.push}:
        told = by_key(local[atom], kind.keyed[atom])
        keys = sorted(merged.rows[atom].push)
        found[atom] = [told.get(name, {kind.keyed[atom]: name}) for name in keys]
    return found


def sent_again(kind: Kind, merged: Merge, stands: Canonical) -> dict[str, Any]:
    """Return the rows of keyed atoms that an update writes as they stand in Exchange."""
    found: dict[str, Any] = {}
    for atom in merged.rows.keys() & {*merged.push}:
        rows = merged.rows[atom]
        told = {**by_key(stands.get(atom), kind.keyed[atom]), **rows.restored}
        found[atom] = listed({name: told[name] for name in rows.again})
    return {atom: told for atom, told in found.items() if told}


def after_write(
    kind: Kind, merged: Merge, side: Side, base: Canonical, now: Canonical
) -> dict[str, Any]:
    """Return a base after the atoms of one side were written, ``now`` is what they say.

    Of a keyed atom only the rows that were written move.
    """
    moved: dict[str, Any] = {}
    for atom in merged.pull if side is Side.LOCAL else merged.push:
        moved[atom] = now.get(atom)
        if atom in merged.rows:
            keys = _written(merged.rows[atom], side)
            moved[atom] = taken(base.get(atom), now.get(atom), keys, kind.keyed[atom])
    return {**base, **moved}


def contested(merged: Merge, side: Side) -> tuple[str, ...]:
    """Return the atoms that both sides had changed, as far as what a side gets is about it."""
    return tuple(
        atom
        for atom in merged.conflicts
        if atom not in merged.rows
        or merged.rows[atom].conflicts & _written(merged.rows[atom], side)
    )


def _written(rows: Rows, side: Side) -> frozenset[str]:
    """Return the rows that both sides have now; what was restored is still to go to Exchange."""
    return rows.pull - rows.restored.keys() if side is Side.LOCAL else rows.push


def again(kind: Kind, merged: Merge, atom: str, stands: Any) -> Rows:
    """Return the rows of a keyed atom where all of them have to be written."""
    rows, key = merged.rows.get(atom, Rows()), kind.keyed[atom]
    told = {*by_key(stands, key), *rows.restored}
    return replace(rows, again=frozenset(told - rows.push))


def _named(kind: Kind, atom: str, value: Any, locality: Locality) -> Iterable[tuple[str, Any]]:
    for row in value or ():
        for told in kind.canonical({atom: [row]}, locality)[atom]:
            yield told[kind.keyed[atom]], row
