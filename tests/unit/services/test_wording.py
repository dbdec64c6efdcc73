"""What a person reads when Microsoft is away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from requests import exceptions

from agentbox_sync.core.errors import ServerFault
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.services.wording.errors import connection_sentence

# What `requests` raises when an answer does not come, or breaks off.
FAILURES = (
    exceptions.ConnectionError,
    exceptions.Timeout,
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
)


def with_descendants(family: type[Exception]) -> Iterator[type[Exception]]:
    yield family
    for child in family.__subclasses__():
        if child.__module__ == exceptions.__name__:
            yield from with_descendants(child)


@pytest.mark.parametrize(
    "failure", sorted({c.__name__ for family in FAILURES for c in with_descendants(family)})
)
def test_no_answer_is_told_without_the_words_of_a_library(failure: str) -> None:
    assert connection_sentence(failure) == "Microsoft did not answer."


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("code", ["", "generalException", "serviceNotAvailable"])
def test_a_fault_at_microsoft_is_told_as_one(status: int, code: str) -> None:
    body = {"error": {"code": code, "message": "Try again."}} if code else None
    error = error_of(Response(status, {}, body), Asked.COLLECTION)
    assert isinstance(error, ServerFault)
    assert connection_sentence(error.code) == "Microsoft had a fault of its own."
