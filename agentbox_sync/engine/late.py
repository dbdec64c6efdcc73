"""Creates of ours that went out late, or were given up and have arrived after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agentbox_sync.core.changes import Link, LinkState, LocalKey, Observation
from agentbox_sync.core.kinds import Canonical
from agentbox_sync.core.matching import is_untouched, landed
from agentbox_sync.core.succession import as_it_was_open, series_of
from agentbox_sync.core.ties import is_tied
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.settle import LANDING
from agentbox_sync.engine.task import Task, is_wanted, tried
from agentbox_sync.ports import Intent

Late = tuple[Intent, tuple[Canonical, ...]]


def arrived_late(box: Box, part: Part, items: Sequence[Observation]) -> dict[str, Late]:
    """Return by remote id which create an item has come from, where it is ours to deal with.

    With it comes the canonical form of all that was tried under its stamp, oldest first. ``items``
    were read whole: a feed shows no stamps.
    """
    stamps = [item.stamp for item in items if item.stamp]
    ghosts = box.memory.ghosts(part.kind.name, stamps) if stamps else {}
    found: dict[str, Late] = {}
    for item in items:
        if intent := ghosts.get(item.stamp):
            payloads = tried(part, intent)
            if _is_ours(box, part, intent, payloads, item):
                found[item.remote_id] = intent, payloads
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
    box: Box, part: Part, intent: Intent, payloads: tuple[Canonical, ...], item: Observation
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
    if _is_next(part, intent, payloads, shown):
        return False  # the next one of its series, which has taken the stamp along
    ended = intent.link.state is LinkState.DEAD
    return not ended or is_untouched(landed(payloads, shown), shown)


def _is_next(part: Part, intent: Intent, payloads: tuple[Canonical, ...], shown: Canonical) -> bool:
    """Tell whether an item comes after one of those that were sent, or after what became of it.

    What was brought forward since goes on before the day that was sent at first; what still is
    of that day may have been sent. Of one that is done there is a next one, whatever it was called
    when it was done. It may be done itself, and then the one after it has its rule.
    """
    kind, now = part.kind, intent.link.base_remote
    shown = as_it_was_open(kind, payloads[-1], shown)
    if any(kind.follows(payload, shown) for payload in payloads):
        return True
    keys = kind.strong_keys(shown)
    is_as_sent = any(kind.strong_keys(payload) == keys for payload in payloads)
    goes_on = kind.is_over(now) and series_of(kind, shown) != ""
    return not is_as_sent and (goes_on or kind.follows(now, shown))
