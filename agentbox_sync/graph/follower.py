"""A round of a change feed, page after page: what no single page can show of itself.

Rows come in no order and may repeat, also on a later page; a round may lead in a circle, or go on
for ever with pages that show nothing (concepts/delta-query-overview.md; a round without an end is
in no page of the documentation, and has been met by others).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agentbox_sync.core.errors import CursorExpired
from agentbox_sync.graph.delta import Feed
from agentbox_sync.ports import Cursor

ENDLESS = "EndlessRound"
# So many pages in a row without anything new are no listing any more. An empty page with a next
# link is documented, and nowhere how many of them may follow each other.
MOST_BARREN = 100


@dataclass(slots=True)
class _Round:
    """What one round has shown: links as they are, items by the hashes of their ids and ETags."""

    links: set[str] = field(default_factory=set)
    etags: dict[int, int] = field(default_factory=dict)
    barren: int = 0


class Follower:
    """Follows the feeds of one run; a round that another run began is known from here on only."""

    def __init__(self) -> None:
        self._rounds: dict[str, _Round] = {}

    def follow(self, cursor: Cursor, feed: Feed) -> Feed | CursorExpired:
        """Return a page with what has to be read of it because of earlier ones.

        A round that does not end is given up, to be begun anew: CursorExpired is an answer.
        """
        now = self._rounds.setdefault(cursor.collection, _Round()) if cursor.link else _Round()
        self._rounds[cursor.collection] = now
        now.links.add(cursor.link)
        again, is_barren = self._compare(now, feed)
        now.barren = now.barren + 1 if is_barren else 0
        if feed.page.delta_link:
            del self._rounds[cursor.collection]
        elif feed.page.next_link in now.links or now.barren >= MOST_BARREN:
            del self._rounds[cursor.collection]
            return CursorExpired("A round of the change feed had no end.", code=ENDLESS)
        return replace(feed, doubtful=tuple(dict.fromkeys((*feed.doubtful, *again))))

    def _compare(self, now: _Round, feed: Feed) -> tuple[list[str], bool]:
        """Return the items that two pages show differently, and whether nothing is new."""
        again, is_barren = [], True
        for item in feed.page.observations:
            key, etag = hash(item.remote_id), hash((item.etag, item.removed))
            earlier = now.etags.get(key)
            is_barren &= earlier == etag
            if earlier is not None and earlier != etag and item.etag and not item.removed:
                # Which of them is the newer one the order of pages does not say: a read will.
                again.append(item.remote_id)
            now.etags[key] = etag
        return again, is_barren
