"""The laws of an event's canonical form: total, idempotent, stable under known rewritings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import ATOMS, KIND
from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.rule_text import read_rule, written
from agentbox_sync.core.recurrence.to_graph import Expression, expressed
from agentbox_sync.core.recurrence.zones import name_for_exchange, zone_of
from tests.builders.records import SYDNEY
from tests.unit.core.recurrence.strategies import LAW, ZONES, rule_texts, walls
from tests.unit.core.test_canonical import maybe, texts

moments = st.one_of(
    walls().map(datetime.isoformat),
    walls().map(lambda wall: f"{wall.isoformat()}.0000000"),
    walls().map(lambda wall: f"{wall.isoformat()}Z"),
    walls().map(lambda wall: wall.date().isoformat()),
    st.sampled_from(["0001-01-01T00:00:00", "9999-12-31T23:59:59", "9999-12-31", "tomorrow", ""]),
    maybe,
)
zone_names = st.one_of(
    st.sampled_from([*ZONES, "AUS Eastern Standard Time", "Customized Time Zone"]), maybe
)
whens = st.fixed_dictionaries(
    {}, optional={"start": moments, "end": moments, "zone": zone_names, "all_day": st.booleans()}
)
rules = st.one_of(
    rule_texts(),
    rule_texts().map(lambda text: f"{text};COUNT=5"),
    rule_texts().map(lambda text: f"{text};UNTIL=20300101T090000Z"),
    st.sampled_from(["FREQ=DAILY\n;INTERVAL=2", "FREQ=MINUTELY", "FREQ=DAILY;COUNT=99999"]),
    maybe,
)
recurrences = st.fixed_dictionaries(
    {}, optional={"rule": rules, "start": moments, "zone": zone_names}
)
exceptions = st.fixed_dictionaries(
    {"original": moments},
    optional={
        "cancelled": st.booleans(),
        "when": whens,
        "subject": maybe,
        "location": maybe,
        "body": maybe,
    },
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "subject": maybe,
    "when": st.one_of(st.none(), whens),
    "location": maybe,
    "body": maybe,
    "reminder": st.one_of(st.none(), st.integers(-60, 40_000), texts),
    "sensitivity": st.one_of(st.none(), st.sampled_from(["normal", "Private", "personal"]), texts),
    "show_as": st.one_of(st.none(), st.sampled_from(["busy", "workingElsewhere", "unknown"])),
    "categories": st.one_of(st.none(), st.lists(texts, max_size=3)),
    "recurrence": st.one_of(st.none(), recurrences),
    "exceptions": st.one_of(st.none(), st.lists(exceptions, max_size=3)),
}
records = st.fixed_dictionaries({}, optional=VALUES)
localities = st.builds(
    Locality,
    zone=st.sampled_from(ZONES),
    managed=st.lists(texts, max_size=3).map(tuple),
)


def when(start: str, end: str, zone: str = "Australia/Sydney", **more: Any) -> Any:
    record = {"when": {"start": start, "end": end, "zone": zone, **more}}
    return KIND.canonical(record, SYDNEY)["when"]


def recurrence(rule: str, start: str = "2026-01-10T10:00:00", zone: str = "") -> Any:
    record = {"recurrence": {"rule": rule, "start": start, "zone": zone or "Australia/Sydney"}}
    return KIND.canonical(record, SYDNEY)["recurrence"]


def test_there_are_values_for_every_atom() -> None:
    assert set(VALUES) == set(ATOMS)


# --------------------------------------------------------------------- laws 1 and 2, as of contacts


@LAW
@given(records, localities)
def test_every_event_has_a_canonical_form_that_can_be_stored(
    record: dict[str, Any], locality: Locality
) -> None:
    canonical = KIND.canonical(record, locality)

    assert set(canonical) == set(record)
    assert json.loads(json.dumps(canonical)) == canonical
    assert isinstance(KIND.strong_keys(canonical), tuple)


@LAW
@given(records, localities)
@example({"recurrence": {"rule": "FREQ=DAILY\n;INTERVAL=2", "start": "2026-01-10"}}, SYDNEY)
@example({"when": {"start": "2026-01-10", "end": "2026-01-10T09:00:00"}}, SYDNEY)
@example({"when": {"start": "9999-12-31", "end": "9999-12-31"}}, SYDNEY)
@example({"sensitivity": "\xdf\u0301"}, SYDNEY)
def test_the_canonical_form_of_a_canonical_event_is_itself(
    record: dict[str, Any], locality: Locality
) -> None:
    once = KIND.canonical(record, locality)

    assert KIND.canonical(once, locality) == once


# ------------------------------------------------- law 3: stable under what servers and clients do


@LAW
@given(walls(), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_time_is_the_same_in_every_zone_that_it_is_told_in(
    wall: datetime, here: str, there: str
) -> None:
    told = wall.replace(tzinfo=ZoneInfo(here)).astimezone(ZoneInfo("UTC"))
    record = {"when": {"start": wall.isoformat(), "end": wall.isoformat(), "zone": here}}
    by_offset = told.astimezone(ZoneInfo(there)).isoformat()
    utc = f"{told.replace(tzinfo=None).isoformat()}.0000000"

    same = KIND.canonical(record, SYDNEY)
    for start, zone in ((by_offset, there), (utc, "tzone://Microsoft/Utc"), (utc, "UTC")):
        again = {"when": {"start": start, "end": start, "zone": zone}}
        assert KIND.canonical(again, SYDNEY) == same


@LAW
@given(rule_texts(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")), walls(), st.sampled_from(ZONES))
def test_a_series_is_the_same_when_it_comes_back_from_exchange(
    text: str, start: datetime, zone_name: str
) -> None:
    zone = zone_of(zone_name)
    sent = expressed(read_rule(f"{text};COUNT=9"), start, zone.info)
    if not isinstance(sent, Expression):
        return
    graph = {"pattern": sent.pattern, "range": sent.range}
    if sent.pattern["type"] == "weekly" and sent.pattern["interval"] == 1:
        graph["pattern"] = {**sent.pattern, "firstDayOfWeek": "thursday"}  # it means nothing there
    rule, first = read_patterned(graph)
    begin = datetime.combine(first, start.time())

    back = recurrence(written(rule, zone.info), begin.isoformat(), name_for_exchange(zone))

    assert back == recurrence(f"{text};COUNT=9", start.isoformat(), zone_name)


def test_seconds_count_and_what_is_finer_does_not() -> None:
    assert when("2026-01-05T09:00:00.0000000", "2026-01-05T10:00") == {
        "start": "2026-01-04T22:00:00Z",
        "end": "2026-01-04T23:00:00Z",
    }


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Pacific/Apia", "America/New_York", "Mars"])
@pytest.mark.parametrize(
    "start, end",
    [
        ("2026-04-05", "2026-04-06"),
        ("2026-04-05T00:00:00.0000000", "2026-04-06T00:00:00.0000000"),
        ("2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z"),
        ("2026-04-05", ""),
        ("2026-04-05", "2026-04-05"),
    ],
)
def test_a_whole_day_is_its_date_in_every_zone(start: str, end: str, zone: str) -> None:
    assert when(start, end, zone, all_day=True) == {"start": "2026-04-05", "end": "2026-04-06"}


def test_a_whole_day_and_a_time_from_midnight_to_midnight_differ() -> None:
    assert when("2026-04-05", "2026-04-06") != when("2026-04-05T00:00", "2026-04-06T00:00")


SAME = [
    ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SA;WKST=SU"),
    ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;UNTIL=20260124"),
    ("FREQ=WEEKLY;UNTIL=20260124", "FREQ=WEEKLY;UNTIL=20260129T120000Z"),
    ("FREQ=DAILY;BYDAY=SA,SU", "FREQ=WEEKLY;BYDAY=SU,SA"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1"),
    ("FREQ=YEARLY", "FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=10"),
    ("FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
    ("freq=hourly; interval=2", "FREQ=HOURLY;INTERVAL=2;WKST=MO"),
]


@pytest.mark.parametrize("one, other", SAME)
def test_the_same_dates_in_other_words_are_the_same(one: str, other: str) -> None:
    assert recurrence(one) == recurrence(other)


OTHER = [
    ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SU"),
    ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"),
    ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=4"),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU"),
    ("every week", "every two weeks"),
]


@pytest.mark.parametrize("one, other", OTHER)
def test_other_dates_are_another_series(one: str, other: str) -> None:
    assert recurrence(one) != recurrence(other)


def test_the_clock_of_a_series_counts_where_its_instants_would_not_tell() -> None:
    """Ten in Brisbane is ten in Sydney all winter, and an hour off in summer."""
    winter = "2026-07-04T10:00:00"
    assert when(winter, winter) == when(winter, winter, "Australia/Brisbane")
    one, other = (recurrence("FREQ=WEEKLY", winter, f"Australia/{at}") for at in SITES)
    assert one != other
    assert one == recurrence("FREQ=WEEKLY", winter, "AUS Eastern Standard Time")


SITES = ("Sydney", "Brisbane")


def test_exceptions_are_known_by_their_date_and_say_only_what_differs() -> None:
    moved = {"start": "2026-01-18T10:00", "end": "2026-01-18T10:30", "zone": "Australia/Sydney"}
    record = {
        "exceptions": [
            {"original": "2026-01-24", "cancelled": True, "subject": "gone"},
            {"original": "2026-01-17", "cancelled": False, "when": moved, "location": " "},
            {"original": "2026-01-31"},
        ]
    }
    assert KIND.canonical(record, SYDNEY)["exceptions"] == [
        {
            "original": "2026-01-17",
            "when": {"start": "2026-01-17T23:00:00Z", "end": "2026-01-17T23:30:00Z"},
            "location": None,
        },
        {"original": "2026-01-24", "cancelled": True},
    ]


def test_what_is_as_good_as_none_is_none() -> None:
    record = {"sensitivity": "Normal", "show_as": "unknown", "reminder": None, "subject": " "}
    assert set(KIND.canonical(record, SYDNEY).values()) == {None}
    assert KIND.canonical({"reminder": 0}, SYDNEY) == {"reminder": 0}


def test_two_events_are_one_by_subject_start_and_end_together() -> None:
    times = {"start": "2026-01-05T09:00", "end": "2026-01-05T10:00", "zone": "Australia/Sydney"}
    canonical = KIND.canonical({"subject": "Open  Home", "when": times}, SYDNEY)

    assert KIND.strong_keys(canonical) == (
        ("event:2026-01-04T22:00:00Z:2026-01-04T23:00:00Z:open home",),
    )
    assert KIND.strong_keys({**canonical, "subject": None}) == ((),)
    assert KIND.strong_keys({"subject": "Open Home"}) == ((),)


def test_categories_of_the_persons_own_stay() -> None:
    locality = Locality(managed=("Inspection", "Appraisal"))
    record, shown = {"categories": ["Inspection"]}, {"categories": ["Golf", "appraisal"]}
    assert KIND.woven(record, shown, locality) == {"categories": ["Golf", "Inspection"]}
    assert KIND.canonical(shown, locality) == {"categories": ["appraisal"]}
