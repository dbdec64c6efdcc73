"""Reading task lists to their end: no documented ``$filter`` finds what is linked to a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemError, ServerFault, SyncError
from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.ties import FOREIGN
from agentbox_sync.graph.codecs.tasks import stamp_of
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, relative
from agentbox_sync.graph.stores.base import Question, Steps, entities
from agentbox_sync.graph.stores.todo import EXPAND, LISTS, Row, id_in, items_path, observe
from agentbox_sync.ports import Lost

PAGE = "100"
# A hundred thousand tasks: more than that in one mailbox is a loop of next links.
MOST_PAGES = 1000
_FLAGGED = "flaggedEmails"  # holds mails, and nobody can put a task there

Rows = list[Row] | SyncError


def listing(collection: str) -> str:
    """Return the address of all tasks of a list, with what is linked to them."""
    return f"{items_path(collection)}?{query(top=PAGE)}&{EXPAND}"


def read_to_end(
    paths: Mapping[str, str], base_url: str, asked: Asked = Asked.COLLECTION
) -> Steps[dict[str, Rows]]:
    """Read several listings side by side, each to its last page; return the rows of each."""
    found: dict[str, Rows] = {name: [] for name in paths}
    waiting, seen = dict(paths), set[str]()
    while waiting:
        seen.update(waiting.values())
        pages = yield [Question(Request("GET", path), _page, asked) for path in waiting.values()]
        read = list(zip(waiting, pages, strict=True))
        waiting = {}
        for name, page in read:
            rows = found[name]
            if isinstance(page, SyncError) or isinstance(rows, SyncError):
                found[name] = page
                continue
            rows.extend(page["value"])
            link = page.get("@odata.nextLink")
            path = relative(link, base_url) if link else ""
            if path in seen or len(seen) > MOST_PAGES:
                found[name] = ServerFault("a listing without an end", code="next_link_loop")
            elif path:
                waiting[name] = path
    return found


def everywhere(
    lost: Sequence[Lost], base_url: str, zone: str
) -> Steps[list[list[Observation] | SyncError]]:
    """Look for lost tasks in every list, each of which is read once for all of them.

    A list that is not shown is passed over: nothing of it could be kept in step.
    """
    named = yield from read_to_end({LISTS: LISTS}, base_url)
    lists = named[LISTS]
    if isinstance(lists, SyncError):
        return [lists for _ in lost]
    foreign = {
        str(row["id"]): row.get("isOwner") is False
        for row in lists
        if row.get("wellknownListName") != _FLAGGED
    }
    read = yield from read_to_end({one: listing(one) for one in foreign}, base_url, Asked.ITEM)
    for rows in read.values():
        if isinstance(rows, SyncError) and not isinstance(rows, ItemError):
            return [rows for _ in lost]
    found: list[list[Observation]] = [[] for _ in lost]
    for place, rows in read.items():
        for row in rows if isinstance(rows, list) else ():
            for number in _asked_for(lost, row):
                seen = observe(row, id_in(place, row), zone)
                ties = frozenset({FOREIGN} if foreign[place] else ())
                found[number].append(replace(seen, ties=ties))
    return list(found)


def _asked_for(lost: Sequence[Lost], row: Row) -> list[int]:
    stamp, title = stamp_of(row), line(row.get("title"))
    return [
        number
        for number, one in enumerate(lost)
        if (one.stamp == stamp if one.stamp and stamp else _is_called(one, title))
    ]


def _is_called(one: Lost, title: str | None) -> bool:
    return bool(title) and line(one.record.get("title")) == title


def _page(response: Response) -> Mapping[str, Any]:
    entities(response)
    return response.body  # type: ignore[no-any-return]  # a mapping, or it would have been refused
