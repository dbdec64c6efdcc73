"""The rows of a plan on their way: each pair is read anew, and decided anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentbox_sync.core.actions import Action, Memo, Row
from agentbox_sync.core.changes import (
    Absence,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Observation,
    is_free,
    is_met,
)
from agentbox_sync.core.decisions import PERHAPS_A_DOUBLE
from agentbox_sync.core.orders import Ending, Ordered
from agentbox_sync.core.pairs import Pair, may_meet_anew, unmet
from agentbox_sync.core.rules import Order
from agentbox_sync.core.ties import is_tied, ties_of
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.echoes import unanswered
from agentbox_sync.engine.late import arrived_late
from agentbox_sync.engine.orders import closing
from agentbox_sync.engine.task import (
    Task,
    is_elsewhere,
    is_still_meant,
    is_wanted,
    pair_of,
    resolved,
    tried,
)
from agentbox_sync.engine.whole import is_read_whole, read_whole, with_what_feeds_left_out
from agentbox_sync.ports import Chain, Intent, Staged

# A first meeting with several is asked of a person; which they are is looked up when they answer.
_SEVERAL = ("", "")


def gather(box: Box, part: Part, chain: Chain, rows: list[Row]) -> tuple[list[Task], bool]:
    """Read everything about ``rows`` again and decide them again; a row that is moot is dropped.

    The second answer tells whether every item could be read and is meant as it was planned.
    """
    now, rows = _read_again(box, part, chain, rows)
    tasks: list[Task] = []
    memos: list[Memo] = []
    for row in rows:
        pair = now.pair(row)
        if pair is None:
            continue
        task = resolved(part, row, pair)
        was_ordered = pair.order is not None and not task.decision.rule.order and not pair.ghost
        if was_ordered or not is_still_meant(part, row, task.decision):
            now.complete = False  # it is for the next plan, which the guard sees
            memos += _unplanned(row, pair, now.read)
        elif task.decision.row is not None:
            tasks.append(task)
    memos += [closing(order, Ending.MOOT) for order in now.moot]
    box.memory.remember(part.kind.name, memos)
    return _begun_anew(box, part, now, tasks), now.complete


def _begun_anew(box: Box, part: Part, now: _Now, tasks: list[Task]) -> list[Task]:
    """End the links of pairs that meet another item; what their items said stays with those."""
    anew = [task for task in tasks if now.meets_another(task)]
    if not anew:
        return tasks
    box.memory.remember(part.kind.name, [memo for task in anew for memo in _untold(now, task)])
    begun = box.memory.begin_anew(part.kind.name, [task.row.key for task in anew])
    links = {link.key: link for link in begun}
    return [
        replace(task, pair=replace(task.pair, link=links[task.row.key], gone=False, astray=False))
        if task in anew
        else task
        for task in tasks
    ]


def _untold(now: _Now, task: Task) -> list[Memo]:
    """Return what unanswered writes of the link that ends may have replaced."""
    link = now.links[task.row.key]
    return unanswered(replace(task, pair=replace(task.pair, link=link, gone=True)))


def _unplanned(row: Row, pair: Pair, read: frozenset[str]) -> list[Memo]:
    """Return what keeps a whole read for the next plan, which would not know more otherwise."""
    if pair.link is None or pair.remote is None:
        return []
    if not is_read_whole(row) and pair.remote.remote_id not in read:
        return []
    return [Memo(pair.link, news=pair.remote, log_only=True)]


def _read_again(box: Box, part: Part, chain: Chain, planned: list[Row]) -> tuple[_Now, list[Row]]:
    kind = part.kind.name
    strangers = [row.remote_id for row in planned if not row.key.pk]
    links = box.memory.links(kind, [row.key for row in planned if row.key.pk])
    # A question about several names none of them, and the pair may have lost its own.
    lost = [links[r.key].remote_id for r in planned if r.key in links and not r.remote_id]
    ids = [*(row.remote_id for row in planned), *lost]
    staged = box.memory.staged_for(chain, [one for one in ids if one])
    shown, answered = read_whole(box, part, chain, planned)
    rows, read = with_what_feeds_left_out(box, part, chain, planned, links, staged)
    stamps = [seen.stamp for seen in shown.values() if seen.stamp]
    # Whom a row of the CRM met and who is not there: it is for the next plan.
    has_lost = any(row.key.pk and is_read_whole(row) and row.remote_id not in shown for row in rows)
    now = _Now(
        part=part,
        chain=chain,
        fresh=part.read([row.key for row in rows if row.key.pk]),
        links=links,
        offered=box.memory.links_by_remote(kind, strangers) if strangers else {},
        staged=staged,
        shown=shown,
        read=read,
        ghosts=box.memory.ghosts(kind, stamps) if stamps else {},
        late=frozenset(arrived_late(box, part, list(shown.values()))),
        orders=_still_open(box, part, rows),
        answered=answered,
        thaws=box.retry_refused,
        complete=answered and not has_lost and len(rows) == len(planned),
    )
    return now, rows


@dataclass(slots=True)
class _Now:
    """Everything about some rows of a plan as it is now; ``moot`` are orders that came to nothing.

    ``answered``: Exchange answered for every item that was read whole. ``read`` are those that
    have a base, and were read whole because it does not speak for them.
    """

    part: Part
    chain: Chain
    fresh: Mapping[LocalKey, LocalItem | Absence]
    links: Mapping[LocalKey, Link]
    offered: Mapping[str, Link]
    staged: Mapping[str, Staged]
    shown: Mapping[str, Observation]
    read: frozenset[str]
    ghosts: Mapping[str, Intent]
    late: frozenset[str]
    orders: Mapping[int, Ordered]
    answered: bool
    thaws: bool
    complete: bool
    moot: list[Ordered] = field(default_factory=list)

    def pair(self, row: Row) -> Pair | None:
        """Return the pair of a row, ``None`` where there is nothing to do any more."""
        link = self.links.get(row.key) if row.key.pk else self.offered.get(row.remote_id)
        order = self.orders.get(row.order)
        if row.order and (order is None or not order.is_about(link)):
            # Taken back since, or carried out. An item that was to be met is nobody's again.
            self.complete &= row.action is not Action.LINK
            return None
        if is_read_whole(row):
            return self._pair_read_whole(row, link, order)
        staged = self.staged.get(link.remote_id) if link and link.remote_id else None
        pair = pair_of(self.fresh.get(row.key), link, staged, self.chain, order=order)
        is_meeting = not is_met(link) or may_meet_anew(pair, self.part.policy)
        alike = _SEVERAL if row.action is Action.REVIEW and is_meeting else ()
        return replace(pair, alike=alike, thaws=self.thaws)

    def meets_another(self, task: Task) -> bool:
        """Tell whether a pair meets an item, or is to, in the place of one that is gone.

        Whether it had met that one to the end makes no difference: what was sent may have landed.
        """
        link = self.links.get(task.row.key)
        if link is None or not link.remote_id:
            return False
        if task.action is Action.LINK:
            return link.remote_id != task.row.remote_id
        asked = task.action is Action.REVIEW and is_met(link)
        return asked and bool(task.pair.alike) and may_meet_anew(task.pair, self.part.policy)

    def _pair_read_whole(self, row: Row, link: Link | None, order: Ordered | None) -> Pair | None:
        seen = self.shown.get(row.remote_id)
        # Where an id names its collection, it was met there on purpose.
        if seen is None or (is_elsewhere(seen, self.chain) and not self.part.kind.ids_move):
            # It went away since it was seen: the next run meets it anew. Of one that no link of
            # ours names nothing more will be heard.
            is_over = order and (order.link.has_row or seen is not None) and self.answered
            # What is put back is created where nobody is alike any more.
            is_over = is_over and order is not None and order.order is not Order.RESTORE
            self.moot += [order] if order and is_over else []
            return None
        if not row.key.pk and link is not None and link.key.pk:
            return None  # a pair has taken it since
        if row.action is Action.LINK and link is not None and link.id == row.link_id:
            # Its own item was proven to be gone, from another collection.
            link = link if link.remote_id in ("", row.remote_id) else unmet(link)
        item = self.fresh.get(row.key)
        if row.action is Action.LINK and not isinstance(item, LocalItem):
            self.complete = False  # its row has gone: it is a stranger, and met as one next time
            return None
        pair = _met(row, item, link, seen, order)
        ghost = self.ghosts.get(seen.stamp)
        if ghost is None:
            return pair
        late = _arrived_late(self.part, row, pair, ghost, is_late=row.remote_id in self.late)
        if late is None:
            self.moot += [order] if order else []
            self.complete &= row.action is not Action.LINK  # its row is met with another one
        return late


def _still_open(box: Box, part: Part, rows: list[Row]) -> dict[int, Ordered]:
    """Return the orders that rows carry out and that nobody has taken back meanwhile."""
    numbers = [row.order for row in rows if row.order]
    found = box.memory.orders(part.kind.name, among=numbers) if numbers else []
    return {order.id: order for order in found}


def _arrived_late(part: Part, row: Row, pair: Pair, ghost: Intent, *, is_late: bool) -> Pair | None:
    """Return the pair of an item that carries the stamp of a create; ``None``: not ours to do."""
    if ghost.link.remote_id == row.remote_id:
        # It was found since. Where that pair has ended, or its row was deleted, it is met like any
        # other item; and a meeting of its own goes on that has written our stamp into it and was
        # not answered.
        is_its_own = ghost.link.key == row.key and not is_met(ghost.link)
        has_ended = ghost.link.state is LinkState.DEAD or is_free(ghost.link)
        is_met_anew = row.action is Action.LINK and (has_ended or is_its_own)
        return pair if is_met_anew else None
    if row.action is Action.LINK and ghost.link.key != row.key:
        # It belongs to another row of ours, whose turn comes, unless a person knows better. What
        # has not come from that create is a copy that a person made.
        return pair if not is_late or (row.order and not is_wanted(ghost.link)) else None
    has_guests = is_tied(ties_of(None, pair.remote)) and not is_wanted(ghost.link)
    if row.action is Action.DEDUPE and has_guests:
        return None  # they were invited since it was planned
    if row.action is Action.DEDUPE or (row.action is Action.LINK and is_wanted(ghost.link)):
        return replace(pair, local=None, link=ghost.link, ghost=tried(part, ghost))
    return pair


def _met(
    row: Row,
    item: LocalItem | Absence | None,
    link: Link | None,
    seen: Observation,
    order: Ordered | None,
) -> Pair:
    """Return the pair of a first meeting, or of an item born in Exchange, from a whole read."""
    return Pair(
        local=item,
        link=link,
        remote=seen,
        alike=(row.remote_id,) if row.action is Action.LINK else (),
        double=row.cause == PERHAPS_A_DOUBLE,
        order=order,
    )
