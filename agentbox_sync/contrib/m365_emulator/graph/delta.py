from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from heapq import nsmallest
from itertools import islice
from typing import Any

from . import query
from .calendar.feed import EventFeed
from .calendar.shapes import ALL as EVENT_NAMES
from .calendar.shapes import applied
from .cursor import DELTA, NEXT, Cursor, read_token
from .errors import GraphError, access_denied, bad_request, invalid_query
from .feeds import ContactFeed, Feed, FolderFeed
from .folders import NAMES as FOLDER_NAMES
from .messages import Answer, Call
from .properties import ALL
from .query import LARGEST_PAGE, Grammar
from .todo import filters as todo_filters
from .todo.feeds import ListFeed, TaskFeed
from .todo.paths import applied as applied_to_tasks

Rows = list[dict[str, Any]]


def contact_delta(call: Call) -> Answer:
    """One page of a delta round over the contacts of one folder."""
    if "folder" not in call.args and not call.state.switches.short_delta:
        raise bad_request("Resource not found for the segment 'delta'.")
    return _delta(call, ContactFeed(call), ALL)


def folder_delta(call: Call) -> Answer:
    """One page of a delta round over the contact folders."""
    return _delta(call, FolderFeed(call), FOLDER_NAMES)


def event_delta(call: Call) -> Answer:
    """One page of a delta round over what a calendar shows in a window."""
    answer = _delta(call, EventFeed(call), EVENT_NAMES)
    answer.headers |= applied(call)
    return answer


def task_delta(call: Call) -> Answer:
    """One page of a delta round over the tasks of one list."""
    answer = _delta(call, TaskFeed(call), todo_filters.tasks(call.state.switches))
    answer.headers |= applied_to_tasks(call)
    return answer


def list_delta(call: Call) -> Answer:
    """One page of a delta round over the task lists; people's tokens need the right to write."""
    if not call.caller.app_only and "Tasks.ReadWrite" not in call.caller.scopes:
        raise access_denied()
    return _delta(call, ListFeed(call), todo_filters.LISTS)


def _delta(call: Call, feed: Feed, names: frozenset[str] | Grammar) -> Answer:
    """One page: a next link or a delta link, never both."""
    if call.request.in_batch and not call.state.switches.delta_in_batch:
        raise GraphError(400, "BadRequest", "Delta is not supported inside a batch.")
    given = {name.lower(): value for name, value in call.request.query}
    token = given.get(NEXT) or given.get(DELTA)
    asked = read_token(call, feed.id, token) if token else _first(call, feed, given, names)
    cursor = _begin(call, asked)
    rows, cursor, more = _page(call, feed, cursor, _page_size(call, cursor))
    loop = call.state.switches.delta_loop
    if loop != "off":
        more, cursor = True, asked
        if loop == "same" and NEXT in given:
            return _answer(call, feed, rows, NEXT, given[NEXT])
        if loop == "endless":
            rows = [] if asked.turn else rows
            cursor = replace(asked, turn=asked.turn + 1)
    call.mailbox.delta_tokens += 1
    number, now = call.mailbox.delta_tokens, call.state.clock.timestamp()
    cursor = replace(cursor, number=number, issued=round(now, 3))
    return _answer(call, feed, rows, NEXT if more else DELTA, cursor.token())


def _answer(call: Call, feed: Feed, rows: Rows, name: str, token: str) -> Answer:
    kind = "@odata.nextLink" if name == NEXT else "@odata.deltaLink"
    body: dict[str, Any] = {"@odata.context": feed.context, "value": rows}
    body[kind] = call.link(call.request.path, [(name, token)])
    return Answer(200, body)


def _first(
    call: Call, feed: Feed, given: dict[str, str], names: frozenset[str] | Grammar
) -> Cursor:
    policy = call.state.switches.delta_options
    for name in feed.refused:
        honoured = policy == "honour" and name in ("$expand", "$top")
        if name in given and not honoured and policy != "ignore":
            raise invalid_query(
                "The following parameters are not supported with change tracking over the "
                f"'{feed.resource}' resource: '{name}'."
            )
    taken = {"$select", "$expand", "$top"} - (set() if policy == "honour" else set(feed.refused))
    options = query.read(call, names) if taken & set(given) else query.Options()
    box = call.mailbox
    first = Cursor(
        feed.id,
        box.delta_generation,
        True,
        start=box.visible(call.state.switches.delta_lag),
        select=options.select,
        properties=options.properties if "$expand" in taken else None,
        expanded=tuple(options.expanded) if "$expand" in taken else (),
        top=(options.top or 0) if "$top" in taken else 0,
    )
    return feed.begin(first)


def _begin(call: Call, cursor: Cursor) -> Cursor:
    """Fix the window and the order of a round when its first page is asked for."""
    if cursor.until:
        return cursor
    switches, at = call.state.switches, 0 if cursor.initial else cursor.at
    until = max(at, call.mailbox.visible(switches.delta_lag))
    shuffled = switches.delta_order == "shuffled"
    return replace(
        cursor, since=at, until=until, shuffled=shuffled, at=-1 if shuffled else at, previous=()
    )


def _page_size(call: Call, cursor: Cursor) -> int:
    asked = cursor.top or call.prefer.max_page_size or call.state.switches.default_page
    return min(asked, LARGEST_PAGE)


def _page(call: Call, feed: Feed, cursor: Cursor, size: int) -> tuple[Rows, Cursor, bool]:
    switches = call.state.switches
    if switches.delta_leading_page and not cursor.led:
        return [], replace(cursor, led=True), True
    is_first = cursor.at in (-1, cursor.since)
    if switches.delta_empty_between and not is_first and not cursor.gap:
        return [], replace(cursor, gap=True), True
    found = list(islice(_waiting(call, feed, cursor, size + 1), size + 1))
    more, found = len(found) > size, found[:size]
    keys = [key for _, key in found]
    if found:
        cursor = replace(cursor, at=found[-1][0])
    said = _said(call, feed, cursor, keys, is_first)
    rows = [row for key in said for row in _rows(feed, key, cursor)]
    cursor = replace(cursor, previous=tuple(keys[: switches.delta_repeats]), gap=False)
    if not more and found and switches.delta_trailing_page:
        return rows, cursor, True
    if not more:
        end = cursor.start if cursor.initial else cursor.until
        cursor = Cursor(
            cursor.folder,
            cursor.generation,
            False,
            end,
            select=cursor.select,
            properties=cursor.properties,
            expanded=cursor.expanded,
            top=cursor.top,
            window=cursor.window,
        )
    return rows, cursor, more


def _said(call: Call, feed: Feed, cursor: Cursor, keys: list[str], is_first: bool) -> list[str]:
    """What a page lists: its own rows, and what a service that is honest about it says twice."""
    switches = call.state.switches
    again = keys[: switches.delta_repeats]
    replayed: list[str] = []
    if is_first and keys and not cursor.initial:
        replayed = feed.journal.before(cursor.since, switches.delta_replays)
    return [*replayed, *cursor.previous, *keys, *again]


def _waiting(call: Call, feed: Feed, cursor: Cursor, count: int) -> Iterator[tuple[int, str]]:
    """Place and key of the rows that the round has yet to list, in its order."""
    if not cursor.initial and not cursor.shuffled:
        yield from feed.journal.since(cursor.at, cursor.until)
        return
    if cursor.initial:
        late = call.state.switches.delta_lag > 0
        found = [entry for entry in feed.present(cursor) if not late or entry[0] <= cursor.until]
        if call.state.switches.delta_removed_initially:
            present = {key for _, key in found}
            found += [
                (at, key)
                for at, key in feed.journal.since(0, cursor.until)
                if key not in present and feed.rows(key, cursor) is None
            ]
    else:
        found = list(feed.journal.since(cursor.since, cursor.until))
    if cursor.shuffled:
        found = [(_place(cursor, key), key) for _, key in found]
    waiting = [entry for entry in found if entry[0] > cursor.at]
    yield from nsmallest(count, waiting)


def _place(cursor: Cursor, key: str) -> int:
    """A place that is nobody's order, and the same on every page of a round."""
    text = f"{cursor.since}:{cursor.until}:{key}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big")


def _rows(feed: Feed, key: str, cursor: Cursor) -> Rows:
    rows = feed.rows(key, cursor)
    return feed.removed(key, cursor) if rows is None else rows
