"""What a create does not carry, and is written as soon as it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import Link
from agentbox_sync.core.kinds import is_empty
from agentbox_sync.core.pairs import Pair
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.task import Task, resolved


def what_comes_later(box: Box, part: Part, done: Sequence[Task]) -> list[Task]:
    """Return the updates that follow creates; the pair's bases tell what is still to be written.

    So whoever dies in between loses nothing: the next run finds the pair with an edit of the CRM.
    """
    created = [task for task in done if has_more(part, task)]
    if not created:
        return []
    links = box.memory.links(part.kind.name, [task.row.key for task in created])
    following = (
        _following(part, task, links[task.row.key]) for task in created if task.row.key in links
    )
    return [task for task in following if task.push]


def has_more(part: Part, task: Task) -> bool:
    """Tell whether a task creates an item of which something is written in a second request."""
    more = part.kind.later.intersection(task.record)
    return task.action is Action.CREATE and any(not is_empty(task.record[atom]) for atom in more)


def _following(part: Part, task: Task, link: Link) -> Task:
    row = replace(
        task.row, action=Action.UPDATE, link_id=link.id, remote_id=link.remote_id, order=0
    )
    return resolved(part, row, Pair(task.pair.local, link))
