"""Creates of ours that went out late, or were given up and have arrived after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agentbox_sync.core.changes import Link, LinkState, LocalKey, Observation
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.matching import is_untouched, landed
from agentbox_sync.core.succession import as_it_was_open, series_of
from agentbox_sync.core.ties import is_tied
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.settle import LANDING
from agentbox_sync.engine.shown import canonical_of
from agentbox_sync.engine.task import Task, fetch, is_wanted, tried
from agentbox_sync.ports import Intent

Late = tuple[Intent, tuple[Canonical, ...]]


def arrived_late(box: Box, part: Part, items: Sequence[Observation]) -> dict[str, Late]:
    """Return by remote id which create an item has come from, where it is ours to deal with.

    With it comes the canonical form of all that was tried under its stamp, oldest first. ``items``
    were read whole: a feed shows no stamps.
    """
    stamps = [item.stamp for item in items if item.stamp]
    ghosts = box.memory.ghosts(part.kind.name, stamps) if stamps else {}
    own = _own_items(box, part, ghosts.values())
    found: dict[str, Late] = {}
    for item in items:
        if intent := ghosts.get(item.stamp):
            payloads = tried(part, intent)
            if _is_ours(box, part, intent, payloads, item, own.get(intent.link.remote_id, {})):
                found[item.remote_id] = intent, payloads
    return found


def _own_items(box: Box, part: Part, intents: Iterable[Intent]) -> dict[str, Canonical]:
    """Return what the items of pairs say of which another one may have gone on with the series.

    Nobody may have heard yet that it was done, or when it was due then.
    """
    ids = sorted({one.link.remote_id for one in intents} - {""}) if part.kind.series else []
    found: dict[str, Canonical] = {}
    for group in chunks(ids, box.remote.batch_size):
        box.check()
        shown, _ = fetch(box, part, group)
        found |= {id_: canonical_of(part, seen.record) for id_, seen in shown.items()}
    return found


def date_late(
    box: Box,
    part: Part,
    announced: Mapping[LocalKey, Link],
    since: datetime,
    unanswered: Iterable[Task],
) -> None:
    """Let unanswered creates count from now on, where they were announced ``since`` too long.

    Whoever was stopped on the way (a machine that slept between the announcement and the request)
    has sent them when their settle delay was over: the next run would not wait for them at all, and
    what has landed long after it was announced would pass for a copy that a person made (seed
    5077723 of the simulated calendars).
    """
    late = [announced[x.row.key] for x in unanswered if x.row.key in announced]
    if late and box.clock.now() - since >= box.settle_delay:
        box.memory.date_creates(part.kind.name, late)


def _is_ours(
    box: Box,
    part: Part,
    intent: Intent,
    payloads: tuple[Canonical, ...],
    item: Observation,
    own: Canonical,
) -> bool:
    """Tell whether an item that carries a stamp is a late arrival, to be dealt with by us.

    What came into being long after the last attempt is a copy that a person made. Where its
    pair has ended, one that somebody has edited since belongs to that person now.
    """
    if item.ties and is_tied(item.ties) and not is_wanted(intent.link):
        return False  # a double that others take part in is not removed
    if intent.link.remote_id == item.remote_id:
        return False  # it was found, and its pair has ended: a person has put it back since
    latest = intent.sent_at + LANDING * box.settle_delay
    if item.created_at is not None and item.created_at > latest:
        return False
    shown = part.kind.canonical(item.record, part.locality)
    if _is_next(part, intent, payloads, shown, own):
        return False  # it may be the next one of its series, which has taken the stamp along
    ended = intent.link.state is LinkState.DEAD
    return not ended or is_untouched(landed(payloads, shown), shown)


def _is_next(
    part: Part,
    intent: Intent,
    payloads: tuple[Canonical, ...],
    shown: Canonical,
    own: Canonical,
) -> bool:
    """Tell whether an item may come after one of those that were sent, or after what became of it.

    What its pair does not wait for is removed, and what Exchange has made of a series is a
    person's: so of a series only that is ours which still has the name and the day that were sent.
    What has not may have been renamed or put off as it was done, or since (seed 9024563 of the
    simulated tasks). Where ``own``, the pair's item, is done, and was brought forward before, the
    next one may even have the day that was sent. It may be done itself, and then the one after it
    has its rule.
    """
    kind = part.kind
    shown = as_it_was_open(kind, payloads[-1], shown)
    known = [intent.link.base_remote, own]
    done = [one for one in known if kind.is_over(one) or not series_of(kind, one)]
    if any(kind.follows(one, shown) for one in (*payloads, *done)):
        return True
    keys = kind.strong_keys(shown)
    is_as_sent = any(kind.strong_keys(payload) == keys for payload in payloads)
    comes_again = any(series_of(kind, one) for one in (*payloads, *known, shown))
    return comes_again and not is_as_sent and not is_wanted(intent.link)
