"""One row of a plan, the pair that it is about, and what was decided for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agentbox_sync.core.actions import Action, Memo, Row
from agentbox_sync.core.changes import (
    Absence,
    Link,
    LinkState,
    LocalItem,
    Observation,
    Origin,
)
from agentbox_sync.core.errors import ItemError
from agentbox_sync.core.facts import is_frozen
from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.kinds import Canonical, Record
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Decision, resolve
from agentbox_sync.core.ties import ties_of
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.ports import Chain, Intent, Staged


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the plan, the pair as it is now, and what was decided for it now.

    ``carried`` is what a new item says in the place of the CRM: it stood in the one before.
    """

    row: Row
    pair: Pair
    decision: Decision
    carried: Record = field(default_factory=dict)

    @property
    def record(self) -> Record:
        """Return what the item in Exchange is to say."""
        local = self.pair.local
        return {**local.record, **self.carried} if isinstance(local, LocalItem) else {}

    @property
    def carried_over(self) -> bool:
        """Tell whether a new item takes the place of one in another collection."""
        return self.row.action is Action.MOVE

    @property
    def action(self) -> Action:
        """Return what is to be done now."""
        return self.decision.row.action if self.decision.row else Action.IGNORE

    @property
    def push(self) -> tuple[str, ...]:
        """Return the atoms that are to be written in Exchange."""
        return self.decision.row.push if self.decision.row else ()

    @property
    def pull(self) -> tuple[str, ...]:
        """Return the atoms that are to be written in the CRM."""
        return self.decision.row.pull if self.decision.row else ()

    def renewed(self, pair: Pair, part: Part) -> Task | None:
        """Decide a pair that moved on; ``None`` when nothing of the plan is left to do."""
        now = resolved(part, self.row, pair)
        if now.decision.row is None or not is_still_meant(part, self.row, now.decision):
            return None
        return replace(now, carried=self.carried)

    def for_the_next_plan(self, pair: Pair, part: Part) -> list[Memo]:
        """Return what keeps a fresh read that asks for more than the plan foresaw.

        Inside the window the next run hears of it anyway. Outside, a listing that was begun anew
        since says nothing: the next plan would know no more than this one, and the item would be
        written, refused and read for ever (seed 5528190 of the simulated calendars).
        """
        now = resolved(part, self.row, pair)
        if not (now.pair.outside and now.decision.row and pair.link):
            return []
        return [Memo(pair.link, news=pair.remote, log_only=True)]


def reading(part: Part, pair: Pair) -> str:
    """Return a fingerprint of how both sides stand: what was refused so is not tried again.

    Where the item lies belongs to it: one that has gone since may still be staged with what it
    said, and what the CRM refused to take from it does not matter any more.
    """
    item, base = pair.local, pair.link.base_remote if pair.link else {}
    local = part.kind.canonical(item.record, part.locality) if isinstance(item, LocalItem) else {}
    shown = part.kind.canonical(pair.remote.record, part.locality) if pair.remote else {}
    place = "gone" if pair.gone else "elsewhere" if pair.moved else "there"
    return fingerprint({"local": local, "remote": {**base, **shown}, "place": place})


def is_still_meant(part: Part, row: Row, decision: Decision) -> bool:
    """Refuse a removal that the plan, and so the guard and whoever said go, did not see.

    A move that was not planned is refused as well: it takes another way, with the next plan. And
    so is a create: nobody has looked for what is like a row that was not there.
    """
    now = decision.row
    if now is not None and row.action not in _PLANNED_AS.get(now.action, (row.action,)):
        return False
    if now is None or not now.removes_anything:
        return True
    return row.removes_anything and part.is_foreseen(now)


# A move is carried out as a create where nothing is alike.
_PLANNED_AS = {
    Action.MOVE: (Action.MOVE,),
    Action.CREATE: (Action.CREATE, Action.MOVE),
}


def pair_of(
    item: LocalItem | Absence | None,
    link: Link | None,
    row: Staged | None,
    chain: Chain,
    alike: tuple[str, ...] = (),
    order: Ordered | None = None,
) -> Pair:
    """Return what is known of one pair; a staged observation is news, none is no news."""
    seen: Observation | None = row.observation if row and not row.missing else None
    pair = Pair(local=item, link=link, alike=alike, order=order)
    return replace(_placed(pair, seen, chain), gone=bool(row and row.missing))


def fetch(box: Box, part: Part, remote_ids: list[str]) -> tuple[dict[str, Observation], bool]:
    """Read whole items, without those that are not there; tell whether all were answered.

    An item that the server refuses to show counts as answered: asking again changes nothing.
    """
    if not remote_ids:
        return {}, True
    answers = box.remote.fetch(part.kind.name, remote_ids)
    shown = {
        remote_id: answer
        for remote_id, answer in zip(remote_ids, answers, strict=True)
        if isinstance(answer, Observation)
    }
    return shown, all(isinstance(answer, Observation | ItemError) for answer in answers)


def seen_again(pair: Pair, seen: Observation, chain: Chain) -> Pair:
    """Return a pair with what a fresh read of the remote side showed."""
    return replace(_placed(pair, seen, chain), gone=False)


def _placed(pair: Pair, seen: Observation | None, chain: Chain) -> Pair:
    """Return a pair with where its item is: where the link says, elsewhere, or astray.

    In a collection that was left no person has put it, unless its link says so.
    """
    home = pair.link.collection or chain.collection if pair.link else chain.collection
    there = seen.container if seen and seen.container else home
    moved = there not in (home, chain.collection)
    is_ours = pair.link is not None and not (moved or pair.link.rehomed)
    return replace(pair, remote=seen, moved=moved, astray=is_ours and there != chain.collection)


def resolved(part: Part, row: Row, pair: Pair) -> Task:
    """Return the task that a pair is now, whatever was planned."""
    pair = at_home(part, pair)
    return Task(row, pair, resolve(pair, part.kind, part.policy, part.locality))


def at_home(part: Part, pair: Pair) -> Pair:
    """Return a pair as it is decided: with whether its item takes place outside the window.

    Nothing is moved into a collection that is being left, nor what takes place outside.
    """
    if part.kind.is_windowed and pair.remote is not None and pair.remote.ties is None:
        # Who is concerned by it now nobody has told: it is read before anything is written to it.
        pair = replace(pair, remote=replace(pair.remote, etag=""))
    if part.within is not None and pair.link is not None:
        base, shown = pair.link.base_remote, pair.remote.record if pair.remote else None
        # What has just been moved out is brought up to date once more: its base still says inside.
        was_inside = isinstance(pair.local, LocalItem) and not part.is_outside(base)
        pair = replace(pair, outside=not was_inside and part.is_outside(base, shown))
    stays = part.leaves or is_frozen(pair)
    return replace(pair, astray=False) if stays and pair.astray else pair


def tried(part: Part, intent: Intent) -> tuple[Canonical, ...]:
    """Return the canonical forms of all that was tried under a stamp, oldest first."""
    return tuple(part.kind.canonical(payload, part.locality) for payload in intent.payloads)


def writes_remote(task: Task) -> bool:
    """Tell whether a task asks anything of Exchange."""
    if task.action is Action.DEDUPE:
        return task.pair.link is None or not is_wanted(task.pair.link)
    return bool(task.push) or task.action is Action.DELETE


def is_wanted(link: Link) -> bool:
    """Tell whether an item that carries the link's stamp is the one that it still waits for."""
    return not link.remote_id and link.state is not LinkState.DEAD


def is_elsewhere(seen: Observation | None, chain: Chain) -> bool:
    return bool(seen and seen.container and seen.container != chain.collection)


def link_of(task: Task) -> Link:
    link = task.pair.link or Link(id=0, key=task.row.key, state=LinkState.CREATING, stamp="")
    ties = ties_of(link, task.pair.remote)
    if ties != frozenset(link.ties):
        link = replace(link, ties=tuple(sorted(ties)))
    if task.action is Action.LINK and link.remote_id != task.row.remote_id:
        here = replace(link, remote_id=task.row.remote_id, collection="", rehomed=False, etag="")
        return replace(here, origin=Origin.EXCHANGE)
    return link
