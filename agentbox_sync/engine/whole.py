"""Items that are read whole before a row is carried out: a feed shows the atoms that changed."""

from __future__ import annotations

from collections.abc import Mapping

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Link, LocalKey, Observation
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.task import fetch
from agentbox_sync.ports import Chain, Staged


def is_read_whole(row: Row) -> bool:
    """Tell whether a row is about an item that no base speaks for.

    A first meeting and an item born in Exchange have none that could stand for an atom that the
    feed did not show.
    """
    return row.action in (Action.LINK, Action.IMPORT, Action.OFFER, Action.DEDUPE)


def read_whole(
    box: Box, part: Part, chain: Chain, rows: list[Row]
) -> tuple[dict[str, Observation], bool]:
    """Read the items that a feed may have shown in part; one that is lost is suspected."""
    shown, answered = fetch(box, part, [row.remote_id for row in rows if is_read_whole(row)])
    lost = [row for row in rows if is_read_whole(row) and row.remote_id not in shown]
    if lost and answered:  # not yet a proof that they are gone
        box.memory.suspect(chain, [row.remote_id for row in lost])
    return shown, answered


def with_what_feeds_left_out(
    box: Box,
    part: Part,
    chain: Chain,
    rows: list[Row],
    links: Mapping[LocalKey, Link],
    staged: dict[str, Staged],
) -> tuple[list[Row], frozenset[str]]:
    """Read what is to be taken from Exchange and was not newly seen: a person asked for it.

    And what a person has brought over from a collection that nobody followed: what was typed
    there no feed of ours told, and the base knows nothing of it (seed 56590826). Adds to
    ``staged`` what was found; returns the rows without those whose item was not, and the ids of
    what was read.
    """
    unseen = [
        row
        for row in rows
        if not is_read_whole(row)
        and (
            _is_brought_over(links.get(row.key), staged.get(row.remote_id), chain)
            or (row.pull and row.remote_id not in staged)
        )
    ]
    if not unseen:
        return rows, frozenset()
    found, answered = fetch(box, part, [row.remote_id for row in unseen])
    staged |= {remote_id: Staged(0, seen) for remote_id, seen in found.items()}
    lost = [row for row in unseen if row.remote_id not in found]
    if lost and answered:  # not yet a proof that they are gone
        box.memory.suspect(chain, [row.remote_id for row in lost])
    return [row for row in rows if row not in lost], frozenset(found)


def _is_brought_over(link: Link | None, row: Staged | None, chain: Chain) -> bool:
    """Tell whether a pair's item was met in another collection, and is seen in this one."""
    if link is None or row is None or row.missing:
        return False
    is_here = row.observation.container == chain.collection
    return is_here and link.collection not in ("", chain.collection)
