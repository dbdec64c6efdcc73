"""The dates of a series are merged each by itself, and a write that died among them goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core.keyed import merge_pair
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.loops import ROUNDS, Turn, reading_of
from agentbox_sync.core.merge import Sides
from agentbox_sync.core.rules import Mode
from tests.builders.dates import Told, by_date, cancelled, listed, renamed, told

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ONE_WAY, PUT_BACK = Mode.ONE_WAY, Mode.PUT_BACK
TWO_WAY = (Mode.CRM_WINS, Mode.EXCHANGE_WINS)
DAYS = (3, 10, 17, 24)
DATE = {day: f"2027-01-{day:02}" for day in DAYS}


def a_row(day: int) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["one", "two", "three"])
    return st.one_of(st.none(), st.just(cancelled(day)), names.map(lambda x: renamed(day, x)))


SAID = st.fixed_dictionaries({DATE[day]: a_row(day) for day in DAYS})
DEATHS = st.lists(st.integers(0, 4), min_size=1, max_size=3)


def dates_of(side: dict[str, Any]) -> dict[str, Any]:
    return {day: by_date(side["exceptions"]).get(day) for day in DATE.values()}


def is_over(pair: Told) -> None:
    """Nothing is left to do, and nothing of the pair would be remembered anew."""
    again = pair.merged()
    assert not again.writes
    assert (again.base_local, again.base_remote) == (pair.base_local, pair.base_remote)


@given(SAID, SAID, SAID, st.sampled_from(TWO_WAY))
def test_every_edit_of_a_date_survives_but_the_loser_of_that_very_date(
    base: dict[str, Any], here: dict[str, Any], there: dict[str, Any], mode: Mode
) -> None:
    pair = told(mode, base, here, there).rest()

    wins = here if mode is Mode.CRM_WINS else there
    for day in DATE.values():
        mine, theirs = here[day] != base[day], there[day] != base[day]
        expected = wins[day] if mine and theirs else here[day] if mine else there[day]
        assert dates_of(pair.local)[day] == dates_of(pair.remote)[day] == expected
        loser = there[day] if wins is here else here[day]
        if mine and theirs and loser not in (None, expected):
            assert loser in pair.lost
    is_over(pair)


@given(SAID, SAID, SAID)
def test_one_way_an_edit_in_exchange_stands_until_the_crm_changes_that_date(
    base: dict[str, Any], here: dict[str, Any], there: dict[str, Any]
) -> None:
    pair = told(ONE_WAY, base, here, there).rest()

    expected = {d: here[d] if here[d] != base[d] else there[d] for d in DATE.values()}
    assert dates_of(pair.remote) == expected
    assert dates_of(pair.local) == here
    assert bool(pair.drift) == (expected != here)
    is_over(pair)


@given(SAID, SAID, SAID, st.sampled_from(["view only", "fixed"]))
def test_what_may_not_come_in_is_put_back_date_by_date(
    base: dict[str, Any], here: dict[str, Any], there: dict[str, Any], why: str
) -> None:
    fixed = {"fixed": frozenset({"exceptions"})} if why == "fixed" else {}
    pair = told(Mode.CRM_WINS if fixed else PUT_BACK, base, here, there, **fixed).rest()

    assert dates_of(pair.remote) == dates_of(pair.local) == here
    is_over(pair)


@given(SAID, SAID, SAID, st.sampled_from(Mode))
def test_nothing_is_written_where_guests_would_be_told(
    base: dict[str, Any], here: dict[str, Any], there: dict[str, Any], mode: Mode
) -> None:
    pair = told(mode, base, here, there, closed=frozenset({"exceptions"})).rest()

    assert dates_of(pair.remote) == there
    if mode in TWO_WAY:  # but what was changed there alone still comes in
        alone = [d for d in DATE.values() if here[d] == base[d]]
        assert all(dates_of(pair.local)[day] == there[day] for day in alone)
    is_over(pair)


@given(SAID, SAID, SAID, st.sampled_from(Mode), DEATHS, st.booleans(), st.booleans())
def test_a_write_that_died_among_the_dates_ends_as_if_it_had_not(
    base: dict[str, Any],
    here: dict[str, Any],
    there: dict[str, Any],
    mode: Mode,
    deaths: list[int],
    also_moved: bool,
    also_edited: bool,
) -> None:
    whole, cut = (told(mode, base, here, there) for _ in range(2))
    for pair in (whole, cut):
        for side in (pair.base_local, pair.base_remote, pair.local, pair.remote):
            side["location"] = None
        if also_moved:  # which has every date forgotten before the first is written again
            pair.local["recurrence"] = {**pair.local["recurrence"], "rule": "FREQ=DAILY"}
    for landed in deaths:
        cut.dies(landed)
    if also_edited:  # once that is written to the CRM nobody remembers what was sent
        for pair in (whole, cut):
            pair.remote["location"] = "1 High Street"

    ended, whole = cut.rest(), whole.rest()

    assert (ended.local, ended.remote) == (whole.local, whole.remote)
    is_over(ended)


@given(SAID, SAID, st.sampled_from(TWO_WAY))
def test_at_a_first_meeting_the_dates_of_both_sides_stand(
    here: dict[str, Any], there: dict[str, Any], mode: Mode
) -> None:
    pair = told(mode, {}, here, there)
    pair.base_local, pair.base_remote = {}, {}

    met = pair.rest()

    wins, other = (here, there) if mode is Mode.CRM_WINS else (there, here)
    assert dates_of(met.local) == dates_of(met.remote)
    assert dates_of(met.local) == {d: wins[d] or other[d] for d in DATE.values()}
    is_over(met)


def test_dates_that_an_overruled_edit_of_the_rule_dropped_are_no_edits_of_a_person() -> None:
    """Whoever changes the rule in Outlook did not mean to bring a cancelled date back."""
    off = {DATE[10]: cancelled(10)}
    pair = told(Mode.CRM_WINS, off, off, {})
    pair.local["recurrence"] = {**pair.local["recurrence"], "rule": "FREQ=DAILY"}
    pair.remote["recurrence"] = {**pair.remote["recurrence"], "rule": "FREQ=MONTHLY"}

    pair = pair.rest()

    assert pair.local["exceptions"] == pair.remote["exceptions"] == listed(off)


def test_both_sides_get_what_the_other_has_news_of() -> None:
    off, renamed_ = {DATE[3]: cancelled(3)}, {DATE[10]: renamed(10, "Open home")}
    merged = told(Mode.CRM_WINS, {}, off, renamed_).merged()

    assert (merged.push, merged.pull) == (("exceptions",), ("exceptions",))
    assert merged.rows["exceptions"].push == {DATE[3]}
    assert merged.rows["exceptions"].pull == {DATE[10]}
    assert (merged.conflicts, merged.blanks_local, merged.blanks_remote) == ((), False, False)


@pytest.mark.parametrize("mode", TWO_WAY)
def test_what_would_take_every_date_away_is_counted_by_the_guard(mode: Mode) -> None:
    off = {DATE[3]: cancelled(3)}

    assert told(mode, off, {}, off).merged().blanks_remote
    assert told(mode, off, off, {}).merged().blanks_local


def test_dates_that_both_sides_keep_rewriting_are_left_alone_until_a_person_asks() -> None:
    pair = told(Mode.CRM_WINS, {}, {DATE[3]: cancelled(3)}, {DATE[3]: renamed(3, "x")})
    reading = reading_of(pair.local["exceptions"], pair.remote["exceptions"])
    turns = [Turn("exceptions", reading, NOON)] * ROUNDS
    pair.more = {"turns": turns}

    frozen = pair.merged()
    assert (frozen.writes, frozen.frozen) == (False, ("exceptions",))

    pair = pair.agreed(frozen)
    pair.more = {"turns": turns, "frozen": ("exceptions",)}
    assert pair.merged().frozen == ("exceptions",)
    pair.more["thaws"] = True
    assert pair.merged().push == ("exceptions",)


@pytest.mark.parametrize("mode", Mode)
def test_dates_that_exchange_did_not_show_are_unchanged(mode: Mode) -> None:
    series = {"exceptions": [cancelled(3)]}

    merged = merge_pair(Sides(series, series, series, {}), KIND, mode)
    unknown = merge_pair(Sides({}, {}, series, {}), KIND, mode)

    assert not merged.writes
    assert merged.base_remote == series
    assert not unknown.writes
