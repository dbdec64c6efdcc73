"""One mailbox at Graph, as the engine's port sees it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    FixConfiguration,
    ItemChanged,
    ItemError,
    ItemMissing,
    OutcomeUnknown,
    SyncError,
    TryLater,
)
from agentbox_sync.core.kinds import Record
from agentbox_sync.graph import batch, delta
from agentbox_sync.graph.asking import MAILBOX_WIDE, Asker, of_reads, raise_mailbox_wide
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.follower import Follower
from agentbox_sync.graph.links import FOREIGN
from agentbox_sync.graph.rounds import carried_out
from agentbox_sync.graph.stores.base import Question, Slice
from agentbox_sync.graph.stores.calendar import Calendar
from agentbox_sync.graph.stores.contacts import Contacts
from agentbox_sync.graph.stores.tasks import Tasks
from agentbox_sync.graph.whereabouts import Whereabouts
from agentbox_sync.ports import Create, Cursor, Landing, Lost, Page, Write, Written

log = logging.getLogger(__name__)

# Our own collection is called so, in every language: people look for the product's name.
OWN_NAME = "Agentbox"
MOST_NAMESAKES = 20


def slices(zone: str) -> dict[str, Slice]:
    """Return the kinds of a mailbox by name; ``zone`` is the one that its owner's days are in."""
    found: tuple[Slice, ...] = (Contacts(), Calendar(), Tasks(zone))
    return {store.kind: store for store in found}


class GraphMailbox:
    """A :class:`agentbox_sync.ports.RemoteStore`: one ``$batch`` in flight at a time."""

    def __init__(self, client: GraphClient, zone: str) -> None:
        self._client = client
        self._ask = Asker(client)
        self._slices = slices(zone)
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
            found = self._ask.read(way, response)
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
        found = self._ask.one(self._slices[kind].find_own(stamp))
        main = self.locate(kind, "") if found else ""
        ours = next((place for place in found if place.parent in (None, main)), None)
        if ours is not None and ours.is_unfinished:
            self._finish_own(kind, ours.id, stamp, OWN_NAME)
        return ours.id if ours else ""

    def create_own(self, kind: str, stamp: str) -> str:
        """Create a collection that carries ``stamp``; numbered where a person's has our name.

        Raises OutcomeUnknown when no answer came.
        """
        for number in range(1, MOST_NAMESAKES + 1):
            name = OWN_NAME if number == 1 else f"{OWN_NAME} {number}"
            store = self._slices[kind]
            (answer,) = self._ask.all([store.create_own(stamp, name)])
            if isinstance(answer, ItemChanged):
                continue
            if isinstance(answer, SyncError):
                raise answer
            self._finish_own(kind, answer, stamp, name)
            return answer
        raise FixConfiguration(
            f"There are {MOST_NAMESAKES} folders called {OWN_NAME} in this mailbox already.",
            code="TooManyNamesakes",
        )

    def _finish_own(self, kind: str, collection: str, stamp: str, name: str) -> None:
        """Give a collection what it needs, one after the other.

        Whatever is refused ends it: the collection is found by what it has, its name.
        """
        for question in self._slices[kind].finish_own(collection, stamp, name):
            (answer,) = self._ask.all([question])
            if isinstance(answer, ItemError):
                log.warning("a collection of ours stays as it was made (%s)", answer.code)
                return
            if isinstance(answer, SyncError):
                raise answer

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Remove our own collection if nothing lies in it; tell whether it is gone."""
        if self.find_own(kind, stamp) != collection:
            return True
        store = self._slices[kind]
        answers = of_reads(self._ask.all(store.contents(collection)))
        if not all(answer is False for answer in answers):
            return False
        (removed,) = self._ask.all([store.remove_own(collection)])
        return removed is True or isinstance(removed, ItemMissing)

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor, all in one request; CursorExpired is an answer.

        Only items that the page shows in part are read beside it, in further requests.
        """
        self._whereabouts.are_ours(*(cursor.collection for cursor in cursors))
        questions = [
            self._slices[cursor.kind].delta(
                cursor.collection, cursor.link, self._client.base_url, cursor.window
            )
            for cursor in cursors
        ]
        together = len(questions) > 1 and self._feeds_in_batch
        feeds = self._ask.all(questions) if together else self._ask.one_by_one(questions)
        if together:
            self._ask_refused_alone(questions, feeds)
        return [
            feed if isinstance(feed, SyncError) else self._completed(cursor, feed)
            for cursor, feed in zip(cursors, of_reads(feeds), strict=True)
        ]

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items; ItemMissing is an answer, not yet a proof."""
        store = self._slices[kind]
        answers = of_reads(self._ask.all([store.fetch(remote_id) for remote_id in remote_ids]))
        rests = {
            place: rest
            for place, answer in enumerate(answers)
            if isinstance(answer, Observation) and (rest := store.rest(answer)) is not None
        }
        for place, answer in zip(rests, of_reads(self._ask.all([*rests.values()])), strict=True):
            answers[place] = answer
        places = [one.container for one in answers if isinstance(one, Observation)]
        deleted = self._whereabouts.deleted(store, [place for place in places if place])
        return of_reads([_unless_deleted(answer, deleted) for answer in answers])

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the items that carry each stamp; a copied item may carry its original's."""
        store = self._slices[kind]
        steps = store.find_stamped(collection, stamps, self._client.base_url)
        return of_reads(carried_out(self._ask, {kind: steps})[kind])

    def find_strayed(self, kind: str, lost: Sequence[Lost]) -> list[list[Observation] | SyncError]:
        """Find in all collections the items that may be each of those lost ones."""
        steps = self._slices[kind].find_strayed(lost, self._client.base_url)
        return of_reads(carried_out(self._ask, {kind: steps})[kind])

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find items that may be the same as each record, by its strongest key."""
        store = self._slices[kind]
        asked = [store.find_alike(collection, record) for record in records]
        answers = iter(of_reads(self._ask.all([one for questions in asked for one in questions])))
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
                continue
            try:
                questions[place] = store.write(collection, write)
            except ItemError as error:  # there are no words for it at Graph
                unread[place] = error
        begun = self._ask.begin(list(questions.values()))

        def land() -> list[Written | SyncError]:
            sent = begun()
            if not any(isinstance(answer, Written | OutcomeUnknown) for answer in sent):
                raise_mailbox_wide(sent)
            answers = unread | dict(zip(questions, sent, strict=True))
            answers |= self._followed_up(store, writes, answers)
            return [answers[place] for place in range(len(writes))]

        return land

    def _followed_up(
        self, store: Slice, writes: Sequence[Write], answers: Mapping[int, Written | SyncError]
    ) -> dict[int, Written | SyncError]:
        """Send what writes need beside their first request; return what became of those."""
        running = {
            place: steps
            for place, answer in answers.items()
            if isinstance(answer, Written)
            and (steps := store.follow_up(writes[place], answer)) is not None
        }
        wide = next((one for one in answers.values() if isinstance(one, MAILBOX_WIDE)), None)
        return carried_out(self._ask, running, wide) if running else {}

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
            (feeds[place],) = self._ask.one_by_one([questions[place]])
            if isinstance(feeds[place], delta.Feed):
                self._feeds_in_batch = False
                log.warning(
                    "graph takes no delta link in a batch (%s); one request for each feed from "
                    "here on. Turn DELTA_LINK_WORKS_IN_BATCH off.",
                    feed.code,
                )


def _unless_deleted(
    answer: Observation | SyncError, deleted: Mapping[str, bool | SyncError]
) -> Observation | SyncError:
    if isinstance(answer, SyncError):
        return answer
    told = deleted.get(answer.container, False)
    if isinstance(told, SyncError):
        return told
    return ItemMissing("It lies in Deleted Items.", code="InDeletedItems") if told else answer


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
