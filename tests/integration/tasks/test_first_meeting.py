"""Whether somebody wrote the same task in To Do already: asked for each new row by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import FixConfiguration, ServerFault, SyncError, TryLater
from agentbox_sync.core.kinds import Record
from agentbox_sync.ports import RemoteStore
from tests.integration.tasks.office import Office

DUE = "2026-12-04"
CALL, KEYS, SIGN = "Call Mary", "Fetch the keys", "Order the sign"


class HardOfHearing:
    """A mailbox that gives no answer when it is asked about some titles."""

    def __init__(self, store: RemoteStore, *titles: str, says: SyncError | None = None) -> None:
        self._store, self._titles = store, titles
        self._says = says or ServerFault("no answer")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        answers = self._store.find_alike(kind, collection, records)
        return [
            self._says if record.get("title") in self._titles else answer
            for record, answer in zip(records, answers, strict=True)
        ]


@pytest.fixture
def known(office: Office) -> Office:
    """An office whose list was read long ago, so that a new row has to be asked about."""
    office.crm.add(KEYS, due=DUE)
    office.rest()
    return office


def titles(office: Office) -> list[str]:
    return sorted(title for title, _, _ in office.there())


def test_a_question_without_an_answer_holds_up_its_own_row_alone(known: Office) -> None:
    heard = known.side.store
    known.side.store = HardOfHearing(heard, CALL)  # type: ignore[assignment]
    known.crm.add(CALL, due=DUE)
    known.crm.add(SIGN, due=DUE)

    known.run()
    assert titles(known) == [KEYS, SIGN]

    known.side.store = heard
    known.rest()
    assert titles(known) == [CALL, KEYS, SIGN]


def test_where_nothing_is_answered_the_mailbox_is_tried_later(known: Office) -> None:
    known.side.store = HardOfHearing(known.side.store, CALL, KEYS)  # type: ignore[assignment]
    known.crm.add(CALL, due=DUE)

    with pytest.raises(TryLater):
        known.run()

    assert titles(known) == [KEYS]


def test_a_question_that_is_refused_for_good_is_heard_of(known: Office) -> None:
    refused = FixConfiguration("no such filter", code="ErrorInvalidUrlQueryFilter")
    deaf: Any = HardOfHearing(known.side.store, CALL, says=refused)
    known.side.store = deaf
    known.crm.add(CALL, due=DUE)
    known.crm.add(SIGN, due=DUE)

    with pytest.raises(FixConfiguration):
        known.run()

    assert titles(known) == [KEYS]
