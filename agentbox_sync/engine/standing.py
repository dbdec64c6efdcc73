"""How a pair stands after a step that writes on neither side: pure, one function a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agentbox_sync.core.actions import Action, Memo, Outcome, Side
from agentbox_sync.core.changes import (
    AMBIGUOUS,
    BORN_IN_EXCHANGE,
    NO_ROW,
    RESUMABLE,
    LinkState,
    Origin,
    Rest,
)
from agentbox_sync.core.rules import Order
from agentbox_sync.engine.context import Part
from agentbox_sync.engine.echoes import known_as_ours
from agentbox_sync.engine.lines import cause, line_of
from agentbox_sync.engine.memos import (
    adopted,
    agreed,
    merged_of,
)
from agentbox_sync.engine.shown import place_of
from agentbox_sync.engine.task import Task, link_of, reading


def stood(part: Part, task: Task) -> Memo:
    """Return the pair after a step that writes on neither side."""
    steps: dict[Action, Callable[[Part, Task], Memo]] = {
        Action.UPDATE: _absorbed,
        Action.LINK: _absorbed,
        Action.ABSORB: _absorbed,
        Action.REST: _rested,
        Action.END: _ended,
        Action.REVIEW: _reviewed,
        Action.OFFER: _offered,
        Action.DEDUPE: _adopted,
    }
    return steps[task.action](part, task)


def _absorbed(part: Part, task: Task) -> Memo:
    if task.decision.rule.action is Action.IGNORE:
        return _left_alone(task)
    link = agreed(part, task, merged_of(task))
    line = line_of(task, Side.NEITHER) if task.action is Action.LINK else None
    return Memo(link, line)


def _left_alone(task: Task) -> Memo:
    """Return a pair as it was, of whose unanswered writes the log has been told.

    They are not forgotten: one that had landed, or lands yet, is no edit of a person when the pair
    is looked at again, and a removal is nobody else's.
    """
    return Memo(replace(link_of(task), pending=known_as_ours(task)))


def _rested(part: Part, task: Task) -> Memo:
    del part
    if task.decision.rule.order is Order.DISMISS:
        return _dismissed(task)
    # Where it lies decides over why it left: it may come back, and its item stays elsewhere.
    astray = task.pair.astray and not task.pair.gone
    stays = Rest.OTHER_COLLECTION if astray else Rest.REMOVED_IN_EXCHANGE
    reason = Rest.MOVED_AWAY if task.pair.moved else cause(task) or stays
    before = link_of(task)
    rested = before.state is LinkState.RETAINED
    if rested and before.reason not in RESUMABLE:
        reason = Rest(before.reason)  # what a person did in Exchange goes on to count
    return Memo(
        replace(
            before,
            state=LinkState.RETAINED,
            reason=Rest(reason),
            pending=known_as_ours(task),
        ),
        None if rested and before.reason == reason else line_of(task, Side.NEITHER),
        # While it rests nothing is merged; when it is picked up again, what was seen counts.
        news=task.pair.remote if reason in RESUMABLE else None,
    )


def _dismissed(task: Task) -> Memo:
    """Return the pair that a person does not want to be asked about any more."""
    link = replace(
        link_of(task),
        state=LinkState.RETAINED,
        reason=Rest.DISMISSED,
        refused="",
        error="",
        attempts=0,
        pending=known_as_ours(task),
    )
    # A row of the CRM may be met with it yet, as with one that waits.
    news = None if link.has_row else task.pair.remote
    return Memo(link, line_of(task, Side.NEITHER), news=news)


def _ended(part: Part, task: Task) -> Memo:
    del part
    link = replace(link_of(task), state=LinkState.DEAD, reason=cause(task))
    return Memo(link, line_of(task, Side.NEITHER))


def _reviewed(part: Part, task: Task) -> Memo:
    line = line_of(task, Side.NEITHER, outcome=Outcome.WAITING)
    if task.pair.gone:
        # It may be put back, with what an unanswered write had left in it.
        link = replace(
            link_of(task),
            state=LinkState.RETAINED,
            reason=Rest.CONTESTED,
            pending=known_as_ours(task),
        )
        return Memo(link, line)
    # Nothing that was begun with one of them goes on before a person has said which one it is.
    link = replace(
        link_of(task),
        remote_id="",
        etag="",
        state=LinkState.QUARANTINED,
        refused=reading(part, task.pair),
        error=AMBIGUOUS,
        pending=(),
    )
    return Memo(link, line)


def _offered(part: Part, task: Task) -> Memo:
    # Only id and ETag: what the item says is nobody's business of ours until a person takes it.
    link = replace(
        link_of(task),
        key=NO_ROW,
        state=LinkState.QUARANTINED,
        reason=BORN_IN_EXCHANGE,
        origin=Origin.EXCHANGE,
        remote_id=task.row.remote_id,
        collection=place_of(part, task.pair.remote),
        etag=task.pair.remote.etag if task.pair.remote else "",
    )
    line = line_of(task, Side.NEITHER, outcome=Outcome.WAITING)
    # It stays staged as long as a row of the CRM may be met with it in the first listing.
    return Memo(link, line, news=task.pair.remote)


def _adopted(part: Part, task: Task) -> Memo:
    """Take a create of ours that landed late as the pair's item: no other one was made."""
    if task.pair.remote is None:
        raise AssertionError("an adoption without an item")
    return Memo(
        adopted(part, link_of(task), task.pair.ghost, task.pair.remote),
        line_of(task, Side.REMOTE),
        settled=True,
        news=task.pair.remote,
    )
