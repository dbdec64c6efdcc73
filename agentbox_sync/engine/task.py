"""One row of a plan on its way: the pair is gathered anew, and decided anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Absence, Link, LocalItem, Observation
from agentbox_sync.core.decisions import PERHAPS_A_DOUBLE
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Decision, resolve
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.ports import Chain, Intent, Staged

# A first meeting with several is asked of a person; which they are is looked up when they answer.
_SEVERAL = ("", "")


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the plan, the pair as it is now, and what was decided for it now."""

    row: Row
    pair: Pair
    decision: Decision

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
        decision = resolve(pair, part.kind, part.policy, part.locality)
        if decision.row is None or not is_still_meant(self.row, decision):
            return None
        return Task(self.row, pair, decision)


def is_still_meant(row: Row, decision: Decision) -> bool:
    """Refuse a removal that the plan, and so the guard, did not hold."""
    now = decision.row
    return now is None or not now.removes_anything or row.removes_anything


def gather(box: Box, part: Part, chain: Chain, rows: list[Row]) -> list[Task]:
    """Read everything about ``rows`` again and decide them again; a row that is moot is dropped."""
    kind = part.kind.name
    fresh = part.local.read([row.key for row in rows if row.key.pk])
    links = box.memory.links(kind, [row.key for row in rows if row.key.pk])
    strangers = [row.remote_id for row in rows if not row.key.pk]
    offered = box.memory.links_by_remote(kind, strangers) if strangers else {}
    staged = box.memory.staged_for(chain, [row.remote_id for row in rows if row.remote_id])
    shown = fetch(box, part, [row.remote_id for row in rows if _is_read_whole(row)])
    late = [shown[row.remote_id].stamp for row in rows if _is_late(row) and row.remote_id in shown]
    ghosts = box.memory.ghosts(kind, late) if late else {}
    tasks = []
    for row in rows:
        link = links.get(row.key) if row.key.pk else offered.get(row.remote_id)
        if _is_read_whole(row):
            if row.remote_id not in shown:
                continue  # it went away since it was seen: the next run meets it anew
            seen = shown[row.remote_id]
            pair = _met(row, fresh.get(row.key), link, seen, chain)
            if ghost := ghosts.get(seen.stamp):
                pair = replace(pair, link=ghost.link, ghost=tried(part, ghost))
        else:
            staged_row = staged.get(link.remote_id) if link and link.remote_id else None
            alike = _SEVERAL if row.action is Action.REVIEW and not _is_there(link) else ()
            pair = pair_of(fresh.get(row.key), link, staged_row, chain, alike)
        decision = resolve(pair, part.kind, part.policy, part.locality)
        if decision.row is not None and is_still_meant(row, decision):
            tasks.append(Task(row, pair, decision))
    return tasks


def pair_of(
    item: LocalItem | Absence | None,
    link: Link | None,
    row: Staged | None,
    chain: Chain,
    alike: tuple[str, ...] = (),
) -> Pair:
    """Return what is known of one pair; a staged observation is news, none is no news."""
    seen: Observation | None = row.observation if row and not row.missing else None
    return Pair(
        local=item,
        link=link,
        remote=seen,
        gone=bool(row and row.missing),
        moved=_is_elsewhere(seen, chain),
        alike=alike,
    )


def fetch(box: Box, part: Part, remote_ids: list[str]) -> dict[str, Observation]:
    """Read whole items; one that was not found, or could not be read, is left out."""
    if not remote_ids:
        return {}
    answers = box.remote.fetch(part.kind.name, remote_ids)
    return {
        remote_id: answer
        for remote_id, answer in zip(remote_ids, answers, strict=True)
        if isinstance(answer, Observation)
    }


def seen_again(pair: Pair, seen: Observation, chain: Chain) -> Pair:
    """Return a pair with what a fresh read of the remote side showed."""
    return replace(pair, remote=seen, gone=False, moved=_is_elsewhere(seen, chain))


def _met(
    row: Row,
    item: LocalItem | Absence | None,
    link: Link | None,
    seen: Observation,
    chain: Chain,
) -> Pair:
    """Return the pair of a first meeting, or of an item born in Exchange, from a whole read."""
    return Pair(
        local=item,
        link=link,
        remote=seen,
        moved=_is_elsewhere(seen, chain),
        alike=(row.remote_id,) if row.action is Action.LINK else (),
        double=row.cause == PERHAPS_A_DOUBLE,
    )


def tried(part: Part, intent: Intent) -> tuple[Canonical, ...]:
    """Return the canonical forms of all that was tried under a stamp, oldest first."""
    return tuple(part.kind.canonical(payload, part.locality) for payload in intent.payloads)


def _is_late(row: Row) -> bool:
    return row.action is Action.DEDUPE


def _is_read_whole(row: Row) -> bool:
    # A first meeting and an item born in Exchange have no base that could stand for an atom that
    # the feed did not show.
    return row.action in (Action.LINK, Action.IMPORT, Action.OFFER, Action.DEDUPE)


def _is_there(link: Link | None) -> bool:
    return link is not None and bool(link.remote_id)


def _is_elsewhere(seen: Observation | None, chain: Chain) -> bool:
    return bool(seen and seen.container and seen.container != chain.collection)
