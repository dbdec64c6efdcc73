"""One run of one connection, from the lease to the report."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.actions import Row
from agentbox_sync.core.errors import DeadlineReached
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.safety import WINDOW, judge
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
        for part, chain, keys in zip(parts, chains, waiting, strict=True):
            news = verify(box, part, chain)
            planners.append(Planner(box, part, chain, keys, news=news))
            plans.append(planners[-1].build())
        if not dry:
            for part, chain, planner in zip(parts, chains, planners, strict=True):
                _carry_out(box, part, chain, planner)
        box.report.unfinished |= any(waiting)
    except DeadlineReached as stop:
        box.report.unfinished = True
        box.report.error = "" if plans else stop.code
    return plans


def _carry_out(box: Box, part: Part, chain: Chain, planner: Planner) -> None:
    rows = _guarded(box, part, planner.plan)
    box.counts(part).planned += len(rows)
    box.on_progress(box.report)
    complete = apply(box, part, chain, rows)
    if complete:
        box.memory.unnotice(planner.notices())
    else:
        box.report.unfinished = True
    # What is nobody's business of ours goes as soon as no first meeting can need it any more.
    if (complete and chain.census) or (planner.strangers and not chain.census):
        box.memory.close_census(chain)


def _guarded(box: Box, part: Part, plan: Plan) -> list[Row]:
    """Return the rows that may go: all of them, or none of the removals."""
    removals = plan.removals()
    if not removals:
        if part.depth is Depth.FULL:  # an incremental plan does not see what was held back
            box.memory.release_holds(plan.kind)
        return plan.rows
    approved = part.approved()
    verdict = judge(
        removals,
        active=box.memory.count_active(plan.kind),
        removed_before=box.memory.removals_since(plan.kind, box.clock.now() - WINDOW),
        limit=part.limit,
        approved=approved,
    )
    if verdict.allowed:
        # An incremental plan that may go says nothing about the list that was stopped before it.
        if part.depth is Depth.FULL or verdict.plan_hash in approved:
            box.memory.release_holds(plan.kind)
        return plan.rows
    box.memory.hold(plan.kind, verdict, removals)
    box.counts(part).held_back = len(removals)
    return plan.without_removals()
