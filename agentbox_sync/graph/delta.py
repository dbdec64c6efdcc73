"""Change-feed pages: what Graph shows, as one :class:`agentbox_sync.ports.Page`.

Rows come in no order, may repeat within a round, may be replayed, and a changed item may show
only what changed (concepts/delta-query-overview.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ServerFault
from agentbox_sync.graph.links import relative
from agentbox_sync.ports import Page

PAGE_SIZE = 500
PREFER = (f"odata.maxpagesize={PAGE_SIZE}",)

# *Unconfirmed*: that a nextLink or deltaLink works inside a $batch. False: one GET per feed,
# which costs an idle connection one request per kind instead of one in all.
DELTA_LINK_WORKS_IN_BATCH = True


def page_of(body: Any, observe: Callable[[Mapping[str, Any]], Observation], base_url: str) -> Page:
    """Return the page that ``body`` holds; ``observe`` reads one row that is not removed.

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
    return Page(
        observations=merged(_observed(row, observe) for row in rows),
        next_link=next_link or "",
        delta_link=delta_link or "",
    )


def merged(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return one observation per item: the last word on each atom counts.

    "Removed" outlives a later row: the order of rows proves nothing, and the engine verifies what
    is said to be removed with a read.
    """
    found: dict[str, Observation] = {}
    for item in observations:
        earlier = found.get(item.remote_id)
        found[item.remote_id] = item if earlier is None else _over(earlier, item)
    return tuple(found.values())


def _over(earlier: Observation, later: Observation) -> Observation:
    return replace(
        later,
        etag=later.etag or earlier.etag,
        record={**earlier.record, **later.record},
        removed=earlier.removed or later.removed,
        container=later.container or earlier.container,
        created_at=later.created_at or earlier.created_at,
        incomplete=earlier.incomplete or later.incomplete,
    )


def _observed(
    row: Mapping[str, Any], observe: Callable[[Mapping[str, Any]], Observation]
) -> Observation:
    if "@removed" in row:
        return Observation(remote_id=row["id"], removed=True)
    return observe(row)


def _has_id(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("id"), str) and bool(row["id"])
