"""RRULE, EXDATE and RDATE of RFC 5545 as text, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.clocks import instant_of, wall_of
from agentbox_sync.core.recurrence.problems import RuleUnreadable
from agentbox_sync.core.recurrence.rule import WEEKDAYS, Day, Frequency, Rule
from agentbox_sync.core.recurrence.zones import zone_of

Moment = date | datetime
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
# Part -> the field of a rule, its least and its greatest value; minus counts from the end.
_NUMBERS: dict[str, tuple[str, int, int, bool]] = {
    "BYMONTH": ("by_month", 1, 12, False),
    "BYWEEKNO": ("by_week", 1, 53, True),
    "BYYEARDAY": ("by_year_day", 1, 366, True),
    "BYMONTHDAY": ("by_month_day", 1, 31, True),
    "BYHOUR": ("by_hour", 0, 23, False),
    "BYMINUTE": ("by_minute", 0, 59, False),
    "BYSECOND": ("by_second", 0, 59, False),
    "BYSETPOS": ("by_position", 1, 366, True),
}
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the text of a series says: its rule, dates left out and dates beside the rule."""

    rule: Rule
    excluded: tuple[Moment, ...] = ()
    extra: tuple[Moment, ...] = ()


def read_schedule(text: str) -> Schedule:
    """Return what the lines of a recurrence say; the name RRULE may be missing.

    Raises :class:`RuleUnreadable` where a part is unknown or has no meaning.
    """
    if len(text) > _LONGEST:
        raise RuleUnreadable(f"a recurrence of {len(text)} characters")
    rules: list[Rule] = []
    moments: dict[str, list[Moment]] = {"EXDATE": [], "RDATE": []}
    unfolded = re.sub(r"\r?\n[ \t]", "", text).upper()
    for line in filter(None, map(str.strip, unfolded.splitlines())):
        head, colon, value = line.rpartition(":")
        name, *parameters = head.split(";")
        if not colon or name == "RRULE":
            rules.append(read_rule(value))
        elif name in moments:
            moments[name] += [_moment(item, parameters) for item in value.split(",") if item]
        elif name not in ("DTSTART", "DTEND"):  # those are columns of their own
            raise RuleUnreadable(f"{name[:20]!r} is no part of a recurrence")
    if len(rules) != 1:
        raise RuleUnreadable(f"{len(rules)} rules where one is needed")
    return Schedule(rules[0], tuple(moments["EXDATE"]), tuple(moments["RDATE"]))


def read_rule(text: str) -> Rule:
    """Return the rule that the value of an RRULE says. Raises :class:`RuleUnreadable`."""
    parts: dict[str, str] = {}
    for part in filter(None, "".join(text.upper().split()).split(";")):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise RuleUnreadable(f"{part[:40]!r} is no part of a rule, or is said twice")
        parts[name] = value
    fields: dict[str, Any] = {}
    for name, value in parts.items():
        if name in _NUMBERS:
            field, least, most, signed = _NUMBERS[name]
            fields[field] = _numbers(name, value, least, most, signed)
        elif name in _SINGLE:
            field, reader = _SINGLE[name]
            fields[field] = reader(value)
        elif not name.startswith("X-"):
            raise RuleUnreadable(f"{name[:20]!r} is no part of a rule")
    if "frequency" not in fields:
        raise RuleUnreadable("the rule does not say how often (FREQ)")
    if "count" in fields and "until" in fields:
        raise RuleUnreadable("the rule says both how many times and until when")
    return Rule(**fields)


def written(rule: Rule, zone: ZoneInfo | None = None) -> str:
    """Return the value of an RRULE.

    ``zone`` is that of a series with times: its last date is then written as the instant (UTC)
    at which that date ends there, as RFC 5545 wants it; without a zone as a date.
    """
    parts = [f"FREQ={rule.frequency.name}"]
    if rule.interval != 1:
        parts.append(f"INTERVAL={rule.interval}")
    for name, (field, *_) in _NUMBERS.items():
        if values := getattr(rule, field):
            parts.append(f"{name}={','.join(map(str, values))}")
        if name == "BYMONTHDAY" and rule.by_day:
            parts.append(f"BYDAY={','.join(map(str, rule.by_day))}")
    if rule.week_start:
        parts.append(f"WKST={WEEKDAYS[rule.week_start]}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={_until(rule.until, zone)}")
    return ";".join(parts)


def _until(until: Moment, zone: ZoneInfo | None) -> str:
    if not isinstance(until, datetime):
        end = datetime.combine(until, time(23, 59, 59))
        # A date that a zone has left out (Apia, 30 December 2011) has no end there.
        if zone is None or wall_of(instant_of(end, zone), zone) != end:
            return until.strftime("%Y%m%d")
        until = instant_of(end, zone)
    mark = "" if until.tzinfo is None else "Z"
    return f"{(until.astimezone(UTC) if mark else until):%Y%m%dT%H%M%S}{mark}"


def _numbers(name: str, text: str, least: int, most: int, signed: bool) -> tuple[int, ...]:
    found = {_number(item) for item in text.split(",") if item}
    if not found or any(
        not least <= (abs(number) if signed else number) <= most for number in found
    ):
        raise RuleUnreadable(f"{name}={text[:40]} is out of its bounds")
    return tuple(sorted(found))


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", text, re.ASCII):
        raise RuleUnreadable(f"{text[:20]!r} is no number of a rule")
    return int(text)


def _positive(text: str) -> int:
    if (number := _number(text)) < 1:
        raise RuleUnreadable(f"{number} where at least 1 is needed")
    return number


def _frequency(text: str) -> Frequency:
    if text not in Frequency.__members__:
        raise RuleUnreadable(f"FREQ={text[:20]} is not known")
    return Frequency[text]


def _days(text: str) -> tuple[Day, ...]:
    found = set()
    for item in filter(None, text.split(",")):
        match = _DAY.fullmatch(item)
        if match is None or not -53 <= int(match[1] or 0) <= 53 or match[1] == "0":
            raise RuleUnreadable(f"BYDAY={item[:20]} is no weekday")
        found.add(Day(WEEKDAYS.index(match[2]), int(match[1] or 0)))
    if not found:
        raise RuleUnreadable("BYDAY without a weekday")
    return tuple(sorted(found))


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise RuleUnreadable(f"WKST={text[:20]} is no weekday")
    return WEEKDAYS.index(text)


def _moment(text: str, parameters: list[str] | None = None) -> Moment:
    match = _MOMENT.fullmatch(text)
    try:
        day = date.fromisoformat(match[1]) if match else None
        clock = time.fromisoformat(match[2]) if match and match[2] else None
    except ValueError:
        day = None
    if day is None or match is None:
        raise RuleUnreadable(f"{text[:20]!r} is no date")
    if clock is None:
        return day
    wall = datetime.combine(day, clock)
    named = next((part[5:] for part in parameters or () if part.startswith("TZID=")), "")
    if match[3]:
        return wall.replace(tzinfo=UTC)
    return instant_of(wall, zone_of(named.strip('"')).info) if named else wall


_SINGLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", _positive),
    "COUNT": ("count", _positive),
    "UNTIL": ("until", _moment),
    "BYDAY": ("by_day", _days),
    "WKST": ("week_start", _week_start),
}
