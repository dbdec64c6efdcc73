"""One look at the change feeds of many mailboxes: whether anything has changed, and no more.

Graph's limits are counted for each mailbox, so that items of different mailboxes in one ``$batch``
do not stand in each other's way (facts, sections 6 and 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentbox_sync.core.errors import SyncError
from agentbox_sync.graph.bounds import Mailboxes
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.delta import Feed
from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.mailbox import slices
from agentbox_sync.graph.stores.base import Question

# Whether anything has changed is the same in every zone: what a row says is not looked at.
_SLICES = slices("UTC")


@dataclass(frozen=True, slots=True)
class Watched:
    """One feed of one mailbox, with the delta link up to which it was read."""

    object_id: str
    kind: str
    collection: str
    link: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look has shown: the next delta link where nothing changed, and the pause asked for.

    Without a link the mailbox has to be looked at by itself, for whatever reason.
    """

    link: str = ""
    wait: float | None = None


def glance(client: GraphClient, feeds: Sequence[Watched]) -> list[Seen]:
    """Ask at most 20 feeds in one request; what is refused harms no other one.

    Raises what the client raises.
    """
    questions = [
        _SLICES[feed.kind].delta(feed.collection, feed.link, client.base_url) for feed in feeds
    ]
    placed = [
        Mailboxes([feed.object_id]).placed(question.request)
        for feed, question in zip(feeds, questions, strict=True)
    ]
    answers = client.batch(placed)
    return [_seen(client, *pair) for pair in zip(questions, answers, strict=True)]


def _seen(client: GraphClient, question: Question[Feed], answer: Response) -> Seen:
    if not answer.ok:
        return Seen(wait=client.wait_of(answer))
    try:
        page = question.read(answer).page
    except SyncError:
        return Seen()  # the mailbox's own run meets it again, and tells of it
    return Seen() if page.observations or page.next_link else Seen(page.delta_link)
