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
from agentbox_sync.core.kinds import Kind, Locality
from agentbox_sync.core.succession import is_next, last_said
from agentbox_sync.core.ties import is_tied
from agentbox_sync.engine.candidates import chosen, may_carry_another
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
        elif seen := chosen(part, last, [x for x in answer if x.remote_id not in taken]):
            taken.add(seen.remote_id)
            followed[row.id] = Memo(_followed(link, seen, chain), news=seen)
    box.memory.remember(kind, list(followed.values()))
    box.memory.unstage(list(followed))
    return [(row, x) for row, x in doubtful if row.id not in unknown | followed.keys()], there


def _found_by_each_name(
    box: Box, kind: Kind, said: Sequence[Link]
) -> list[list[Observation] | SyncError]:
    """Return what was found for each lost item by its stamp, or by a name that it may have.

    A write of ours that nobody answered may have given it another one. One of a series that may
    not have our stamp yet has that of another one of it: it is looked for whatever it carries.
    """
    sought: list[tuple[int, Lost]] = []
    for number, link in enumerate(said):
        each = last_said(link.base_remote, link.pending)
        named = {fingerprint({a: one.get(a) for a in kind.named_by}): one for one in each}
        stamps = (link.stamp, "") if may_carry_another(kind, link) else (link.stamp,)
        sought += [(number, Lost(x, one)) for one in named.values() for x in stamps]
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
