"""When events take place, what of a meeting is ours to write, and half-landed dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import ATOMS, KIND
from agentbox_sync.core.kinds.meetings import SHARED
from agentbox_sync.core.rules import Policy, Removal
from agentbox_sync.core.ties import FOREIGN, GUESTS, ONLINE, closed_atoms
from agentbox_sync.core.windows import SLACK, SPARE, Window, has_rolled, opened

SYDNEY = Locality(zone="Australia/Sydney")
WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
PERSONAL = {"categories", "reminder", "show_as"}


def event(start: str, end: str, rule: str = "", **atoms: Any) -> dict[str, Any]:
    when = {"start": start, "end": end, "zone": "Australia/Sydney"}
    recurrence = {"rule": rule, "start": start, "zone": "Australia/Sydney"} if rule else None
    return KIND.canonical({"when": when, "recurrence": recurrence, **atoms}, SYDNEY)


@pytest.mark.parametrize(
    "start, end, takes_place",
    [
        ("2026-03-10T09:00:00", "2026-03-10T10:00:00", True),
        ("2026-02-10T09:00:00", "2026-02-10T10:00:00", False),
        ("2026-04-10T09:00:00", "2026-04-10T10:00:00", False),
        # eleven in the evening in UTC, on the last day before
        ("2026-03-01T10:00:00", "2026-03-01T10:30:00", False),
        ("2026-03-01T10:30:00", "2026-03-01T11:30:00", True),
        ("2026-02-01T09:00:00", "2026-05-01T09:00:00", True),
    ],
)
def test_a_single_event_takes_place_where_any_of_its_time_does(
    start: str, end: str, takes_place: bool
) -> None:
    assert KIND.takes_place(event(start, end), WINDOW) is takes_place


@pytest.mark.parametrize(
    "rule, takes_place",
    [
        ("FREQ=WEEKLY", True),
        ("FREQ=WEEKLY;COUNT=20", True),
        ("FREQ=WEEKLY;COUNT=2", False),
        ("FREQ=WEEKLY;UNTIL=20260310", True),
        ("FREQ=WEEKLY;UNTIL=20260120", False),
        ("no rule at all", True),
    ],
)
def test_a_series_takes_place_from_its_start_to_its_last_date(rule: str, takes_place: bool) -> None:
    series = event("2026-01-05T09:00:00", "2026-01-05T10:00:00", rule)

    assert KIND.takes_place(series, WINDOW) is takes_place


def test_an_ended_series_takes_place_where_a_date_of_it_was_moved_to() -> None:
    moved = {"start": "2026-03-10T09:00:00", "end": "2026-03-10T10:00:00", "zone": "UTC"}
    exceptions = [{"original": "2026-01-12", "when": moved}]
    series = event(
        "2026-01-05T09:00:00", "2026-01-05T10:00:00", "FREQ=WEEKLY;COUNT=2", exceptions=exceptions
    )

    assert KIND.takes_place(series, WINDOW)


def test_of_what_says_no_time_nobody_can_tell_that_it_is_outside() -> None:
    assert KIND.takes_place({}, WINDOW)


def test_what_guests_see_is_everything_but_what_is_personal() -> None:
    assert set(ATOMS) - PERSONAL == SHARED


@pytest.mark.parametrize(
    "ties, tells, shown, closed",
    [
        (frozenset(), False, {}, frozenset()),
        ({GUESTS}, False, {}, SHARED),
        ({FOREIGN}, False, {}, SHARED),
        ({GUESTS}, True, {}, frozenset()),
        ({GUESTS, FOREIGN}, True, {}, SHARED),
        ({GUESTS}, True, {"recurrence": {"rule": "x"}}, {"when", "recurrence", "exceptions"}),
        ({ONLINE}, False, {}, {"body"}),
        ({GUESTS, ONLINE}, True, {}, {"body"}),
    ],
)
def test_what_is_closed(ties: Any, tells: bool, shown: Any, closed: Any) -> None:
    policy = Policy(tells_guests=tells)

    assert closed_atoms(KIND, frozenset(ties), shown, policy) == closed


@pytest.mark.parametrize(
    "word, private", [("private", True), ("Confidential", True), ("normal", False)]
)
def test_what_is_private(word: str, private: bool) -> None:
    assert KIND.is_private({"sensitivity": word}) is private
    assert not KIND.is_private({})


def test_a_chain_is_begun_anew_when_the_wanted_window_leaves_it() -> None:
    chain = opened(WINDOW)
    assert chain == Window(WINDOW.start, WINDOW.end + SPARE)
    assert not has_rolled(chain, WINDOW)
    assert not has_rolled(chain, Window(WINDOW.start + SPARE, WINDOW.end + SPARE))
    assert has_rolled(chain, Window(WINDOW.start + SPARE, WINDOW.end + 2 * SPARE))
    assert has_rolled(chain, Window(WINDOW.start - SPARE, WINDOW.end))
    assert has_rolled(Window(WINDOW.start - SLACK, WINDOW.end + SPARE), WINDOW)
    assert has_rolled(None, WINDOW)
    assert not has_rolled(None, None)


def test_completed_items_may_go_another_way_than_others_that_left() -> None:
    policy = Policy(removal=Removal.RETAIN, completed=Removal.DELETE)

    assert policy.removal_of(is_completed=True) is Removal.DELETE
    assert policy.removal_of(is_completed=False) is Removal.RETAIN
    assert Policy(removal=Removal.DELETE).removal_of(is_completed=True) is Removal.DELETE
