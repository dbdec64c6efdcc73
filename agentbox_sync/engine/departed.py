"""Items that were left behind by a move: they go, and nothing that was typed into them is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Side
from agentbox_sync.core.changes import Link, LinkState, LocalItem, Observation, is_free
from agentbox_sync.core.errors import (
    ItemChanged,
    ItemError,
    ItemMissing,
    ItemProtected,
    OutcomeUnknown,
    SyncError,
    TryLater,
)
from agentbox_sync.core.merge import Merge, Pending
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import resolve
from agentbox_sync.core.rows import to_pull
from agentbox_sync.core.ties import is_tied, ties_of
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.push import ATTEMPTS, send, wait
from agentbox_sync.engine.remember import store
from agentbox_sync.engine.shown import canonical_of, known
from agentbox_sync.engine.verify import control_item, is_folder_there
from agentbox_sync.ports import Chain, Delete, Written

CAUSE = "in another collection"
_OTHERS = "Others take part in it."


def without_taken(box: Box, part: Part, chain: Chain, behind: list[Link]) -> list[Link]:
    """Return the links of items that nobody else is linked with; the others are let go.

    What could not be removed may have been met again since, or linked by a person.
    """
    kind = part.kind.name
    owners = box.memory.links_by_remote(kind, [x.remote_id for x in behind]) if behind else {}
    taken = [x for x in behind if x.remote_id in owners and not is_free(owners[x.remote_id])]
    staged = box.memory.staged_for(chain, [x.remote_id for x in taken]) if taken else {}
    news = {remote_id: row.observation for remote_id, row in staged.items()}  # it is the other's
    box.memory.remember(kind, [_let_go(x, news.get(x.remote_id)) for x in taken])
    return [link for link in behind if link not in taken]


def clear_away(box: Box, part: Part, chain: Chain, behind: list[Link]) -> bool:
    """Remove items whose pairs lie elsewhere now; tell whether all of them are dealt with."""
    kind = part.kind.name
    now = box.memory.links(kind, [link.key for link in behind]) if behind else {}
    pending = [link for link in behind if link.key in now and now[link.key].remote_id]
    complete = len(pending) == len(behind)
    for attempt in range(ATTEMPTS):
        if not pending:
            return complete
        answers = send(box, part, chain, [Delete(x.remote_id, x.etag) for x in pending])
        pairs = list(zip(pending, answers, strict=True))
        done = [_gone(link, now) for link, answer in pairs if isinstance(answer, Written)]
        done += [_stays(link, answer) for link, answer in pairs if _is_protected(answer)]
        store(box, part, done)
        failed = [answer for _, answer in pairs if isinstance(answer, SyncError)]
        for error in failed:
            if not isinstance(error, ItemError | OutcomeUnknown | TryLater):
                raise error
        complete &= not any(isinstance(error, OutcomeUnknown) for error in failed)
        moved = [x for x, answer in pairs if isinstance(answer, ItemChanged | ItemMissing)]
        last = attempt == ATTEMPTS - 1
        again, ended = _read_again(box, part, chain, moved, now) if moved else ([], True)
        later = [(link, answer) for link, answer in pairs if isinstance(answer, TryLater)]
        pending = [*again, *wait(box, later, last=last)]
        complete &= ended
        box.check()
    return complete and not pending


def _read_again(
    box: Box, part: Part, chain: Chain, behind: list[Link], now: dict[Any, Link]
) -> tuple[list[Link], bool]:
    """Read items that changed, or that were not found; return which are to be removed now.

    That one is gone counts only when an item that must be there answered beside it, or where there
    is none, the collection itself.
    """
    kind = part.kind.name
    ids = [link.remote_id for link in behind]
    control = control_item(box, part, chain, frozenset(ids))
    answers = box.remote.fetch(kind, [*ids, *([control] if control else [])])
    is_alive = isinstance(answers[-1], Observation) if control else is_folder_there(box, chain)
    fresh = part.read([link.key for link in behind])
    again: list[Link] = []
    complete = True
    for link, answer in zip(behind, answers, strict=False):
        if isinstance(answer, Observation):
            if answer.container and link.collection not in ("", answer.container):
                store(box, part, [_let_go(link)])  # a person has put it there
                continue
            if is_tied(ties_of(None, answer)):
                store(box, part, [_stays(link, ItemProtected(_OTHERS, code="OthersTakePart"))])
                continue
            local = fresh.get(link.key)
            merged = _merged(box, part, chain, link, answer, local, now[link.key])
            if merged is not None:
                again.append(merged)
            complete &= merged is not None
        elif isinstance(answer, ItemMissing) and is_alive:
            store(box, part, [_gone(link, now)])
        elif isinstance(answer, ItemError):
            complete = False
        else:
            raise answer
    return again, complete


def _merged(
    box: Box, part: Part, chain: Chain, link: Link, seen: Observation, local: Any, heir: Link
) -> Link | None:
    """Take into the CRM what was typed into an item since it was left, and return its link.

    ``None``: the row changed meanwhile, the next run looks again. The pair's new item gets it as
    an edit of the CRM; what may not come in goes into the log when the old item is removed.
    """
    shown = canonical_of(part, seen.record)
    read = replace(
        link,
        etag=seen.etag,
        base_remote={**link.base_remote, **known(shown, link.base_local)},
        # What the CRM has no field for goes with it, and was typed by somebody all the same.
        pending=(Pending({}, seen.etag, shown, removes=True),),
    )
    wanted = _wanted(part, link, seen, local)
    if wanted is None:
        store(box, part, [Memo(read)])
        return read
    pull = wanted.pull
    rows = to_pull(part.kind, wanted, local.record, seen.record, part.locality)
    with box.memory.unit():
        answer = part.local.update(local, {**seen.record, **rows}, pull)
        if isinstance(answer, ItemChanged):
            return None
        if isinstance(answer, SyncError):
            if not isinstance(answer, ItemError):
                raise answer
            box.memory.remember(part.kind.name, [Memo(read)])
            return read
        before = canonical_of(part, local.record)
        after = canonical_of(part, answer.record)
        line = Line(
            Action.UPDATE,
            CAUSE,
            Outcome.DONE,
            Side.LOCAL,
            atoms=pull,
            before={atom: before.get(atom) for atom in pull},
            after={atom: after.get(atom) for atom in pull},
        )
        taken = replace(read, base_local={**link.base_local, **{a: after[a] for a in pull}})
        # The pair has news: the next plan, however little it looks at, brings them across.
        # It lies where it was put, which may be a collection that is being left in its turn.
        here = heir.collection or chain.collection
        news = Observation(heir.remote_id, heir.etag, container=here)
        box.memory.remember(
            part.kind.name, [Memo(taken, line), Memo(heir, news=news, log_only=True)]
        )
    box.counts(part).count(line)
    return taken


def _wanted(part: Part, link: Link, seen: Observation, local: Any) -> Merge | None:
    """Return what a person has typed since, as far as it may come into the CRM.

    What would empty a field does not: no plan has shown it, and no guard has counted it.
    """
    if not isinstance(local, LocalItem):
        return None
    pair = Pair(local, replace(link, state=LinkState.ACTIVE, reason=""), seen)
    decision = resolve(pair, part.kind, part.policy, part.locality)
    merged = decision.merged
    return merged if merged and merged.pull and not merged.blanks_local else None


def _gone(link: Link, now: dict[Any, Link]) -> Memo:
    heir = now.get(link.key)
    said = dict(link.base_remote)
    for sent in link.pending:
        said |= sent.before
    line = Line(
        Action.MOVE,
        CAUSE,
        Outcome.DONE,
        Side.REMOTE,
        atoms=tuple(link.base_remote),
        before=said,
        after=heir.base_remote if heir else {},
    )
    return Memo(replace(link, reason="", error="", attempts=0, pending=()), line)


def _let_go(link: Link, news: Observation | None = None) -> Memo:
    return Memo(replace(link, reason="", error=""), news=news)


def _stays(link: Link, error: Any) -> Memo:
    """Return the link of an item that may not be removed: a person is told, and may try again."""
    line = Line(
        Action.MOVE,
        CAUSE,
        Outcome.SET_ASIDE,
        Side.REMOTE,
        detail=f"{error.code}: {error}"[:255],
    )
    return Memo(replace(link, error=error.code, attempts=link.attempts + 1), line)


def _is_protected(answer: Any) -> bool:
    return isinstance(answer, ItemError) and not isinstance(answer, ItemChanged | ItemMissing)
