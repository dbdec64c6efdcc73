"""One mailbox at Graph, as the engine's port sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    FixConfiguration,
    ItemChanged,
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
from agentbox_sync.graph.stores.base import Question, Slice
from agentbox_sync.graph.stores.contacts import Contacts
from agentbox_sync.ports import Create, Cursor, Page, Write, Written

T = TypeVar("T")

SLICES: Mapping[str, Slice] = {store.kind: store for store in (Contacts(),)}

# What one answer says about the whole mailbox, so that the other items need not be asked.
MAILBOX_WIDE = (SuspendConnection, SignInAgain, FixConfiguration, Throttled)


class GraphMailbox:
    """A :class:`agentbox_sync.ports.RemoteStore`: one ``$batch`` in flight at a time."""

    def __init__(self, client: GraphClient, slices: Mapping[str, Slice] = SLICES) -> None:
        self.batch_size = batch.MAX_ITEMS
        self._client = client
        self._slices = slices

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
                return found
        raise TryLater(store.not_located(), code="CollectionNotNamed")

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor, all in one request; CursorExpired is an answer.

        Only items that the page shows in part are read beside it, in further requests.
        """
        questions = [
            self._slices[cursor.kind].delta(cursor.collection, cursor.link, self._client.base_url)
            for cursor in cursors
        ]
        together = len(questions) > 1 and delta.DELTA_LINK_WORKS_IN_BATCH
        feeds = self._ask(questions) if together else self._ask_one_by_one(questions)
        return [
            feed if isinstance(feed, SyncError) else self._completed(cursor.kind, feed)
            for cursor, feed in zip(cursors, _of_reads(feeds), strict=True)
        ]

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items; ItemMissing is an answer, not yet a proof."""
        store = self._slices[kind]
        return _of_reads(self._ask([store.fetch(remote_id) for remote_id in remote_ids]))

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
        if len(writes) > self.batch_size:
            raise ValueError(f"at most {self.batch_size} writes go out together")
        store = self._slices[kind]
        answers: dict[int, Written | SyncError] = {}
        questions: dict[int, Question[Written]] = {}
        for place, write in enumerate(writes):
            if not isinstance(write, Create) and not write.etag:
                # A write without If-Match would overwrite what nobody has read.
                answers[place] = ItemChanged("The item has to be read first.", code="NoETag")
            else:
                questions[place] = store.write(collection, write)
        sent = self._ask(list(questions.values()))
        answers.update(zip(questions, sent, strict=True))
        done = any(isinstance(answer, Written | OutcomeUnknown) for answer in sent)
        if not done:
            _raise_mailbox_wide(sent)
        return [answers[place] for place in range(len(writes))]

    def _completed(self, kind: str, feed: delta.Feed) -> Page | SyncError:
        answers = self.fetch(kind, feed.doubtful)
        return delta.completed(feed, dict(zip(feed.doubtful, answers, strict=True)))

    def _ask_one_by_one(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        answers: list[T | SyncError] = []
        for question in questions:
            request = question.request
            response = self._client.get(request.path, prefer=request.prefer)
            answer = self._read(question, response)
            answers.append(answer)
        return answers

    def _ask(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        answers: list[T | SyncError] = []
        for group in batch.groups(questions):
            responses = self._client.batch([question.request for question in group])
            for question, response in zip(group, responses, strict=True):
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
