"""Step 2: read the change feeds and stage what they show."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.errors import CursorExpired, ServerFault, SyncError
from agentbox_sync.core.windows import has_rolled, opened
from agentbox_sync.engine.context import CHUNK, Box, Depth, Part
from agentbox_sync.engine.strayed import suspect_originals
from agentbox_sync.engine.target import begin
from agentbox_sync.ports import Chain, Cursor, Page, Window

MAX_PAGES = 10_000  # a round of ten thousand pages is a loop of next links, not a mailbox


def open_chain(box: Box, part: Part, *, dry: bool = False) -> Chain:
    """Return the chain of a part's kind; located on the first run, begun anew when it is stale.

    So it is where its window has rolled on: a feed carries the one that it was opened with.
    """
    chain = box.memory.chain(part.kind.name)
    if chain is None:
        return begin(box, part, dry=dry)
    if not _is_stale(box, part, chain):
        return chain
    anew = _restarted(box, chain, opened(part.window))
    return replace(anew, asked=chain.asked, unsettled=chain.unsettled)


def _restarted(box: Box, chain: Chain, window: Window | None = None) -> Chain:
    """Begin a new listing; what is in doubt outside of a window stays so."""
    doubtful = _in_doubt(box, chain) if chain.window else []
    anew = box.memory.restart_chain(chain, window=window)
    if doubtful:
        box.memory.suspect(anew, doubtful)
    return anew


def _in_doubt(box: Box, chain: Chain) -> list[str]:
    """Return the items that are said to be gone, and are not verified yet.

    Of what lies outside of the window no new listing speaks: a write that did not find it would
    be forgotten, and sent again (seed 385 of the simulated calendars).
    """
    found: list[str] = []
    after = 0
    while rows := box.memory.staged(chain, after=after, limit=CHUNK):
        after = rows[-1].id
        found += [x.observation.remote_id for x in rows if x.observation.removed and not x.verified]
    linked = box.memory.links_by_remote(chain.kind, found) if found else {}
    return list(linked)


def _is_stale(box: Box, part: Part, chain: Chain) -> bool:
    if part.depth is not Depth.FULL:
        return False
    if has_rolled(chain.window, part.window):
        return True
    if not chain.complete:
        return False
    if chain.listed_at is None:  # it was wrong when it had been made anew as well
        return True
    return box.relist_after is not None and (box.clock.now() - chain.listed_at >= box.relist_after)


def pull(box: Box, chains: list[Chain]) -> list[Chain]:
    """Read every feed to the end of its round, one request for all of them at a time.

    Page and cursor are staged together, so a crash between two pages loses nothing. A dead
    cursor begins a new generation; links and bases stay.
    """
    results = {chain.id: chain for chain in chains}
    open_ids = list(results)
    expired: set[int] = set()
    for _ in range(MAX_PAGES):
        if not open_ids:
            return list(results.values())
        box.check()
        asked = [results[chain_id] for chain_id in open_ids]
        answers = box.remote.pull([Cursor(c.kind, c.collection, c.link, c.window) for c in asked])
        open_ids = []
        for chain, answer in zip(asked, answers, strict=True):
            if isinstance(answer, CursorExpired) and chain.id not in expired:
                # Once only: a collection that refuses a fresh round as well is not our doing.
                expired.add(chain.id)
                results[chain.id] = _restarted(box, chain)
                open_ids.append(chain.id)
                continue
            page = _without_secrets(box, chain, _page(answer))
            if page.next_link and page.next_link == chain.link:
                raise ServerFault("a next link that leads to itself", code="next_link_loop")
            suspect_originals(box, chain, page)
            results[chain.id] = box.memory.stage(chain, page)
            box.report.kind(chain.kind).read += len(page.observations)
            if page.next_link:
                open_ids.append(chain.id)
        if open_ids:
            box.on_progress(box.report)
    raise ServerFault("a round without an end", code="next_link_loop")


def _without_secrets(box: Box, chain: Chain, page: Page) -> Page:
    """Return a page that tells nothing of what its owner keeps private and no link of ours names.

    What is left is its id: it may be a create of ours that has landed late.
    """
    kind = box.kinds.get(chain.kind)
    secret = {x.remote_id for x in page.observations if kind and kind.is_private(x.record)}
    if not secret:
        return page
    secret -= box.memory.links_by_remote(chain.kind, sorted(secret)).keys()
    return replace(
        page,
        observations=tuple(
            replace(seen, record={}) if seen.remote_id in secret else seen
            for seen in page.observations
        ),
    )


def _page(answer: Page | SyncError) -> Page:
    if isinstance(answer, SyncError):
        raise answer
    return answer
