"""Any series there may be: rules of RFC 5545, patterns of Graph, zones and windows."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from agentbox_sync.core.recurrence.from_graph import DAYS, INDEXES
from agentbox_sync.core.recurrence.rule import WEEKDAYS

EXAMPLES = int(os.environ.get("AGENTBOX_RECURRENCE_EXAMPLES", "100"))
LAW = settings(max_examples=EXAMPLES, deadline=None)

# Both hemispheres, a zone without changes and one off the hour, one that skipped a date, one that
# changes by half an hour, one that changes at midnight.
ZONES = (
    "Australia/Sydney",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/Santiago",
    "UTC",
)
zones = st.sampled_from(ZONES)
# Times around clock changes come often.
clock_times = st.one_of(
    st.sampled_from(["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "09:00", "23:45"]),
    st.times().map(lambda time: f"{time:%H:%M}"),
)
days = st.dates(date(2009, 1, 1), date(2030, 12, 31))
lengths = st.sampled_from([0, 15, 45, 60, 90, 600, 1440, 3000]).map(
    lambda minutes: timedelta(minutes=minutes)
)


@st.composite
def walls(draw: st.DrawFn) -> datetime:
    return datetime.fromisoformat(f"{draw(days)}T{draw(clock_times)}")


@st.composite
def windows(draw: st.DrawFn, longest: int = 500) -> tuple[datetime, datetime]:
    begin = draw(st.datetimes(datetime(2008, 6, 1), datetime(2034, 1, 1)))  # noqa: DTZ001
    length = draw(st.timedeltas(timedelta(), timedelta(days=longest)))
    return begin.replace(tzinfo=UTC), begin.replace(tzinfo=UTC) + length


@st.composite
def patterned(draw: st.DrawFn, start: date | None = None) -> dict[str, Any]:
    """A series as Graph holds one, every property filled in."""
    begin = draw(days) if start is None else start
    kinds = ("daily", "weekly", "absoluteMonthly", "relativeMonthly")
    pattern = {
        "type": draw(st.sampled_from([*kinds, "absoluteYearly", "relativeYearly"])),
        "interval": draw(st.one_of(st.integers(1, 5), st.integers(1, 30))),
        "month": draw(st.integers(1, 12)),
        "dayOfMonth": draw(st.one_of(st.integers(1, 31), st.integers(28, 31))),
        "daysOfWeek": draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)),
        "firstDayOfWeek": draw(st.sampled_from(DAYS)),
        "index": draw(st.sampled_from(list(INDEXES))),
    }
    kind = draw(st.sampled_from(["endDate", "noEnd", "numbered"]))
    bounds = {
        "type": kind,
        "startDate": begin.isoformat(),
        "endDate": "0001-01-01",
        "numberOfOccurrences": draw(st.integers(1, 60)) if kind == "numbered" else 0,
    }
    if kind == "endDate":
        end = begin + draw(st.timedeltas(timedelta(), timedelta(days=2500)))
        bounds["endDate"] = end.isoformat()
    return {"pattern": pattern, "range": bounds}


def numbers(least: int, most: int, *, signed: bool = False) -> st.SearchStrategy[str]:
    each = st.integers(least, most)
    if signed:
        each = st.one_of(each, st.integers(-most, -least))
    return st.lists(each, min_size=1, max_size=4, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True).map(",".join)
nth_weekdays = st.lists(
    st.tuples(st.sampled_from([-2, -1, 1, 2, 3, 4, 5]), st.sampled_from(WEEKDAYS)),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda found: ",".join(f"{nth}{day}" for nth, day in found))

PARTS: dict[str, st.SearchStrategy[str]] = {
    "BYMONTH": numbers(1, 12),
    "BYMONTHDAY": st.one_of(numbers(1, 31, signed=True), st.integers(27, 31).map(str)),
    "BYDAY": st.one_of(weekdays, nth_weekdays),
    "BYSETPOS": st.one_of(st.sampled_from(["1", "-1", "2", "-2"]), numbers(1, 9, signed=True)),
    "BYYEARDAY": numbers(1, 366, signed=True),
    "BYWEEKNO": numbers(1, 53, signed=True),
    "BYHOUR": numbers(0, 23),
    "BYMINUTE": numbers(0, 59),
}
# What RFC 5545 lets a frequency say; BYSETPOS alone would have nothing to choose from.
SAYS = {
    "YEARLY": ["BYMONTH", "BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR"],
    "MONTHLY": ["BYMONTH", "BYMONTHDAY", "BYDAY", "BYHOUR"],
    "WEEKLY": ["BYMONTH", "BYDAY", "BYHOUR", "BYMINUTE"],
    "DAILY": ["BYMONTH", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE"],
    "HOURLY": ["BYMONTH", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE", "BYYEARDAY"],
}


@st.composite
def rule_texts(draw: st.DrawFn, frequencies: tuple[str, ...] = tuple(SAYS)) -> str:
    """A rule as RFC 5545 has it, without its end."""
    frequency = draw(st.sampled_from(frequencies))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 6)))}
    said = draw(st.lists(st.sampled_from(SAYS[frequency]), max_size=3, unique=True))
    if said and draw(st.booleans()):
        said.append("BYSETPOS")
    plain = frequency not in ("YEARLY", "MONTHLY") or "BYWEEKNO" in said
    for name in said:
        parts[name] = draw(weekdays if name == "BYDAY" and plain else PARTS[name])
    parts["WKST"] = draw(st.sampled_from(WEEKDAYS))
    return ";".join(f"{name}={value}" for name, value in parts.items())
