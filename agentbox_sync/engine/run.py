"""One run of one connection, from the lease to the report."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.errors import DeadlineReached, SuspendConnection
from agentbox_sync.core.plan import Plan
from agentbox_sync.engine.apply import apply
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.guard import guarded, put_off
from agentbox_sync.engine.orders import Orders
from agentbox_sync.engine.planning import Planner
from agentbox_sync.engine.pull import open_chain, pull
from agentbox_sync.engine.relocate import resume
from agentbox_sync.engine.settle import settle
from agentbox_sync.engine.strayed import look_elsewhere
from agentbox_sync.engine.target import (
    begin,
    is_chosen,
    is_lost,
    make_anew,
    may_leave,
    take_along,
    tidy,
)
from agentbox_sync.engine.verify import is_in_doubt, verify
from agentbox_sync.ports import Chain


def run(box: Box, parts: Sequence[Part], *, dry: bool = False) -> list[Plan]:
    """Reconcile every part; return the plans, with what happened in ``box.report``.

    ``dry`` stops after planning: what was read is kept, nothing is written on either side.
    A run that is out of time ends with ``report.unfinished``. An error of the whole mailbox is
    raised, after everything that was answered has been remembered, and so is LeaseLost: whoever
    has taken over records what becomes of the run.
    """
    plans: dict[str, Plan] = {}
    box.kinds = {part.kind.name: part.kind for part in parts}
    try:
        try:
            leaves = _reconcile(box, parts, plans, dry=dry)
        except SuspendConnection:
            lost = [] if dry else [part for part in parts if is_lost(box, part)]
            if not lost:
                raise
            for part in lost:
                make_anew(box, part)
            leaves = _reconcile(box, parts, plans, dry=dry)
        if leaves:
            for part in leaves:
                begin(box, part)
            _reconcile(box, leaves, plans, dry=dry)
    except DeadlineReached as stop:
        box.report.unfinished = True
        box.report.error = "" if plans else stop.code
    return list(plans.values())


def _reconcile(box: Box, parts: Sequence[Part], plans: dict[str, Plan], *, dry: bool) -> list[Part]:
    """Reconcile every part with the collection that it follows; return those that may leave it.

    One that is not the chosen one any more is brought to an end before it is left.
    """
    opened = chains = [open_chain(box, part, dry=dry) for part in parts]
    for part, chain in zip(parts, chains, strict=True):
        part.collection, part.leaves = chain.collection, not is_chosen(part, chain)
        part.within = chain.window
    waiting = [settle(box, p, c) for p, c in zip(parts, chains, strict=True)]
    if not dry:
        for part, chain in zip(parts, chains, strict=True):
            _resumed(box, part, chain)
    chains = pull(box, chains)
    box.report.unfinished |= any(waiting)
    leaves = []
    for part, pulled, keys, first in zip(parts, chains, waiting, opened, strict=True):
        orders = Orders(box, part, is_asked=first.asked)
        orders.look(pulled)
        chain, news = _verified(box, part, pulled)
        planner = Planner(box, part, chain, keys, orders, news=news, foretells=dry)
        plan = planner.build()
        told = plans.setdefault(part.kind.name, Plan(part.kind.name))
        told.rows, told.unchanged = [*told.rows, *plan.rows], told.unchanged + plan.unchanged
        if dry:
            continue
        # Before anything is asked about the next kind: where that gets no answer, this one would
        # be left undone, and everything about it be asked again (seed 19 of the faults of all
        # kinds: a mailbox in which nothing moved for eighty rounds).
        ended = _carry_out(box, part, chain, planner)
        if part.leaves:
            sure = ended and not keys and not is_in_doubt(box, part, chain)
            part.leaves = sure and may_leave(box, part)
            box.report.unfinished |= not part.leaves
            leaves += [part] if part.leaves else []
    return leaves


def _resumed(box: Box, part: Part, chain: Chain) -> bool:
    if not chain.moving and not box.retry_refused:
        return True  # an idle run must not pay for it
    return resume(box, part, chain)


def _verified(box: Box, part: Part, chain: Chain) -> tuple[Chain, bool]:
    """Verify what is said to be gone; a listing that is proven wrong is read once more."""
    look_elsewhere(box, part, chain)
    found = verify(box, part, chain)
    if found.listing_was_right:
        return chain, found.news
    again = box.memory.restart_chain(chain)
    if found.elsewhere:  # a person is asked about all that is in doubt, or about nothing
        box.memory.suspect(again, found.elsewhere)
    (again,) = pull(box, [again])
    return again, verify(box, part, again, relisted=True).news


def _carry_out(box: Box, part: Part, chain: Chain, planner: Planner) -> bool:
    if not part.leaves:  # what cannot be done here is done in the chosen collection
        planner.close_moot_orders()
    unforeseen = put_off(box, part, planner.plan)
    rows = guarded(box, part, planner.plan)
    box.counts(part).planned += len(rows)
    box.on_progress(box.report)
    complete = apply(box, part, chain, rows) and planner.is_complete and not unforeseen
    part.is_carried_out = not part.leaves
    if complete:
        box.memory.unnotice(planner.notices())
    else:
        box.report.unfinished = True
    # What is nobody's business of ours goes as soon as no first meeting can need it any more.
    if complete and not part.leaves and (chain.census or planner.strangers.count):
        box.memory.close_census(chain)
    if part.stays and complete:
        take_along(box, chain)
    elif _moves(chain, rows) and not part.leaves:
        cleared = resume(box, part, chain)
        box.report.unfinished |= not cleared
        if complete and cleared:
            _arrive(box, part, chain, planner.plan, rows)
    return complete


def _moves(chain: Chain, rows: list[Row]) -> bool:
    """Tell whether a move goes on; what was set aside in it may come after its end."""
    return chain.moving or any(row.action is Action.MOVE for row in rows)


def _arrive(box: Box, part: Part, chain: Chain, plan: Plan, done: list[Row]) -> None:
    """End a move when everything has come across, but for what may not be removed."""
    held = [row for row in plan.rows if row.action is Action.MOVE and row not in done]
    behind = [link for link in box.memory.left_behind(chain.kind) if not link.error]
    if held or behind:
        return
    if tidy(box, part, chain):
        box.memory.close_move(chain)
    else:
        box.report.unfinished = True
