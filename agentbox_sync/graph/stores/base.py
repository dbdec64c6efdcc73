"""What every slice of the Graph store offers, and the parts that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import OutcomeUnknown, ServerFault, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.graph.delta import Feed
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.ports import Lost, Window, Write, Written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One request, and how its successful answer is read; ``read`` raises SyncError."""

    request: Request
    read: Callable[[Response], T]
    asked: Asked = Asked.ITEM


Steps = Generator[Sequence[Question[Any]], list[Any], T]
"""A way of several requests: yields questions, gets their answers (or errors), returns its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A collection of ours that was found, and the one that it lies in.

    ``parent`` is ``None`` for collections of a kind that lie in none. ``is_unfinished``: whoever
    created it was cut off before it had all that it needs.
    """

    id: str
    parent: str | None
    is_unfinished: bool = False


class Slice(Protocol):
    """One kind of item at Graph. Calendar and tasks come by copying ``contacts.py``."""

    kind: str

    def locate(self, target: str) -> Sequence[Question[str]]:
        """Return the ways to the id of a collection, to be tried one after the other.

        A way that was refused as unknown (400, 404) or that read an empty id leads to the next.
        """

    def not_located(self) -> str:
        """Return the sentence for a person when no way led anywhere."""

    def find_own(self, stamp: str) -> Question[list[Place]]:
        """Return the question for the collections that carry a stamp of ours."""

    def create_own(self, stamp: str, name: str) -> Question[str]:
        """Return the question that creates a collection which carries a stamp of ours.

        Refused as a conflict (409) where the name is taken.
        """

    def finish_own(self, collection: str, stamp: str, name: str) -> Sequence[Question[bool]]:
        """Return what a collection of ours needs after it was created, in this order."""

    def contents(self, collection: str) -> Sequence[Question[bool]]:
        """Return the questions whether anything lies in a collection."""

    def remove_own(self, collection: str) -> Question[bool]:
        """Return the question that removes a collection."""

    def delta(
        self, collection: str, link: str, base_url: str, window: Window | None = None
    ) -> Question[Feed]:
        """Return the question for one page of the change feed; no link: from the start.

        ``window`` is what a windowed kind's feed looks at; a link keeps it.
        """

    def fetch(self, remote_id: str) -> Question[Observation]:
        """Return the question for one whole item."""

    def rest(self, observation: Observation) -> Question[Observation] | None:
        """Return the question for an item that one answer could not hold; ``None``: it did."""

    def deleted_items(self) -> Sequence[Question[tuple[str, str]]]:
        """Return the question for Deleted Items by name, as below; empty: items never answer."""

    def lineage(self, container: str) -> Question[tuple[str, str]]:
        """Return the question for the ids of the folder where an item lies, and of its parent."""

    def find_stamped(
        self, collection: str, stamps: Sequence[str], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look for the items that carry each of the stamps; an answer each."""

    def find_strayed(
        self, lost: Sequence[Lost], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look in every collection for the items that may be each of those lost ones."""

    def find_alike(self, collection: str, record: Record) -> Sequence[Question[list[Observation]]]:
        """Return the questions whose answers together are the items that may be the same."""

    def write(self, collection: str, write: Write) -> Question[Written]:
        """Return the question that carries out one write, or begins to.

        Raises ItemError for what cannot be said in Graph's words.
        """

    def follow_up(self, write: Write, written: Written) -> Steps[Written | SyncError] | None:
        """Return what a write needs beside its first request; ``None``: nothing."""


def each(questions: Sequence[Question[T]]) -> Steps[list[T | SyncError]]:
    """Ask questions that are answered one by one."""
    answers = yield questions
    return answers


def nowhere(lost: Sequence[Lost]) -> Steps[list[list[Observation] | SyncError]]:
    """Find nothing: the ids of these items outlive a move, so that none is ever lost."""
    yield []
    return [[] for _ in lost]


def entity(response: Response) -> Mapping[str, Any]:
    """Return the item that a read answered; raises ServerFault when there is none."""
    if isinstance(response.body, Mapping) and isinstance(response.body.get("id"), str):
        return response.body
    raise ServerFault("Microsoft's answer was damaged.", code="DamagedItem")


def entities(response: Response) -> list[Mapping[str, Any]]:
    """Return the items that a listing answered; raises ServerFault when it is damaged."""
    rows = response.body.get("value") if isinstance(response.body, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ServerFault("Microsoft's answer was damaged.", code="DamagedListing")
    return rows


def created(response: Response) -> Mapping[str, Any]:
    """Return the item that a create answered.

    Raises OutcomeUnknown without an id: something was written, and nobody can name it.
    """
    if isinstance(response.body, Mapping) and isinstance(response.body.get("id"), str):
        return response.body
    raise OutcomeUnknown("Microsoft did not name what it created.", code="DamagedItem")


def etag_of(row: Mapping[str, Any]) -> str:
    """Return the whole ETag; where the annotation is missing, what the change key makes of it."""
    etag = row.get("@odata.etag")
    if isinstance(etag, str) and etag:
        return etag
    key = row.get("changeKey")
    return f'W/"{key}"' if isinstance(key, str) and key else ""


def created_at(row: Mapping[str, Any]) -> datetime | None:
    """Return when the item came into being, ``None`` where that is not shown or not readable."""
    try:
        moment = datetime.fromisoformat(str(row.get("createdDateTime") or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
