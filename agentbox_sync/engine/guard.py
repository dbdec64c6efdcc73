"""What of a plan may go: nothing that nobody was shown, and nothing from a side that loses much."""

from __future__ import annotations

from agentbox_sync.core.actions import Line, Memo, Outcome, Row, Side
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.safety import WINDOW, Verdict, judge, plan_hash
from agentbox_sync.engine.context import CHUNK, Box, Depth, Part, chunks

NOT_SHOWN = "not shown in the preview"


def put_off(box: Box, part: Part, plan: Plan) -> int:
    """Take the removals out of a plan that a person who said go was not shown; return how many.

    They are for the next plan: by then no go is being carried out, and the guard judges them.
    """
    unforeseen = [row for row in plan.rows if not part.is_foreseen(row)]
    if not unforeseen:
        return 0
    plan.rows = _without(plan.rows, unforeseen)
    box.counts(part).put_off += len(unforeseen)
    for group in chunks(unforeseen, CHUNK):
        links = box.memory.links(plan.kind, [row.key for row in group])
        told = [
            Memo(links[row.key], _line(row), log_only=True) for row in group if row.key in links
        ]
        box.memory.remember(plan.kind, told)
    return len(unforeseen)


def guarded(box: Box, part: Part, plan: Plan) -> list[Row]:
    """Return the rows that may go: a side that would lose too much loses nothing."""
    held = held_back(box, part, plan)
    if held and plan_hash(held) not in part.approved():
        limit = part.limit.of(box.memory.count_active(plan.kind))
        verdict = Verdict(False, len(held), limit, plan_hash(held))
        if not part.seems_empty:  # one question at a time: the later one would hide the other
            box.memory.hold(plan.kind, verdict, held)
        box.counts(part).held_back += len(held)
        return _without(plan.rows, held)
    # An incremental plan does not see what was held back, so it does not speak for it; a list
    # that was let go is used up.
    if held or (part.depth is Depth.FULL and not box.counts(part).held_back):
        box.memory.release_holds(plan.kind)
    return plan.rows


def held_back(box: Box, part: Part, plan: Plan) -> list[Row]:
    """Return the removals of a plan that the guard stops unless a person has let them go."""
    stopped = [side for side in (Side.REMOTE, Side.LOCAL) if not _is_allowed(box, part, plan, side)]
    return [row for row in plan.rows if any(row.removes(side) for side in stopped)]


def _is_allowed(box: Box, part: Part, plan: Plan, side: Side) -> bool:
    removals = plan.removals(side)
    if not removals or (side is Side.REMOTE and len(removals) <= part.confirmed):
        return True
    verdict = judge(
        removals,
        active=box.memory.count_active(plan.kind),
        removed_before=box.memory.removals_since(plan.kind, side, box.clock.now() - WINDOW),
        limit=part.limit,
    )
    return verdict.allowed


def _without(rows: list[Row], taken: list[Row]) -> list[Row]:
    ids = {id(row) for row in taken}
    return [row for row in rows if id(row) not in ids]


def _line(row: Row) -> Line:
    side = Side.REMOTE if row.removes(Side.REMOTE) else Side.LOCAL
    atoms = row.push if side is Side.REMOTE else row.pull
    return Line(row.action, row.cause, Outcome.WAITING, side, atoms, detail=NOT_SHOWN)
