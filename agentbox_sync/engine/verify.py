"""Step 3: what is said to be gone is read before it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Link, LinkState, Observation
from agentbox_sync.core.errors import ItemError, ItemMissing
from agentbox_sync.core.safety import Verdict, plan_hash
from agentbox_sync.engine.context import CHUNK, Box, Part, chunks
from agentbox_sync.engine.strayed import is_given_up, trace
from agentbox_sync.ports import Chain, Staged

EMPTIED = "the mailbox seems empty"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification showed: whether the listing was right, and whether there is any news.

    ``elsewhere`` are items in doubt that lie in another collection: no listing speaks of them.
    """

    listing_was_right: bool
    news: bool
    elsewhere: tuple[str, ...] = ()


def verify(
    box: Box, part: Part, chain: Chain, *, witnessed: bool = False, relisted: bool = False
) -> Verified:
    """Read every linked item that is said to be gone.

    A "not found" counts only when a control item, which nothing speaks against, answered beside
    it (sync-engine, F3): a mailbox that looks empty for a minute would otherwise lose every link.
    An item that was said to be gone and answers is a control item as well. Where nothing answers
    and no control item exists, a person is asked. An item that a whole listing did not show and
    that is there after all proves the listing wrong (F2). What has proven it stays in doubt until
    the listing is begun anew: whoever dies before that would forget why. ``witnessed``: something
    else has shown that the mailbox answers for what it holds. ``relisted``: the listing has been
    made anew, and is taken as it is: an item that no listing ever shows must not stop the others.
    Where it is wrong again the next full run makes another one, since what is born in Exchange and
    was left out has no link that could miss it (seed 56575619).
    """
    part.seems_empty = False
    doubtful, news = _doubtful(box, part, chain)
    there = frozenset[int]()
    if doubtful:
        doubtful, there = trace(box, part, chain, doubtful)
    if not doubtful:
        return Verified(listing_was_right=True, news=news)
    control = control_item(box, part, chain)
    may_believe = False
    if not control and not witnessed:
        control, may_believe = (
            _answering(box, part, doubtful),
            _is_let_go(box, part, chain, doubtful),
        )
        if not control and not may_believe:
            _ask(box, part, doubtful)
            return Verified(listing_was_right=True, news=news)
    # Where nobody but a person has spoken for an empty listing it is read once more: what else it
    # left out would not be seen before the next one.
    is_right = bool(control) or relisted or not any(row.swept for row, _ in doubtful)
    for group in chunks([row for row, _ in doubtful], max(1, box.remote.batch_size - 1)):
        found, was_right = _read_group(box, part, chain, group, control)
        if relisted and not was_right:  # stored before what proves it is in doubt no more
            box.memory.distrust(chain)
        is_right &= was_right or relisted
        if not is_right:
            break
        # What was there a moment ago nobody has looked for elsewhere: it may have been put there
        # since. It stays in doubt, and the next run looks (seed 9831330 of the simulated tasks).
        box.memory.confirm({n: seen for n, seen in found.items() if seen or n not in there})
    elsewhere = [
        row.observation.remote_id
        for row, link in doubtful
        if link is not None and link.collection not in ("", chain.collection)
    ]
    return Verified(is_right, news, tuple(elsewhere))


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
        matters = [
            (row, link)
            for row, link in pairs
            if (link or may_meet) and not (link and _is_beyond(part, row, link))
        ]
        known = {row.id for row, _ in matters}
        box.memory.unstage([row.id for row in said if row.id not in known])
        found += matters
    return found, after > 0


def _is_beyond(part: Part, row: Staged, link: Link) -> bool:
    """Tell whether a listing was right not to show an item: it takes place outside its window.

    Where its row takes place inside, it is read all the same. The two stay apart where the time of
    a meeting with guests may not be written, and then no write finds out that it was edited or
    removed before this listing was begun (seed 5008975 of the simulated calendars).
    """
    is_split = link.state is LinkState.ACTIVE and not part.is_outside(link.base_local)
    return row.swept and part.is_outside(link.base_remote) and not is_split


def _emptied(doubtful: list[tuple[Staged, Link | None]]) -> list[Row]:
    return [
        Row(Action.REST, EMPTIED, link.key, link.id, row.observation.remote_id)
        for row, link in doubtful
        if link is not None and not is_given_up(link)
    ]


def _is_let_go(
    box: Box, part: Part, chain: Chain, doubtful: list[tuple[Staged, Link | None]]
) -> bool:
    """Tell whether a person has let this very list go, or none of ours is on it.

    Whoever leaves a mailbox has confirmed so many removals: the last of ours leave no witness.
    """
    rows = _emptied(doubtful)
    if not rows or plan_hash(rows) in part.approved():
        return True
    return len(rows) <= part.confirmed and is_folder_there(box, chain)


def _ask(box: Box, part: Part, doubtful: list[tuple[Staged, Link | None]]) -> None:
    rows = _emptied(doubtful)
    verdict = Verdict(allowed=False, planned=len(rows), limit=0, plan_hash=plan_hash(rows))
    box.memory.hold(part.kind.name, verdict, rows)
    box.counts(part).held_back += len(rows)
    part.seems_empty = True


def _read_group(
    box: Box, part: Part, chain: Chain, group: list[Staged], control: str
) -> tuple[dict[int, Observation | None], bool]:
    """Return what is there of a group, and whether that speaks for the listing."""
    box.check()
    ids = [row.observation.remote_id for row in group]
    answers = box.remote.fetch(part.kind.name, [*ids, *([control] if control else [])])
    found: dict[int, Observation | None] = {}
    if control and not isinstance(answers[-1], Observation):
        return found, True  # the witness is silent: nothing is known, the rows are asked again
    listing_was_right = True
    for row, answer in zip(group, answers, strict=False):
        if isinstance(answer, Observation):
            found[row.id] = answer
            here = not answer.container or answer.container == chain.collection
            listing_was_right &= not (row.swept and here) or part.is_outside({}, answer.record)
        elif isinstance(answer, ItemMissing):
            found[row.id] = None
        elif not isinstance(answer, ItemError):
            raise answer
    return found, listing_was_right


def is_in_doubt(box: Box, part: Part, chain: Chain) -> bool:
    """Tell whether something of ours is said to be gone, and nobody could tell yet."""
    return any(link is not None for _, link in _doubtful(box, part, chain)[0])


def control_item(
    box: Box, part: Part, chain: Chain, excluding: frozenset[str] = frozenset()
) -> str:
    """Return the remote id of an item that must be there; empty when there is no such item.

    What is said to be gone is none, nor what is proven to be: its pair may stand as it was, because
    it waits for what asks for a control item here (seed 10529835 of the simulated tasks). What lies
    in another collection is not followed: it may have gone, and nobody was told. Nor is what takes
    place outside the window.
    """
    after = 0
    while links := box.memory.walk(part.kind.name, after=after, limit=CHUNK):
        after = links[-1].id
        staged = box.memory.staged_for(chain, [x.remote_id for x in links if x.remote_id])
        gone = excluding | {id_ for id_, row in staged.items() if row.observation.removed}
        for link in links:
            here = link.collection in ("", part.collection) or not part.collection
            is_out = not here or link.remote_id in gone or part.is_outside(link.base_remote)
            if link.state is LinkState.ACTIVE and not is_out:
                return link.remote_id
    return ""


def is_mailbox_alive(box: Box, part: Part, chain: Chain) -> bool:
    """Tell whether an item that must be there is; without one the folder itself is asked for."""
    control = control_item(box, part, chain)
    if not control:
        return is_folder_there(box, chain)
    (answer,) = box.remote.fetch(part.kind.name, [control])
    return isinstance(answer, Observation)


def is_folder_there(box: Box, chain: Chain) -> bool:
    """Tell whether the collection that is followed answers for itself."""
    return box.remote.locate(chain.kind, chain.collection) == chain.collection
