"""Putting questions to Graph and reading their answers: the errors among them are answers too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from agentbox_sync.core.errors import (
    FixConfiguration,
    SignInAgain,
    SuspendConnection,
    SyncError,
    Throttled,
)
from agentbox_sync.graph import batch
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.stores.base import Question

T = TypeVar("T")

# What one answer says about the whole mailbox, so that the other items need not be asked.
MAILBOX_WIDE = (SuspendConnection, SignInAgain, FixConfiguration, Throttled)


class Asker:
    """Asks the questions of the slices through one client."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def one(self, question: Question[T]) -> T:
        """Ask one question; its error is raised."""
        (answer,) = self.all([question])
        if isinstance(answer, SyncError):
            raise answer
        return answer

    def all(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        """Ask any number of questions, as many of them together as a batch takes."""
        answers: list[T | SyncError] = []
        for group in batch.groups(questions):
            responses = self._client.batch([question.request for question in group])
            read = self._read_all(group, responses)
            answers.extend(read)
        return answers

    def one_by_one(self, questions: Sequence[Question[T]]) -> list[T | SyncError]:
        """Ask questions that read in a request each."""
        asked = [question.request for question in questions]
        responses = [self._client.get(one.path, prefer=one.prefer) for one in asked]
        return self._read_all(questions, responses)

    def begin(self, questions: Sequence[Question[T]]) -> Callable[[], list[T | SyncError]]:
        """Ask at most one batch; return what waits for the answers and reads them."""
        if not questions:
            return list
        begun = self._client.begin_batch([question.request for question in questions])
        return lambda: self._read_all(questions, begun())

    def read(self, question: Question[T], response: Response) -> T | SyncError:
        """Return what an answer says, or the error that it means."""
        if not response.ok:
            wait = self._client.wait_of(response)
            return error_of(response, question.asked, retry_after=wait)
        try:
            return question.read(response)
        except SyncError as error:
            return error

    def _read_all(
        self, questions: Sequence[Question[T]], responses: Sequence[Response]
    ) -> list[T | SyncError]:
        answers: list[T | SyncError] = []
        for question, response in zip(questions, responses, strict=True):
            answer = self.read(question, response)
            answers.append(answer)
        return answers


def of_reads(answers: list[T | SyncError]) -> list[T | SyncError]:
    """Return the answers of reads; what concerns the whole mailbox is raised instead."""
    raise_mailbox_wide(answers)
    return answers


def raise_mailbox_wide(answers: Sequence[Any]) -> None:
    """Raise the gravest mailbox-wide error; of several waits the longest."""
    for leaf in MAILBOX_WIDE:
        errors = [answer for answer in answers if isinstance(answer, leaf)]
        if errors:
            raise max(errors, key=lambda error: getattr(error, "retry_after", None) or 0.0)
