"""One run of one connection, from the lease to the report."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.actions import Row, Side
from agentbox_sync.core.errors import DeadlineReached
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.safety import WINDOW, Verdict, judge, plan_hash
from agentbox_sync.engine.apply import apply
from agentbox_sync.engine.context import Box, Depth, Part
from agentbox_sync.engine.planning import Planner
from agentbox_sync.engine.pull import open_chain, pull
from agentbox_sync.engine.settle import settle
from agentbox_sync.engine.verify import verify
from agentbox_sync.ports import Chain


def run(box: Box, parts: Sequence[Part], *, dry: bool = False) -> list[Plan]:
    """Reconcile every part; return the plans, with what happened in ``box.report``.

    ``dry`` stops after planning: what was read is kept, nothing is written on either side.
    A run that is out of time ends with ``report.unfinished``. An error of the whole mailbox is
    raised, after everything that was answered has been remembered, and so is LeaseLost: whoever
    has taken over records what becomes of the run.
    """
    plans: list[Plan] = []
    try:
        chains = [open_chain(box, part) for part in parts]
        waiting = [settle(box, p, c) for p, c in zip(parts, chains, strict=True)]
        chains = pull(box, chains)
        planners = []
        for part, pulled, keys in zip(parts, chains, waiting, strict=True):
            chain, news = _verified(box, part, pulled)
            planners.append((part, chain, Planner(box, part, chain, keys, news=news)))
            plans.append(planners[-1][2].build())
        if not dry:
            for part, chain, planner in planners:
                _carry_out(box, part, chain, planner)
        box.report.unfinished |= any(waiting)
    except DeadlineReached as stop:
        box.report.unfinished = True
        box.report.error = "" if plans else stop.code
    return plans


def _verified(box: Box, part: Part, chain: Chain) -> tuple[Chain, bool]:
    """Verify what is said to be gone; a listing that is proven wrong is read once more."""
    found = verify(box, part, chain)
    if found.listing_was_right:
        return chain, found.news
    (again,) = pull(box, [box.memory.restart_chain(chain)])
    return again, verify(box, part, again).news


def _carry_out(box: Box, part: Part, chain: Chain, planner: Planner) -> None:
    rows = _guarded(box, part, planner.plan)
    box.counts(part).planned += len(rows)
    box.on_progress(box.report)
    complete = apply(box, part, chain, rows) and planner.is_complete
    if complete:
        box.memory.unnotice(planner.notices())
    else:
        box.report.unfinished = True
    # What is nobody's business of ours goes as soon as no first meeting can need it any more.
    if complete and (chain.census or planner.strangers.count):
        box.memory.close_census(chain)


def _guarded(box: Box, part: Part, plan: Plan) -> list[Row]:
    """Return the rows that may go: a side that would lose too much loses nothing."""
    stopped = [side for side in (Side.REMOTE, Side.LOCAL) if not _is_allowed(box, part, plan, side)]
    held = [row for row in plan.rows if any(row.removes(side) for side in stopped)]
    if held and plan_hash(held) not in part.approved():
        limit = part.limit.of(box.memory.count_active(plan.kind))
        verdict = Verdict(False, len(held), limit, plan_hash(held))
        box.memory.hold(plan.kind, verdict, held)
        box.counts(part).held_back += len(held)
        return [row for row in plan.rows if row not in held]
    # An incremental plan does not see what was held back, so it does not speak for it; a list
    # that was let go is used up.
    if held or (part.depth is Depth.FULL and not box.counts(part).held_back):
        box.memory.release_holds(plan.kind)
    return plan.rows


def _is_allowed(box: Box, part: Part, plan: Plan, side: Side) -> bool:
    removals = plan.removals(side)
    if not removals:
        return True
    verdict = judge(
        removals,
        active=box.memory.count_active(plan.kind),
        removed_before=box.memory.removals_since(plan.kind, side, box.clock.now() - WINDOW),
        limit=part.limit,
    )
    return verdict.allowed
