"""What must be true of every single run, whatever world it ran in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sim.world import Worker


def bounded_requests(worker: Worker) -> Iterator[str]:
    """I10: a run asks for its pages, and a bounded number of times about each item."""
    graph = worker.graph
    # Verified, read for the plan, read to carry it out; written and read again three times more.
    bound = 4 + graph.pages + 9 * len(graph.subjects)
    if graph.requests > bound:
        yield f"I10: a run asked {graph.requests} times, and {bound} would have done"


def guarded(worker: Worker) -> Iterator[str]:
    """I7: a run removes no more than the guard allows, unless a person has let it go."""
    if worker.is_approved:
        return
    active = worker.memory.count_active("contacts")
    done = (worker.graph.deletes, worker.local.releases)
    for removed, before in zip(done, worker.removed_before, strict=True):
        limit = worker.part.limit.of(active + removed + before)
        if removed and removed + before > limit:
            yield f"I7: {removed} removed after {before}, and {limit} are allowed"
