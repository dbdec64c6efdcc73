"""Bases that were made under an earlier canonical form, brought to the present one."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.changes import Link
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
            )
            for sent in link.pending
        ),
    )
