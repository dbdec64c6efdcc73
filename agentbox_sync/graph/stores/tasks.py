"""Tasks at Graph: lists, the change feed of one of them, single tasks, searches and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.tasks import ATOMS
from agentbox_sync.core.kinds.text import line
from agentbox_sync.graph import delta
from agentbox_sync.graph.codecs.tasks import (
    decode,
    encode,
    half_shown,
    own_link,
    reference_of,
    stamp_of,
)
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import literal, query, relative, segment
from agentbox_sync.graph.stores.base import (
    Place,
    Question,
    Steps,
    created,
    entities,
    entity,
)
from agentbox_sync.graph.stores.searching import PAGE, everywhere, listing, read_to_end
from agentbox_sync.graph.stores.todo import (
    EXPAND,
    LINKED,
    LISTS,
    SHOWING_OURS,
    Row,
    Shown,
    carries,
    feed_path,
    id_in,
    item_path,
    items_path,
    list_path,
    observe,
    placed,
    read_of,
    stamping,
    unchanged,
    written_as,
    written_over,
)
from agentbox_sync.ports import Create, Delete, Lost, Update, Window, Write, Written

# *Unconfirmed*: `$filter` on the title of a task. False: nothing is asked, and a first meeting
# after the first listing finds nobody.
TITLE_FILTER_WORKS = True

# *Unconfirmed*: a list shows its open extension where it is asked to ($expand). False: the stamp
# stays in the name of the list, where people see it.
LISTS_SHOW_EXTENSIONS = True
_DEFAULT = "defaultList"


class Tasks:
    """The tasks slice; ``zone`` is the mailbox's, on whose clocks a due date is a day."""

    kind = "tasks"

    def __init__(self, zone: str = "UTC") -> None:
        self._zone = zone

    def locate(self, target: str) -> Sequence[Question[str]]:
        """Return the way to a list's id; the main one is known by what it is, not by its name."""
        if target:
            request = Request("GET", list_path(target))
            return [Question(request, lambda answer: str(entity(answer)["id"]), Asked.COLLECTION)]

        def read(response: Response) -> str:
            lists = entities(response)
            return next(
                (row["id"] for row in lists if row.get("wellknownListName") == _DEFAULT), ""
            )

        return [Question(Request("GET", LISTS), read, Asked.COLLECTION)]

    def not_located(self) -> str:
        """Return the sentence for a mailbox that names no main list."""
        return "Microsoft does not name the main task list of this mailbox."

    def find_own(self, stamp: str) -> Question[list[Place]]:
        """Return the question for the lists that carry a stamp, or have it in their name yet."""
        shows = LISTS_SHOW_EXTENSIONS
        path = f"{LISTS}?{SHOWING_OURS}" if shows else LISTS

        def read(response: Response) -> list[Place]:
            return [
                Place(str(row["id"]), None, is_unfinished=shows and _is_marked(row, stamp))
                for row in entities(response)
                if _is_marked(row, stamp) or carries(row, stamp)
            ]

        return Question(Request("GET", path), read, Asked.COLLECTION)

    def create_own(self, stamp: str, name: str) -> Question[str]:
        """Return the question that creates a list, with the stamp in its name.

        Nothing else can be given to a list as it is created, and whoever is cut off must find it.
        """
        request = Request("POST", LISTS, body={"displayName": f"{name} {_mark(stamp)}"})
        return Question(request, lambda answer: str(created(answer)["id"]), Asked.CREATE)

    def finish_own(self, collection: str, stamp: str, name: str) -> Sequence[Question[bool]]:
        """Return the questions that put the stamp where nobody sees it, and clear the name."""
        if not LISTS_SHOW_EXTENSIONS:
            return []
        renamed = Request("PATCH", list_path(collection), body={"displayName": name})
        return [
            Question(stamping(collection, stamp), _did, Asked.WRITE),
            Question(renamed, _did, Asked.WRITE),
        ]

    def contents(self, collection: str) -> Sequence[Question[bool]]:
        """Return the question whether tasks lie in a list."""
        request = Request("GET", f"{items_path(collection)}?{query(top='1')}")
        return [Question(request, lambda answer: bool(entities(answer)), Asked.COLLECTION)]

    def remove_own(self, collection: str) -> Question[bool]:
        """Return the question that removes a list; lists have no ETag to ask for."""
        return Question(Request("DELETE", list_path(collection)), lambda _: True, Asked.WRITE)

    def delta(
        self, collection: str, link: str, base_url: str, window: Window | None = None
    ) -> Question[delta.Feed]:
        """Return the question for one page; the stamps come with the tasks."""
        del window  # tasks have none
        path = relative(link, base_url) if link else feed_path(collection)

        def read(response: Response) -> delta.Feed:
            body = placed(response.body, collection)
            return delta.feed_of(
                body, lambda row: observe(row, row["id"], self._zone), half_shown, base_url
            )

        asked = Asked.FEED if link else Asked.COLLECTION
        return Question(Request("GET", path, prefer=delta.PREFER), read, asked)

    def fetch(self, remote_id: str) -> Question[Observation]:
        """Return the question for one task in the list where it is known to lie."""
        return Question(
            read_of(remote_id), lambda answer: observe(entity(answer), remote_id, self._zone)
        )

    def rest(self, observation: Observation) -> Question[Observation] | None:
        """Return nothing: one answer holds a task."""
        del observation
        return None

    def deleted_items(self) -> Sequence[Question[tuple[str, str]]]:
        """Return nothing: deleted tasks do not answer."""
        return []

    def lineage(self, container: str) -> Question[tuple[str, str]]:
        """Return the question for a list; lists lie in none."""
        return Question(
            Request("GET", list_path(container)), lambda answer: (str(entity(answer)["id"]), "")
        )

    def find_stamped(
        self, collection: str, stamps: Sequence[str], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look for tasks that carry stamps: the list is read to its end, once for all of them.

        No documented ``$filter`` finds what is linked to a task.
        """
        found: dict[str, list[Observation]] = {stamp: [] for stamp in stamps}
        read = yield from read_to_end({collection: listing(collection)} if stamps else {}, base_url)
        rows = read.get(collection, [])
        if isinstance(rows, SyncError):
            return [rows for _ in stamps]
        for row in rows:
            if (stamp := stamp_of(row)) in found:
                found[stamp].append(observe(row, id_in(collection, row), self._zone))
        return [found[stamp] for stamp in stamps]

    def find_strayed(
        self, lost: Sequence[Lost], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look for lost tasks in every list: in another one they have another id."""
        return everywhere(lost, base_url, self._zone)

    def find_alike(self, collection: str, record: Record) -> Sequence[Question[list[Observation]]]:
        """Return the question for tasks with the same title that are due on the same day."""
        title, due = line(record.get("title")), record.get("due")
        if not (TITLE_FILTER_WORKS and title and due):
            return []
        options = query(filter=f"title eq {literal(title)}", top=PAGE)

        def read(response: Response) -> list[Observation]:
            return [
                observe(row, id_in(collection, row), self._zone)
                for row in entities(response)
                if decode(row, self._zone).get("due") == str(due)[:10]
            ]

        request = Request("GET", f"{items_path(collection)}?{options}&{EXPAND}")
        return [Question(request, read, Asked.COLLECTION)]

    def write(self, collection: str, write: Write) -> Question[Written]:
        """Return the question that carries out one write, or begins to.

        Whether If-Match is heeded for tasks is not documented, so a task is read before it is
        written: what a person edits between the two requests alone could be overwritten.
        """
        if not isinstance(write, Create):
            if isinstance(write, Update):
                encode(
                    write.record, write.atoms, zone=self._zone
                )  # refused before anything is sent
            return Question(read_of(write.remote_id), lambda answer: unchanged(answer, write))
        encoded = encode(write.record, ATOMS, zone=self._zone, creating=True)
        body = {**encoded.payload, LINKED: [reference_of(write.record, write.stamp)]}

        def read(response: Response) -> Written:
            row = created(response)
            return written_as(row, id_in(collection, row), self._zone, encoded.left_out)

        return Question(Request("POST", items_path(collection), body=body), read, Asked.CREATE)

    def follow_up(self, write: Write, written: Written) -> Steps[Written | SyncError] | None:
        """Return what writes a task that was found to be as it is known."""
        if not isinstance(written, Shown):
            return None
        if isinstance(write, Update):
            return self._update(write, written.row)
        return _delete(write) if isinstance(write, Delete) else None

    def _update(self, write: Update, row: Row) -> Steps[Written | SyncError]:
        payload = encode(write.record, write.atoms, zone=self._zone).payload
        answer: Any = row
        if payload:
            request = Request(
                "PATCH", item_path(write.remote_id), if_match=write.etag, body=payload
            )
            (answer,) = yield [Question(request, _changed, Asked.WRITE)]
            if isinstance(answer, SyncError):
                return answer
        if "reference" not in write.atoms:
            return written_over(row, answer, write, self._zone)
        (linked,) = yield [Question(_link(write, row), _did, Asked.WRITE)]
        (latest,) = yield [Question(read_of(write.remote_id), entity)]
        left_out = ("reference",) if isinstance(linked, SyncError) else ()
        shown = answer if isinstance(latest, SyncError) else latest
        return written_over(row, shown, write, self._zone, left_out)


def _delete(write: Delete) -> Steps[Written | SyncError]:
    request = Request("DELETE", item_path(write.remote_id), if_match=write.etag)
    (answer,) = yield [Question(request, lambda _: Written(write.remote_id), Asked.WRITE)]
    return answer  # type: ignore[no-any-return]  # the answer, or the error, of this question


def _mark(stamp: str) -> str:
    return f"({stamp})"


def _is_marked(row: Row, stamp: str) -> bool:
    return _mark(stamp) in str(row.get("displayName") or "")


def _did(response: Response) -> bool:
    return response.ok


def _link(write: Update, row: Row) -> Request:
    """Return the request that makes a task lead to its record again; a person may have cut it."""
    path, ours = f"{item_path(write.remote_id)}/{LINKED}", own_link(row)
    carried = str((ours or {}).get("externalId") or "")
    body = reference_of(write.record, write.stamp or carried)
    if ours is None:
        return Request("POST", path, body=body)
    return Request("PATCH", f"{path}/{segment(str(ours['id']))}", body=body)


def _changed(response: Response) -> Row:
    return response.body if isinstance(response.body, Mapping) else {}
