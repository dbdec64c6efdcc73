"""The feeds of all three kinds side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.graph.glance import Seen, Watched, glance
from agentbox_sync.ports import Cursor, Page
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar
from tests.contracts.emulated_tasks import EmulatedTasks


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedTasks]:
    side = EmulatedTasks(microsoft)
    yield side
    side.close()


def all_three(side: EmulatedTasks) -> list[Cursor]:
    """A cursor behind all that there is, for each kind."""
    asked = [
        Cursor(kind, side.store.locate(kind, ""), window=window)
        for kind, window in [
            ("contacts", None),
            ("calendar", EmulatedCalendar.window),
            ("tasks", None),
        ]
    ]
    pages = side.store.pull(asked)
    return [
        Cursor(cursor.kind, cursor.collection, page.delta_link)
        for cursor, page in zip(asked, pages, strict=True)
        if isinstance(page, Page)
    ]


def test_an_idle_mailbox_with_all_three_is_one_request(side: EmulatedTasks) -> None:
    side.add("Call")
    cursors = all_three(side)
    before = side.round_trips

    pages = side.store.pull(cursors)

    assert side.round_trips == before + 1
    assert [page.observations for page in pages if isinstance(page, Page)] == [(), (), ()]


def test_one_look_tells_that_the_tasks_have_news(side: EmulatedTasks) -> None:
    remote_id = side.add("Call")
    cursors = all_three(side)
    side.change_note(remote_id, "Before noon")
    person = side.client.get("/me").body["id"]
    watched = [Watched(person, one.kind, one.collection, one.link) for one in cursors]
    before = side.round_trips

    people, days, tasks = glance(side.client, watched)

    assert side.round_trips == before + 1
    assert people.link
    assert days.link
    assert tasks == Seen()
