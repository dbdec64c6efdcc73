"""What a person reads when Microsoft is away, and what became of a decision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from requests import exceptions

from agentbox_sync.core.errors import ServerFault
from agentbox_sync.core.kinds.text import phone
from agentbox_sync.core.orders import Ending
from agentbox_sync.core.reversal import Obstacle
from agentbox_sync.core.rules import Order
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.services.configure import SWITCHED_OFF
from agentbox_sync.services.decide import REPLACED, WITHDRAWN
from agentbox_sync.services.disconnect import CUT_OFF
from agentbox_sync.services.shelves import CONFLICTS, SHELVES
from agentbox_sync.services.undo import DONE, KEEP, UNDO
from agentbox_sync.services.wording.choices import (
    CHOICES,
    choice_words,
    decided,
    outcome_words,
)
from agentbox_sync.services.wording.deeds import obstacle_words
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.values import typed
from tests.architecture.source import ROOT

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


@pytest.mark.parametrize("outcome", [*Ending, REPLACED, WITHDRAWN, CUT_OFF, SWITCHED_OFF, DONE])
def test_every_outcome_of_a_decision_has_a_sentence(outcome: str) -> None:
    assert "Could not be carried out" in outcome_words("unheard of", is_open=False)  # no sentence
    assert "Could not be carried out" not in outcome_words(outcome, is_open=False)


@pytest.mark.parametrize("verb", [*Order, KEEP, UNDO])
def test_every_decision_is_told_in_words(verb: str) -> None:
    assert decided("unheard of") == "unheard of"
    assert decided(verb) != verb


@pytest.mark.parametrize("kind", CHOICES)
def test_every_choice_of_every_list_has_words(kind: str) -> None:
    offered = {(shelf.name, order) for shelf in SHELVES.values() for order in shelf.orders}
    for place, order in offered | {(CONFLICTS, KEEP)}:
        words = choice_words(kind, place, order)
        assert all(map(str, (words.label, words.crm, words.exchange)))
        assert "2" in str(words.asked % {"n": 2})


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_to_an_undo_has_a_sentence(obstacle: Obstacle) -> None:
    assert obstacle_words(obstacle).endswith(".")


@pytest.mark.parametrize(
    "region,number,typed_again",
    [
        ("IE", "085 012 3456", "085 012 3456"),
        # No pattern of the country fits: at home its leading zero would be lost.
        ("IE", "0400 000 100", "+353 400000100"),
        ("US", "(555) 555-0100", "(555) 555-0100"),
    ],
)
def test_a_number_that_is_put_back_can_still_be_dialled(
    settings: Settings, region: str, number: str, typed_again: str
) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "PHONE_REGION": region}
    plain = phone(number, region)
    assert typed("contacts", {"mobile_phone": plain}) == {"mobile_phone": typed_again}
    assert phone(typed_again, region) == plain


SHARED_PAGES = ("undo.html", "review.html", "reviews.html", "reviews/*.html", "why/*.html")


def test_what_all_kinds_share_knows_none_of_them() -> None:
    """Another kind brings its own words and its own names; no page has to be written again."""
    app = ROOT / "agentbox_sync"
    pages = [p for glob in SHARED_PAGES for p in (app / "templates/agentbox_sync").glob(glob)]
    assert len(pages) > 10
    assert [page.name for page in pages if "contact" in page.read_text().lower()] == []
    services = list((app / "services").glob("*.py"))
    assert [s.name for s in services if "core.kinds.contacts" in s.read_text()] == []
    # The control: their place is known, and has both.
    words = (app / "services/wording/kinds/contacts.py").read_text()
    assert "core.kinds.contacts" in words
    assert "contact" in words.lower()
