"""Where the things of a calendar stand on the page: columns of days, quarters of hours, lanes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from ..calendar.moments import at_wall, local_of, wall
from ..calendar.records import Calendar
from ..calendar.store import Calendars
from ..calendar.views import Instance

QUARTERS = 96  # rows of a day
MOST_LANES = 6
LEAST = 2  # quarters that a block needs to be read
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Thing:
    """One instance as the owner of the mailbox sees it, in the clocks of the mailbox."""

    item: Instance
    calendar: Calendar
    start: datetime
    end: datetime
    fresh: bool = False

    @property
    def id(self) -> str:
        return self.item.id(immutable=True)

    @property
    def title(self) -> str:
        return str(self.item.values["subject"] or "Without a title")

    @property
    def place(self) -> str:
        return str((self.item.values["location"] or {}).get("displayName") or "")

    @property
    def is_bar(self) -> bool:
        """Whether it stands above the hours."""
        return bool(self.item.values["isAllDay"]) or self.end - self.start >= DAY

    @property
    def hours(self) -> str:
        if self.item.values["isAllDay"]:
            return "all day"
        return f"{clock(self.start)} – {clock(self.end)}"

    @property
    def minutes(self) -> int:
        return int((self.end - self.start) / timedelta(minutes=1))


@dataclass(frozen=True)
class Block:
    """A thing, or what of it lies on one day: first quarter, number of quarters, lane of lanes."""

    thing: Thing
    at: int
    span: int
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class Bar:
    """A thing of whole days: first column, number of columns, row."""

    thing: Thing
    column: int
    columns: int
    row: int


@dataclass(frozen=True)
class Day:
    date: date
    blocks: list[Block] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)  # all that happens on it, by time

    @property
    def label(self) -> str:
        return f"{self.date:%A} {self.date.day} {self.date:%B}"


@dataclass(frozen=True)
class Board:
    days: list[Day]
    bars: list[Bar]
    rows: int  # of bars


def days_of(day: date, view: str) -> list[date]:
    """The day alone, or its week from Monday on."""
    if view == "day":
        return [day]
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def things_between(
    store: Calendars, zone: str, days: list[date], wanted: str, fresh: Iterable[str]
) -> list[Thing]:
    """What happens on some days, in one calendar or in all of them."""
    start = at_wall(datetime.combine(days[0], time()), zone) - DAY  # days begin elsewhere earlier
    end = at_wall(datetime.combine(days[-1], time()), zone) + 2 * DAY
    marked = set(fresh)
    return [
        _thing(item, calendar, zone, item.event.key in marked)
        for calendar in store.calendars.values()
        if not wanted or calendar.id == wanted
        for item in store.between(calendar.id, start, end)
    ]


def board(things: list[Thing], days: list[date]) -> Board:
    bars = _bars([thing for thing in things if thing.is_bar], days)
    made = []
    for day in days:
        blocks = [b for t in things if not t.is_bar and (b := _block(t, day)) is not None]
        on = [thing for thing in things if _touches(thing, day)]
        made.append(Day(day, _in_lanes(blocks), sorted(on, key=lambda t: (not t.is_bar, t.start))))
    return Board(made, bars, max((bar.row + 1 for bar in bars), default=0))


def clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def quarter(moment: datetime) -> int:
    return moment.hour * 4 + moment.minute // 15


def _thing(item: Instance, calendar: Calendar, zone: str, fresh: bool) -> Thing:
    if item.values["isAllDay"]:  # a date, wherever one is
        start, end = local_of(item.values["start"]), local_of(item.values["end"])
        return Thing(item, calendar, start, end, fresh)
    return Thing(item, calendar, wall(item.start, zone), wall(item.end, zone), fresh)


def _touches(thing: Thing, day: date) -> bool:
    begin = datetime.combine(day, time())
    if thing.start == thing.end:
        return thing.start.date() == day
    return thing.start < begin + DAY and thing.end > begin


def _block(thing: Thing, day: date) -> Block | None:
    if not _touches(thing, day):
        return None
    begin = datetime.combine(day, time())
    start, end = max(thing.start, begin), min(thing.end, begin + DAY)
    at = min(quarter(start), QUARTERS - LEAST)
    last = QUARTERS if end == begin + DAY else quarter(end) + bool(end.minute % 15)
    return Block(thing, at, max(last - at, LEAST))


def _in_lanes(blocks: list[Block]) -> list[Block]:
    """Blocks that overlap stand side by side."""
    placed: list[Block] = []
    group: list[Block] = []
    until = -1
    for block in sorted(blocks, key=lambda b: (b.at, -b.span, b.thing.start)):
        if group and block.at >= until:
            placed += _widened(group)
            group, until = [], -1
        taken = {b.lane for b in group if b.at + b.span > block.at}
        free = next(n for n in range(len(taken) + 1) if n not in taken)
        group.append(replace(block, lane=min(free, MOST_LANES - 1)))
        until = max(until, block.at + block.span)
    return placed + _widened(group)


def _widened(group: list[Block]) -> list[Block]:
    lanes = max((block.lane + 1 for block in group), default=1)
    return [replace(block, lanes=lanes) for block in group]


def _bars(things: list[Thing], days: list[date]) -> list[Bar]:
    """Whole days in rows: each in the first row that is free where it stands."""
    rows: list[set[int]] = []
    found: list[Bar] = []
    for thing in sorted(things, key=lambda t: (t.start, -(t.end - t.start))):
        columns = [n for n, day in enumerate(days) if _touches(thing, day)]
        if not columns:
            continue
        row = next((n for n, taken in enumerate(rows) if not taken & set(columns)), len(rows))
        if row == len(rows):
            rows.append(set())
        rows[row] |= set(columns)
        found.append(Bar(thing, columns[0], len(columns), row))
    return found
