"""What tasks leave open about the change feed of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentbox_sync.graph import delta
from agentbox_sync.graph.codecs import tasks as codec
from agentbox_sync.graph.exchange import Request
from agentbox_sync.graph.links import relative, segment
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.notepad import Item, Notepad
from agentbox_sync.graph.stores import todo

_DELTA, _STORES = "agentbox_sync.graph.delta", "agentbox_sync.graph.stores"
_SET = "Set it to what was found; the alternative stands beside it."


class TaskFeedProbes:
    """Rows, links, and what is linked to a task."""

    def __init__(self, pad: Notepad) -> None:
        self.pad = pad

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        return (
            Probe(
                "Does the feed of a task list show what is linked to a task ($expand)?",
                f"{_STORES}.todo:FEED_SHOWS_LINKED",
                self._expanded,
                _SET,
            ),
            Probe(
                "Is a task in the feed a whole one where it looks like one?",
                "agentbox_sync.graph.codecs.tasks:LEFT_OUT_WHERE_EMPTY",
                self._changed_row,
                _SET,
            ),
            Probe(
                "What does the feed say of a task that was removed?",
                f"{_DELTA}:feed_of",
                self._removed_row,
                "Removals would be taken for edits: do not sync tasks two ways.",
            ),
            Probe(
                "Does a task come in the feed when only what is linked to it changes?",
                f"{_STORES}.tasks:Tasks.delta",
                self._linked_alone,
            ),
            Probe(
                "Does the delta link of a task list work inside a batch?",
                f"{_DELTA}:DELTA_LINK_WORKS_IN_BATCH",
                self._link_in_batch,
                "Set it to what was found.",
            ),
        )

    def _expanded(self) -> tuple[str, Fit]:
        item = self.pad.task()
        self.pad.news(item)  # a fresh round has it now
        options = f"?{todo.EXPAND}"
        answer = self.pad.get(f"{todo.items_path(self.pad.list)}/delta{options}", *delta.PREFER)
        if not answer.ok:
            told = f"refused: {status_of(answer)}"
            return compared(told, supposed=todo.FEED_SHOWS_LINKED, found=False)
        rows, _ = self.pad.round(options=options)
        shown = any(row["id"] == item["id"] and codec.own_link(row) for row in rows)
        told = "it shows it" if shown else "it is ignored"
        return compared(told, supposed=todo.FEED_SHOWS_LINKED, found=shown)

    def _changed_row(self) -> tuple[str, Fit]:
        due = {"dateTime": f"{self.pad.day()}T00:00:00", "timeZone": "UTC"}
        item = self.pad.task(dueDateTime=due)
        _, link = self.pad.news(item)
        row, link = self._row_after(item, link, title="Agentbox probe, changed")
        whole, looks_whole = "dueDateTime" in row, row.keys() >= codec.ALWAYS
        cleared = self.pad.read(item)
        if not (answer := self.pad.change(cleared, dueDateTime=None)).ok:
            raise Unanswered(f"a due date was not cleared: {status_of(answer)}")
        now = self.pad.read(item)
        empty = "null" if "dueDateTime" in now else "left out"
        told = "the whole task" if whole else f"{'nearly' if looks_whole else 'not'} the whole task"
        # What looks whole, and leaves out what is not empty, would clear it in the CRM.
        honest = (whole or not looks_whole) and not now.get("dueDateTime")
        supposed = codec.LEFT_OUT_WHERE_EMPTY
        return compared(f"{told}; empty is {empty}", supposed=supposed, found=honest)

    def _removed_row(self) -> tuple[str, Fit]:
        item = self.pad.task()
        _, link = self.pad.news(item)
        if not (answer := self.pad.remove(item)).ok:
            raise Unanswered(f"a task was not removed: {status_of(answer)}")
        rows, _ = self.pad.news(item, link)
        (row, *_) = [row for row in reversed(rows) if row["id"] == item["id"]]
        removed = row.get("@removed")
        reason = removed.get("reason") if isinstance(removed, Mapping) else None
        told = f"@removed, {reason}" if removed else "a row like any other"
        return compared(told, supposed=True, found=bool(removed))

    def _linked_alone(self) -> tuple[str, Fit]:
        item = self.pad.task()
        ours = codec.own_link(self.pad.read(item))
        if ours is None:
            raise Unanswered("a new task was linked to nothing")
        _, link = self.pad.news(item)
        path = f"{self.pad.path(item)}/{todo.LINKED}/{segment(str(ours['id']))}"
        if not (answer := self.pad.ask("PATCH", path, {"displayName": "Elsewhere"})).ok:
            raise Unanswered(f"what was linked was not changed: {status_of(answer)}")
        # A task that is made afterwards says that the feed has come so far.
        rows, link = self.pad.news(self.pad.task(), link)
        rows += self.pad.round(link)[0]
        comes = any(row["id"] == item["id"] for row in rows)
        return ("it comes" if comes else "it does not come"), Fit.NOTED

    def _link_in_batch(self) -> tuple[str, Fit]:
        _, link = self.pad.round()
        request = Request("GET", relative(link, self.pad.client.base_url), prefer=delta.PREFER)
        (answer,) = self.pad.client.batch([request])
        works = answer.ok and isinstance(answer.body, Mapping) and "value" in answer.body
        return compared(status_of(answer), supposed=delta.DELTA_LINK_WORKS_IN_BATCH, found=works)

    def _row_after(self, item: Item, link: str, **change: object) -> tuple[Item, str]:
        if not (answer := self.pad.change(item, **change)).ok:
            raise Unanswered(f"a task was not changed: {status_of(answer)}")
        rows, link = self.pad.news(item, link)
        return [row for row in rows if row["id"] == item["id"]][-1], link
