"""Change-feed pages: what Graph shows, and what of it has to be read to be known.

Rows come in no order, may repeat within a round, may be replayed, and a changed item may show
only what changed (concepts/delta-query-overview.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemMissing, ServerFault, SyncError, TryLater
from agentbox_sync.graph.links import relative
from agentbox_sync.ports import Page

PAGE_SIZE = 500
PREFER = (f"odata.maxpagesize={PAGE_SIZE}",)

Row = Mapping[str, Any]

# *Unconfirmed*: that a nextLink or deltaLink works inside a $batch. False: one GET per feed,
# which costs an idle connection one request per kind instead of one in all. While it is True a
# feed that is refused there is asked alone before that is believed, and the log says so.
DELTA_LINK_WORKS_IN_BATCH = True


@dataclass(frozen=True, slots=True)
class Feed:
    """A page, and the ids of the items in it that have to be read to be known.

    Doubtful is an item of which some atom is shown only in part, and one that came twice with
    different ETags: the order of rows does not say which is the newer one.
    """

    page: Page
    doubtful: tuple[str, ...] = ()


def feed_of(
    body: Any,
    observe: Callable[[Row], Observation],
    half_shown: Callable[[Row], bool],
    base_url: str,
) -> Feed:
    """Return what ``body`` shows; the two functions read one row that is not removed.

    Raises ServerFault for a body that is no whole page (a half-read listing is never a complete
    one), FixConfiguration for a link that leads to another host.
    """
    rows = body.get("value") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(_has_id(row) for row in rows):
        raise ServerFault("A page of the change feed was damaged.", code="DamagedPage")
    next_link, delta_link = body.get("@odata.nextLink"), body.get("@odata.deltaLink")
    if bool(next_link) == bool(delta_link):
        raise ServerFault("A page of the change feed had no single way on.", code="DamagedPage")
    relative(next_link or delta_link, base_url)  # refused now, and not when it is stored
    found: dict[str, Observation] = {}
    doubtful: dict[str, None] = {}
    for row in rows:
        removed = "@removed" in row
        item = Observation(row["id"], removed=True) if removed else observe(row)
        earlier = found.get(item.remote_id)
        if not removed and (half_shown(row) or (earlier and earlier.etag not in ("", item.etag))):
            doubtful[item.remote_id] = None
        found[item.remote_id] = _over(earlier, item) if earlier else item
    page = Page(tuple(found.values()), next_link=next_link or "", delta_link=delta_link or "")
    # What is said to be removed is read by the engine, beside a control item.
    return Feed(page, tuple(key for key in doubtful if not found[key].removed))


def completed(feed: Feed, answers: Mapping[str, Observation | SyncError]) -> Page | SyncError:
    """Return the page with the doubtful items as a read showed them, by their ids.

    A read that may work later is the answer, and the page is read again; an item that cannot be
    read stays as it was shown, because one item never stops a feed.
    """
    later = next((answer for answer in answers.values() if isinstance(answer, TryLater)), None)
    if later:
        return later
    return replace(
        feed.page,
        observations=tuple(
            _known(item, answers.get(item.remote_id)) for item in feed.page.observations
        ),
    )


def _known(item: Observation, answer: Observation | SyncError | None) -> Observation:
    if isinstance(answer, Observation):
        return answer
    # Of what was only named and cannot be read nothing is known: the engine looks at it again.
    is_unknown = isinstance(answer, SyncError) and not item.record
    return replace(item, removed=True) if isinstance(answer, ItemMissing) or is_unknown else item


def _over(earlier: Observation, later: Observation) -> Observation:
    """Return two rows of one item as one: the last word counts, and "removed" outlives it."""
    return replace(
        later,
        etag=later.etag or earlier.etag,
        record={**earlier.record, **later.record},
        removed=earlier.removed or later.removed,
        container=later.container or earlier.container,
        created_at=later.created_at or earlier.created_at,
    )


def _has_id(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("id"), str) and bool(row["id"])
