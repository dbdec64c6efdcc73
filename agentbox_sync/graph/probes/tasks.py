"""The workshop of tasks: what the documentation of To Do leaves open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial

from agentbox_sync.core.errors import ItemChanged, ItemMissing
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.codecs.tasks import stamp_of
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.links import literal, query
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.notepad import Item, Notepad
from agentbox_sync.graph.probes.task_feeds import TaskFeedProbes
from agentbox_sync.graph.probes.task_fields import TaskFieldProbes
from agentbox_sync.graph.stores import tasks, todo
from agentbox_sync.graph.stores.base import etag_of
from agentbox_sync.ports import Clock

_STORE, _KIND = "agentbox_sync.graph.stores.tasks", "agentbox_sync.core.kinds.tasks"
_SET = "Set it to what was found; the alternative stands beside it."


class TaskWorkshop:
    """A list beside the main one, and every question about tasks."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.pad = Notepad(client, clock)

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the list."""
        self.pad.open()

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        return self.pad.close()

    def probes(self) -> Sequence[Probe]:
        """Return the questions, in the order in which they are asked."""
        parts = (TaskFieldProbes(self.pad), TaskFeedProbes(self.pad))
        unread = "Send no If-Match for tasks: they are read before they are written as it is."
        return [
            Probe(
                "Is a task list found by its open extension?",
                f"{_STORE}:LISTS_SHOW_EXTENSIONS",
                self._by_extension,
                _SET,
            ),
            Probe(
                "Can the title of a task be filtered?",
                f"{_STORE}:TITLE_FILTER_WORKS",
                self._by_title,
                _SET,
            ),
            Probe(
                "Is an update of a task with an old ETag refused?",
                f"{_STORE}:Tasks.write",
                partial(self._old_etag, "PATCH"),
                unread,
            ),
            Probe(
                "Is a removal of a task with an old ETag refused?",
                f"{_STORE}:Tasks.write",
                partial(self._old_etag, "DELETE"),
                unread,
            ),
            Probe(
                "What does a task answer that was removed?",
                "agentbox_sync.graph.errors:BY_CODE",
                self._after_removal,
                "Add the code to the table, as an item that is gone. Where it answers as if it "
                "were there: do not sync tasks two ways.",
            ),
            Probe(
                "Which task is the next one when one that comes again is completed?",
                f"{_KIND}:aftermath",
                self._completed,
            ),
            Probe(
                "Does a new due date move a task that comes again?",
                f"{_KIND}:follows",
                self._postponed,
            ),
            *(probe for part in parts for probe in part.probes()),
        ]

    def _by_extension(self) -> tuple[str, Fit]:
        # Not the stamp that is in the name; and in the extension that our own lists have, because
        # a mailbox never forgets the name of one.
        stamp = str(uuid.uuid4())
        if not (given := self.pad.send(todo.stamping(self.pad.list, stamp))).ok:
            told = f"it is not taken: {status_of(given)}"
            return compared(told, supposed=tasks.LISTS_SHOW_EXTENSIONS, found=False)
        answer = self.pad.get(f"{todo.LISTS}?{todo.SHOWING_OURS}")
        rows = answer.body.get("value") or () if answer.ok else ()
        found = [row["id"] for row in rows if todo.carries(row, stamp)] == [self.pad.list]
        told = status_of(answer) if found or not answer.ok else f"{status_of(answer)}, no extension"
        return compared(told, supposed=tasks.LISTS_SHOW_EXTENSIONS, found=found)

    def _by_title(self) -> tuple[str, Fit]:
        title = f"Agentbox probe {uuid.uuid4().hex[:6]}"
        made, _ = self.pad.task(title=title), self.pad.task()
        options = query(filter=f"title eq {literal(title)}")
        answer = self.pad.get(f"{todo.items_path(self.pad.list)}?{options}")
        rows = answer.body.get("value") or () if answer.ok else ()
        # All of them would be an option that is ignored, which answers 200 as well.
        found = [row["id"] for row in rows] == [made["id"]]
        told = f"{status_of(answer)}, {len(rows)} of 1" if answer.ok else status_of(answer)
        return compared(told, supposed=tasks.TITLE_FILTER_WORKS, found=found)

    def _old_etag(self, method: str) -> tuple[str, Fit]:
        item = self.pad.task()
        if not (answer := self.pad.change(item, title="Newer")).ok:
            told = f"not even the present one is taken: {status_of(answer)}"
            return compared(told, supposed=True, found=False)
        body = {"title": "Older"} if method == "PATCH" else None
        answer = self.pad.ask(method, self.pad.path(item), body, etag_of(item))
        if answer.ok:
            return f"{status_of(answer)}: nobody looks at it", Fit.NOTED
        known = isinstance(error_of(answer, Asked.WRITE), ItemChanged)
        return compared(status_of(answer), supposed=True, found=known)

    def _after_removal(self) -> tuple[str, Fit]:
        item = self.pad.task()
        if not (answer := self.pad.remove(item)).ok:
            raise Unanswered(f"a task was not removed: {status_of(answer)}")
        answer = self.pad.get(self.pad.path(item))
        gone = not answer.ok and isinstance(error_of(answer, Asked.ITEM), ItemMissing)
        return compared(status_of(answer), supposed=True, found=gone)

    def _completed(self) -> tuple[str, Fit]:
        made = self._changed("Agentbox probe, completed", status="completed")
        self.pad.until(lambda: len(self.pad.titled(str(made["title"]))) > 1)
        rows = self.pad.titled(str(made["title"]))
        following = next((row for row in rows if row.get("status") != "completed"), None)
        if following is None:
            return "none: the series ends with it", Fit.NOTED
        same = following["id"] == made["id"]
        told = "the task itself, done is another one" if same else "another one, with its own id"
        linked = stamp_of(following) == self.pad.stamp
        return f"{told}, {'linked as before' if linked else 'linked to nothing'}", Fit.NOTED

    def _postponed(self) -> tuple[str, Fit]:
        later = {"dateTime": f"{self.pad.day(3)}T00:00:00", "timeZone": "UTC"}
        made = self._changed("Agentbox probe, postponed", dueDateTime=later)
        rows = self.pad.titled(str(made["title"]))
        return ("it moves" if len(rows) == 1 else f"there are {len(rows)} tasks then"), Fit.NOTED

    def _changed(self, title: str, **properties: object) -> Item:
        made = self.pad.series(title)
        if not (answer := self.pad.change(made, **properties)).ok:
            raise Unanswered(f"a task that comes again was not changed: {status_of(answer)}")
        return made
