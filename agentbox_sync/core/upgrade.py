"""Bases that were made under an earlier canonical form, brought to the present one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from agentbox_sync.core.changes import Link, Origin
from agentbox_sync.core.kinds import Kind, Locality


def upgraded(link: Link, kind: Kind, locality: Locality) -> Link:
    """Return a link whose bases and pending updates read in the kind's present canonical form.

    Bases are values and not hashes for this: a canonical form is a record as well, so the present
    one is made from it, and a change of normalisation alone writes nothing on either side and
    asks nothing of Microsoft (sync-engine section 2.13). ``version`` stays, so that the pair is
    remembered anew.
    """
    if link.version == kind.version:
        return link
    return replace(
        link,
        base_local=kind.canonical(link.base_local, locality),
        base_remote=kind.canonical(link.base_remote, locality),
        pending=tuple(
            replace(
                sent,
                local=kind.canonical(sent.local, locality),
                before=kind.canonical(sent.before, locality),
                again=kind.canonical(sent.again, locality),
            )
            for sent in link.pending
        ),
    )


def completed(link: Link, kind: Kind, locality: Locality) -> Link:
    """Return a link whose bases know the shared atoms.

    Before an atom was shared none of its names was ours: a base that does not know it says
    "none", and nothing has to be asked of Microsoft. A name that is managed no longer is taken off
    what we created; an item born in Exchange keeps it, because nobody can tell who put it there.
    """
    if not link.base_local and not link.base_remote:
        return link  # a first meeting that did not come to its end
    shared = {
        atom: [_still(base.get(atom), link, kind, locality, atom) for base in _bases(link)]
        for atom in kind.shared
    }
    if all([base.get(atom) for base in _bases(link)] == both for atom, both in shared.items()):
        return link
    return replace(
        link,
        base_local={**link.base_local, **{atom: both[0] for atom, both in shared.items()}},
        base_remote={**link.base_remote, **{atom: both[1] for atom, both in shared.items()}},
    )


def once_managed(link: Link | None, kind: Kind, locality: Locality) -> Locality:
    """Return the locality in which names that we set on this very item are still ours."""
    if link is None or link.origin is not Origin.CRM:
        return locality
    return locality.managing(
        name for atom in kind.shared for name in link.base_remote.get(atom, ())
    )


def _bases(link: Link) -> Iterable[Any]:
    return link.base_local, link.base_remote


def _still(names: Any, link: Link, kind: Kind, locality: Locality, atom: str) -> list[str]:
    if link.origin is Origin.CRM:
        return list(names or ())
    kept: list[str] = kind.canonical({atom: names or ()}, locality)[atom]
    return kept
