"""What each kind is called on pages; one entry a kind, in the order of the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.host.registry import offered
from agentbox_sync.services.wording.kinds.calendar import CALENDAR_WORDS
from agentbox_sync.services.wording.kinds.contacts import CONTACT_WORDS
from agentbox_sync.services.wording.kinds.tasks import TASK_WORDS
from agentbox_sync.services.wording.kinds.words import KindWords

__all__ = ["WORDS", "KindWords", "first_offered", "name_of", "words_offered"]

WORDS: dict[str, KindWords] = {
    words.name: words for words in (CONTACT_WORDS, CALENDAR_WORDS, TASK_WORDS)
}


def words_offered() -> dict[str, KindWords]:
    """Return the words of the kinds that this CRM has; of the others no page says anything."""
    return {kind: WORDS[kind] for kind in offered() if kind in WORDS}


def first_offered() -> str:
    """Return the kind that stands first on the card; empty for a CRM that has none."""
    return next(iter(words_offered()), "")


def name_of(kind: str, record: Mapping[str, Any]) -> str:
    """Return what an item with these values is listed under; "" where nothing names it."""
    return WORDS[kind].called(record)
