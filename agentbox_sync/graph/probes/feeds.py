"""What contacts leave open about the change feed, and about moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentbox_sync.core.errors import CursorExpired
from agentbox_sync.graph import delta, stamp
from agentbox_sync.graph.codecs.contacts import PROPERTIES
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, relative
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.bench import Bench, Item, folder_path, item_path
from agentbox_sync.graph.stores.base import etag_of

_DELTA = "agentbox_sync.graph.delta"
_STORE = "agentbox_sync.graph.stores.contacts"
MANY = 11  # contacts: more than fit on a page of ten, which is what others have met


class FeedProbes:
    """Rows, tokens, options and moves."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        return (
            Probe(
                "How soon does the feed show a change, and does its row show the whole contact?",
                "agentbox_sync.graph.codecs.contacts:half_shown",
                self._changed_row,
            ),
            Probe(
                "What does the feed say of a contact that was removed?",
                f"{_DELTA}:feed_of",
                self._removed_row,
                "Removals would be taken for edits: do not sync.",
            ),
            Probe(
                "Does a new parentFolderId move a contact, and what does the feed say of it?",
                "agentbox_sync.graph.exchange:IMMUTABLE_IDS",
                self._move,
                "Ids change when contacts are moved: every move would look like a removal.",
            ),
            Probe(
                "Does a delta link work inside a batch?",
                f"{_DELTA}:DELTA_LINK_WORKS_IN_BATCH",
                self._link_in_batch,
                "Set it to what was found.",
            ),
            Probe(
                "Is the size of a page that we ask for honoured?",
                f"{_DELTA}:PAGE_SIZE",
                self._page_size,
                "A first listing takes as many requests as the server's own page size makes it.",
            ),
            Probe(
                "How many rows has a page where nobody asks for a size?",
                f"{_DELTA}:PAGE_SIZE",
                self._default_page,
            ),
            Probe(
                "How is a token refused that is unknown?",
                "agentbox_sync.graph.errors:BY_CODE",
                self._dead_token,
                "Add the code to the table, as a dead token.",
            ),
            Probe(
                "Does the feed show our stamp when it is asked to ($expand)?",
                f"{_STORE}:Contacts.delta",
                self._expanded,
            ),
            Probe(
                "Is there a feed of the main folder without its id?",
                f"{_STORE}:Contacts.delta",
                self._main_feed,
            ),
        )

    def _changed_row(self) -> tuple[str, Fit]:
        item = self.bench.person(companyName="Before", jobTitle="Stays")
        _, link = self.bench.round()
        if not self.bench.change(item, companyName="After").ok:
            raise Unanswered("the contact could not be changed")
        row, _, waited = self.bench.wait_for(item, link)
        missing = frozenset[str]().union(*PROPERTIES.values()) - row.keys()
        shown = f"without {', '.join(sorted(missing))}" if missing else "the whole contact"
        return f"after {waited:.0f} s, {shown}", Fit.NOTED

    def _removed_row(self) -> tuple[str, Fit]:
        item = self.bench.person()
        _, link = self.bench.round()
        if not (answer := self.bench.remove(item)).ok:
            raise Unanswered(f"the contact was not removed: {status_of(answer)}")
        row, _, waited = self.bench.wait_for(item, link)
        told = f"{_reason(row)}, after {waited:.0f} s"
        return compared(told, supposed=True, found="@removed" in row)

    def _move(self) -> tuple[str, Fit]:
        item, other = self.bench.person(), self.bench.subfolder("Elsewhere")
        _, link = self.bench.round()
        answer = self.bench.ask("PATCH", item_path(item), {"parentFolderId": other}, etag_of(item))
        if not answer.ok:
            return f"refused: {status_of(answer)}", Fit.NOTED
        now = self.bench.get(item_path(item))
        if now.ok and now.body.get("parentFolderId") != other:
            return "it is accepted, and nothing is moved", Fit.NOTED
        row, _, _ = self.bench.wait_for(item, link)
        kept = "the id stays" if now.ok else "the id changes"
        told = f"it moves, {kept}; in the feed of the old folder: {_reason(row)}"
        return compared(told, supposed=True, found=now.ok)

    def _link_in_batch(self) -> tuple[str, Fit]:
        _, link = self.bench.round()
        path = relative(link, self.bench.client.base_url)
        (answer,) = self.bench.client.batch([Request("GET", path, prefer=delta.PREFER)])
        works = answer.ok and isinstance(answer.body, Mapping) and "value" in answer.body
        return compared(status_of(answer), supposed=delta.DELTA_LINK_WORKS_IN_BATCH, found=works)

    def _page_size(self) -> tuple[str, Fit]:
        for _ in range(3):
            self.bench.person()
        path = f"{folder_path(self.bench.folder)}/contacts/delta"
        answer = self._feed(path, "odata.maxpagesize=2")
        rows = answer.body.get("value") or []
        more = "@odata.nextLink" in answer.body
        found = len(rows) == 2 and more
        return compared(f"{len(rows)} of 2 asked for", supposed=True, found=found)

    def _default_page(self) -> tuple[str, Fit]:
        for _ in range(MANY):
            self.bench.person()
        answer = self._feed(f"{folder_path(self.bench.folder)}/contacts/delta")
        rows = len(answer.body.get("value") or ())
        more = "@odata.nextLink" in answer.body
        return (str(rows) if more else f"{rows} or more"), Fit.NOTED

    def _dead_token(self) -> tuple[str, Fit]:
        path = f"{folder_path(self.bench.folder)}/contacts/delta"
        answer = self.bench.get(f"{path}?$deltatoken=not-a-token", *delta.PREFER)
        if answer.ok:
            return "it is not refused", Fit.NOTED
        known = isinstance(error_of(answer, Asked.FEED), CursorExpired)
        return compared(status_of(answer), supposed=True, found=known)

    def _expanded(self) -> tuple[str, Fit]:
        item = self.bench.person()
        path = f"{folder_path(self.bench.folder)}/contacts/delta?{query(expand=stamp.EXPAND)}"
        answer = self.bench.get(path, *delta.PREFER)
        if not answer.ok:
            return f"refused: {status_of(answer)}", Fit.NOTED
        rows = [row for row in answer.body.get("value") or () if row["id"] == item["id"]]
        shown = any(stamp.stamp_of(row) == self.bench.stamp for row in rows)
        return ("it shows it" if shown else "it is ignored"), Fit.NOTED

    def _main_feed(self) -> tuple[str, Fit]:
        answer = self.bench.get("/me/contacts/delta?$select=id", "odata.maxpagesize=1")
        return status_of(answer), Fit.NOTED

    def _feed(self, path: str, *prefer: str) -> Response:
        answer = self.bench.get(path, *prefer)
        if not answer.ok or not isinstance(answer.body, Mapping):
            raise Unanswered(f"the feed was refused: {status_of(answer)}")
        return answer


def _reason(row: Item) -> str:
    removed: Any = row.get("@removed")
    if not isinstance(removed, Mapping):
        return "a row like any other"
    return f"@removed, {removed.get('reason')}"
