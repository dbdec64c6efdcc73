"""Atoms that are written in requests of their own, after the item itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agentbox_sync.core.kinds import Canonical, Kind, Locality, Record
from agentbox_sync.core.loops import reading_of
from agentbox_sync.core.merge import Merge
from agentbox_sync.core.rows import again


def at_once(kind: Kind, record: Record) -> dict[str, Any]:
    """Return what a create carries of a record."""
    return {atom: value for atom, value in record.items() if atom not in kind.later}


def unwritten(kind: Kind, base: Canonical, offered: Mapping[str, Any], locality: Locality) -> Any:
    """Return a base of an item that was just created: what comes later stands there as empty.

    So the next merge writes it, whoever dies before. ``offered`` is what the CRM knows of.
    """
    if not kind.later:
        return dict(base)
    empty = kind.canonical(dict.fromkeys(kind.later & offered.keys()), locality)
    return {atom: value for atom, value in base.items() if atom not in kind.later} | empty


def with_dropped(kind: Kind, merged: Merge, local: Canonical, stands: Canonical) -> Merge:
    """Return a merge that also writes what Exchange drops when it is carried out.

    A changed rule or time of a series has every date that differs forgotten: so each is written
    again as it stands, and an answer that never came leaves a write that is known as our own.
    """
    if kind.dropping.isdisjoint(merged.push):
        return merged
    rows = {
        atom: again(kind, merged, atom, stands.get(atom))
        for atom in sorted(kind.later & kind.keyed.keys() & local.keys())
    }
    more = [atom for atom, found in rows.items() if found.again and atom not in merged.push]
    return replace(
        merged,
        push=(*merged.push, *more),
        readings=merged.readings | {a: reading_of(local[a], stands.get(a)) for a in more},
        rows={**merged.rows, **rows},
    )
