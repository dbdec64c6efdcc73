"""Our expansion and the emulator's, which know nothing of each other, show the same calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.contrib.m365_emulator.calendar.moments import moment_of
from agentbox_sync.contrib.m365_emulator.calendar.records import Change, Event
from agentbox_sync.contrib.m365_emulator.calendar.views import in_window
from agentbox_sync.core.recurrence.clocks import midnight, wall_of
from agentbox_sync.core.recurrence.expansion import Deviation, Series, occurrences
from agentbox_sync.core.recurrence.from_graph import read_patterned
from agentbox_sync.core.recurrence.zones import name_for_exchange, windows_name, zone_of
from tests.unit.core.recurrence.strategies import LAW, lengths, patterned, walls, windows, zones

Shown = tuple[datetime, datetime]


def of_emulator(
    recurrence: Mapping[str, Any], start: datetime, length: timedelta, zone: str, **rest: Any
) -> Event:
    bounds = {**recurrence["range"], "recurrenceTimeZone": None}
    values = {
        "recurrence": {"pattern": recurrence["pattern"], "range": bounds},
        "start": moment_of(start, zone),
        "end": moment_of(start + length, zone),
    }
    names = ("key", "rest_id", "calendar", "uid", "change_key", "created", "modified")
    empty = dict.fromkeys(names, "") | {"serial": 1, "extended": {}}
    return Event(**{**empty, "values": values, **rest})


@st.composite
def series(draw: st.DrawFn) -> tuple[dict[str, Any], Series]:
    start, zone = draw(walls()), zone_of(draw(zones))
    length, all_day = draw(lengths), draw(st.booleans())
    if all_day:
        start, length = midnight(start.date()), timedelta(days=max(1, length.days))
    recurrence = draw(patterned(start.date()))
    rule, first = read_patterned(recurrence)
    assert first == start.date()
    return recurrence, Series(rule, start, length, zone.info, all_day)


def shown_by_us(ours: Series, window: Shown) -> list[Shown]:
    """What we list, on the clocks of the series."""
    return [
        tuple(
            wall_of(moment, ours.zone) if isinstance(moment, datetime) else midnight(moment)
            for moment in (item.start, item.end)
        )
        for item in occurrences(ours, *window)
    ]


def shown_by_emulator(ours: Series, event: Event, window: Shown) -> list[Shown]:
    if ours.all_day:
        return [
            tuple(
                datetime.fromisoformat(item.values[name]["dateTime"]) for name in ("start", "end")
            )
            for item in in_window(event, *window)
        ]
    return [
        (wall_of(item.start, ours.zone), wall_of(item.end, ours.zone))
        for item in in_window(event, *window)
    ]


@LAW
@given(series(), windows(), st.booleans())
def test_both_show_the_same_occurrences(
    drawn: tuple[dict[str, Any], Series], window: Shown, by_windows_name: bool
) -> None:
    recurrence, ours = drawn
    name = windows_name(ours.zone.key) if by_windows_name else ours.zone.key
    event = of_emulator(recurrence, ours.start, ours.length, name or ours.zone.key)

    assert shown_by_us(ours, window) == shown_by_emulator(ours, event, window)


@LAW
@given(series(), windows(150), st.data())
def test_both_show_the_same_exceptions(
    drawn: tuple[dict[str, Any], Series], window: Shown, data: st.DataObject
) -> None:
    recurrence, ours = drawn
    zone = ours.zone.key
    found = occurrences(ours, *window)
    days = {
        moment if not isinstance(moment, datetime) else wall_of(moment, ours.zone).date()
        for moment in (item.original for item in found)
    }
    originals = sorted({item.original for item in found if not ours.all_day})
    moved = data.draw(st.lists(st.sampled_from(originals), unique=True)) if originals else []
    cancelled = data.draw(st.lists(st.sampled_from(sorted(days)), unique=True)) if days else []
    changes, deviations = {}, []
    for original in moved:
        by = timedelta(minutes=data.draw(st.integers(-9000, 9000)))
        start = original + by
        day = wall_of(original, ours.zone).date()
        if day in cancelled:
            continue
        end = start + timedelta(minutes=data.draw(st.integers(0, 300)))
        deviations.append(Deviation(original, start, end))
        values = {
            "start": moment_of(start.replace(tzinfo=None), "UTC"),
            "end": moment_of(end.replace(tzinfo=None), "UTC"),
        }
        changes[day.isoformat()] = Change(values)
    event = of_emulator(
        recurrence,
        ours.start,
        ours.length,
        zone,
        changes=changes,
        cancelled=tuple(map(date.isoformat, cancelled)),
    )
    ours = replace(ours, deviations=tuple(deviations), excluded=tuple(cancelled))

    assert sorted(shown_by_us(ours, window)) == sorted(shown_by_emulator(ours, event, window))


def test_both_keep_the_length_of_what_a_gap_would_end_before_it_starts() -> None:
    """02:15 to 03:00 where the clocks go from two to three: no calendar shows 03:15 to 03:00."""
    start, length = datetime.fromisoformat("2026-10-03T02:15"), timedelta(minutes=45)
    bounds = {"type": "noEnd", "startDate": "2026-10-03"}
    recurrence = {"pattern": {"type": "daily", "interval": 1}, "range": bounds}
    rule, _ = read_patterned(recurrence)
    ours = Series(rule, start, length, ZoneInfo("Australia/Sydney"))
    event = of_emulator(recurrence, start, length, "AUS Eastern Standard Time")
    window = (datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC))

    shown = [tuple(map(datetime.fromisoformat, ("2026-10-04T03:15", "2026-10-04T04:00")))]
    assert shown_by_us(ours, window) == shown
    assert shown_by_emulator(ours, event, window) == shown


def test_a_difference_would_be_seen() -> None:
    """The control: thirty days of the emulator's own reading of the 31st against RFC 5545's."""
    start = datetime.fromisoformat("2026-01-31T09:00")
    bounds = {"type": "noEnd", "startDate": "2026-01-31"}
    pattern = {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31}
    recurrence = {"pattern": pattern, "range": bounds}
    rule, _ = read_patterned(recurrence)
    zone, length = ZoneInfo("Australia/Sydney"), timedelta(hours=1)
    event = of_emulator(recurrence, start, length, "AUS Eastern Standard Time")
    window = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
    ours = Series(rule, start, length, zone)

    assert len(shown_by_us(ours, window)) == 5
    assert shown_by_us(ours, window) == shown_by_emulator(ours, event, window)
    skipping = replace(ours, rule=replace(rule, by_month_day=(31,)))
    assert shown_by_us(skipping, window) != shown_by_emulator(ours, event, window)
    assert name_for_exchange(zone_of("Australia/Sydney")) == "AUS Eastern Standard Time"
