"""Rows that come again: as one series, or, where Exchange has no words for it, date by date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import Times
from agentbox_sync.core.recurrence.clocks import DAY, instant_of, midnight, wall_of
from agentbox_sync.core.recurrence.expansion import Deviation, Occurrence, Series, occurrences
from agentbox_sync.core.recurrence.problems import Obstacle, SeriesError
from agentbox_sync.core.recurrence.rule_text import Moment, read_rule
from agentbox_sync.core.recurrence.to_graph import Expression, expressed
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.core.windows import Window

_DATED = re.compile(r"(?P<pk>.+)@(?P<date>\d{4}-\d\d-\d\d|\d{8}T\d{6}Z)", re.DOTALL)
CALLED_OFF = frozenset({"subject", "show_as", "reminder"})
"""The atoms of a cancelled row that say so, and that nobody edits in Exchange."""
_CLOCK = "%Y%m%dT%H%M%SZ"


def row_pk(pk: str) -> str:
    """Return the primary key of the row behind a key: that of a single date of a series too."""
    found = _DATED.fullmatch(pk)
    return found["pk"] if found else pk


def date_of(pk: str) -> str:
    """Return which date of a series a key means; empty for a whole row."""
    found = _DATED.fullmatch(pk)
    return found["date"] if found else ""


def row_key(key: LocalKey) -> LocalKey:
    """Return the key of the row behind a key."""
    return LocalKey(key.model, row_pk(key.pk))


def settled(record: Record) -> Record:
    """Return a record whose times are those of the first date that its rule names.

    A series "on Saturdays" that starts on a Wednesday begins on the Saturday, on both sides.
    """
    found = expression(record)
    when = record.get("when")
    if not isinstance(found, Expression) or not when:
        return record
    ahead = found.first - datetime.fromisoformat(record["recurrence"]["start"]).date()
    if not ahead:
        return record
    start, end = (datetime.fromisoformat(when[name]) + ahead for name in ("start", "end"))
    texts = [m.date().isoformat() if when["all_day"] else m.isoformat() for m in (start, end)]
    return {
        **record,
        "when": {**when, "start": texts[0], "end": texts[1]},
        "recurrence": {**record["recurrence"], "start": texts[0]},
    }


def called_off(record: Record, mark: str) -> Record:
    """Return a record as a calendar shows what is cancelled: said so, free, and not reminded of."""
    shown = {**record, "subject": f"{mark}{record.get('subject') or ''}"}
    return shown | {"show_as": "free", "reminder": None}


def expression(record: Record, extra: tuple[Moment, ...] = ()) -> Expression | Obstacle | None:
    """Return how Exchange says a series, or what stands in the way.

    ``None`` for what is none, and for a rule that nobody can carry out: to be refused as it is.
    """
    series = _series(record, extra)
    if series is None:
        return None
    try:
        zone = None if series.all_day else series.zone
        return expressed(series.rule, series.start, zone, extra)
    except SeriesError:
        return None


def dates(record: Record, extra: tuple[Moment, ...], window: Window) -> Iterator[tuple[str, Any]]:
    """Yield the dates of a series within a window, as (what a key says of it, its record).

    Nothing where nobody can carry it out.
    """
    series = _series(record, extra)
    try:
        found = occurrences(series, window.start, window.end) if series else []
    except SeriesError:
        found = []
    if series is not None:
        for one in found:
            yield _named(series, one.original), _single(record, series, one)


def around(named: str, record: Record) -> Window:
    """Return a window in which a date of a series takes place, wherever it was moved to."""
    is_day = "-" in named
    # Of a moment the first eight digits are its date in UTC, a day at most from that of the zone.
    day = date.fromisoformat(named if is_day else named[:8])
    days = [day]
    for row in record.get("exceptions") or ():
        if row["original"] == day.isoformat() and row.get("when"):
            days += [datetime.fromisoformat(row["when"][name]).date() for name in ("start", "end")]
    first, last = (midnight(one).replace(tzinfo=UTC) for one in (min(days), max(days)))
    return Window(first - 2 * DAY, last + 3 * DAY)


def _series(record: Record, extra: tuple[Moment, ...]) -> Series | None:
    told, when = record.get("recurrence"), record.get("when")
    if not told or not when:
        return None
    try:
        rule = read_rule(told["rule"])
    except SeriesError:
        return None
    start, end = (datetime.fromisoformat(when[name]) for name in ("start", "end"))
    return Series(
        rule=rule,
        start=start,
        length=end - start,
        zone=zone_of(when["zone"]).info,
        all_day=when["all_day"],
        extra=extra,
        deviations=tuple(_deviation(row) for row in record.get("exceptions") or ()),
    )


def _deviation(row: Any) -> Deviation:
    when = row.get("when")
    own = {atom: row[atom] for atom in ("subject", "location", "body") if atom in row}
    start, end = (_moment(when, when[name]) for name in ("start", "end")) if when else (None, None)
    return Deviation(
        date.fromisoformat(row["original"]), start, end, bool(row.get("cancelled")), own
    )


def _moment(when: Times, text: str) -> Moment:
    wall = datetime.fromisoformat(text)
    return wall.date() if when["all_day"] else instant_of(wall, zone_of(when["zone"]).info)


def _named(series: Series, original: Moment) -> str:
    if not isinstance(original, datetime):
        return original.isoformat()
    if series.is_by_date:
        return wall_of(original, series.zone).date().isoformat()
    return original.astimezone(UTC).strftime(_CLOCK)


def _single(record: Record, series: Series, one: Occurrence) -> Record:
    whole = not isinstance(one.start, datetime)
    start, end = (
        moment.isoformat()
        if not isinstance(moment, datetime)
        else wall_of(moment, series.zone).isoformat()
        for moment in (one.start, one.end)
    )
    when = Times(start=start, end=end, zone=series.zone.key, all_day=whole)
    own = one.deviation.record if one.deviation else {}
    single = {**record, **own, "when": when, "recurrence": None}
    return single | ({"exceptions": []} if "exceptions" in record else {})
