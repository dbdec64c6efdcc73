"""The next ones of a series that Exchange has made in a collection that nobody follows."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.changes import Absence, Link, LinkState, LocalItem, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Kind
from agentbox_sync.core.succession import series_of
from agentbox_sync.core.ties import is_tied
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.shown import canonical_of
from agentbox_sync.engine.strayed import is_given_up
from agentbox_sync.ports import Lost


def successors_elsewhere(
    box: Box, part: Part, items: Sequence[LocalItem | Absence]
) -> dict[LocalKey, list[str]]:
    """Return where the next ones of a series lie that Exchange has made in another collection.

    It makes them where a person has done the one before, and no feed of ours tells of them there.
    ``items`` are those that nothing is alike where we look. Raises what the search does: without
    an answer a create could double it.
    """
    kind = part.kind
    if kind.series is None or not kind.ids_move:
        return {}
    said = {
        item.key: canonical_of(part, item.record) for item in items if isinstance(item, LocalItem)
    }
    new = {
        key: name
        for key, one in said.items()
        if (name := series_of(kind, one)) and any(kind.strong_keys(one))
    }
    names = _gone_on(box, part, set(new.values())) if new else set()
    sought = [key for key, name in new.items() if name in names]
    if not sought:
        return {}
    box.check()
    # Whatever stamp it carries: that may be of any one before (seed 7023441), one that was called
    # otherwise as well.
    answers = box.remote.find_strayed(kind.name, [Lost("", said[key]) for key in sought])
    found: dict[LocalKey, list[str]] = {}
    for key, answer in zip(sought, answers, strict=True):
        if isinstance(answer, SyncError):
            raise answer
        keys = kind.strong_keys(said[key])
        alike = [x for x in answer if kind.strong_keys(canonical_of(part, x.record)) == keys]
        found[key] = sorted({x.remote_id for x in alike if not is_tied(x.ties or frozenset())})
    return found


def _gone_on(box: Box, part: Part, names: set[str]) -> set[str]:
    """Return the series that may have gone on in another collection.

    One that is done may have been done there and put back since (seed 7013778), one that lies
    there may be done and not yet known to be (seed 7021101). What became of one whose pair has
    ended, before that or without us, nobody is told (seed 9468942).
    """
    found: set[str] = set()
    for walk in (box.memory.walk, box.memory.walk_ended):
        after = 0
        while found < names and (links := walk(part.kind.name, after=after)):
            after = links[-1].id
            some = [link for link in links if _may_have_gone_on(part.kind, link)]
            found |= {series_of(part.kind, link.base_local) for link in some} & names
    return found


def _may_have_gone_on(kind: Kind, link: Link) -> bool:
    """Tell whether one of a series may have been done in another collection.

    So may one that is gone: done there, and removed before anybody had looked.
    """
    is_gone = link.state is LinkState.DEAD or is_given_up(link)
    return is_gone or link.rehomed or kind.is_over(link.base_local)
