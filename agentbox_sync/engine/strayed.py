"""Items that a person has put into another collection, where that gives them another id.

One that is not where it was is looked for by its stamp in every collection before it counts as
removed: once in a run, for all of them. Where it is found its pair goes on with it, in step as
before. What carries the stamp beside an item that is still there is a copy, and stays a stranger.

A collection that is not followed tells nothing by itself: edits of the CRM are written there like
any other, and what a person does there is read by each full look at the CRM, hourly and forced.
What was put into somebody else's collection is theirs as well: its link rests as moved away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import (
    Link,
    LinkState,
    Observation,
    Rest,
    is_free,
)
from agentbox_sync.core.errors import ItemError, ItemMissing, ServerFault, SyncError
from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.kinds import Canonical, Kind, Locality
from agentbox_sync.core.matching import is_untouched
from agentbox_sync.core.succession import (
    as_it_was_open,
    is_next,
    last_said,
    series_of,
    with_the_rule,
)
from agentbox_sync.core.ties import is_tied
from agentbox_sync.engine.context import Box, Depth, Part, chunks
from agentbox_sync.engine.shown import canonical_of, known
from agentbox_sync.ports import Chain, Intent, Lost, Page, Staged

Doubts = list[tuple[Staged, Link | None]]


def suspect_originals(box: Box, chain: Chain, page: Page) -> None:
    """Have items read again whose stamp something else carries in a page that is to be staged.

    Either it is a copy, or they have been put back where they are followed: under another id.
    """
    kind = box.kinds.get(chain.kind)
    if kind is None or not kind.ids_move:
        return
    shown = [seen for seen in page.observations if seen.stamp and not seen.removed]
    links = box.memory.links_by_stamp(chain.kind, [seen.stamp for seen in shown])
    others = {
        links[seen.stamp].remote_id
        for seen in shown
        if seen.stamp in links and _is_another(kind, links[seen.stamp], seen)
    }
    others -= {seen.remote_id for seen in page.observations}  # of those the page itself tells
    if others:
        box.memory.suspect(chain, sorted(others))


def _is_another(kind: Kind, link: Link, seen: Observation) -> bool:
    """Tell whether an item carries the stamp of a pair that names another one."""
    if link.remote_id in ("", seen.remote_id) or is_given_up(link):
        return False
    return not is_next(kind, link.base_remote, kind.canonical(seen.record, Locality()))


def is_given_up(link: Link) -> bool:
    """Tell whether a pair's item was proven to be gone: that it is gone is no news."""
    gone = (Rest.REMOVED_IN_EXCHANGE, Rest.CONTESTED)
    return link.state is LinkState.RETAINED and link.reason in gone


def look_elsewhere(box: Box, part: Part, chain: Chain) -> None:
    """Read the items that a person has put elsewhere, where nobody tells of them."""
    is_due = part.depth is Depth.FULL or box.retry_refused
    if not (part.kind.ids_move and is_due):
        return
    kind = part.kind.name
    away = [x for x in box.memory.rehomed(kind) if x.collection != chain.collection]
    for group in chunks([link for link in away if link.remote_id], box.remote.batch_size):
        box.check()
        answers = box.remote.fetch(kind, [link.remote_id for link in group])
        pairs = list(zip(group, answers, strict=True))
        # Whatever its ETag: the answer to a write of ours tells nothing of what others have typed.
        news = [
            Memo(link, news=seen, log_only=True)
            for link, seen in pairs
            if isinstance(seen, Observation)
        ]
        box.memory.remember(kind, news)
        missing = [link.remote_id for link, answer in pairs if isinstance(answer, ItemMissing)]
        if missing:
            box.memory.suspect(chain, missing)


def trace(box: Box, part: Part, chain: Chain, doubtful: Doubts) -> tuple[Doubts, frozenset[int]]:
    """Follow what was put elsewhere; return what is still in doubt and may be verified now.

    What could not be looked for stays in doubt: to be gone from one place proves nothing. The
    second answer numbers what was not looked for, because it was not missing yet.
    """
    if not part.kind.ids_move:
        return doubtful, frozenset()
    open_ = _open(doubtful)
    lost = _lost(box, part, open_)
    there = frozenset(row.id for row, _ in open_) - {row.id for row, _ in lost}
    if not lost:
        return doubtful, there
    kind = part.kind.name
    said = [_as_last_read(part, row, link) for row, link in lost]
    box.check()
    answers = _found_by_each_name(box, part.kind, said)
    taken = _taken(box, kind, answers)
    unknown: set[int] = set()
    followed: dict[int, Memo] = {}
    for (row, link), last, answer in zip(lost, said, answers, strict=True):
        if isinstance(answer, SyncError):
            if not isinstance(answer, ItemError | ServerFault):
                raise answer
            unknown.add(row.id)
        elif seen := _chosen(part, last, [x for x in answer if x.remote_id not in taken]):
            taken.add(seen.remote_id)
            followed[row.id] = Memo(_followed(link, seen, chain), news=seen)
    box.memory.remember(kind, list(followed.values()))
    box.memory.unstage(list(followed))
    return [(row, x) for row, x in doubtful if row.id not in unknown | followed.keys()], there


def _found_by_each_name(
    box: Box, kind: Kind, said: Sequence[Link]
) -> list[list[Observation] | SyncError]:
    """Return what was found for each lost item by its stamp, or by a name that it may have.

    A write of ours that nobody answered may have given it another one.
    """
    sought: list[tuple[int, Lost]] = []
    for number, link in enumerate(said):
        each = last_said(link.base_remote, link.pending)
        named = {fingerprint({a: one.get(a) for a in kind.named_by}): one for one in each}
        sought += [(number, Lost(link.stamp, one)) for one in named.values()]
    found: list[dict[str, Observation] | SyncError] = [{} for _ in said]
    answers = box.remote.find_strayed(kind.name, [lost for _, lost in sought])
    for (number, _), answer in zip(sought, answers, strict=True):
        so_far = found[number]
        if isinstance(answer, SyncError):
            found[number] = answer
        elif not isinstance(so_far, SyncError):
            so_far.update((seen.remote_id, seen) for seen in answer)
    return [x if isinstance(x, SyncError) else list(x.values()) for x in found]


def found_elsewhere(
    box: Box, part: Part, group: Sequence[Intent], answers: list[list[Observation] | SyncError]
) -> list[list[Observation] | SyncError]:
    """Look in every collection for creates of unknown outcome that lie where none was made.

    A person may have put them elsewhere meanwhile; asked when there is nothing to wait for.
    """
    now = box.clock.now()
    open_ = [
        number
        for number, (intent, answer) in enumerate(zip(group, answers, strict=True))
        if answer == [] and now - intent.sent_at >= box.settle_delay
    ]
    if not (part.kind.ids_move and open_):
        return answers
    kind = part.kind.name
    found = box.remote.find_strayed(kind, [Lost(group[n].link.stamp, {}) for n in open_])
    taken = _taken(box, kind, found)
    for number, answer in zip(open_, found, strict=True):
        stamp = group[number].link.stamp
        answers[number] = (
            answer
            if isinstance(answer, SyncError)
            else [x for x in answer if x.stamp == stamp and x.remote_id not in taken]
        )
    return answers


def _open(doubtful: Doubts) -> list[tuple[Staged, Link]]:
    """Return of what is in doubt what may have been put elsewhere: we have not removed it."""
    return [
        (row, link)
        for row, link in doubtful
        if link is not None
        and not is_given_up(link)
        and not any(sent.removes for sent in link.pending)
    ]


def _lost(box: Box, part: Part, open_: list[tuple[Staged, Link]]) -> list[tuple[Staged, Link]]:
    """Return what does not answer where it was."""
    lost: list[tuple[Staged, Link]] = []
    for group in chunks(open_, box.remote.batch_size):
        box.check()
        answers = box.remote.fetch(part.kind.name, [link.remote_id for _, link in group])
        lost += [one for one, x in zip(group, answers, strict=True) if isinstance(x, ItemMissing)]
    return lost


def _as_last_read(part: Part, row: Staged, link: Link) -> Link:
    """Return the link of a lost item with what that was last seen to say for its base.

    Of a pair that rests nothing is merged, and what was read of its item since waits staged: by
    what both had agreed on, one without a stamp would be looked for under words that it has not
    had for long (seed 8112804).
    """
    read = known(canonical_of(part, row.observation.record), link.base_remote)
    return replace(link, base_remote={**link.base_remote, **read})


def _taken(box: Box, kind: str, answers: Sequence[list[Observation] | SyncError]) -> set[str]:
    """Return of the items that were found those that belong to a pair."""
    ids = {seen.remote_id for answer in answers if isinstance(answer, list) for seen in answer}
    links = box.memory.links_by_remote(kind, sorted(ids)) if ids else {}
    return {remote_id for remote_id, link in links.items() if not is_free(link)}


def _chosen(part: Part, link: Link, found: list[Observation]) -> Observation | None:
    """Return the item that a pair goes on with.

    What carries no stamp must be the only one that says word for word what the lost one said, or
    the only one that a first meeting would find: it may have been done or edited as it was put
    there, before it had our stamp (seed 7014419). The next one of a series carries the stamp of the
    one before, and is another: so is what is due later where that one lay. In another collection
    it was put off as it was put there. What our last write has put off is the same one still,
    though nobody has answered.
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
        if seen.stamp or not is_next(kind, shown[seen.remote_id], link.base_remote)
    ]
    before = [link.base_remote, *itself]
    # The next one may be done as well, and then the one after it has its rule (seed 8004813).
    open_ = {id_: as_it_was_open(kind, link.base_local, one) for id_, one in shown.items()}
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
    if stamped := [seen for seen in here if seen.remote_id in ours]:
        spent = not any(series_of(kind, shown[seen.remote_id]) for seen in stamped)
        if spent and series_of(kind, link.base_local):  # what came after it is younger
            return min(stamped, key=lambda seen: (str(seen.created_at), seen.remote_id))
        return max(stamped, key=lambda seen: _likeness(said, shown[seen.remote_id]))
    words = [{a: value for a, value in one.items() if a not in kind.stamped} for one in said]
    bare = [x for x in here if not x.stamp]
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


def _followed(link: Link, seen: Observation, chain: Chain) -> Link:
    """Return the link of a pair that goes on with an item under another id."""
    # Without its ETag: nothing is written before what it says now was merged (F11).
    new = replace(link, remote_id=seen.remote_id, etag="")
    if is_tied(seen.ties or frozenset()):
        return new  # its place is still where it was: it has moved away from there
    is_elsewhere = seen.container != chain.collection
    new = replace(new, collection=seen.container, rehomed=is_elsewhere, ties=())
    was_away = link.state is LinkState.RETAINED and link.reason == Rest.MOVED_AWAY
    return replace(new, state=LinkState.ACTIVE, reason="") if was_away else new
