"""One mailbox at Graph, as the engine's port sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    FixConfiguration,
    ItemChanged,
    ItemMissing,
    OutcomeUnknown,
    SignInAgain,
    SuspendConnection,
    SyncError,
    Throttled,
    TryLater,
)
from agentbox_sync.core.kinds import Record
from agentbox_sync.graph import batch, delta
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.follower import Follower
from agentbox_sync.graph.links import FOREIGN
from agentbox_sync.graph.stores.base import Question, Slice
from agentbox_sync.graph.stores.contacts import Contacts
from agentbox_sync.graph.whereabouts import Whereabouts
from agentbox_sync.ports import Create, Cursor, Landing, Page, Write, Written

log = logging.getLogger(__name__)

T = TypeVar("T")

SLICES: Mapping[str, Slice] = {store.kind: store for store in (Contacts(),)}

# Our own collection is called so, in every language: people look for the product's name.
OWN_NAME = "Agentbox"
MOST_NAMESAKES = 20

# What one answer says about the whole mailbox, so that the other items need not be asked.
MAILBOX_WIDE = (SuspendConnection, SignInAgain, FixConfiguration, Throttled)


class GraphMailbox:
    """A :class:`agentbox_sync.ports.RemoteStore`: one ``$batch`` in flight at a time."""

    def __init__(self, client: GraphClient, slices: Mapping[str, Slice] = SLICES) -> None:
        self._client = client
        self._slices = slices
        self._whereabouts = Whereabouts(client)
        self._follower = Follower()
        self._feeds_in_batch = delta.DELTA_LINK_WORKS_IN_BATCH

    @property
    def batch_size(self) -> int:
        """Return how many writes go out together: fewer while Graph says that it were too many."""
        return self._client.batch_size

    def locate(self, kind: str, target: str) -> str:
        """Return the remote id of the collection that ``target`` names (empty: the main one).

        A target is a folder's id. Raises TryLater when the main one cannot be named yet.
        """
        store = self._slices[kind]
        ways = store.locate(target)
        for place, way in enumerate(ways, 1):
            response = self._client.get(way.request.path)
            if response.status in (400, 404) and place < len(ways):
                continue
            found = self._read(way, response)
            if isinstance(found, SyncError):
                raise found
            if found:
                self._whereabouts.are_ours(found)
                return found
        raise TryLater(store.not_located(), code="CollectionNotNamed")

    def find_own(self, kind: str, stamp: str) -> str:
        """Return the remote id of our own collection with a stamp, empty where there is none.

        A search may show what lies in the bin; ours lies where it was made, below the main one.
        """
        found = self._one(self._slices[kind].find_own(stamp))
        main = self.locate(kind, "") if found else ""
        return next((place.id for place in found if place.parent == main), "")

    def create_own(self, kind: str, stamp: str) -> str:
        """Create a collection that carries ``stamp``; numbered where a person's has our name.

        Raises OutcomeUnknown when no answer came.
        """
        for number in range(1, MOST_NAMESAKES + 1):
            name = OWN_NAME if number == 1 else f"{OWN_NAME} {number}"
            (answer,) = self._ask([self._slices[kind].create_own(stamp, name)])
            if isinstance(answer, ItemChanged):
                continue
            if isinstance(answer, SyncError):
                raise answer
            return answer
        raise FixConfiguration(
            f"There are {MOST_NAMESAKES} folders called {OWN_NAME} in this mailbox already.",
            code="TooManyNamesakes",
        )

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Remove our own collection if nothing lies in it; tell whether it is gone."""
        if self.find_own(kind, stamp) != collection:
            return True
        store = self._slices[kind]
        answers = _of_reads(self._ask(store.contents(collection)))
        if not all(answer is False for answer in answers):
            return False
        (removed,) = self._ask([store.remove_own(collection)])
        return removed is True or isinstance(removed, ItemMissing)

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor, all in one request; CursorExpired is an answer.

        Only items that the page shows in part are read beside it, in further requests.
        """
        self._whereabouts.are_ours(*(cursor.collection for cursor in cursors))
        base = self._client.base_url
        questions = [
            self._slices[c.kind].delta(c.collection, c.link, base, c.window) for c in cursors
        ]
        together = len(questions) > 1 and self._feeds_in_batch
        feeds = self._ask(questions) if together else self._ask_one_by_one(questions)
        if together:
            self._ask_refused_alone(questions, feeds)
        return [
            feed if isinstance(feed, SyncError) else self._completed(cursor, feed)
            for cursor, feed in zip(cursors, _of_reads(feeds), strict=True)
        ]

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items; ItemMissing is an answer, not yet a proof."""
        store = self._slices[kind]
        answers = _of_reads(self._ask([store.fetch(remote_id) for remote_id in remote_ids]))
        places = [one.container for one in answers if isinstance(one, Observation)]
        deleted = self._whereabouts.deleted(store, [place for place in places if place])
        return _of_reads([_unless_deleted(answer, deleted) for answer in answers])

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the items that carry each stamp; a copied item may carry its original's."""
        store = self._slices[kind]
        return _of_reads(self._ask([store.find_stamped(collection, stamp) for stamp in stamps]))

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find items that may be the same as each record, by its strongest key."""
        store = self._slices[kind]
        asked = [store.find_alike(collection, record) for record in records]
        answers = iter(_of_reads(self._ask([one for questions in asked for one in questions])))
        return [_united([next(answers) for _ in questions]) for questions in asked]

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send at most ``batch_size`` writes together; OutcomeUnknown is an answer.

        An error that concerns the mailbox is raised while nothing was carried out, and is an
        answer beside writes that were: what was done must not get lost.
        """
        return self.begin_write(kind, collection, writes)()

    def begin_write(self, kind: str, collection: str, writes: Sequence[Write]) -> Landing:
        """Send as :meth:`write` does, and return what waits for the answers."""
        if len(writes) > batch.MAX_ITEMS:
            raise ValueError(f"at most {batch.MAX_ITEMS} writes go out together")
        store = self._slices[kind]
        unread: dict[int, Written | SyncError] = {}
        questions: dict[int, Question[Written]] = {}
        for place, write in enumerate(writes):
            if not isinstance(write, Create) and not write.etag:
                # A write without If-Match would overwrite what nobody has read.
                unread[place] = ItemChanged("The item has to be read first.", code="NoETag")
            else:
                questions[place] = store.write(collection, write)
        begun = self._begin(list(questions.values()))

        def land() -> list[Written | SyncError]:
            sent = begun()
            if not any(isinstance(answer, Written | OutcomeUnknown) for answer in sent):
                _raise_mailbox_wide(sent)
            answers = unread | dict(zip(questions, sent, strict=True))
            return [answers[place] for place in range(len(writes))]

        return land

    def _completed(self, cursor: Cursor, feed: delta.Feed) -> Page | SyncError:
        followed = self._follower.follow(cursor, feed)
        if isinstance(followed, SyncError):
            return followed
        answers = self.fetch(cursor.kind, followed.doubtful)
        return delta.completed(followed, dict(zip(followed.doubtful, answers, strict=True)))

    def _ask_refused_alone(
        self, questions: Sequence[Question[delta.Feed]], feeds: list[delta.Feed | SyncError]
    ) -> None:
        """Ask feeds alone that were refused in a batch: it may be the batch that is at fault."""
        for place, feed in enumerate(feeds):
            if not isinstance(feed, CursorExpired | FixConfiguration) or feed.code == FOREIGN:
                continue
            (feeds[place],) = self._ask_one_by_one([questions[place]])
            if isinstance(feeds[place], delta.Feed):
                self._feeds_in_batch = False
                log.warning(
                    "graph takes no delta link in a batch (%s); one request for each feed from "
                    "here on. Turn DELTA_LINK_WORKS_IN_BATCH off.",
                    feed.code,
                )

    def _ask_one_by_one(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        asked = [question.request for question in questions]
        responses = [self._client.get(one.path, prefer=one.prefer) for one in asked]
        return self._read_all(questions, responses)

    def _one(self, question: Question[T]) -> T:
        (answer,) = self._ask([question])
        if isinstance(answer, SyncError):
            raise answer
        return answer

    def _ask(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        answers: list[T | SyncError] = []
        for group in batch.groups(questions):
            responses = self._client.batch([question.request for question in group])
            read = self._read_all(group, responses)
            answers.extend(read)
        return answers

    def _begin(self, questions: Sequence[Question[T]]) -> Callable[[], list[T | SyncError]]:
        """Ask at most one batch; return what waits for the answers and reads them."""
        if not questions:
            return list
        begun = self._client.begin_batch([question.request for question in questions])
        return lambda: self._read_all(questions, begun())

    def _read_all(
        self, questions: Sequence[Question[T]], responses: Sequence[Response]
    ) -> list[T | SyncError]:
        answers: list[T | SyncError] = []
        for question, response in zip(questions, responses, strict=True):
            answer = self._read(question, response)
            answers.append(answer)
        return answers

    def _read(self, question: Question[T], response: Response) -> T | SyncError:
        if not response.ok:
            wait = self._client.wait_of(response)
            return error_of(response, question.asked, retry_after=wait)
        try:
            return question.read(response)
        except SyncError as error:
            return error


def _of_reads(answers: list[T | SyncError]) -> list[T | SyncError]:
    """Return the answers of reads; what concerns the whole mailbox is raised instead."""
    _raise_mailbox_wide(answers)
    return answers


def _unless_deleted(
    answer: Observation | SyncError, deleted: Mapping[str, bool | SyncError]
) -> Observation | SyncError:
    if isinstance(answer, SyncError):
        return answer
    told = deleted.get(answer.container, False)
    if isinstance(told, SyncError):
        return told
    return ItemMissing("It lies in Deleted Items.", code="InDeletedItems") if told else answer


def _raise_mailbox_wide(answers: Sequence[Any]) -> None:
    """Raise the gravest mailbox-wide error; of several waits the longest."""
    for leaf in MAILBOX_WIDE:
        errors = [answer for answer in answers if isinstance(answer, leaf)]
        if errors:
            raise max(errors, key=lambda error: getattr(error, "retry_after", None) or 0.0)


def _united(
    answers: Sequence[list[Observation] | SyncError],
) -> list[Observation] | SyncError:
    """Return the items of several searches, each once; a failed search spoils the whole."""
    found: dict[str, Observation] = {}
    for answer in answers:
        if isinstance(answer, SyncError):
            return answer
        found.update((item.remote_id, item) for item in answer)
    return list(found.values())
