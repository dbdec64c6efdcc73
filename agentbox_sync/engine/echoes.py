"""Unanswered writes of a pair: what may yet land, what is told, and what is known as ours."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.actions import Action, Memo
from agentbox_sync.core.merge import Pending
from agentbox_sync.engine.lines import line_of_unanswered
from agentbox_sync.engine.task import Task, link_of


def unanswered(task: Task) -> list[Memo]:
    """Return what unanswered writes of the pair may have replaced, once they are not open.

    With another ETag than it asked for a write can no longer land; whether it had landed before
    nobody can tell, and what it was to replace must not go unlogged.
    """
    link = link_of(task)
    return [
        Memo(link, line_of_unanswered(sent), log_only=True)
        for sent in link.pending
        if sent.before and sent not in still_open(task)
    ]


def still_open(task: Task) -> tuple[Pending, ...]:
    """Return the unanswered writes of the pair that may yet land."""
    link, seen = link_of(task), task.pair.remote
    if task.pair.gone or task.pair.astray or task.action in (Action.END, Action.REVIEW):
        return ()  # what lies elsewhere is not followed
    if _is_left_outside(task):
        return ()  # nor is what takes place outside the window: nobody sees it land
    etag = seen.etag if seen else link.etag
    return tuple(sent for sent in link.pending if sent.if_match == etag)


def known_as_ours(task: Task) -> tuple[Pending, ...]:
    """Return what a pair remembers of its unanswered writes where both sides are not merged.

    Of what can no longer land the log has been told. Whether it had landed shows when the two are
    merged again: forgotten until then, it would look like a person's edit in Exchange, and undo
    what was done in the CRM meanwhile. A removal that can no longer land has not; one that lands
    where nobody looks may be known as ours some day.
    """
    may_land, is_unseen = still_open(task), _is_left_outside(task)
    return tuple(
        sent if sent in may_land else replace(sent, before={})
        for sent in link_of(task).pending
        if sent in may_land or is_unseen or not sent.removes
    )


def _is_left_outside(task: Task) -> bool:
    """Tell whether a pair takes place outside the window, and its item is left as it is."""
    rule, pair = task.decision.rule.action, task.pair
    return rule is Action.IGNORE or (rule is Action.REST and pair.outside and not pair.gone)
