"""The feeds of people and of a calendar side by side, and records of any shape there and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import canonical
from agentbox_sync.graph.codecs.calendar import LATER
from agentbox_sync.graph.glance import Seen, Watched, glance
from agentbox_sync.ports import Create, Cursor, Page, Written
from tests.builders.events import random_events, random_times
from tests.contracts.calendar_side import TWO, date_of, saturdays
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar
from tests.contracts.remote_side import folder

HERE = Locality(zone="Australia/Sydney", managed=("Open home",))


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedCalendar]:
    side = EmulatedCalendar(microsoft)
    yield side
    side.close()


def both(side: EmulatedCalendar) -> list[Cursor]:
    """A cursor behind all that there is, for people and for the calendar."""
    people, days = side.store.locate("contacts", ""), folder(side)
    asked = [Cursor("contacts", people), Cursor("calendar", days, window=side.window)]
    pages = side.store.pull(asked)
    return [
        Cursor(cursor.kind, cursor.collection, page.delta_link)
        for cursor, page in zip(asked, pages, strict=True)
        if isinstance(page, Page)
    ]


def test_an_idle_mailbox_with_both_is_one_request(side: EmulatedCalendar) -> None:
    saturdays(side)
    cursors = both(side)
    before = side.round_trips

    pages = side.store.pull(cursors)

    assert side.round_trips == before + 1
    assert [page.observations for page in pages if isinstance(page, Page)] == [(), ()]


def test_one_look_tells_which_of_both_has_news(side: EmulatedCalendar) -> None:
    series = saturdays(side)
    cursors = both(side)
    side.remove(date_of(side, series, TWO))
    person = side.client.get("/me").body["id"]
    watched = [Watched(person, one.kind, one.collection, one.link) for one in cursors]
    before = side.round_trips

    people, days = glance(side.client, watched)

    assert side.round_trips == before + 1
    assert people.link
    assert days == Seen()


@given(
    st.lists(
        st.tuples(random_events(), random_times()).map(lambda two: {"when": two[1], **two[0]}),
        min_size=1,
        max_size=20,
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_written_into_the_mailbox_is_read_as_the_same(
    side: EmulatedCalendar, records: list[dict[str, Any]]
) -> None:
    """The server trims, folds and rewrites; none of that may look like an edit."""
    home = folder(side)
    plain = [tidied(record) for record in records]

    answers = side.store.write(
        side.kind, home, [Create(f"s-{len(side.items())}-{n}", one) for n, one in enumerate(plain)]
    )

    for record, answer in zip(plain, answers, strict=True):
        assert isinstance(answer, Written), answer
        assert answer.record is not None
        shown, said = canonical(answer.record, HERE), canonical(record, HERE)
        assert {atom: shown[atom] for atom in said if atom not in LATER} == said


def tidied(record: dict[str, Any]) -> dict[str, Any]:
    """Without what Exchange shows where nobody said anything, and without hidden characters."""
    return {
        atom: " ".join(value.split()) if isinstance(value, str) else value
        for atom, value in record.items()
    }
