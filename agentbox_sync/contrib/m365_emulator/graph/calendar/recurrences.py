"""Holds a recurrence against patternedRecurrence, and an event's times against each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...calendar.moments import Moment, instant, is_midnight, local_of, same_zone
from ...calendar.records import Values
from ...calendar.recurrence import DAYS, INDEXES, PERIODS, dates
from ...switches import Switches
from ..errors import GraphError, invalid_property, unreadable
from .checks import check_zone, one_of, only

PATTERN = ("type", "interval", "month", "dayOfMonth", "daysOfWeek", "firstDayOfWeek", "index")
RANGE = ("type", "startDate", "endDate", "recurrenceTimeZone", "numberOfOccurrences")
NEEDS = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek",),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "month"),
}
RANGES = ("endDate", "noEnd", "numbered")
NO_DATE = "0001-01-01"
MOST = 999


def read_recurrence(name: str, value: Any, switches: Switches) -> dict[str, Any] | None:
    """Pattern and range with every property, as Graph gives them back; raises GraphError 400."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise unreadable("The property 'recurrence' must be an object.")
    only(value, ("pattern", "range"), "patternedRecurrence")
    return {"pattern": _pattern(value.get("pattern")), "range": _range(value, switches)}


def _pattern(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise unreadable("A recurrence needs a pattern.")
    only(value, PATTERN, "recurrencePattern")
    kind = one_of("type", value.get("type"), tuple(PERIODS))
    for name in NEEDS[kind]:
        if not value.get(name):
            raise invalid_property(f"A pattern of the type {kind} needs '{name}'.")
    days = value.get("daysOfWeek") or []
    if not isinstance(days, list):
        raise unreadable("The property 'daysOfWeek' must be a collection.")
    found = {one_of("daysOfWeek", day, DAYS) for day in days}
    pattern: dict[str, Any] = {
        "type": kind,
        "interval": _number("interval", value.get("interval"), 1, 999),
        "month": _number("month", value.get("month", 0), 0, 12),
        "dayOfMonth": _number("dayOfMonth", value.get("dayOfMonth", 0), 0, 31),
        "firstDayOfWeek": one_of("firstDayOfWeek", value.get("firstDayOfWeek") or "sunday", DAYS),
        "index": one_of("index", value.get("index") or "first", INDEXES),
    }
    if found:
        pattern["daysOfWeek"] = [day for day in (DAYS[6], *DAYS[:6]) if day in found]
    return pattern


def _range(recurrence: Mapping[str, Any], switches: Switches) -> dict[str, Any]:
    value = recurrence.get("range")
    if not isinstance(value, dict):
        raise unreadable("A recurrence needs a range.")
    only(value, RANGE, "recurrenceRange")
    kind = one_of("type", value.get("type"), RANGES)
    start = _date("startDate", value.get("startDate"))
    zone = value.get("recurrenceTimeZone") or ""
    if zone:
        check_zone(str(zone), switches)
    ends, count = value.get("endDate"), value.get("numberOfOccurrences")
    if ends not in (None, NO_DATE):  # an invalid value fails where it is not needed, too
        ends = _date("endDate", ends).isoformat()
    if kind == "endDate":
        if ends in (None, NO_DATE):
            raise invalid_property("A range of the type endDate needs 'endDate'.")
        if str(ends) < start.isoformat():
            raise GraphError(
                400, "ErrorRecurrenceEndDateTooBig", "The series ends before it starts."
            )
    number = _number("numberOfOccurrences", count or 0, 1 if kind == "numbered" else 0, MOST)
    return {
        "type": kind,
        "startDate": start.isoformat(),
        "endDate": ends if kind == "endDate" else NO_DATE,
        "recurrenceTimeZone": zone or None,
        "numberOfOccurrences": number if kind == "numbered" else 0,
    }


def check_times(values: Values) -> None:
    """What start, end, whole days and a series owe each other; raises GraphError 400."""
    start, end = values["start"], values["end"]
    if start is None or end is None:
        missing = "Start" if start is None else "End"
        raise _invalid(f"The Event.{missing} property is missing.")
    if instant(end) < instant(start):
        raise _failed()
    if values["isAllDay"]:
        _check_whole_days(start, end)
    rule = values["recurrence"]
    if rule is None:
        return
    if rule["range"]["startDate"] != local_of(start).date().isoformat():
        raise _failed()
    if next(dates(rule), None) is None:
        raise GraphError(400, "ErrorRecurrenceHasNoOccurrence", "The series has no occurrence.")


def _check_whole_days(start: Moment, end: Moment) -> None:
    for name, moment in (("Start", start), ("End", end)):
        if not is_midnight(moment):
            raise _invalid(
                f"The Event.{name} property for an all-day event needs to be set to midnight."
            )
    if not same_zone(start["timeZone"], end["timeZone"]):
        raise _invalid("Start and end of an all-day event need to be in the same time zone.")
    if local_of(start) >= local_of(end):
        raise _invalid("An all-day event needs to last at least 24 hours.")


def _invalid(words: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", words)


def _failed() -> GraphError:
    """What Exchange says of times that do not go together: not which, and not why."""
    return GraphError(
        400, "ErrorPropertyValidationFailure", "At least one property failed validation."
    )


def _number(name: str, value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise unreadable(f"The property '{name}' must be a whole number.")
    if not least <= value <= most:
        raise invalid_property(f"'{name}' must lie between {least} and {most}.")
    return value


def _date(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise unreadable(f"'{value}' is no date for '{name}'.") from None
