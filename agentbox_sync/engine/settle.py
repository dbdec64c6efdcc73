"""Step 1: creates whose outcome is unknown are looked up by their stamp, never repeated blindly."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Side
from agentbox_sync.core.changes import Link, LocalKey, Observation
from agentbox_sync.core.errors import ItemError, SyncError
from agentbox_sync.engine import memos
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.remember import count
from agentbox_sync.engine.strayed import found_elsewhere
from agentbox_sync.engine.task import tried
from agentbox_sync.engine.verify import is_mailbox_alive
from agentbox_sync.ports import Chain, Intent

LANDING = 10  # settle delays; what lands later than that after it was sent is not ours


def settle(box: Box, part: Part, chain: Chain) -> frozenset[LocalKey]:
    """Resolve every announced create; return the keys whose outcome still cannot be known.

    Nothing found is believed only after the settle delay, because a request may commit after we
    stopped waiting for it, and only while the mailbox answers for another item.
    """
    kind = part.kind.name
    if not chain.unsettled:
        return frozenset()
    behind = {x.key: x for x in box.memory.left_behind(kind)} if chain.moving else {}
    waiting: set[LocalKey] = set()
    for group in chunks(box.memory.unresolved(kind), box.remote.batch_size):
        box.check()
        answers = box.remote.find_stamped(
            kind, chain.collection, [intent.link.stamp for intent in group]
        )
        answers = _without_taken(box, kind, group, answers)
        answers = found_elsewhere(box, part, group, answers)
        settled = []
        for intent, answer in zip(group, answers, strict=True):
            memo = _settled(box, part, chain, intent, answer)
            left = behind.get(intent.link.key)
            if memo is None:
                waiting.add(intent.link.key)
            else:
                settled.append(_moved(memo, left) if left else memo)
        box.memory.remember(kind, settled)
        count(box, part, settled)
    return frozenset(waiting)


def _without_taken(
    box: Box, kind: str, group: list[Intent], answers: list[list[Observation] | SyncError]
) -> list[list[Observation] | SyncError]:
    """Leave out what is linked to another item: one of ours never takes it from another."""
    ids = {seen.remote_id for answer in answers if isinstance(answer, list) for seen in answer}
    links = box.memory.links_by_remote(kind, list(ids)) if ids else {}
    return [
        [
            seen
            for seen in answer
            if seen.remote_id not in links or links[seen.remote_id].key == intent.link.key
        ]
        if isinstance(answer, list)
        else answer
        for intent, answer in zip(group, answers, strict=True)
    ]


def _settled(
    box: Box, part: Part, chain: Chain, intent: Intent, answer: list[Observation] | SyncError
) -> Memo | None:
    if isinstance(answer, SyncError):
        if isinstance(answer, ItemError):
            return None  # not even the search was accepted: nothing is known
        raise answer
    if answer:
        return _adopted(part, intent, answer)
    age = box.clock.now() - intent.sent_at
    if age < box.settle_delay or not is_mailbox_alive(box, part, chain):
        return None
    # It never arrived, or has gone already. Stamp and payloads are kept: it may land yet. It
    # counts from now on, because whoever announced it may have slept before it went out, and have
    # died (seed 9896041 of the simulated tasks). Nobody can have copied what is not there.
    return Memo(link=intent.link, settled=True)


def _adopted(part: Part, intent: Intent, found: list[Observation]) -> Memo:
    # A copied item carries its original's stamp: the oldest one is ours, the others stay where
    # they are, because a copy is something that a person made.
    oldest = min(found, key=lambda o: (o.created_at is None, o.created_at, o.remote_id))
    link = memos.adopted(part, intent.link, tried(part, intent), oldest)
    line = Line(
        action=Action.CREATE,
        cause="new in the CRM",
        outcome=Outcome.DONE,
        side=Side.REMOTE,
        atoms=tuple(link.base_local),
        after=link.base_remote,
        detail="found by its stamp",
    )
    return Memo(link=link, line=line, settled=True, news=oldest)


def _moved(memo: Memo, left: Link) -> Memo:
    """Return the memo of a create that takes the place of an item in another collection.

    What had stood in Exchange went along, and the CRM never said it: it stands there still. Of a
    move there is one line, when its old item has gone.
    """
    drift = [atom for atom in left.drift if atom in memo.link.base_remote]
    said = {atom: left.base_local[atom] for atom in drift}
    base_local = {**memo.link.base_local, **said}
    return replace(
        memo, link=replace(memo.link, base_local=base_local, drift=tuple(drift)), line=None
    )
