"""Step 3: what is said to be gone is read before it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Link, LinkState, Observation
from agentbox_sync.core.errors import ItemError, ItemMissing
from agentbox_sync.core.safety import Verdict, plan_hash
from agentbox_sync.engine.context import CHUNK, Box, Part, chunks
from agentbox_sync.ports import Chain, Staged

EMPTIED = "the mailbox seems empty"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification showed: whether the listing was right, and whether there is any news."""

    listing_was_right: bool
    news: bool


def verify(box: Box, part: Part, chain: Chain) -> Verified:
    """Read every linked item that is said to be gone.

    A "not found" counts only when a control item, which nothing speaks against, answered beside
    it (sync-engine, F3): a mailbox that looks empty for a minute would otherwise lose every link.
    An item that was said to be gone and answers is a control item as well. Where nothing answers
    and no control item exists, a person is asked. An item that a whole listing did not show and
    that is there after all proves the listing wrong (F2).
    """
    doubtful, news = _doubtful(box, part, chain)
    if not doubtful:
        return Verified(listing_was_right=True, news=news)
    control = _control(box, part, frozenset(row.observation.remote_id for row, _ in doubtful))
    may_believe = False
    if not control:
        control, may_believe = _answering(box, part, doubtful), _is_let_go(part, doubtful)
        if not control and not may_believe:
            _ask(box, part, doubtful)
            return Verified(listing_was_right=True, news=news)
    listing_was_right = True
    for group in chunks([row for row, _ in doubtful], max(1, box.remote.batch_size - 1)):
        listing_was_right &= _verify_group(box, part, chain, group, control)
    return Verified(listing_was_right, news)


def _answering(box: Box, part: Part, doubtful: list[tuple[Staged, Link | None]]) -> str:
    """Return the id of the first item that is there although it was said to be gone."""
    for group in chunks(doubtful, box.remote.batch_size):
        box.check()
        ids = [row.observation.remote_id for row, _ in group]
        for answer in box.remote.fetch(part.kind.name, ids):
            if isinstance(answer, Observation):
                return answer.remote_id
    return ""


def _doubtful(box: Box, part: Part, chain: Chain) -> tuple[list[tuple[Staged, Link | None]], bool]:
    """Return what is said to be gone and matters to us, and whether anything is staged at all.

    What does not matter is forgotten.

    An item that nobody is linked to matters where it may be met yet: a rumour must not hide it
    from a first meeting (F9), nor from whoever adopts what is born in Exchange.
    """
    found: list[tuple[Staged, Link | None]] = []
    after = 0
    while rows := box.memory.staged(chain, after=after, limit=CHUNK):
        after = rows[-1].id
        said = [row for row in rows if row.observation.removed and not row.verified]
        if not said:
            continue
        may_meet = chain.census or part.policy.adopts or box.memory.has_ghosts(part.kind.name)
        ids = [row.observation.remote_id for row in said]
        linked = box.memory.links_by_remote(part.kind.name, ids)
        pairs = [(row, linked.get(row.observation.remote_id)) for row in said]
        matters = [(row, link) for row, link in pairs if link or may_meet]
        known = {row.id for row, _ in matters}
        box.memory.unstage([row.id for row in said if row.id not in known])
        found += matters
    return found, after > 0


def _emptied(doubtful: list[tuple[Staged, Link | None]]) -> list[Row]:
    return [
        Row(Action.REST, EMPTIED, link.key, link.id, row.observation.remote_id)
        for row, link in doubtful
        if link is not None
    ]


def _is_let_go(part: Part, doubtful: list[tuple[Staged, Link | None]]) -> bool:
    """Tell whether a person has let this very list go, or none of ours is on it."""
    rows = _emptied(doubtful)
    return not rows or plan_hash(rows) in part.approved()


def _ask(box: Box, part: Part, doubtful: list[tuple[Staged, Link | None]]) -> None:
    rows = _emptied(doubtful)
    verdict = Verdict(allowed=False, planned=len(rows), limit=0, plan_hash=plan_hash(rows))
    box.memory.hold(part.kind.name, verdict, rows)
    box.counts(part).held_back += len(rows)


def _verify_group(box: Box, part: Part, chain: Chain, group: list[Staged], control: str) -> bool:
    box.check()
    ids = [row.observation.remote_id for row in group]
    answers = box.remote.fetch(part.kind.name, [*ids, *([control] if control else [])])
    if control and not isinstance(answers[-1], Observation):
        return True  # the witness is silent: nothing is known, the rows stay and are asked again
    found: dict[int, Observation | None] = {}
    listing_was_right = True
    for row, answer in zip(group, answers, strict=False):
        if isinstance(answer, Observation):
            found[row.id] = answer
            here = not answer.container or answer.container == chain.collection
            listing_was_right &= not (row.swept and here)
        elif isinstance(answer, ItemMissing):
            found[row.id] = None
        elif not isinstance(answer, ItemError):
            raise answer
    box.memory.confirm(found)
    return listing_was_right


def _control(box: Box, part: Part, excluding: frozenset[str]) -> str:
    """Return the remote id of an item that must be there; empty when there is no such item."""
    after = 0
    while links := box.memory.walk(part.kind.name, after=after, limit=CHUNK):
        after = links[-1].id
        for link in links:
            if link.state is LinkState.ACTIVE and link.remote_id not in excluding:
                return link.remote_id
    return ""


def is_mailbox_alive(box: Box, part: Part, chain: Chain) -> bool:
    """Tell whether an item that must be there is; without one the folder itself is asked for.

    What is itself said to be gone is no witness.
    """
    doubtful, _ = _doubtful(box, part, chain)
    control = _control(box, part, frozenset(row.observation.remote_id for row, _ in doubtful))
    if not control:
        return _is_folder_there(box, chain)
    (answer,) = box.remote.fetch(part.kind.name, [control])
    return isinstance(answer, Observation)


def _is_folder_there(box: Box, chain: Chain) -> bool:
    return box.remote.locate(chain.kind, chain.collection) == chain.collection
