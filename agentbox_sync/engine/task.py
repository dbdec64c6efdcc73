"""One row of a plan on its way: the pair is gathered anew, and decided anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import (
    Absence,
    Link,
    LinkState,
    LocalItem,
    Observation,
    fingerprint,
    is_met,
)
from agentbox_sync.core.decisions import PERHAPS_A_DOUBLE
from agentbox_sync.core.errors import ItemError
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


def reading(part: Part, item: object, link: Link | None, seen: Observation | None) -> str:
    """Return a fingerprint of how both sides read: what was refused so is not tried again."""
    local = part.kind.canonical(item.record, part.locality) if isinstance(item, LocalItem) else {}
    shown = part.kind.canonical(seen.record, part.locality) if seen else {}
    remote = {**(link.base_remote if link else {}), **shown}
    return fingerprint({"local": local, "remote": remote})


def is_still_meant(row: Row, decision: Decision) -> bool:
    """Refuse a removal that the plan, and so the guard, did not hold."""
    now = decision.row
    return now is None or not now.removes_anything or row.removes_anything


def gather(box: Box, part: Part, chain: Chain, rows: list[Row]) -> tuple[list[Task], bool]:
    """Read everything about ``rows`` again and decide them again; a row that is moot is dropped.

    The second answer tells whether every item could be read and is meant as it was planned.
    """
    kind = part.kind.name
    fresh = part.local.read([row.key for row in rows if row.key.pk])
    links = box.memory.links(kind, [row.key for row in rows if row.key.pk])
    strangers = [row.remote_id for row in rows if not row.key.pk]
    offered = box.memory.links_by_remote(kind, strangers) if strangers else {}
    staged = box.memory.staged_for(chain, [row.remote_id for row in rows if row.remote_id])
    shown, all_read = _read_whole(box, part, chain, rows)
    stamps = [seen.stamp for seen in shown.values() if seen.stamp]
    ghosts = box.memory.ghosts(kind, stamps) if stamps else {}
    tasks = []
    for row in rows:
        link = links.get(row.key) if row.key.pk else offered.get(row.remote_id)
        if _is_read_whole(row):
            seen = shown.get(row.remote_id)
            if seen is None or is_elsewhere(seen, chain):
                continue  # it went away since it was seen: the next run meets it anew
            if not row.key.pk and link is not None and link.key.pk:
                continue  # a pair has taken it since
            if row.action is Action.LINK and not isinstance(fresh.get(row.key), LocalItem):
                all_read = False  # its row has gone: it is a stranger, and met as one next time
                continue
            pair = _met(row, fresh.get(row.key), link, seen)
            if ghost := ghosts.get(seen.stamp):
                late = _arrived_late(part, row, pair, ghost)
                if late is None:
                    continue
                pair = late
        else:
            staged_row = staged.get(link.remote_id) if link and link.remote_id else None
            alike = _SEVERAL if row.action is Action.REVIEW and not is_met(link) else ()
            pair = pair_of(fresh.get(row.key), link, staged_row, chain, alike)
        decision = resolve(pair, part.kind, part.policy, part.locality)
        if not is_still_meant(row, decision):
            all_read = False  # it is for the next plan, which the guard sees
        elif decision.row is not None:
            tasks.append(Task(row, pair, decision))
    return tasks, all_read


def _read_whole(
    box: Box, part: Part, chain: Chain, rows: list[Row]
) -> tuple[dict[str, Observation], bool]:
    """Read the items that a feed may have shown in part; one that is lost is suspected."""
    shown, all_read = fetch(box, part, [row.remote_id for row in rows if _is_read_whole(row)])
    lost = [row for row in rows if _is_read_whole(row) and row.remote_id not in shown]
    if lost and all_read:  # not yet a proof that they are gone
        box.memory.suspect(chain, [row.remote_id for row in lost])
    if any(row.key.pk for row in lost):
        all_read = False  # whom the row of the CRM met is not there: it is for the next plan
    return shown, all_read


def _arrived_late(part: Part, row: Row, pair: Pair, ghost: Intent) -> Pair | None:
    """Return the pair of an item that carries the stamp of a create; ``None``: not ours to do."""
    if row.action is Action.LINK and ghost.link.key != row.key:
        return None  # it belongs to another row of ours, whose turn comes
    if ghost.link.remote_id == row.remote_id:
        return None  # it was found since
    if row.action is Action.DEDUPE or (row.action is Action.LINK and is_wanted(ghost.link)):
        return replace(pair, local=None, link=ghost.link, ghost=tried(part, ghost))
    return pair


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
        moved=is_elsewhere(seen, chain),
        alike=alike,
    )


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
    return replace(pair, remote=seen, gone=False, moved=is_elsewhere(seen, chain))


def _met(
    row: Row,
    item: LocalItem | Absence | None,
    link: Link | None,
    seen: Observation,
) -> Pair:
    """Return the pair of a first meeting, or of an item born in Exchange, from a whole read."""
    return Pair(
        local=item,
        link=link,
        remote=seen,
        alike=(row.remote_id,) if row.action is Action.LINK else (),
        double=row.cause == PERHAPS_A_DOUBLE,
    )


def tried(part: Part, intent: Intent) -> tuple[Canonical, ...]:
    """Return the canonical forms of all that was tried under a stamp, oldest first."""
    return tuple(part.kind.canonical(payload, part.locality) for payload in intent.payloads)


def is_wanted(link: Link) -> bool:
    """Tell whether an item that carries the link's stamp is the one that it still waits for."""
    return not link.remote_id and link.state is not LinkState.DEAD


def _is_read_whole(row: Row) -> bool:
    # A first meeting and an item born in Exchange have no base that could stand for an atom that
    # the feed did not show.
    return row.action in (Action.LINK, Action.IMPORT, Action.OFFER, Action.DEDUPE)


def is_elsewhere(seen: Observation | None, chain: Chain) -> bool:
    return bool(seen and seen.container and seen.container != chain.collection)
