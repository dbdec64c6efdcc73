"""Where tasks are at Graph, and what their rows show.

There is no collection of all tasks of a mailbox: every address names the list as well. So does the
id by which we know a task, because a task has another one in another list (resources/todotask.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemChanged
from agentbox_sync.graph.codecs.tasks import decode, stamp_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import literal, query, segment
from agentbox_sync.graph.stores.base import created_at, entity, etag_of
from agentbox_sync.ports import Delete, Update, Written

Row = Mapping[str, Any]

LISTS = "/me/todo/lists"
LINKED = "linkedResources"
EXPAND = query(expand=LINKED)

# *Unconfirmed*, though api/todotask-delta.md says so: the feed shows what is linked to a task where
# it is asked to ($expand). False: every task in the feed is read by itself.
FEED_SHOWS_LINKED = True

# A list has no extended properties, but open extensions: ours holds the stamp. Its name is one for
# ever, each new one is a property of the mailbox that no deletion gives back (facts, section 5).
EXTENSION = "com.agentbox.sync"
SHOWING_OURS = query(expand=f"extensions($filter=id eq {literal(EXTENSION)})")

# Between the id of a list and that of a task: neither alphabet of ids at Graph has it.
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Shown(Written):
    """A task that was read so that it can be written; ``row`` is what Graph said."""

    row: Row = field(default_factory=dict)


def list_path(collection: str) -> str:
    """Return the path of a list."""
    return f"{LISTS}/{segment(collection)}"


def stamping(collection: str, stamp: str) -> Request:
    """Return the request that gives a list its open extension."""
    extension = {
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": EXTENSION,
        "stamp": stamp,
    }
    return Request("POST", f"{list_path(collection)}/extensions", body=extension)


def carries(row: Row, stamp: str) -> bool:
    """Tell whether a list shows a stamp in its open extension."""
    return any(one.get("stamp") == stamp for one in row.get("extensions") or ())


def items_path(collection: str) -> str:
    """Return the path of the tasks of a list."""
    return f"{list_path(collection)}/tasks"


def feed_path(collection: str) -> str:
    """Return where the change feed of a list begins."""
    return f"{items_path(collection)}/delta" + (f"?{EXPAND}" if FEED_SHOWS_LINKED else "")


def item_path(remote_id: str) -> str:
    """Return the path of a task."""
    collection, _, task = remote_id.partition(_BETWEEN)
    return f"{items_path(collection)}/{segment(task)}"


def list_of(remote_id: str) -> str:
    """Return the id of the list in which a task lies."""
    return remote_id.partition(_BETWEEN)[0]


def id_in(collection: str, row: Row) -> str:
    """Return the id by which we know the task of a row."""
    return f"{collection}{_BETWEEN}{row['id']}"


def placed(body: Any, collection: str) -> Any:
    """Return a page of a list in which every row has the id by which we know its task."""
    rows = body.get("value") if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        return body  # it is refused where it is read
    return {**body, "value": [_placed(row, collection) for row in rows]}


def _placed(row: Any, collection: str) -> Any:
    is_named = isinstance(row, Mapping) and isinstance(row.get("id"), str) and row["id"]
    return {**row, "id": id_in(collection, row)} if is_named else row


def observe(row: Row, remote_id: str, zone: str) -> Observation:
    """Return what a row shows of a task."""
    return Observation(
        remote_id=remote_id,
        etag=etag_of(row),
        record=decode(row, zone),
        container=list_of(remote_id),
        stamp=stamp_of(row),
        created_at=created_at(row),
    )


def written_as(row: Row, remote_id: str, zone: str, left_out: tuple[str, ...] = ()) -> Written:
    """Return what the answer to a write shows."""
    return Written(
        remote_id=remote_id, etag=etag_of(row), record=decode(row, zone) or None, left_out=left_out
    )


def written_over(
    before: Row, after: Row, write: Update, zone: str, left_out: tuple[str, ...] = ()
) -> Written:
    """Return what an update has written, without what else has changed since the task was read.

    Where If-Match is not heeded a person may have typed there meanwhile: that has yet to be read.
    """
    was, written = decode(before, zone), written_as(after, write.remote_id, zone, left_out)
    shown = written.record or {}
    told = {a: value for a, value in shown.items() if a in write.atoms or was.get(a) == value}
    return replace(written, record=told or None, is_edited=len(told) < len(shown))


def read_of(remote_id: str) -> Request:
    """Return the request for a task with what is linked to it."""
    return Request("GET", f"{item_path(remote_id)}?{EXPAND}")


def unchanged(response: Response, write: Update | Delete) -> Written:
    """Return a task as it was read instead of written; raises ItemChanged for another state."""
    row = entity(response)
    if etag_of(row) != write.etag:
        raise ItemChanged("Somebody changed the task since it was read.", code="OtherETag")
    return Shown(write.remote_id, etag=write.etag, row=row)
