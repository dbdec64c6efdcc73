"""Which of the items that were found elsewhere is the one that a pair goes on with."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.changes import Link, Observation
from agentbox_sync.core.kinds import Canonical, Kind
from agentbox_sync.core.matching import is_untouched
from agentbox_sync.core.succession import (
    as_it_was_open,
    is_next,
    last_said,
    series_of,
    with_the_rule,
)
from agentbox_sync.engine.context import Part
from agentbox_sync.engine.shown import canonical_of


def may_carry_another(kind: Kind, link: Link) -> bool:
    """Tell whether an item may carry the stamp of another one of its series.

    Exchange gives the next one that of the one before, until the pair has written its own.
    """
    here, there = link.base_local, link.base_remote
    has_ours = all(there.get(x) and there.get(x) == here.get(x) for x in kind.stamped)
    return any(series_of(kind, said) for said in (here, there)) and not has_ours


def chosen(part: Part, link: Link, found: list[Observation]) -> Observation | None:
    """Return the item that a pair goes on with.

    What carries no stamp must be the only one that says word for word what the lost one said, or
    the only one that a first meeting would find: it may have been done or edited as it was put
    there, before it had our stamp (seed 7014419). The next one of a series carries the stamp of the
    one before, and is another: so is what is due later where that one lay. In another collection
    it was put off as it was put there. What our last write has put off is the same one still,
    though nobody has answered. Where our stamp may not have been written yet, that of another one
    of its series is as good as none (seed 10588205).
    """
    kind, home = part.kind, link.collection or part.collection
    said = last_said(link.base_remote, link.pending)
    shown = {seen.remote_id: canonical_of(part, seen.record) for seen in found}
    ours = {seen.remote_id for seen in found if seen.stamp == link.stamp}
    known_again = {id_ for id_, one in shown.items() if _is_done_as_before(kind, said, one)}
    if sure := [seen for seen in found if seen.remote_id in known_again & ours]:
        return max(sure, key=lambda seen: _likeness(said, shown[seen.remote_id]))
    # It may have been done there. What has no stamp and was done before it is another one, that was
    # never met: what the pair is about is the next one of that already (seed 7100250).
    itself = [
        shown[seen.remote_id]
        for seen in found
        if seen.remote_id in ours or not is_next(kind, shown[seen.remote_id], link.base_remote)
    ]
    before = [link.base_remote, *itself]
    # The next one may be done as well, and then the one after it has its rule (seed 8004813). What
    # was done and undone has lost its own on both sides, and those have it yet (seed 10630395).
    stamped = (shown[seen.remote_id] for seen in found if seen.remote_id in ours)
    ruled = [one for one in (link.base_local, *stamped) if series_of(kind, one)]
    was = ruled[0] if ruled else link.base_local
    open_ = {id_: as_it_was_open(kind, was, one) for id_, one in shown.items()}
    others = {id_ for id_, one in open_.items() if any(is_next(kind, y, one) for y in before)}
    others |= {
        seen.remote_id
        for seen in found
        if seen.container == home
        and kind.follows(link.base_remote, open_[seen.remote_id])
        and not _has_name_and_day(kind, said, open_[seen.remote_id])
    }
    others |= with_the_rule(kind, {id_: shown[id_] for id_ in ours})
    here = [seen for seen in found if seen.remote_id not in others - known_again]
    if marked := [seen for seen in here if seen.remote_id in ours]:
        spent = not any(series_of(kind, shown[seen.remote_id]) for seen in marked)
        if spent and series_of(kind, link.base_local):  # what came after it is younger
            return min(marked, key=lambda seen: (str(seen.created_at), seen.remote_id))
        return max(marked, key=lambda seen: _likeness(said, shown[seen.remote_id]))
    words = [{a: value for a, value in one.items() if a not in kind.stamped} for one in said]
    strangers = may_carry_another(kind, link)
    bare = [x for x in here if not x.stamp or (strangers and x.remote_id not in ours)]
    same = [x for x in bare if any(w and is_untouched(w, shown[x.remote_id]) for w in words)]
    alike = [x for x in bare if _has_name_and_day(kind, said, shown[x.remote_id])]
    return next((few[0] for few in (same, alike) if len(few) == 1), None)


def _is_done_as_before(kind: Kind, said: Sequence[Canonical], shown: Canonical) -> bool:
    """Tell whether what is shown is done, as the lost one was, and has its name and its day.

    Such a one is no next one, whatever came before it: where the row of one that is done is put
    off, its new day is written to it (seed 9972672 of the simulated tasks).
    """
    done = [one for one in said if kind.is_over(one)]
    return kind.is_over(shown) and _has_name_and_day(kind, done, shown)


def _has_name_and_day(kind: Kind, said: Sequence[Canonical], shown: Canonical) -> bool:
    keys = kind.strong_keys(shown)
    return any(keys) and any(kind.strong_keys(one) == keys for one in said)


def _likeness(said: Sequence[Canonical], shown: Canonical) -> int:
    return max(sum(bool(v == shown.get(a)) for a, v in one.items()) for one in said)
